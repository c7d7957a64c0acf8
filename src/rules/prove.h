// SPDX-License-Identifier: MIT
// Private to the proof: its working memory.
#ifndef RULES_PROVE_H
#define RULES_PROVE_H

#include "intern.h"
#include "loader.h"

// What makes two outcomes one. No padding: it is hashed as bytes.
struct outcome_key {
	uint64_t basis[PMM_ATTRIBUTES_MAX]; // bit i: the feature's i-th rule
	uint32_t possible[PMM_ATTRIBUTES_MAX];
	uint32_t feature;
	uint32_t missing;
};

// The rules that speak of one feature, and which of them a digit leaves. With
// these an outcome's rules are one AND for each fact.
struct feature_rules {
	uint32_t count;
	uint32_t rules[PMM_FEATURE_RULES_MAX]; // ordinals in the rulebook
	uint64_t setters[PMM_ATTRIBUTES_MAX]; // rules that give the attribute a value
	// Rules that hold for every (some) completion of a digit; [0] is unknown.
	uint64_t certain[PMM_FACTS_MAX][PMM_VALUES_MAX + 1];
	uint64_t possible[PMM_FACTS_MAX][PMM_VALUES_MAX + 1];
};

// A kind of fault and the first profile that shows it.
struct fault {
	uint32_t count;
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
	struct arena scratch;
	struct feature_rules *features; // [feature_count]
	struct faults *faults;
	struct intern outcomes; // struct outcome_key
	struct intern decisions; // uint32_t[feature_count]
	uint32_t *decision_of; // [space]
};

// faults.c: tells all that was noted; -EINVAL if any of it is an error.
int faults_report(struct prover *prover);

// outcomes.c: lays outcomes and decisions out for good, in the rulebook.
int outcomes_keep(struct prover *prover);

#endif
