// SPDX-License-Identifier: MIT
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, at most U+10FFFF.
#pragma once

#include "str.h"

#include <stdint.h>

// Bytes of the character that starts at AT, with its *CODE_POINT, or 0 where there is no
// valid one.
size_t utf8_read(const char *at, const char *end, uint32_t *code_point);

static inline size_t utf8_step(const char *at, const char *end)
{
	uint32_t any;
	return utf8_read(at, end, &any);
}

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

// Where the byte at OFFSET of a text stands, for people: line and column from 1, in
// characters (a byte that is none counts as one), byte-order marks not counted.
struct utf8_place {
	uint32_t line, column;
};

struct utf8_place utf8_place(struct str text, size_t offset);
