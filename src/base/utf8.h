// SPDX-License-Identifier: MIT
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, at most U+10FFFF.
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "str.h"

// Bytes of the character that starts at AT, or 0 where there is no valid one.
size_t utf8_step(const char *at, const char *end);

// Whether all of S is valid.
bool utf8_valid(struct str s);

// Writes one code point (not a surrogate) and returns its number of bytes.
size_t utf8_put(char *to, unsigned long code_point);

#endif
