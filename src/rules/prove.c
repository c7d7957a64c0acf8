// SPDX-License-Identifier: MIT
// The proof: decides every profile of the space, unknown facts included.
//
// One feature after the other: first every profile is decided for it (decide.c), then
// those that had the same answer so far keep sharing it if they have the same outcome
// for this feature, too.
#include "prover.h"

#include <errno.h>
#include <stdlib.h>

static void index_rule(struct prover *prover, struct feature_rules *index, uint32_t r)
{
	const struct pmm_rulebook *rulebook = prover->rulebook;
	const uint64_t bit = UINT64_C(1) << index->count;
	index->rules[index->count++] = r;
	for (size_t a = 0; a < rulebook->info.attribute_count; a++)
		if (rulebook->rules[r].then[a] != PMM_NO_VALUE)
			index->setters[a] |= bit;
	for (size_t f = 0; f < rulebook->info.fact_count; f++) {
		const size_t count = rulebook->facts[f].value_count;
		const uint32_t all = value_bits(count), set = rulebook->rules[r].when[f] & all;
		if (set == all)
			index->accepting[f][PMM_DIGIT_UNKNOWN] |= bit;
		for (size_t v = 0; v < count; v++)
			if (set >> v & 1)
				index->accepting[f][v + 1] |= bit;
	}
}

// Sorts out the rules that speak of one feature.
static void index_feature(struct prover *prover, uint32_t f)
{
	const struct pmm_rulebook *rulebook = prover->rulebook;
	struct feature_rules *index = &prover->features[f];
	for (uint32_t r = 0; r < rulebook->info.rule_count; r++) {
		if (!(rulebook->rules[r].features >> f & 1))
			continue;
		if (index->count == PMM_FEATURE_RULES_MAX) {
			const cJSON *node = prover_node(prover, "features", f, "name");
			loader_fail(prover->loader, node, "too_many_rules", "fewer rules",
				"More than %d rules speak of \"%s\".", PMM_FEATURE_RULES_MAX,
				rulebook->features[f].name);
			return;
		}
		index_rule(prover, index, r);
	}
}

// Splits the decisions so far by what follows for one more feature.
static int split_decisions(struct prover *prover, struct intern *decisions)
{
	uint32_t *decision_of = prover->rulebook->decision_of;
	for (uint32_t index = 0; index < prover->rulebook->info.space; index++) {
		const struct decision_key key = {decision_of[index], prover->outcome_of[index]};
		const struct str item = {(const char *)&key, sizeof key};
		if (intern_add(decisions, item, &decision_of[index]))
			return -ENOMEM;
	}
	intern_close(decisions);
	return 0;
}

// How many full profiles each rule applies to.
static void count_decided(struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = &rulebook->info;
	for (size_t r = 0; r < info->rule_count; r++) {
		uint32_t count = 1;
		for (size_t f = 0; f < info->fact_count; f++)
			count *= (uint32_t)__builtin_popcount(
				rulebook->rules[r].when[f] &
				value_bits(info->facts[f].value_count));
		rulebook->rules[r].decides = count;
	}
}

static void prove(struct prover *prover)
{
	struct loader *loader = prover->loader;
	struct pmm_rulebook *rulebook = prover->rulebook;
	const struct pmm_rulebook_info *info = &rulebook->info;
	struct arena scratch;
	arena_init(&scratch, NULL, 0, rulebook->arena.limit);
	rulebook->decision_of = loader_take(loader, info->space, sizeof *rulebook->decision_of);
	prover->outcome_of = arena_array(&scratch, info->space, sizeof *prover->outcome_of);
	if (!prover->outcome_of)
		loader->result = -ENOMEM;
	prover->left = scratch.limit - scratch.used;
	prover->outcome_size = offsetof(struct outcome_key, basis[info->attribute_count]);
	prover->outcomes.left = &prover->left;
	for (uint32_t f = 0; !loader_ends(loader) && f < info->feature_count; f++)
		index_feature(prover, f);
	for (uint32_t f = 0; !loader->result && f < info->feature_count; f++) {
		prover->decisions[f].left = &prover->left;
		loader->result = decide_feature(prover, f);
		if (!loader->result && !prover->has_faults)
			loader->result = split_decisions(prover, &prover->decisions[f]);
	}
	if (!loader->result)
		prover_report(prover);
	arena_finish(&scratch);
	if (!loader->result)
		outcomes_keep(prover);
}

bool load_prove(struct loader *loader)
{
	if (loader->result)
		return false;
	const size_t features = loader->rulebook->info.feature_count;
	struct prover *prover = calloc(1, sizeof *prover + features * sizeof prover->features[0]);
	if (!prover) {
		loader->result = -ENOMEM;
		return false;
	}
	prover->loader = loader;
	prover->rulebook = loader->rulebook;
	prove(prover);
	count_decided(prover->rulebook);
	intern_finish(&prover->outcomes);
	for (uint32_t f = 0; f < features; f++)
		intern_finish(&prover->decisions[f]);
	free(prover);
	return !loader->result;
}
