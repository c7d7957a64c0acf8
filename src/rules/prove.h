// SPDX-License-Identifier: MIT
// Private to the proof: its working memory.
#ifndef RULES_PROVE_H
#define RULES_PROVE_H

#include "intern.h"
#include "view.h"

// What makes two outcomes one. No padding: it is hashed as bytes, and the last
// member is kept as far as there are attributes.
struct outcome_key {
	uint32_t feature;
	uint32_t missing;
	uint32_t possible[PMM_ATTRIBUTES_MAX];
	uint64_t basis[PMM_ATTRIBUTES_MAX]; // bit i: the feature's i-th rule
};

// What makes two decisions one: what follows for one feature, and what for all
// those before it. The chain leads back to the first feature. Twins are not in
// it, for what follows for one tells what follows for the other.
struct decision_key {
	uint32_t before; // the ordinal of the decision about the features before
	uint32_t outcome;
};

// A feature, and what the proof knows of it.
struct proved_feature {
	struct feature_rules rules;
	uint32_t twin; // the first feature of which the very same rules speak
	uint32_t first_outcome; // ordinal; twins have theirs in the same order
	struct intern decisions; // struct decision_key; empty for a later twin
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
	size_t left; // bytes that the proof itself may still take
	struct proved_feature features[PMM_FEATURES_MAX];
	struct faults faults;
	struct intern outcomes; // struct outcome_key
	uint32_t decision_count;
	uint32_t *decision_of; // [space]
};

// decide.c: decides every class of profiles that VIEW tells apart; the ordinals
// of the outcomes go to OUTCOME_OF. 0 or -ENOMEM; what is wrong with the rules is
// noted in the faults, and where there are any OUTCOME_OF means nothing.
int decide_feature(struct prover *prover, const struct view *view, uint32_t *outcome_of);

// faults.c: tells all that was noted; -EINVAL if any of it is an error.
int faults_report(struct prover *prover);

// outcomes.c: lays outcomes and decisions out for good, in the rulebook.
int outcomes_keep(struct prover *prover);

#endif
