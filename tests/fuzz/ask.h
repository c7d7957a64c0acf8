// SPDX-License-Identifier: MIT
// One question to the service, as a function: a POST with its body in pieces,
// and what came back. For targets that ask many times over about one input.
#pragma once

#include "api/api.h"
#include "base/buf.h"

// Low enough for an input to reach them.
enum { ASK_BODY_MAX = 2 << 10, ASK_BULK_MAX = 160 << 10, ASK_ROWS_MAX = 40 };

// A service with these limits and the built-in rulebook, which lives for ever.
// RELEASE as in struct service_options.
struct service *ask_open_service(void (*release)(void *handle));

struct question {
	struct str path, query; // QUERY without its question mark
	struct str content_type, accept; // ACCEPT may be empty
	struct str body;
	bool is_chunked; // else the length of the body is known beforehand
};

// How a body is cut: sizes of pieces, over and over again. Without any it comes
// in one piece.
struct pieces {
	const size_t *sizes; // each at least 1
	size_t count;
};

struct answer {
	unsigned status;
	char type[64]; // the media type
	bool is_stream; // it is a row for each row, and not a summary or a problem
	bool is_cut_off; // the client would get nothing of this: it went on too long
	struct buf body; // {0} before the first use
};

// Overwrites ANSWER. Aborts when something is wrong with the reply in itself: a
// status of 500 and above, or a length that is not as announced.
void ask(const struct question *question, struct pieces pieces, struct answer *answer);

void answer_finish(struct answer *answer);
