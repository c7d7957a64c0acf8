// SPDX-License-Identifier: MIT
#include "complaint.h"

#include "clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void complaints_init(struct complaints *complaints, struct journal *journal)
{
	*complaints = (struct complaints){.journal = journal, .second = -1};
	pthread_mutex_init(&complaints->lock, NULL);
}

void complaints_finish(struct complaints *complaints)
{
	const struct journal_field field = {.name = "suppressed", .number = complaints->suppressed};
	if (complaints->suppressed)
		journal_event(complaints->journal, JOURNAL_WARN, "http_complaint", NULL, &field, 1);
	pthread_mutex_destroy(&complaints->lock);
}

// Whether one more line may be written now; then *SUPPRESSED were not before it.
static bool admit(struct complaints *complaints, uint64_t *suppressed)
{
	const int64_t second = (int64_t)(clock_now_ms() / 1000);
	pthread_mutex_lock(&complaints->lock);
	if (complaints->second != second) {
		complaints->second = second;
		complaints->lines = 0;
	}
	bool good = complaints->lines < COMPLAINTS_PER_SECOND;
	if (good) {
		complaints->lines++;
		*suppressed = complaints->suppressed;
		complaints->suppressed = 0;
	} else {
		complaints->suppressed++;
	}
	pthread_mutex_unlock(&complaints->lock);
	return good;
}

// The library also puts targets of clients into its complaints ("for the request
// for `%s'"). Only a text behind a colon is the system's: the reason of an error.
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

static void tell(struct complaints *complaints, const char *text, const char *reason)
{
	struct journal_field fields[2];
	size_t count = 0;
	uint64_t suppressed;
	if (!admit(complaints, &suppressed))
		return;
	if (reason)
		fields[count++] = (struct journal_field){.name = "reason", .text = reason};
	if (suppressed)
		fields[count++] = (struct journal_field){
			.name = "suppressed", .number = suppressed};
	journal_event(complaints->journal, JOURNAL_WARN, "http_complaint", text, fields, count);
}

void complain(struct complaints *complaints, const char *text, int error)
{
	tell(complaints, text, error ? strerror(error) : NULL);
}

void complaint_log(void *cls, const char *format, va_list values)
{
	char text[256];
	if (has_foreign_text(format))
		snprintf(text, sizeof text, "%s", format);
	else
		vsnprintf(text, sizeof text, format, values);
	size_t size = strlen(text);
	while (size > 0 && strchr("\r\n ", text[size - 1]))
		text[--size] = '\0';
	tell(cls, text, NULL);
}
