// SPDX-License-Identifier: MIT
// Private to log: what the threads share, and the thread that writes.
#ifndef LOG_WRITER_H
#define LOG_WRITER_H

#include "line.h"
#include "log_fd.h"
#include "ring.h"

#include <pthread.h>

enum {
	WRITER_GATHER_MS = 50, // requests are written that much later at most
	WRITER_RETRY_MS = 1000, // between attempts on a descriptor that fails
	WRITER_BATCH = 64 << 10, // bytes of lines written at a time
};

// Lines on their way out.
struct batch {
	size_t size, sent;
	size_t canned; // bytes at the start that tell of dropped lines
	char bytes[WRITER_BATCH];
};

struct log {
	struct log_options options;
	pthread_t thread;
	int wake_fd; // eventfd: something for the writer to look at
	atomic_bool asleep; // the writer sleeps until it is woken
	atomic_bool urgent; // do not gather any longer
	atomic_bool stopping;
	_Atomic(int64_t) deadline_ns; // of stopping, CLOCK_MONOTONIC
	_Atomic(uint64_t) dropped, written; // lines
	// The writer's own.
	struct log_fd log_fd;
	struct line_clock clock;
	uint64_t told; // of the dropped lines
	uint64_t told_before; // before the canned in the batch
	int64_t retry_ns; // no attempt before; CLOCK_MONOTONIC
	struct batch batch;
	struct ring ring;
};

// The thread. It ends once stopping is set and all is written, or the deadline over.
void *writer_run(void *cls);

// Wakes the thread.
void writer_wake(struct log *log);

// Nanoseconds of a clock.
int64_t writer_clock_ns(clockid_t clock);

#endif
