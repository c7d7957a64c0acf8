// SPDX-License-Identifier: MIT
// Private to http: whole answers as bytes, for connections on which the library
// cannot answer: too many of them, or too late in the middle of a request. Not
// for TLS, where bytes of our own would only break the stream.
#ifndef HTTP_NOTICE_H
#define HTTP_NOTICE_H

#include "code.h"
#include "service.h"

struct notice {
	char *bytes; // head and body, with room for the date
	size_t size;
	size_t date_at;
};

// Lays down the answer of CODE. 0 or -ENOMEM.
int notice_init(struct notice *notice, struct service *service, enum code code);
void notice_finish(struct notice *notice);

// Sends it without waiting; what the socket does not take at once is lost, as the
// connection is about to end.
void notice_send(struct notice *notice, int fd);

#endif
