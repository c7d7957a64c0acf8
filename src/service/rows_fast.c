// SPDX-License-Identifier: MIT
// Words of a column that were met before. Only what a profile accepts without
// an error comes from here; everything else goes the long way.
#include "rows_private.h"

// Few words share their size, first and last letter.
static size_t memo_place(struct str word)
{
	size_t first = (unsigned char)word.at[0], last = (unsigned char)word.at[word.size - 1];
	size_t mix = word.size * 7 + first * 3 + last;
	return (mix ^ mix >> 4) % MEMO_WORDS;
}

// The digit that PROFILE would come to for a text, or -1 for an error.
static int find_digit(struct rows *rows, const struct pmm_member *member, struct str word)
{
	const struct pmm_rulebook *rulebook = edition_rulebook(rows->options.edition);
	int digit = pmm_value_find(rulebook, member->fact, word.at, word.size);
	if (digit > 0 && !(member->accepts >> (digit - 1) & 1))
		digit = PMM_DIGIT_NONE;
	return digit == PMM_DIGIT_NONE && member->selective ? PMM_DIGIT_UNKNOWN : digit;
}

int fast_digit(struct rows *rows, const struct column *column, struct str word)
{
	if (word.size == 0)
		return PMM_DIGIT_UNKNOWN;
	if (word.size > MEMO_BYTES)
		return find_digit(rows, column->meaning.member, word);
	struct memo_word *memo = &column->memo[memo_place(word)];
	if (memo->size == word.size && memcmp(memo->text, word.at, word.size) == 0)
		return memo->digit;
	int digit = find_digit(rows, column->meaning.member, word);
	if (digit >= 0) {
		memo->size = (uint8_t)word.size;
		memo->digit = (uint8_t)digit;
		memcpy(memo->text, word.at, word.size);
	}
	return digit;
}
