// SPDX-License-Identifier: MIT
// What a rulebook is made of, for the files of this component only.
//
// The heart is one dense array indexed by the mixed radix of the facts:
//
//     digits  role employment belajar_id dapodik_gtk      (0 = unknown)
//                1          2          0           1
//     index = sum of digit[f] * stride[f]
//
//     decision_of[index] ──► decisions[] ──► outcomes[feature]
//
// A profile with an unknown fact has a smaller index than every profile that
// completes it, so one walk from the last index to the first finds all
// completions already decided (decide.c).
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

enum { NO_VALUE = 0xFF };

// A rule with what only the loader needs of it.
struct rule {
	uint32_t features; // bit f: speaks of feature f
	uint8_t then[PMM_ATTRIBUTES_MAX]; // value of each attribute, or NO_VALUE
	const char *reason[PMM_LANG_COUNT]; // NULL where the rule adds no sentence
};

// An entry of the word table: a name of a member, or a word for a value.
struct word_entry {
	const char *text; // folded; NULL: the slot is free
	uint32_t size;
	uint32_t hash;
	uint32_t owner; // WORD_OWNER_MEMBER, or the fact
	uint32_t target; // ordinal of the member, or digit
	const char *as_written;
};

enum { WORD_OWNER_MEMBER = 0xFFFF };

struct word_table {
	struct word_entry *slots;
	uint32_t room; // a power of two
};

struct pmm_rulebook {
	struct arena arena;
	struct pmm_rulebook_info info;
	uint32_t stride[PMM_FACTS_MAX];
	struct pmm_fact facts[PMM_FACTS_MAX];
	struct pmm_attribute attributes[PMM_ATTRIBUTES_MAX];
	struct pmm_feature features[PMM_FEATURES_MAX];
	struct pmm_flag flags[PMM_FLAGS_MAX];
	struct pmm_document *documents;
	struct pmm_rule *rules;
	struct rule *rule_parts; // same order as rules
	// Of each flag: the value of each attribute, or NO_VALUE.
	uint8_t flag_when[PMM_FLAGS_MAX][PMM_ATTRIBUTES_MAX];
	const char *notes[PMM_FEATURES_MAX][PMM_LANG_COUNT]; // NULL: none
	const char *depends[PMM_LANG_COUNT]; // phrase with {facts}
	const char *conjunction[PMM_LANG_COUNT]; // "dan", "and"
	struct pmm_member members[PMM_MEMBERS_MAX];
	struct word_table words;
	uint32_t *decision_of; // [info.space]
	struct pmm_decision *decisions;
	struct pmm_outcome **outcomes;
};

// words.c: adds a word; the result is 0, -ENOMEM, or -EEXIST where the same
// owner has the folded word with another target already.
int words_init(struct pmm_rulebook *rulebook, uint32_t room);
int words_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target);

// space.c: strides and sizes; false if the space is too large, with its size
// in *CELLS (saturated at UINT64_MAX).
bool space_init(struct pmm_rulebook *rulebook, uint64_t *cells);
