// SPDX-License-Identifier: MIT
// Asks the service as a function, with a body in pieces.
#pragma once

#include "base/str.h"

struct question {
	const char *target, *content_type;
	const char *accept; // or NULL
	struct str body;
};

// What came back, with a copy of the body for the caller to free.
struct answer {
	unsigned status;
	char type[64];
	char *body;
	size_t size;
};

// Set up and tear down for cmocka; the rulebook is read from RULEBOOK_PATH.
extern const char *rulebook_path;
int ask_start(void **state);
int ask_stop(void **state);

// Posts with the body cut at the COUNT places in CUTS, which are in order and
// may be the same.
void ask(const struct question *question, const size_t *cuts, size_t count, struct answer *answer);
