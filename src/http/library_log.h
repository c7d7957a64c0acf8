// SPDX-License-Identifier: MIT
// Private to http: what goes wrong in a connection, mostly by the library's account, as
// events of the log: a few a second (the library can write hundreds of thousands), and
// without what a client wrote.
#pragma once

#include "log/log.h"

#include <pthread.h>
#include <stdarg.h>

enum { LIBRARY_LINES_PER_SECOND = 10 };

struct library_log {
	struct log *log;
	pthread_mutex_t lock;
	int64_t second; // CLOCK_MONOTONIC
	unsigned lines; // in this second
	uint64_t suppressed; // since the last line
};

void library_log_init(struct library_log *library_log, struct log *log);

// Tells of what was suppressed, too.
void library_log_finish(struct library_log *library_log);

// A line of our own, TEXT being the program's. REASON may be NULL. Any thread.
void library_log_warn(struct library_log *library_log, const char *text, const char *reason);

// For MHD_OPTION_EXTERNAL_LOGGER; CLS is a struct library_log.
__attribute__((format(printf, 2, 0))) void library_log_line(
	void *cls, const char *format, va_list values);
