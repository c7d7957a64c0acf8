// SPDX-License-Identifier: MIT
// Words as people write them: how they are compared, and how near two are.
#pragma once

#include "str.h"

#include <stdint.h>

enum { WORD_MAX = 128 }; // bytes of a folded word

// Folds TEXT into TO: ASCII letters lowered, blanks at both ends dropped, each
// run of blanks, "_" and "-" made one "_", and none kept beside "/". Returns
// the size, or WORD_MAX + 1 if it does not fit.
size_t word_fold(char to[WORD_MAX], struct str text);

// A hash for tables of words, which differs between machines of another byte order.
// SEED keeps vocabularies apart.
uint32_t word_hash(uint32_t seed, struct str word);

// How many single edits (insert, drop, change, swap neighbours) lie between two
// folded words of at most WORD_MAX bytes; anything over MOST is MOST + 1.
unsigned word_distance(struct str a, struct str b, unsigned most);

// How many edits a word of SIZE bytes may be away and still be meant.
unsigned word_tolerance(size_t size);
