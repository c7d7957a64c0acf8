// SPDX-License-Identifier: MIT
// Words of a column that were met before. Only what a profile accepts without
// an error comes from here; everything else goes the long way.
#include "rows_fast.h"

// What one step of each fact's digit is in an index, which is the sum of them.
static uint32_t find_stride(const struct pmm_rulebook *rulebook, uint32_t fact)
{
	uint8_t digits[PMM_FACTS_MAX] = {0};
	digits[fact] = 1;
	return pmm_profile_index(rulebook, digits);
}

void fast_prepare(struct rows *rows, struct column *columns, size_t count)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	const struct pmm_fact *facts = pmm_rulebook_info(rulebook)->facts;
	uint32_t spoken_of = 0; // bit f
	rows->unset_index = pmm_profile_index(rulebook, rows->options.defaults);
	rows->shares_facts = false;
	for (struct column *column = columns; column < columns + count; column++) {
		const struct pmm_member *member = column->meaning.member;
		column->takes_literals = !column->meaning.is_id && !column->meaning.is_group &&
					 (!member || facts[member->fact].is_boolean);
		if (!member)
			continue;
		rows->shares_facts |= spoken_of >> member->fact & 1;
		spoken_of |= UINT32_C(1) << member->fact;
		column->stride = find_stride(rulebook, member->fact);
		column->unset = rows->options.defaults[member->fact];
	}
}

// The digit that PROFILE would come to for a text, or -1 for an error.
static int find_digit(struct rows *rows, const struct pmm_member *member, struct str word)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	int digit = pmm_value_find(rulebook, member->fact, word.at, word.size);
	if (digit > 0 && !(member->accepts >> (digit - 1) & 1))
		digit = PMM_DIGIT_NONE;
	return digit == PMM_DIGIT_NONE && member->selective ? PMM_DIGIT_UNKNOWN : digit;
}

// Words that share their first place have a few more behind it.
enum { PLACES = 4 };

int fast_look_up(struct rows *rows, const struct column *column, struct str word)
{
	if (word.size > MEMO_BYTES)
		return find_digit(rows, column->meaning.member, word);
	const uint64_t head = bytes_head(word.at, word.size, word.at + word.size);
	const size_t first = fast_place(head, word.size);
	struct memo_word *memo = NULL;
	for (size_t i = 0; i < PLACES; i++) {
		struct memo_word *place = &column->memo[(first + i) % MEMO_WORDS];
		if (fast_is_it(place, head, word))
			return place->digit;
		if (!memo && place->size == 0)
			memo = place;
	}
	int digit = find_digit(rows, column->meaning.member, word);
	if (digit < 0)
		return digit;
	if (!memo)
		memo = &column->memo[first];
	*memo = (struct memo_word){head, (uint8_t)word.size, (uint8_t)digit, {0}};
	memcpy(memo->text, word.at, word.size);
	return digit;
}

// What several columns that speak of the same facts come to. False: they disagree.
static bool resolve(struct rows *rows, struct fast *fast)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	const size_t facts = pmm_rulebook_info(rulebook)->fact_count;
	uint8_t digits[PMM_FACTS_MAX] = {0};
	bool is_simple = true;
	for (size_t i = 0; i < fast->count; i++) {
		uint8_t *digit = &digits[rows->given[i].member->fact];
		is_simple &= *digit == 0;
		*digit = rows->given[i].digit;
	}
	if (!is_simple && pmm_resolve(rulebook, rows->given, fast->count, digits, NULL))
		return false;
	for (size_t f = 0; f < facts; f++)
		if (!digits[f])
			digits[f] = rows->options.defaults[f];
	fast->index = pmm_profile_index(rulebook, digits);
	return true;
}

bool fast_take(struct rows *rows, struct fast *fast, bool *taken)
{
	*taken = !rows->shares_facts || resolve(rows, fast);
	if (!*taken)
		return true;
	const struct row row = {.number = rows->count + 1,
		.id = fast->id,
		.group = fast->group,
		.index = fast->index};
	return rows_take(rows, &row);
}
