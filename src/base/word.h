// SPDX-License-Identifier: MIT
// Words as people write them: how they are compared, and how near two are.
#pragma once

#include "str.h"

#include <stdint.h>

enum {
	WORD_MAX = 128, // bytes of a folded word
	WORD_TEXT_MAX = 1024, // of a text that may hold several
};

// Folds TEXT into TO: ASCII letters lowered, and what only separates dropped: spaces of
// every kind, _ - . : * quotes, dashes, and characters that are not seen. A sign before
// a number is kept ("-"). Returns the size, or WORD_MAX + 1 if it does not fit.
size_t word_fold(char to[WORD_MAX], struct str text);

// A folded text and where its words began. marks[i] is 0 within a word, else what stands
// for the boundary before byte i: '\n' for line breaks and tabs, ' ' for any other space and
// at both ends, '-' for any dash, '"' for typographic quotes; else the byte itself that was
// dropped there, or that stands on either side and is neither letter nor digit.
struct word_text {
	size_t size;
	char at[WORD_TEXT_MAX];
	char marks[WORD_TEXT_MAX + 1];
};

// False: it does not fit, and size is WORD_TEXT_MAX + 1.
bool word_read(struct word_text *to, struct str text);

// Where the word ends that begins at AT, of MARKS of SIZE bytes.
size_t word_end(const char *marks, size_t size, size_t at);

// Whether a folded text has a letter or digit.
bool word_says_something(struct str folded);

// A hash for tables of words, which differs between machines of another byte order.
// SEED keeps vocabularies apart.
uint32_t word_hash(uint32_t seed, struct str word);

// How many single edits (insert, drop, change, swap neighbours) lie between two
// folded words of at most WORD_MAX bytes; anything over MOST is MOST + 1.
unsigned word_distance(struct str a, struct str b, unsigned most);

// Whether whoever wrote A may have meant B (both of at most WORD_MAX bytes): few edits for
// the size, in the whole and in each word where there are as many of them. "Regu Magang"
// is no misspelt "Regu Agama".
bool word_is_meant(const struct word_text *a, const struct word_text *b);

// The one nearest to WORD of those that were tried, by what they are folded to: few slips
// lie between, and no other one is as near.
struct word_nearest {
	struct str word;
	const char *text; // NULL: there is none
	bool is_found; // some were near, at
	unsigned distance;
};

void word_nearest_try(struct word_nearest *nearest, const char *candidate);
