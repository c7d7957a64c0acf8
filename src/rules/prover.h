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

// A kind of fault and the first profile that shows it.
struct fault {
	uint32_t count; // profiles
	uint32_t witness;
	uint32_t rules[2];
};

struct faults {
	struct fault gaps[PMM_FEATURES_MAX][PMM_ATTRIBUTES_MAX];
	struct fault contradictions[PMM_FEATURES_MAX][PMM_ATTRIBUTES_MAX];
	struct fault overlaps[PMM_FEATURES_MAX][PMM_ATTRIBUTES_MAX];
	bool any; // a gap or a contradiction
};

struct prover {
	struct loader *loader;
	struct pmm_rulebook *rulebook;
	size_t left; // bytes that the proof itself may still take
	struct faults faults;
	size_t outcome_size; // bytes of a key that count
	struct intern outcomes; // struct outcome_key
	struct intern decisions[PMM_FEATURES_MAX]; // struct decision_key
	uint32_t *outcome_of; // [space], for one feature
	struct feature_rules features[]; // as many as there are
};

static inline const struct outcome_key *prover_outcome(
	const struct prover *prover, uint32_t ordinal)
{
	return (const void *)intern_at(&prover->outcomes, ordinal).at;
}

// decide.c: decides every profile for one feature; the ordinals of the outcomes go to
// outcome_of. 0 or -ENOMEM; what is wrong with the rules is noted in the faults, and
// where there are any outcome_of means nothing.
int decide_feature(struct prover *prover, uint32_t feature);

// outcomes.c: lays outcomes and decisions out for good, in the rulebook.
void outcomes_keep(struct prover *prover);
