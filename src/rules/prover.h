// SPDX-License-Identifier: MIT
// Private to the proof: its working memory.
#pragma once

#include "loader.h"

// The rules that speak of one feature. Sets of them are bits: bit i is rules[i].
struct feature_rules {
	size_t count;
	uint32_t rules[PMM_FEATURE_RULES_MAX]; // ordinals in the rulebook
	uint64_t setters[PMM_ATTRIBUTES_MAX]; // those that give the attribute a value
	// Those that apply with a digit of a fact; with 0, unknown, whatever it is.
	uint64_t accepting[PMM_FACTS_MAX][PMM_VALUES_MAX + 1];
};

// What makes two outcomes one. No padding: it is hashed as bytes, and the last
// member is kept as far as there are attributes.
struct outcome_key {
	uint64_t feature;
	uint16_t missing[PMM_ATTRIBUTES_MAX];
	uint32_t possible[PMM_ATTRIBUTES_MAX];
	uint64_t basis[PMM_ATTRIBUTES_MAX];
};

// What makes two decisions one: what follows for one feature, and what for all
// those before it. The chain leads back to the first feature.
struct decision_key {
	uint32_t before; // the ordinal of the decision about the features before
	uint32_t outcome;
};

// What is wrong, or worth knowing, about an attribute of a feature.
struct faults {
	uint32_t gaps; // full profiles that no rule decides
	bool is_contradicted; // for some profile
	bool is_agreed; // likewise
};

struct prover {
	struct loader *loader;
	struct pmm_rulebook *rulebook;
	size_t left; // bytes that the proof itself may still take
	struct faults faults[PMM_FEATURES_MAX][PMM_ATTRIBUTES_MAX];
	bool has_faults; // a gap or a contradiction
	size_t outcome_size; // bytes of a key that count
	struct intern outcomes; // struct outcome_key
	struct intern decisions[PMM_FEATURES_MAX]; // struct decision_key
	uint32_t *outcome_of; // [space], for one feature; where there are faults, free for use
	struct feature_rules features[]; // as many as there are
};

// The bits of COUNT values.
static inline uint32_t value_bits(size_t count)
{
	return (uint32_t)((UINT64_C(1) << count) - 1);
}

static inline const struct outcome_key *prover_outcome(
	const struct prover *prover, uint32_t ordinal)
{
	return (const void *)intern_at(&prover->outcomes, ordinal).at;
}

// decide.c: decides every profile for one feature; the ordinals of the outcomes go to
// outcome_of. 0 or -ENOMEM; what is wrong with the rules is noted in the faults, and
// where there are any outcome_of means nothing.
int decide_feature(struct prover *prover, uint32_t feature);

// The member NAME of the Ith item of the array LIST, all of which a rulebook that is proved has.
static inline const cJSON *prover_node(
	const struct prover *prover, const char *list, uint32_t i, const char *name)
{
	const cJSON *items = cJSON_GetObjectItemCaseSensitive(prover->loader->root, list);
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(items, (int)i), name);
}

// witness.c: tells of all faults, those with the smallest witness first, and of overlaps.
void prover_report(struct prover *prover);

// outcomes.c: lays outcomes and decisions out for good, in the rulebook.
void outcomes_keep(struct prover *prover);
