// SPDX-License-Identifier: MIT
// The proof: walks the whole space of profiles and decides each one.
//
// A profile with all facts known is decided by the rules; exactly one value
// must follow for each feature and attribute. A profile with unknown facts
// takes the union of its completions. The walk goes from the last index to the
// first, so those are already there (rulebook.h), and every question costs one
// step for each value of one or two facts instead of an enumeration.
//
// Source of "undetermined", "possible" and "missing": contract, section 3.
#include "prove.h"

#include <errno.h>

static uint64_t value_bits(size_t count)
{
	return (UINT64_C(1) << count) - 1;
}

// Sorts the rules of one feature and what each digit leaves of them.
static int index_feature(struct prover *prover, uint32_t f)
{
	const struct pmm_rulebook *rulebook = prover->rulebook;
	const struct pmm_rulebook_info *info = &rulebook->info;
	struct feature_rules *index = &prover->features[f];
	for (uint32_t r = 0; r < info->rule_count; r++) {
		if (!(rulebook->rule_parts[r].features >> f & 1))
			continue;
		if (index->count == PMM_FEATURE_RULES_MAX) {
			loader_find(prover->loader, true, "too_many_rules", info->features[f].name,
				NULL, "More than %d rules speak of \"%s\".", PMM_FEATURE_RULES_MAX,
				info->features[f].name);
			return -EINVAL;
		}
		uint64_t bit = UINT64_C(1) << index->count;
		index->rules[index->count++] = r;
		for (size_t a = 0; a < info->attribute_count; a++)
			if (rulebook->rule_parts[r].then[a] != NO_VALUE)
				index->setters[a] |= bit;
		for (size_t fact = 0; fact < info->fact_count; fact++) {
			uint32_t when = info->rules[r].when[fact];
			uint64_t all = value_bits(info->facts[fact].value_count);
			index->possible[fact][0] |= bit;
			if ((when & all) == all)
				index->certain[fact][0] |= bit;
			for (size_t v = 0; v < info->facts[fact].value_count; v++) {
				if (!(when >> v & 1))
					continue;
				index->certain[fact][v + 1] |= bit;
				index->possible[fact][v + 1] |= bit;
			}
		}
	}
	return 0;
}

static void note(struct fault *fault, uint32_t index, uint32_t first, uint32_t second)
{
	*fault = (struct fault){fault->count + 1, index, {first, second}};
}

// Reads off which values the rules in SET give to attribute A, and notes what
// is wrong or worth knowing about it.
static uint32_t decide_attribute(
	struct prover *prover, uint32_t index, uint32_t f, size_t a, uint64_t set)
{
	const struct feature_rules *rules = &prover->features[f];
	struct faults *faults = prover->faults;
	uint32_t values = 0, first = 0, second = 0;
	uint64_t rest = set;
	for (unsigned i = 0; rest; i++, rest >>= 1) {
		if (!(rest & 1))
			continue;
		uint32_t r = rules->rules[i];
		uint32_t bit = UINT32_C(1) << prover->rulebook->rule_parts[r].then[a];
		if (values == 0)
			first = r;
		else if (second == 0 || (values & bit) == 0)
			second = r;
		values |= bit;
	}
	if (values == 0)
		note(&faults->gaps[f][a], index, 0, 0);
	else if (values & (values - 1))
		note(&faults->contradictions[f][a], index, first, second);
	else if (set & (set - 1))
		note(&faults->overlaps[f][a], index, first, second);
	faults->any |= values == 0 || (values & (values - 1));
	return values;
}

static void decide_full(struct prover *prover, uint32_t index, const uint8_t *digits, uint32_t f,
	struct outcome_key *key)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const struct feature_rules *rules = &prover->features[f];
	uint64_t applying = UINT64_MAX;
	for (size_t fact = 0; fact < info->fact_count; fact++)
		applying &= rules->certain[fact][digits[fact]];
	for (size_t a = 0; a < info->attribute_count; a++) {
		key->basis[a] = applying & rules->setters[a];
		key->possible[a] = decide_attribute(prover, index, f, a, key->basis[a]);
	}
}

static const struct outcome_key *outcome_at(const struct prover *prover, uint32_t index, uint32_t f)
{
	const uint32_t *decision = intern_item(&prover->decisions, prover->decision_of[index]);
	return intern_item(&prover->outcomes, decision[f]);
}

// Adds to KEY what follows when FACT is completed in every way. Returns whether
// the completions differ.
static bool unite(const struct prover *prover, uint32_t index, size_t fact, uint32_t f,
	struct outcome_key *key)
{
	const struct pmm_rulebook *rulebook = prover->rulebook;
	uint32_t stride = rulebook->stride[fact];
	const struct outcome_key *first = outcome_at(prover, index + stride, f);
	bool differ = false;
	for (uint32_t v = 1; v <= rulebook->facts[fact].value_count; v++) {
		const struct outcome_key *child = outcome_at(prover, index + v * stride, f);
		differ |= memcmp(child->possible, first->possible, sizeof child->possible) != 0;
		key->missing |= child->missing;
		for (size_t a = 0; a < rulebook->info.attribute_count; a++)
			key->possible[a] |= child->possible[a];
	}
	return differ;
}

// The rules that a partial profile's determined attributes rest on: those that
// apply to every completion, or failing that, all that apply to some.
static void find_basis(
	const struct prover *prover, const uint8_t *digits, uint32_t f, struct outcome_key *key)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const struct feature_rules *rules = &prover->features[f];
	uint64_t certain = UINT64_MAX, possible = UINT64_MAX;
	for (size_t fact = 0; fact < info->fact_count; fact++) {
		certain &= rules->certain[fact][digits[fact]];
		possible &= rules->possible[fact][digits[fact]];
	}
	for (size_t a = 0; a < info->attribute_count; a++) {
		if (key->possible[a] & (key->possible[a] - 1))
			continue;
		uint64_t sure = certain & rules->setters[a];
		key->basis[a] = sure ? sure : possible & rules->setters[a];
	}
}

// UNKNOWN are the first two unknown facts; the second may be PMM_FACTS_MAX.
//
// A fact matters if two completions that differ only in it differ in outcome.
// Completing one unknown fact leaves the question for all others to the
// children; completing another answers it for the first one. A single unknown
// fact matters if its own children differ.
static void decide_partial(struct prover *prover, uint32_t index, const uint8_t *digits,
	const size_t unknown[2], uint32_t f, struct outcome_key *key)
{
	bool differ = unite(prover, index, unknown[0], f, key);
	if (unknown[1] != PMM_FACTS_MAX)
		unite(prover, index, unknown[1], f, key);
	else if (differ)
		key->missing |= UINT32_C(1) << unknown[0];
	find_basis(prover, digits, f, key);
}

static int decide_profile(struct prover *prover, uint32_t index)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	uint8_t digits[PMM_FACTS_MAX];
	uint32_t decision[PMM_FEATURES_MAX] = {0};
	size_t unknown[2] = {PMM_FACTS_MAX, PMM_FACTS_MAX};
	size_t count = 0;
	pmm_profile_digits(prover->rulebook, index, digits);
	for (size_t fact = 0; fact < info->fact_count && count < 2; fact++)
		if (digits[fact] == PMM_DIGIT_UNKNOWN)
			unknown[count++] = fact;
	if (count && prover->faults->any)
		return 0; // nothing sound to unite; go on looking for faults
	for (uint32_t f = 0; f < info->feature_count; f++) {
		struct outcome_key key = {.feature = f};
		if (count)
			decide_partial(prover, index, digits, unknown, f, &key);
		else
			decide_full(prover, index, digits, f, &key);
		if (intern_add(&prover->outcomes, &key, &decision[f]))
			return -ENOMEM;
	}
	return intern_add(&prover->decisions, decision, &prover->decision_of[index]);
}

// How many full profiles each rule applies to.
static void count_decided(struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = &rulebook->info;
	for (size_t r = 0; r < info->rule_count; r++) {
		uint32_t count = 1;
		for (size_t f = 0; f < info->fact_count; f++) {
			uint64_t set = rulebook->rules[r].when[f] &
				       value_bits(info->facts[f].value_count);
			count *= (uint32_t)__builtin_popcountll(set);
		}
		rulebook->rules[r].decides = count;
	}
}

static int walk(struct prover *prover)
{
	for (uint32_t index = prover->rulebook->info.space; index-- > 0;)
		if (decide_profile(prover, index))
			return -ENOMEM;
	return faults_report(prover);
}

static int prepare(struct prover *prover)
{
	struct pmm_rulebook *rulebook = prover->rulebook;
	const struct pmm_rulebook_info *info = &rulebook->info;
	prover->features = arena_array(
		&prover->scratch, info->feature_count, sizeof *prover->features);
	prover->faults = arena_take(&prover->scratch, sizeof *prover->faults);
	prover->decision_of = arena_array(
		&rulebook->arena, info->space, sizeof *prover->decision_of);
	if (!prover->features || !prover->faults || !prover->decision_of)
		return -ENOMEM;
	intern_init(&prover->outcomes, &prover->scratch, sizeof(struct outcome_key));
	intern_init(&prover->decisions, &prover->scratch, info->feature_count * sizeof(uint32_t));
	for (uint32_t f = 0; f < info->feature_count; f++)
		if (index_feature(prover, f))
			return -EINVAL;
	return 0;
}

int load_prove(struct loader *loader)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct prover prover = {.loader = loader, .rulebook = rulebook};
	arena_init(&prover.scratch, NULL, 0, rulebook->arena.limit);
	int result = prepare(&prover);
	result = result ? result : walk(&prover);
	result = result ? result : outcomes_keep(&prover);
	if (result == 0) {
		rulebook->decision_of = prover.decision_of;
		count_decided(rulebook);
	}
	arena_finish(&prover.scratch);
	return result;
}
