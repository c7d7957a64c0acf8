// SPDX-License-Identifier: MIT
// Private to http: the porter's round past all connections, once a second while
// there are any. What is too late is a matter of deadline.c; here the kernel is
// asked and connections are ended.
#ifndef HTTP_PATROL_H
#define HTTP_PATROL_H

#include "connection.h"
#include "notice.h"

struct patrol {
	struct notice late;
	uint64_t due_ms; // of the next round
	uint64_t drained_ms; // when draining began; 0: it has not
};

int patrol_init(struct patrol *patrol, struct service *service); // 0 or -ENOMEM
void patrol_finish(struct patrol *patrol);

// When to go next, in the monotonic clock's milliseconds; 0: there is nobody.
uint64_t patrol_due(const struct patrol *patrol, struct http *http);

// Goes, if it is due.
void patrol_go(struct patrol *patrol, struct http *http);

// From now on connections on which nothing happens are to end.
void patrol_drain(struct patrol *patrol, uint64_t now_ms);

#endif
