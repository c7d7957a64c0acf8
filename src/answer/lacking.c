// SPDX-License-Identifier: MIT
// pmm_alternatives changes one fact, which says nothing to who lacks two. So all values of the
// changeable facts are gone through together, and of what makes an attribute better for certain,
// the fewest changes count, for each attribute on its own: what is cheap for one must not hide
// what another needs. Of the fewest none can be spared, so nobody is told what they have.
//
// What is better, no rulebook says outright. Two things are taken from it: an earlier value of an
// attribute is better than a later one; and whoever has something (true) is better off than who
// has not. For any other change than that the first attribute must become a better one.
#include "lacking.h"

// Most profiles that are looked at for a feature. Where they are more, nothing is told: the
// shortest way may be one of the others.
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

// The place of the first and of the last value that is possible; it is one at least.
static int first(uint32_t possible)
{
	return __builtin_ctz(possible);
}

static int last(uint32_t possible)
{
	return 31 - __builtin_clz(possible);
}

// OTHER is what follows where CHANGED are facts with another value than the given one, BASE where
// none is, and the unknown facts are the same. MORE are those changes by which something is had.
static void judge(struct search *search, const struct pmm_outcome *base,
	const struct pmm_outcome *other, uint32_t changed, uint32_t more)
{
	const uint32_t count = (uint32_t)__builtin_popcount(changed);
	const uint32_t *given = search->given->possible, *is = other->possible;
	const size_t attributes = search->info->attribute_count;
	if (changed != more && last(is[0]) >= first(given[0]))
		return;
	for (size_t a = 0; a < attributes; a++)
		if (first(is[a]) > first(base->possible[a]) ||
			last(is[a]) > last(base->possible[a]))
			return;
	for (size_t a = 0; a < attributes; a++) {
		if (last(is[a]) >= first(given[a]) || count > search->fewest[a])
			continue;
		search->found[a] = changed | (count == search->fewest[a] ? search->found[a] : 0);
		search->fewest[a] = count;
	}
}

// BASE and INDEX differ in what was CHANGED; in the facts of REST both have the given values.
static void look(struct search *search, uint32_t base, uint32_t index, uint32_t rest,
	uint32_t changed, uint32_t more)
{
	const size_t feature = search->given->feature;
	if (search->looks == LOOKS_MAX)
		return;
	if (!rest) {
		search->looks++;
		judge(search, pmm_decide(search->rulebook, base)->outcomes[feature],
			pmm_decide(search->rulebook, index)->outcomes[feature], changed, more);
		return;
	}
	const size_t f = (size_t)__builtin_ctz(rest);
	const struct pmm_fact *fact = &search->info->facts[f];
	const uint8_t given = search->digits[f];
	for (uint8_t digit = 1; digit <= fact->value_count; digit++) {
		const uint32_t bit = given && digit != given ? UINT32_C(1) << f : 0;
		const uint32_t step = (uint32_t)(digit - given) * search->step[f];
		// Nobody is told how to lose what they have.
		if (bit && fact->is_boolean && fact->values[digit - 1].name[0] == 'f')
			continue;
		look(search, given ? base : base + step, index + step, rest & (rest - 1),
			changed | bit, more | (fact->is_boolean ? bit : 0));
	}
}

void lacking_steps(const struct pmm_rulebook *rulebook, uint32_t step[PMM_FACTS_MAX])
{
	for (size_t f = 0; f < pmm_rulebook_info(rulebook)->fact_count; f++) {
		uint8_t one[PMM_FACTS_MAX] = {0};
		one[f] = 1;
		step[f] = pmm_profile_index(rulebook, one);
	}
}

uint32_t lacking_named(const struct pmm_rulebook_info *info, uint32_t feature)
{
	uint32_t facts = 0;
	for (size_t r = 0; r < info->rule_count; r++)
		for (size_t f = 0; info->rules[r].features >> feature & 1 && f < info->fact_count;
			f++)
			if (info->rules[r].when[f] != UINT32_MAX)
				facts |= UINT32_C(1) << f;
	return facts;
}

uint32_t lacking_find(const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature)
{
	struct search search = {.rulebook = rulebook,
		.info = pmm_rulebook_info(rulebook),
		.given = pmm_decide(rulebook, index)->outcomes[feature]};
	uint32_t all = 0;
	lacking_steps(rulebook, search.step);
	search.facts = lacking_named(search.info, feature);
	for (size_t f = 0; f < search.info->fact_count; f++)
		if (!search.info->facts[f].changeable)
			search.facts &= ~(UINT32_C(1) << f);
	memset(search.fewest, 0xFF, sizeof search.fewest);
	pmm_profile_digits(rulebook, index, search.digits);
	look(&search, index, index, search.facts, 0, 0);
	for (size_t a = 0; a < search.info->attribute_count && search.looks < LOOKS_MAX; a++)
		all |= search.found[a];
	return all;
}
