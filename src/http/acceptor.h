// SPDX-License-Identifier: MIT
// Private to http: the thread in front of the library. It accepts connections
// and refuses those over a limit, looks after the deadlines of all that are open,
// and empties the house when the service stops. It sleeps while there is nothing
// of that to do.
#pragma once

#include "connection.h"

struct acceptor;

// Starts the thread. It owns the COUNT sockets LISTEN_FDS if the result is 0.
int acceptor_create(struct acceptor **out, struct http *http, const int *listen_fds, size_t count);

// Accepts what waits already, unless the listening sockets are somebody else's too,
// and stops listening; from then on connections on which nothing happens are
// closed.
void acceptor_drain(struct acceptor *acceptor);

// Ends the thread. NULL is allowed.
void acceptor_destroy(struct acceptor *acceptor);
