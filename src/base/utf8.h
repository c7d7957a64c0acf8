// SPDX-License-Identifier: MIT
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, at most U+10FFFF.
#pragma once

#include "str.h"

// Bytes of the character that starts at AT, or 0 where there is no valid one.
size_t utf8_step(const char *at, const char *end);

// The byte-order mark, which some programs write at the start of a text.
#define UTF8_MARK "\xEF\xBB\xBF"

// TEXT without it, and without a second one, which programs add to what has one.
static inline struct str utf8_skip_mark(struct str text)
{
	const size_t size = sizeof UTF8_MARK - 1;
	for (int i = 0; i < 2 && str_starts(text, STR(UTF8_MARK)); i++)
		text = (struct str){text.at + size, text.size - size};
	return text;
}

// Whether all of S is valid.
bool utf8_valid(struct str s);

// Writes one code point (not a surrogate) and returns its number of bytes.
size_t utf8_put(char *to, unsigned long code_point);
