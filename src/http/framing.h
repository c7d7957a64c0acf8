// SPDX-License-Identifier: MIT
// Private to http: whether the framing of a request can be trusted. A front and
// this server that would read one request in two ways can be made to see two
// requests where there is one, so whatever RFC 9112 calls ambiguous, and whatever
// is spelt so oddly that somebody may read it otherwise, is refused.
//
// Pure: slices of the request in, a verdict out; no library, no socket. It sees
// what the library leaves of a request: line ends, chunk sizes and what the
// library refuses by itself are not among it.
//
//     framing_begin   the request line
//     framing_place   where it lay (only where the library hides the line ends)
//     framing_field   each field, in order
//     framing_end     true: refuse, and close
#pragma once

#include "base/base.h"

#include <stdint.h>

struct framing {
	const char *next; // where the next line must begin; NULL: nobody knows
	uint64_t length; // of the last Content-Length
	unsigned lengths, codings, hosts; // how often these fields came
	bool is_old; // HTTP/1.0
	bool is_bad;
};

// Sets all of FRAMING from a request line.
void framing_begin(
	struct framing *framing, struct str method, struct str target, struct str version);

// For a library that cuts the lines of a header block in place, so that all slices
// point to where the bytes came in. Then what is between them tells the separators
// from each other that it took for the same: a line end is two bytes, LF alone
// is one, a line that was folded or that a NUL cut short is more.
void framing_place(
	struct framing *framing, struct str method, struct str target, struct str version);

void framing_field(struct framing *framing, struct str name, struct str value);

// After the last field. END is the first byte behind the header block, where the
// lines' places are known.
bool framing_end(const struct framing *framing, const char *end);

// Whether a field may stand in a trailer section: there it frames nothing.
bool framing_allows_trailer(struct str name, struct str value);
