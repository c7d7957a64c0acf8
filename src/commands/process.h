// SPDX-License-Identifier: MIT
// What the kernel knows of this process, for /metrics. Files of /proc are opened
// at the start and only read again later: a sandbox may forbid to open any.
// Where there is no /proc, the stats that come from it stay 0.
#ifndef COMMANDS_PROCESS_H
#define COMMANDS_PROCESS_H

#include "metrics/metrics.h"

#include <pthread.h>

struct process {
	int memory_fd; // /proc/self/statm, or -1
	int descriptors_fd; // /proc/self/fd, or -1
	pthread_mutex_t lock; // of the place where descriptors_fd is read
	uint64_t page_bytes;
	uint64_t start_time_ns;
};

void process_init(struct process *process);
void process_finish(struct process *process);

// Needs pread, lseek, getdents64, clock_gettime and getrlimit, and opens nothing.
// Any thread.
void process_read(struct process *process, struct process_stats *stats);

#endif
