// SPDX-License-Identifier: MIT
#include "canned.h"

#include "tls.h"

#include <errno.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <time.h>

// Of the form that RFC 9110, section 5.6.7, wants, always as long as this.
enum { DATE_SIZE = sizeof "Sun, 06 Nov 1994 08:49:37 GMT" - 1 };

int canned_init(struct canned_response *canned, const struct reply *reply)
{
	struct buf bytes = {0};
	buf_print(&bytes, "HTTP/1.1 %u %s\r\nDate: ", reply->status,
		MHD_get_reason_phrase_for(reply->status));
	const size_t date_at = bytes.size;
	buf_padded(&bytes, "", DATE_SIZE);
	for (size_t i = 0; i < reply->header_count; i++)
		buf_print(&bytes, "\r\n%s: %s", reply->headers[i].name, reply->headers[i].value);
	buf_print(&bytes, "\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", reply->body.size);
	buf_str(&bytes, reply->body);
	*canned = (struct canned_response){bytes, date_at};
	return bytes.failed ? -ENOMEM : 0;
}

int canned_init_code(struct canned_response *canned, struct service *service, enum code code)
{
	struct exchange *x = exchange_create(service);
	const struct reply *reply = x ? exchange_refuse(x, code) : NULL;
	const int result = reply ? canned_init(canned, reply) : -ENOMEM;
	exchange_destroy(x);
	return result;
}

void canned_send(const struct canned_response *canned, int fd, void *session)
{
	const struct buf *bytes = &canned->bytes;
	char date[DATE_SIZE + 1];
	const time_t now = time(NULL);
	struct tm tm;
	// Names of days and months are English: the program stays in the locale "C".
	if (gmtime_r(&now, &tm) &&
		strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm) == DATE_SIZE)
		memcpy(bytes->at + canned->date_at, date, DATE_SIZE);
	// Nothing can be done for a client that does not take it.
	if (session)
		tls_send(session, buf_view(bytes));
	else
		(void)!send(fd, bytes->at, bytes->size, MSG_DONTWAIT | MSG_NOSIGNAL);
}
