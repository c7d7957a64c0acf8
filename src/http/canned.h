// SPDX-License-Identifier: MIT
// Private to http: whole answers as bytes, for connections on which the library
// cannot answer: too many of them, or too late in the middle of a request. Not
// for TLS, where bytes of our own would only break the stream.
#pragma once

#include "api/api.h"
#include "profile/profile.h"

struct canned_response {
	struct buf bytes; // head and body, with room for the date
	size_t date_at;
};

// Lays down the answer of CODE; to be given to canned_finish in any case. 0 or -ENOMEM.
int canned_init(struct canned_response *canned, struct service *service, enum code code);
void canned_finish(struct canned_response *canned);

// Sends it, with the present date and without waiting; what the socket does not take
// at once is lost, as the connection is about to end.
void canned_send(struct canned_response *canned, int fd);
