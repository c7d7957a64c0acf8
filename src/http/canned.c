// SPDX-License-Identifier: MIT
#include "canned.h"

#include "base/base.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

// Of the form that RFC 9110, section 5.6.7, wants, always as long as this.
static const char date_example[] = "Sun, 06 Nov 1994 08:49:37 GMT";

int canned_init(struct canned_response *canned, struct service *service, enum code code)
{
	struct buf bytes = {0};
	char line[64];
	struct exchange *x = exchange_create(service);
	const struct reply *reply = x ? exchange_refuse(x, code) : NULL;
	if (!reply) {
		exchange_destroy(x);
		return -ENOMEM;
	}
	snprintf(line, sizeof line, "HTTP/1.1 %u %s\r\nDate: ", reply->status,
		MHD_get_reason_phrase_for(reply->status));
	buf_text(&bytes, line);
	size_t date_at = bytes.size;
	buf_text(&bytes, date_example);
	for (size_t i = 0; i < reply->header_count; i++) {
		buf_text(&bytes, "\r\n");
		buf_text(&bytes, reply->headers[i].name);
		buf_text(&bytes, ": ");
		buf_text(&bytes, reply->headers[i].value);
	}
	snprintf(line, sizeof line, "\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n",
		reply->body.size);
	buf_text(&bytes, line);
	buf_str(&bytes, reply->body);
	exchange_destroy(x);
	if (bytes.failed) {
		buf_finish(&bytes);
		return -ENOMEM;
	}
	*canned = (struct canned_response){bytes.at, bytes.size, date_at};
	return 0;
}

void canned_finish(struct canned_response *canned)
{
	struct buf bytes = {.at = canned->bytes};
	buf_finish(&bytes);
	*canned = (struct canned_response){0};
}

// Not by strftime, whose names of days follow the locale.
static void write_date(char *to)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	char date[sizeof date_example + 32];
	time_t now = time(NULL);
	struct tm tm;
	if (!gmtime_r(&now, &tm))
		return;
	snprintf(date, sizeof date, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
		tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	memcpy(to, date, sizeof date_example - 1);
}

void canned_send(struct canned_response *canned, int fd)
{
	write_date(canned->bytes + canned->date_at);
	// Nothing can be done for a client that does not take it.
	(void)!send(fd, canned->bytes, canned->size, MSG_DONTWAIT | MSG_NOSIGNAL);
}
