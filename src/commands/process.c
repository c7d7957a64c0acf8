// SPDX-License-Identifier: MIT
#include "process.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const uint64_t ns_per_second = 1000000000;

// The text of a small file, or "" where it cannot be read.
static void read_text(int fd, char *text, size_t room)
{
	ssize_t size = fd < 0 ? -1 : pread(fd, text, room - 1, 0);
	text[size > 0 ? size : 0] = '\0';
}

static void read_file(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	read_text(fd, text, room);
	if (fd >= 0)
		close(fd);
}

// When the system was started, in seconds since the epoch: "btime" of /proc/stat,
// behind a line for each core. 0 where that cannot be read.
static uint64_t read_boot_time(void)
{
	char line[512];
	uint64_t time = 0;
	FILE *file = fopen("/proc/stat", "re");
	while (file && !time && fgets(line, sizeof line, file))
		if (strncmp(line, "btime ", 6) == 0)
			time = strtoull(line + 6, NULL, 10);
	if (file)
		fclose(file);
	return time;
}

// Field 22 of /proc/self/stat is the start in ticks since the system's. Field 2 is
// the program's name in parentheses, which may hold anything: count behind it.
static uint64_t read_start_time_ns(void)
{
	char text[1024];
	uint64_t boot = read_boot_time();
	long ticks = sysconf(_SC_CLK_TCK);
	read_file("/proc/self/stat", text, sizeof text);
	const char *at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at || !boot || ticks <= 0)
		return 0;
	uint64_t per_tick = ns_per_second / (uint64_t)ticks;
	return boot * ns_per_second + strtoull(at + 1, NULL, 10) * per_tick;
}

void process_init(struct process *process)
{
	*process = (struct process){
		.memory_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC),
		.descriptors_fd = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
		.start_time_ns = read_start_time_ns(),
	};
	pthread_mutex_init(&process->lock, NULL); // cannot fail without attributes
}

void process_finish(struct process *process)
{
	if (process->memory_fd >= 0)
		close(process->memory_fd);
	if (process->descriptors_fd >= 0)
		close(process->descriptors_fd);
	pthread_mutex_destroy(&process->lock);
}

static uint64_t count_entries(const char *entries, ssize_t size)
{
	uint64_t count = 0;
	for (ssize_t at = 0; at < size;) {
		const struct dirent64 *entry = (const void *)(entries + at);
		count += entry->d_name[0] != '.';
		at += entry->d_reclen;
	}
	return count;
}

static uint64_t count_descriptors(struct process *process)
{
	_Alignas(struct dirent64) char entries[8192];
	uint64_t count = 0;
	pthread_mutex_lock(&process->lock);
	ssize_t size = lseek(process->descriptors_fd, 0, SEEK_SET) == 0 ? 1 : 0;
	while (size > 0) {
		size = getdents64(process->descriptors_fd, entries, sizeof entries);
		count += count_entries(entries, size);
	}
	pthread_mutex_unlock(&process->lock);
	return size < 0 ? 0 : count;
}

void process_read(struct process *process, struct process_stats *stats)
{
	char text[256];
	char *end;
	struct timespec used;
	struct rlimit limit;
	*stats = (struct process_stats){.start_time_ns = process->start_time_ns};
	read_text(process->memory_fd, text, sizeof text);
	stats->virtual_bytes = strtoull(text, &end, 10) * process->page_bytes;
	stats->resident_bytes = strtoull(end, NULL, 10) * process->page_bytes;
	if (process->descriptors_fd >= 0)
		stats->open_fds = count_descriptors(process);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		stats->max_fds = limit.rlim_cur;
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
		stats->cpu_ns = (uint64_t)used.tv_sec * ns_per_second + (uint64_t)used.tv_nsec;
}
