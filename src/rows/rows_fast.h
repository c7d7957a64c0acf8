// SPDX-License-Identifier: MIT
// Private to rows: what is common and can be had without a profile. A row that is
// read in this way comes to the same as with one, or is left to it.
#ifndef ROWS_ROWS_FAST_H
#define ROWS_ROWS_FAST_H

#include "base/base.h"
#include "rows_private.h"

// A row of known words, as far as it was read.
struct fast {
	uint32_t index; // of what was given; where two columns speak of one fact,
	size_t count; // this many of rows->given are it instead
	struct str id, group;
};

// The columns are known: works out what their words will come to.
void fast_prepare(struct rows *rows, struct column *columns, size_t count);

// The digit of a word that is not in its first place, or -1: ask the profile.
int fast_look_up(struct rows *rows, const struct column *column, struct str word);

// Where a word is remembered first of all: few share their size and first bytes.
static inline size_t fast_place(uint64_t head, size_t size)
{
	return (head + size) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - MEMO_BITS);
}

static inline bool fast_is_it(const struct memo_word *memo, uint64_t head, struct str word)
{
	return memo->head == head && memo->size == word.size &&
	       (word.size <= BYTES_WORD || bytes_same(memo->text, word.at, word.size));
}

// Whether a word is in its first place; then its digit is known. Up to END may be
// read.
static inline bool fast_is_known(
	const struct column *column, struct str word, const char *end, int *digit)
{
	*digit = PMM_DIGIT_UNKNOWN;
	if (word.size == 0)
		return true;
	const uint64_t head = bytes_head(word.at, word.size, end);
	const struct memo_word *memo = &column->memo[fast_place(head, word.size)];
	*digit = memo->digit;
	return fast_is_it(memo, head, word);
}

// Takes a fact's digit. False: only a profile can say what it means.
static inline bool fast_take_digit(
	struct rows *rows, struct fast *fast, const struct column *column, int digit)
{
	if (digit <= 0)
		return digit == 0;
	if (!rows->shares_facts) {
		fast->index += ((uint32_t)digit - column->unset) * column->stride;
		return true;
	}
	if (fast->count == TEMPLATE_COLUMNS)
		return false;
	rows->given[fast->count++] = (struct pmm_given){column->meaning.member, (uint8_t)digit};
	return true;
}

// Takes a text once and not too long; all else is for the profile to judge.
static inline bool fast_keep_text(struct str *to, struct str text)
{
	if (text.size == 0)
		return true;
	if (to->size || text.size > PROFILE_TEXT_MAX)
		return false;
	*to = text;
	return true;
}

// Takes the text of a column that is the id, the group or both.
static inline bool fast_keep(struct fast *fast, const struct column *column, struct str text)
{
	return (!column->meaning.is_id || fast_keep_text(&fast->id, text)) &&
	       (!column->meaning.is_group || fast_keep_text(&fast->group, text));
}

// Hands over the row. False in *TAKEN: columns disagree, and only a profile can
// say how.
bool fast_take(struct rows *rows, struct fast *fast, bool *taken);

#endif
