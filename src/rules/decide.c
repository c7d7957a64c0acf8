// SPDX-License-Identifier: MIT
// Decides what follows for one feature, for every profile.
//
// A profile with all facts known is decided by the rules; exactly one value must
// follow for each attribute. One with unknown facts takes the union of its
// completions. The walk goes from the last index to the first, so those are
// already there (rulebook.h), and every question costs one step for each value
// of one or two facts instead of an enumeration.
#include "prover.h"

#include <errno.h>

// Where the walk is. The sets are of rules; [f] is what the first f facts leave.
struct walk {
	struct prover *prover;
	const struct feature_rules *rules;
	uint32_t feature;
	uint32_t index;
	uint8_t digits[PMM_FACTS_MAX];
	uint32_t unknown; // bit f: the digit of fact f is 0
	uint64_t certain[PMM_FACTS_MAX + 1]; // apply to all completions
	uint64_t possible[PMM_FACTS_MAX + 1]; // apply to some
};

// One index down; from nothing known to the last index.
static void step_down(struct walk *walk)
{
	const struct pmm_rulebook_info *info = &walk->prover->rulebook->info;
	size_t f = info->fact_count;
	for (bool borrows = true; borrows && f > 0;) {
		f--;
		borrows = walk->digits[f] == 0;
		walk->digits[f] = (uint8_t)(borrows ? info->facts[f].value_count
						    : walk->digits[f] - 1u);
	}
	walk->unknown &= (UINT32_C(1) << f) - 1;
	for (; f < info->fact_count; f++) {
		const uint8_t digit = walk->digits[f];
		walk->unknown |= (uint32_t)(digit == PMM_DIGIT_UNKNOWN) << f;
		const uint64_t accepting = walk->rules->accepting[f][digit];
		walk->certain[f + 1] = walk->certain[f] & accepting;
		// A rule that no value of a fact lets apply is refused before.
		walk->possible[f + 1] = walk->possible[f] & (digit ? accepting : UINT64_MAX);
	}
}

// Reads off which values the rules in SET give to attribute A, and notes what
// is wrong or worth knowing about it.
static uint32_t decide_attribute(const struct walk *walk, size_t a, uint64_t set)
{
	struct prover *prover = walk->prover;
	struct faults *faults = &prover->faults[walk->feature][a];
	uint32_t values = 0;
	for (uint64_t rest = set; rest; rest &= rest - 1) {
		const uint32_t r = walk->rules->rules[__builtin_ctzll(rest)];
		values |= UINT32_C(1) << prover->rulebook->rules[r].then[a];
	}
	if (values == 0) {
		faults->gaps++;
	} else if (!pmm_is_determined(values)) {
		faults->is_contradicted = true;
	} else if (set & (set - 1)) {
		faults->is_agreed = true;
	}
	prover->has_faults |= values == 0 || !pmm_is_determined(values);
	return values;
}

static void decide_full(const struct walk *walk, struct outcome_key *key)
{
	const struct pmm_rulebook_info *info = &walk->prover->rulebook->info;
	const uint64_t certain = walk->certain[info->fact_count];
	for (size_t a = 0; a < info->attribute_count; a++) {
		key->basis[a] = certain & walk->rules->setters[a];
		key->possible[a] = decide_attribute(walk, a, key->basis[a]);
	}
}

// What follows when an unknown fact has a value, whose digit it is.
static const struct outcome_key *complete(const struct walk *walk, size_t fact, size_t digit)
{
	const struct prover *prover = walk->prover;
	const size_t index = walk->index + digit * prover->rulebook->stride[fact];
	return prover_outcome(prover, prover->outcome_of[index]);
}

// Adds what follows when FACT is completed in every way: the values that are possible,
// which are the same whichever fact is completed, and the unknown facts that matter.
static void unite(const struct walk *walk, size_t fact, struct outcome_key *key)
{
	const struct outcome_key *before = NULL;
	for (size_t digit = 1; digit <= walk->prover->rulebook->facts[fact].value_count; digit++) {
		const struct outcome_key *other = complete(walk, fact, digit);
		for (size_t a = 0; other != before && a < PMM_ATTRIBUTES_MAX; a++) {
			key->possible[a] |= other->possible[a];
			key->missing[a] |= other->missing[a];
		}
		before = other;
	}
}

// The rules that a partial profile's determined attributes rest on: those that
// apply to every completion, or failing that, all that apply to some.
static void find_basis(const struct walk *walk, struct outcome_key *key)
{
	const struct pmm_rulebook_info *info = &walk->prover->rulebook->info;
	const uint64_t certain = walk->certain[info->fact_count];
	const uint64_t possible = walk->possible[info->fact_count];
	for (size_t a = 0; a < info->attribute_count; a++) {
		const uint64_t sure = certain & walk->rules->setters[a];
		if (pmm_is_determined(key->possible[a]))
			key->basis[a] = sure ? sure : possible & walk->rules->setters[a];
	}
}

// A fact matters to an attribute if two completions that differ only in it give two values.
// Completing one unknown fact leaves the question for all others to the children; completing
// another answers it for the first one. A single unknown fact matters if its own children
// differ, which leaves more than one value possible.
static void decide_partial(const struct walk *walk, struct outcome_key *key)
{
	const size_t first = (size_t)__builtin_ctz(walk->unknown);
	const uint32_t others = walk->unknown & (walk->unknown - 1);
	unite(walk, first, key);
	if (others)
		unite(walk, (size_t)__builtin_ctz(others), key);
	else
		for (size_t a = 0; a < PMM_ATTRIBUTES_MAX; a++)
			if (!pmm_is_determined(key->possible[a]))
				key->missing[a] = (uint16_t)walk->unknown;
	find_basis(walk, key);
}

int decide_feature(struct prover *prover, uint32_t feature)
{
	struct walk walk = {
		.prover = prover,
		.rules = &prover->features[feature],
		.feature = feature,
		.certain = {UINT64_MAX},
		.possible = {UINT64_MAX},
	};
	for (walk.index = prover->rulebook->info.space; walk.index-- > 0;) {
		struct outcome_key key = {.feature = feature};
		step_down(&walk);
		if (!walk.unknown)
			decide_full(&walk, &key);
		else if (prover->has_faults)
			continue; // nothing sound to unite; go on looking for faults
		else
			decide_partial(&walk, &key);
		const struct str item = {(const char *)&key, prover->outcome_size};
		if (intern_add(&prover->outcomes, item, &prover->outcome_of[walk.index]))
			return -ENOMEM;
	}
	return 0;
}
