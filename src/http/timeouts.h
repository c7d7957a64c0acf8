// SPDX-License-Identifier: MIT
// Private to http: how long a client may take. libmicrohttpd knows only a time
// without any activity, so that one byte a second would hold a connection for
// ever. What is too late is decided from what is observed of a connection about once
// a second, without a clock or a socket, so that a test can play any client.
#pragma once

#include "http.h"

struct canned_response;

enum phase {
	PHASE_OPENED, // nothing complete has come yet
	PHASE_IDLE, // between two requests
	PHASE_HEAD, // the request line is there, header fields are to come
	PHASE_BODY, // the body is to come
	PHASE_ANSWER, // the answer is being sent
	PHASE_CUT, // given up; stays so
};

// What the kernel says of a connection.
struct flow {
	uint64_t received; // bytes from the client, ever
	uint64_t acked; // bytes to the client that it has acknowledged, ever
	bool is_ours; // what is to be read lies here, or nothing waits to be sent:
		      // the client is not the one to wait for
	unsigned calls; // that the library made for the connection; they wrap round
	bool has_ended; // the client will send no more, and everything was read
};

// What is remembered of a connection between two looks; it begins with nothing but
// since_ms, when the connection was opened.
struct watch {
	uint64_t stamp; // of the phase that is watched
	uint64_t since_ms; // when it was first seen
	uint64_t moved_ms; // when bytes last moved
	uint64_t bytes; // of the flow's direction, then
	uint64_t window_ms, window_bytes; // where the present window of the rate began
	uint64_t head_ms; // when the next request's first byte was seen; 0: not yet
	uint64_t looked_ms; // the last time
	uint64_t still_ms; // so long it has waited for the service, which did nothing for it
	unsigned calls; // by then
};

enum verdict {
	VERDICT_STAY,
	VERDICT_HANG_UP, // there is nobody to tell
	VERDICT_TIMEOUT, // a request had begun: 408 where it can still be sent
	VERDICT_STUCK, // the same, but it is the library that stands still
};

// Looks at a connection, by the timeouts and the rate of OPTIONS. STAMP is another
// number for each phase of each request.
enum verdict timeouts_judge(const struct http_options *options, struct watch *watch,
	enum phase phase, uint64_t stamp, const struct flow *flow, uint64_t now_ms);

// Looks at all connections, asking the kernel, and ends those that are too late, with
// the answer LATE where somebody may read it. ENDS_IDLE: ends those on which nothing
// happens, too. The acceptor's thread.
void timeouts_check(struct http *http, const struct canned_response *late, bool ends_idle);
