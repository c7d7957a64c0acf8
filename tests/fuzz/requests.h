// SPDX-License-Identifier: MIT
// Reads what a client sends on one connection as RFC 9112 has it, and nothing
// else, to say how many responses must come back. It shares no code with the
// framing in src/http, nor with the library.
#pragma once

#include "base/str.h"

#include <stdbool.h>

struct requests {
	unsigned complete; // requests that came whole, one behind the other
	// Behind them there is one more whose head came whole, but not its body, or
	// that is ambiguous: it may be answered once, and then the connection ends.
	bool has_last;
	// It is ambiguous: it must be answered, with a 4xx or 5xx.
	bool is_ambiguous;
	// Behind all of that come bytes of which this says nothing: something that
	// the library is known to take leniently, like a bare line feed.
	bool is_unknown;
};

void requests_read(struct str sent, struct requests *requests);
