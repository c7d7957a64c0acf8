// SPDX-License-Identifier: MIT
// Private to answer: each outcome, and each value of a fact, written once when a rulebook
// begins to answer. So an answer that was not asked for before costs little more than
// copies, and however large the space is, this is not.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// What an outcome is written as.
enum fragment_kind {
	FRAGMENT_ID = PMM_LANG_ID, // "feature":{...} with the sentences
	FRAGMENT_EN = PMM_LANG_EN,
	FRAGMENT_ROW, // "feature":{...} of the values alone
	FRAGMENT_CSV, // ,value,value
	FRAGMENT_KINDS,
};

struct fragments {
	const struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	struct buf text; // all of them, one behind the other
	size_t count;
	uint32_t *ends; // [1 + count], in the text: identity, values of facts, outcomes
	uint32_t fact_at[PMM_FACTS_MAX]; // the first of its values
	uint32_t outcomes_at;
};

// RULEBOOK outlives them. False: out of memory; they must be finished then, too.
bool fragments_init(struct fragments *fragments, const struct pmm_rulebook *rulebook);
void fragments_finish(struct fragments *fragments); // zeroed ones are allowed

// These live as long as the fragments: {"id":"...","version":"...","digest":"..."} of the
// rulebook; "role":"guru", a fact whose DIGIT is known; an outcome. Any thread.
struct str fragments_identity(const struct fragments *fragments);
struct str fragments_fact(const struct fragments *fragments, size_t fact, uint8_t digit);
struct str fragments_outcome(const struct fragments *fragments, const struct pmm_outcome *outcome,
	enum fragment_kind kind);

// "missing":["role"]
void fragments_add_missing(
	struct json_writer *json, const struct pmm_rulebook_info *info, uint32_t missing);

// The name of the value that POSSIBLE leaves, or "undetermined".
const char *fragments_value(const struct pmm_attribute *attribute, uint32_t possible);
