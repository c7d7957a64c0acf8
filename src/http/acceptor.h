// SPDX-License-Identifier: MIT
// Private to http: the thread in front of the library. It accepts connections
// and refuses those over a limit, looks after the deadlines of all that are open,
// and empties the house when the service stops. It sleeps while there is nothing
// of that to do.
#pragma once

#include "connection.h"

struct acceptor;

// Starts the thread. It owns LISTEN_FD (-1: none) if the result is 0.
int acceptor_create(struct acceptor **out, struct http *http, int listen_fd);

// A connection came by another way; look after it.
void acceptor_wake(struct acceptor *acceptor);

// Accepts what waits already, unless the listening socket is somebody else's too,
// and stops listening; from then on connections on which nothing happens are
// closed.
void acceptor_drain(struct acceptor *acceptor);

// Ends the thread. NULL is allowed.
void acceptor_destroy(struct acceptor *acceptor);

// ---- whole answers as bytes (canned.c) ----
//
// For connections on which the library cannot answer: too many of them, or too late in
// the middle of a request. Not for TLS, where bytes of our own would only break the
// stream.

struct canned_response {
	struct buf bytes; // head and body, with room for the date; to be finished in any case
	size_t date_at;
};

// Lays down the answer of CODE. 0 or -ENOMEM.
int canned_init(struct canned_response *canned, struct service *service, enum code code);

// Sends it, with the present date and without waiting; what the socket does not take
// at once is lost, as the connection is about to end.
void canned_send(const struct canned_response *canned, int fd);
