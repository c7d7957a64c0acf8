// SPDX-License-Identifier: MIT
// pmm_alternatives changes one fact, which says nothing to who lacks two. So all values of the
// changeable facts are gone through together, and of what makes an attribute another one for
// certain, the fewest changes count, for each attribute on its own: what is cheap for one must
// not hide what another needs.
//
// What is better, no rulebook says outright. Two things are taken from it: of the first
// attribute, an earlier value is at least as good as a later one; and whoever has something
// (true) is better off than who has not. Nobody is told how to lose what they have.
#include "lacking.h"

// Most profiles that are looked at for a feature; what is found by then is right, and perhaps
// not the shortest way.
enum { LOOKS_MAX = 1 << 16 };

struct search {
	const struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	const struct pmm_outcome *given;
	uint32_t facts; // bit f: changeable, and a rule about the feature names it
	uint32_t step[PMM_FACTS_MAX]; // what a digit of it adds to an index
	uint8_t digits[PMM_FACTS_MAX];
	uint32_t looks;
	uint32_t fewest[PMM_ATTRIBUTES_MAX], found[PMM_ATTRIBUTES_MAX]; // changes, and of which
};

// The place of the last value that is possible.
static int last(uint32_t possible)
{
	return possible ? 31 - __builtin_clz(possible) : -1;
}

// CHANGED are facts with another value than the given one, LOST those of them that were true.
static void judge(
	struct search *search, const struct pmm_outcome *other, uint32_t changed, uint32_t lost)
{
	const uint32_t count = (uint32_t)__builtin_popcount(changed);
	const int was = last(search->given->possible[0]), is = last(other->possible[0]);
	if (is > was || (is == was && lost))
		return;
	for (size_t a = 0; a < search->info->attribute_count; a++) {
		if (other->possible[a] & search->given->possible[a] || count > search->fewest[a])
			continue;
		search->found[a] = changed | (count == search->fewest[a] ? search->found[a] : 0);
		search->fewest[a] = count;
	}
}

static void look(
	struct search *search, uint32_t index, uint32_t rest, uint32_t changed, uint32_t lost)
{
	if (search->looks == LOOKS_MAX)
		return;
	if (!rest) {
		search->looks++;
		judge(search, pmm_decide(search->rulebook, index)->outcomes[search->given->feature],
			changed, lost);
		return;
	}
	const size_t f = (size_t)__builtin_ctz(rest);
	const struct pmm_fact *fact = &search->info->facts[f];
	const uint8_t given = search->digits[f];
	for (uint8_t digit = 1; digit <= fact->value_count; digit++) {
		const uint32_t bit = given && digit != given ? UINT32_C(1) << f : 0;
		const bool is_less = fact->is_boolean && fact->values[digit - 1].name[0] == 'f';
		look(search, index + (uint32_t)(digit - given) * search->step[f], rest & (rest - 1),
			changed | bit, lost | (is_less ? bit : 0));
	}
}

uint32_t lacking_find(const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature)
{
	struct search search = {.rulebook = rulebook,
		.info = pmm_rulebook_info(rulebook),
		.given = pmm_decide(rulebook, index)->outcomes[feature]};
	uint32_t all = 0;
	for (size_t f = 0; f < search.info->fact_count; f++) {
		uint8_t one[PMM_FACTS_MAX] = {0};
		one[f] = 1;
		search.step[f] = pmm_profile_index(rulebook, one);
	}
	for (size_t r = 0; r < search.info->rule_count; r++)
		for (size_t f = 0; f < search.info->fact_count; f++)
			if (search.info->rules[r].features >> feature & 1 &&
				search.info->rules[r].when[f] != UINT32_MAX &&
				search.info->facts[f].changeable)
				search.facts |= UINT32_C(1) << f;
	memset(search.fewest, 0xFF, sizeof search.fewest);
	pmm_profile_digits(rulebook, index, search.digits);
	look(&search, index, search.facts, 0, 0);
	for (size_t a = 0; a < search.info->attribute_count; a++)
		all |= search.found[a];
	return all;
}
