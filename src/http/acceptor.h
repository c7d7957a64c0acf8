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

// Accepts what waits already, unless the listening socket is somebody else's too,
// and stops listening; from then on connections on which nothing happens are
// closed.
void acceptor_drain(struct acceptor *acceptor);

// Ends the thread. NULL is allowed.
void acceptor_destroy(struct acceptor *acceptor);
