// SPDX-License-Identifier: MIT
// Hexadecimal digits, both ways. It knows nothing of what the numbers mean.
#pragma once

#include "str.h"

#include <stdint.h>

// The value of one digit in either case, or -1.
static inline int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Writes the last COUNT digits of NUMBER to TO, in lower case. Returns where they end.
static inline char *hex_put(char *to, uint64_t number, unsigned count)
{
	for (unsigned i = count; i-- > 0; number >>= 4)
		to[i] = "0123456789abcdef"[number & 15];
	return to + count;
}
