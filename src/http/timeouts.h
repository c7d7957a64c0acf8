// SPDX-License-Identifier: MIT
// Private to http: the acceptor's round past all connections, once a second while
// there are any. What is too late is a matter of deadline.c; here the kernel is
// asked and connections are ended.
#pragma once

#include "canned.h"
#include "connection.h"

struct timeouts {
	struct canned_response late;
	uint64_t due_ms; // of the next round
	uint64_t drained_ms; // when draining began; 0: it has not
};

int timeouts_init(struct timeouts *timeouts, struct service *service); // 0 or -ENOMEM
void timeouts_finish(struct timeouts *timeouts);

// When to go next, in the monotonic clock's milliseconds; 0: there is nobody.
uint64_t timeouts_due(const struct timeouts *timeouts, struct http *http);

// Goes, if it is due.
void timeouts_go(struct timeouts *timeouts, struct http *http);

// From now on connections on which nothing happens are to end.
void timeouts_drain(struct timeouts *timeouts, uint64_t now_ms);
