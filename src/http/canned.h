// SPDX-License-Identifier: MIT
// Private to http: whole answers as bytes, for connections on which the library cannot
// answer: too many of them, or too late, or in the middle of a request.
#pragma once

#include "api/api.h"

struct canned_response {
	struct buf bytes; // head and body, with room for the date; to be finished in any case
	size_t date_at;
};

// Lays down REPLY, which is no stream; TARGET is nothing yet. 0 or -ENOMEM.
int canned_init(struct canned_response *canned, const struct reply *reply);

// The same of the answer of CODE to whom no request was read.
int canned_init_code(struct canned_response *canned, struct service *service, enum code code);

// Sends it, with the present date and without waiting; what the socket does not take
// at once is lost, as the connection is about to end. SESSION: of TLS, by its own
// thread alone; else NULL.
void canned_send(const struct canned_response *canned, int fd, void *session);
