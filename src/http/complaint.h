// SPDX-License-Identifier: MIT
// Private to http: complaints, mostly the library's, as events of the journal: a few
// a second (it can write hundreds of thousands), and without
// what a client wrote.
#ifndef HTTP_COMPLAINT_H
#define HTTP_COMPLAINT_H

#include "journal.h"

#include <pthread.h>
#include <stdarg.h>

enum { COMPLAINTS_PER_SECOND = 10 };

struct complaints {
	struct journal *journal;
	pthread_mutex_t lock;
	int64_t second; // CLOCK_MONOTONIC
	unsigned lines; // in this second
	uint64_t suppressed; // since the last line
};

void complaints_init(struct complaints *complaints, struct journal *journal);

// Tells of what is suppressed, too.
void complaints_finish(struct complaints *complaints);

// A complaint of our own, TEXT being the program's. ERROR: an errno, or 0.
void complain(struct complaints *complaints, const char *text, int error);

// For MHD_OPTION_EXTERNAL_LOGGER; CLS is a struct complaints.
__attribute__((format(printf, 2, 0))) void complaint_log(
	void *cls, const char *format, va_list values);

#endif
