// SPDX-License-Identifier: MIT
// Decides what follows for one feature, for every class of profiles that it
// tells apart (view.h).
//
// A class with all facts known is decided by the rules; exactly one value must
// follow for each attribute. A class with unknown facts takes the union of its
// completions. The walk goes from the last index to the first, so those are
// already there (rulebook.h), and every question costs one step for each class
// of one or two facts instead of an enumeration.
//
// Source of "undetermined", "possible" and "missing": contract, section 3.
#include "prove.h"

#include <errno.h>

// Where the walk is. The sets are of rules; [i] is what the first i facts leave.
struct place {
	uint8_t digits[PMM_FACTS_MAX];
	uint64_t certain[PMM_FACTS_MAX + 1];
	uint64_t possible[PMM_FACTS_MAX + 1];
};

// One index down; from nothing known to the last index.
static void step_down(const struct view *view, struct place *place)
{
	uint32_t i = view->count;
	for (bool borrows = true; borrows && i > 0;) {
		i--;
		borrows = place->digits[i] == 0;
		place->digits[i] = (uint8_t)(borrows ? view->facts[i].classes
						     : place->digits[i] - 1u);
	}
	for (; i < view->count; i++) {
		uint8_t digit = place->digits[i];
		place->certain[i + 1] = place->certain[i] & view->facts[i].certain[digit];
		place->possible[i + 1] = place->possible[i] & view->facts[i].possible[digit];
	}
}

// Notes a fault of all profiles in a class. Those met later are the first ones.
static void note(struct fault *fault, const struct prover *prover, const struct view *view,
	const struct place *place, const uint32_t rules[2])
{
	uint32_t count = view->others, witness = view->others_first;
	for (uint32_t i = 0; i < view->count; i++) {
		const struct view_fact *fact = &view->facts[i];
		count *= fact->size[place->digits[i]];
		witness += fact->first[place->digits[i]] * prover->rulebook->stride[fact->fact];
	}
	*fault = (struct fault){fault->count + count, witness, {rules[0], rules[1]}};
}

// Reads off which values the rules in SET give to attribute A, and notes what
// is wrong or worth knowing about it.
static uint32_t decide_attribute(struct prover *prover, const struct view *view,
	const struct place *place, size_t a, uint64_t set)
{
	struct faults *faults = &prover->faults;
	uint32_t values = 0, rules[2] = {0, 0};
	for (uint64_t rest = set; rest; rest &= rest - 1) {
		uint32_t r = view->rules->rules[__builtin_ctzll(rest)];
		uint32_t bit = UINT32_C(1) << prover->rulebook->rule_parts[r].then[a];
		if (values == 0)
			rules[0] = r;
		else if (rules[1] == 0 || (values & bit) == 0)
			rules[1] = r;
		values |= bit;
	}
	if (values == 0)
		note(&faults->gaps[view->feature][a], prover, view, place, rules);
	else if (values & (values - 1))
		note(&faults->contradictions[view->feature][a], prover, view, place, rules);
	else if (set & (set - 1))
		note(&faults->overlaps[view->feature][a], prover, view, place, rules);
	faults->any |= values == 0 || (values & (values - 1));
	return values;
}

static void decide_full(struct prover *prover, const struct view *view, const struct place *place,
	struct outcome_key *key)
{
	for (size_t a = 0; a < prover->rulebook->info.attribute_count; a++) {
		key->basis[a] = place->certain[view->count] & view->rules->setters[a];
		key->possible[a] = decide_attribute(prover, view, place, a, key->basis[a]);
	}
}

// Adds to KEY what follows when FACT is completed in every way; CHILDREN is the
// outcome of its first class. Returns whether the completions differ.
static bool unite(const struct prover *prover, const struct view_fact *fact,
	const uint32_t *children, struct outcome_key *key)
{
	const struct outcome_key *first = intern_item(&prover->outcomes, children[0]);
	bool differ = false;
	for (uint32_t c = 0; c < fact->classes; c++) {
		const struct outcome_key *child = intern_item(
			&prover->outcomes, children[c * (size_t)fact->stride]);
		differ |= memcmp(child->possible, first->possible, sizeof child->possible) != 0;
		key->missing |= child->missing;
		for (size_t a = 0; a < prover->rulebook->info.attribute_count; a++)
			key->possible[a] |= child->possible[a];
	}
	return differ;
}

// The rules that a partial profile's determined attributes rest on: those that
// apply to every completion, or failing that, all that apply to some.
static void find_basis(const struct prover *prover, const struct view *view,
	const struct place *place, struct outcome_key *key)
{
	for (size_t a = 0; a < prover->rulebook->info.attribute_count; a++) {
		if (!pmm_is_determined(key->possible[a]))
			continue;
		uint64_t sure = place->certain[view->count] & view->rules->setters[a];
		uint64_t some = place->possible[view->count] & view->rules->setters[a];
		key->basis[a] = sure ? sure : some;
	}
}

// UNKNOWN are the first two unknown facts; the second may be PMM_FACTS_MAX.
// OUTCOMES begins with the place itself.
//
// A fact matters if two completions that differ only in it differ in outcome.
// Completing one unknown fact leaves the question for all others to the
// children; completing another answers it for the first one. A single unknown
// fact matters if its own children differ.
static void decide_partial(const struct prover *prover, const struct view *view,
	const struct place *place, const uint32_t *outcomes, const uint32_t unknown[2],
	struct outcome_key *key)
{
	const struct view_fact *first = &view->facts[unknown[0]];
	bool differ = unite(prover, first, outcomes + first->stride, key);
	if (unknown[1] != PMM_FACTS_MAX) {
		const struct view_fact *second = &view->facts[unknown[1]];
		unite(prover, second, outcomes + second->stride, key);
	} else if (differ) {
		key->missing |= UINT32_C(1) << first->fact;
	}
	find_basis(prover, view, place, key);
}

int decide_feature(struct prover *prover, const struct view *view, uint32_t *outcome_of)
{
	struct place place = {.certain = {UINT64_MAX}, .possible = {UINT64_MAX}};
	for (uint32_t index = view->space; index-- > 0;) {
		struct outcome_key key = {.feature = view->feature};
		uint32_t unknown[2] = {PMM_FACTS_MAX, PMM_FACTS_MAX}, count = 0;
		step_down(view, &place);
		for (uint32_t i = 0; i < view->count && count < 2; i++)
			if (place.digits[i] == PMM_DIGIT_UNKNOWN)
				unknown[count++] = i;
		if (count && prover->faults.any)
			continue; // nothing sound to unite; go on looking for faults
		if (count)
			decide_partial(prover, view, &place, outcome_of + index, unknown, &key);
		else
			decide_full(prover, view, &place, &key);
		if (intern_add(&prover->outcomes, &key, &outcome_of[index]))
			return -ENOMEM;
	}
	return 0;
}
