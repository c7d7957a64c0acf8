// SPDX-License-Identifier: MIT
#include "library_log.h"

#include "connection.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void library_log_init(struct library_log *library_log, struct log *log)
{
	*library_log = (struct library_log){.log = log, .second = -1};
	pthread_mutex_init(&library_log->lock, NULL);
}

void library_log_finish(struct library_log *library_log)
{
	const struct log_field field = {.name = "suppressed", .number = library_log->suppressed};
	if (library_log->suppressed)
		log_event(library_log->log, LOG_WARN, "http_library", NULL, &field, 1);
	pthread_mutex_destroy(&library_log->lock);
}

// The library also puts targets of clients into its lines ("for the request for
// `%s'"). Only a text behind a colon is the system's: the reason of an error.
static bool has_foreign_text(const char *format)
{
	for (const char *at = format; (at = strchr(at, '%')); at++) {
		size_t flags = strspn(at + 1, "-+ #0123456789.*hlzjt");
		if (at[1 + flags] != 's')
			at += flags + (at[1 + flags] != '\0');
		else if (at - format < 2 || strncmp(at - 2, ": ", 2) != 0)
			return true;
	}
	return false;
}

void library_log_warn(struct library_log *library_log, const char *text, const char *reason)
{
	struct log_field fields[2];
	size_t count = 0;
	const int64_t second = (int64_t)(clock_now_ms() / 1000);
	pthread_mutex_lock(&library_log->lock);
	if (library_log->second != second) {
		library_log->second = second;
		library_log->lines = 0;
	}
	const bool is_admitted = library_log->lines < LIBRARY_LINES_PER_SECOND;
	if (is_admitted)
		library_log->lines++;
	const uint64_t suppressed = library_log->suppressed;
	library_log->suppressed = is_admitted ? 0 : suppressed + 1;
	pthread_mutex_unlock(&library_log->lock);
	if (!is_admitted)
		return;
	if (reason)
		fields[count++] = (struct log_field){.name = "reason", .text = reason};
	if (suppressed)
		fields[count++] = (struct log_field){.name = "suppressed", .number = suppressed};
	log_event(library_log->log, LOG_WARN, "http_library", text, fields, count);
}

void library_log_line(void *cls, const char *format, va_list values)
{
	char text[256];
	// Of each Unix socket, which has no TCP_NODELAY and waits for nothing.
	if (strncmp(format, "Setting %s option", 17) == 0 ||
		strncmp(format, "Failed to push the data", 23) == 0)
		return;
	if (has_foreign_text(format))
		snprintf(text, sizeof text, "%s", format);
	else
		vsnprintf(text, sizeof text, format, values);
	size_t size = strlen(text);
	while (size > 0 && strchr("\r\n ", text[size - 1]))
		text[--size] = '\0';
	library_log_warn(cls, text, NULL);
}
