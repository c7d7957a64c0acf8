// SPDX-License-Identifier: MIT
// Private to http: how long a client may take. libmicrohttpd knows only a time
// without any activity, so that one byte a second would hold a connection for
// ever. This decides from what is observed of a connection about once a second;
// it reads no clock and no socket, so that a test can play any client.
#ifndef HTTP_DEADLINE_H
#define HTTP_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

enum phase {
	PHASE_OPENED, // nothing complete has come yet
	PHASE_IDLE, // between two requests
	PHASE_HEAD, // the request line is there, header fields are to come
	PHASE_BODY, // the body is to come
	PHASE_ANSWER, // the answer is being sent
	PHASE_CUT, // given up; stays so
};

struct deadlines {
	unsigned header_ms; // from the connection or the first byte to the end of the header
	unsigned stall_ms; // without progress of a body or an answer
	unsigned idle_ms; // between two requests
	uint64_t rate_min; // bytes a second of a body or an answer, over each stall_ms
};

// What the kernel says of a connection.
struct flow {
	uint64_t received; // bytes from the client, ever
	uint64_t acked; // bytes to the client that it has acknowledged, ever
	bool is_ours; // what is to be read lies here, or nothing waits to be sent:
		      // the client is not the one to wait for
	bool has_ended; // the client will send no more, and everything was read
};

// What is remembered of a connection between two looks.
struct watch {
	uint64_t stamp; // of the phase that is watched
	uint64_t since_ms; // when it was first seen
	uint64_t moved_ms; // when bytes last moved
	uint64_t bytes; // of the flow's direction, then
	uint64_t window_ms, window_bytes; // where the present window of the rate began
	uint64_t head_ms; // when the next request's first byte was seen; 0: not yet
};

enum verdict {
	VERDICT_STAY,
	VERDICT_HANG_UP, // there is nobody to tell
	VERDICT_TIMEOUT, // a request had begun: 408 where it can still be sent
};

// Starts to watch a connection that was opened at NOW_MS.
void watch_init(struct watch *watch, uint64_t now_ms);

// STAMP is another number for each phase of each request.
enum verdict deadline_judge(const struct deadlines *deadlines, struct watch *watch,
	enum phase phase, uint64_t stamp, const struct flow *flow, uint64_t now_ms);

#endif
