// SPDX-License-Identifier: MIT
#include "serve.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

void process_init(struct process *process)
{
	*process = (struct process){
		.memory_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC),
		.descriptors = opendir("/proc/self/fd"),
		.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
		.start_time_ns = clock_ns(CLOCK_REALTIME),
	};
	pthread_mutex_init(&process->lock, NULL); // cannot fail without attributes
}

void process_finish(struct process *process)
{
	if (process->memory_fd >= 0)
		close(process->memory_fd);
	if (process->descriptors)
		closedir(process->descriptors);
	pthread_mutex_destroy(&process->lock);
}

static uint64_t count_descriptors(struct process *process)
{
	const struct dirent *entry;
	uint64_t count = 0;
	if (!process->descriptors)
		return 0;
	pthread_mutex_lock(&process->lock);
	rewinddir(process->descriptors);
	while ((entry = readdir(process->descriptors)))
		count += entry->d_name[0] != '.';
	pthread_mutex_unlock(&process->lock);
	return count;
}

void process_read(void *cls, struct process_stats *stats)
{
	struct process *process = cls;
	char text[256];
	char *end;
	struct rlimit limit;
	*stats = (struct process_stats){
		.start_time_ns = process->start_time_ns,
		.cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID),
	};
	ssize_t size = pread(process->memory_fd, text, sizeof text - 1, 0);
	text[size > 0 ? size : 0] = '\0';
	stats->virtual_bytes = strtoull(text, &end, 10) * process->page_bytes;
	stats->resident_bytes = strtoull(end, NULL, 10) * process->page_bytes;
	stats->open_fds = count_descriptors(process);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		stats->max_fds = limit.rlim_cur;
}
