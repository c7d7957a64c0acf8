// SPDX-License-Identifier: MIT
// The proof: decides every profile of the space, unknown facts included.
//
// One feature after the other: first every class of profiles that it tells
// apart is decided (decide.c), then every profile of the whole space is looked
// at, and those that had the same answer so far keep sharing it if they have
// the same outcome for this feature, too.
#include "prove.h"

#include <errno.h>
#include <stdlib.h>

static uint64_t value_bits(size_t count)
{
	return (UINT64_C(1) << count) - 1;
}

// Sorts out the rules that speak of one feature.
static int index_feature(struct prover *prover, uint32_t f)
{
	const struct pmm_rulebook *rulebook = prover->rulebook;
	const struct pmm_rulebook_info *info = &rulebook->info;
	struct feature_rules *index = &prover->features[f].rules;
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
	}
	return 0;
}

// What each digit of each fact adds to an index in VIEW.
typedef uint32_t digit_parts[PMM_FACTS_MAX][PMM_VALUES_MAX + 1];

static void find_parts(const struct view *view, digit_parts parts)
{
	memset(parts, 0, sizeof(digit_parts));
	for (uint32_t i = 0; i < view->count; i++) {
		const struct view_fact *fact = &view->facts[i];
		for (size_t digit = 0; digit <= PMM_VALUES_MAX; digit++)
			parts[fact->fact][digit] = fact->class_of[digit] * fact->stride;
	}
}

// Splits the decisions so far by what follows for one more feature.
static int split_decisions(
	struct prover *prover, const struct view *view, const uint32_t *outcome_of)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	struct intern *decisions = &prover->features[view->feature].decisions;
	digit_parts parts;
	uint8_t digits[PMM_FACTS_MAX] = {0};
	uint32_t at = 0; // in the view
	find_parts(view, parts);
	for (uint32_t index = 0; index < info->space; index++) {
		uint32_t *decision = &prover->decision_of[index];
		const struct decision_key key = {*decision, outcome_of[at]};
		if (intern_add(decisions, &key, decision))
			return -ENOMEM;
		for (size_t f = info->fact_count; f-- > 0;) {
			at -= parts[f][digits[f]];
			bool carries = digits[f] == info->facts[f].value_count;
			digits[f] = (uint8_t)(carries ? 0 : digits[f] + 1u);
			at += parts[f][digits[f]];
			if (!carries)
				break;
		}
	}
	intern_close(decisions);
	prover->decision_count = decisions->count;
	return 0;
}

static int prove_first_twin(struct prover *prover, uint32_t f)
{
	struct view view;
	struct arena scratch;
	view_init(&view, prover->rulebook, f, &prover->features[f].rules);
	arena_init(&scratch, NULL, 0, prover->left);
	uint32_t *outcome_of = arena_array(&scratch, view.space, sizeof *outcome_of);
	int result = outcome_of ? decide_feature(prover, &view, outcome_of) : -ENOMEM;
	if (result == 0 && !prover->faults.any)
		result = split_decisions(prover, &view, outcome_of);
	arena_finish(&scratch);
	return result;
}

// What follows for F is what follows for its twin, all of whose outcomes are known.
static int prove_later_twin(struct prover *prover, uint32_t f)
{
	struct faults *faults = &prover->faults;
	uint32_t twin = prover->features[f].twin, ordinal;
	memcpy(faults->gaps[f], faults->gaps[twin], sizeof faults->gaps[f]);
	memcpy(faults->contradictions[f], faults->contradictions[twin],
		sizeof faults->contradictions[f]);
	memcpy(faults->overlaps[f], faults->overlaps[twin], sizeof faults->overlaps[f]);
	for (uint32_t i = prover->features[twin].first_outcome;
		i < prover->features[twin + 1].first_outcome; i++) {
		struct outcome_key key = {0};
		memcpy(&key, intern_item(&prover->outcomes, i), prover->outcomes.item_size);
		key.feature = f;
		if (intern_add(&prover->outcomes, &key, &ordinal))
			return -ENOMEM;
	}
	return 0;
}

static int prove_feature(struct prover *prover, uint32_t f)
{
	struct proved_feature *feature = &prover->features[f];
	int result = index_feature(prover, f);
	if (result)
		return result;
	feature->first_outcome = prover->outcomes.count;
	while (memcmp(&prover->features[feature->twin].rules, &feature->rules,
		       sizeof feature->rules) != 0)
		feature->twin++;
	return feature->twin == f ? prove_first_twin(prover, f) : prove_later_twin(prover, f);
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

static int prepare(struct prover *prover)
{
	struct pmm_rulebook *rulebook = prover->rulebook;
	const struct pmm_rulebook_info *info = &rulebook->info;
	prover->left = rulebook->arena.limit;
	prover->decision_of = arena_array(
		&rulebook->arena, info->space, sizeof *prover->decision_of);
	if (!prover->decision_of)
		return -ENOMEM;
	intern_init(&prover->outcomes, &prover->left,
		offsetof(struct outcome_key, basis[info->attribute_count]));
	for (uint32_t f = 0; f < info->feature_count; f++)
		intern_init(
			&prover->features[f].decisions, &prover->left, sizeof(struct decision_key));
	return 0;
}

static int prove(struct prover *prover)
{
	int result = prepare(prover);
	for (uint32_t f = 0; f < prover->rulebook->info.feature_count && !result; f++)
		result = prove_feature(prover, f);
	result = result ? result : faults_report(prover);
	return result ? result : outcomes_keep(prover);
}

int load_prove(struct loader *loader)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct prover *prover = calloc(1, sizeof *prover);
	if (!prover)
		return -ENOMEM;
	prover->loader = loader;
	prover->rulebook = rulebook;
	int result = prove(prover);
	if (result == 0) {
		rulebook->decision_of = prover->decision_of;
		count_decided(rulebook);
	}
	intern_finish(&prover->outcomes);
	for (uint32_t f = 0; f < rulebook->info.feature_count; f++)
		intern_finish(&prover->features[f].decisions);
	free(prover);
	return result;
}
