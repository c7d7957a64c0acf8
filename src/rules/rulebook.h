// SPDX-License-Identifier: MIT
// What a rulebook is made of, for the files of this component only.
//
// The heart is one dense array indexed by the mixed radix of the facts:
//
//     digits  card  visitor  books_out      (0 = unknown)
//                1        2          0
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

// A rule with what only the loader needs of it.
struct rule {
	const char *reason[PMM_LANG_COUNT]; // NULL where the rule adds no sentence
};

// An entry of the word table: a name of a member, or a word for a value. Words stand in it
// folded, and once more as the rulebook writes them: most people write them so, and are
// understood without folding.
struct word_entry {
	const char *text; // NULL: the slot is free
	uint32_t size;
	uint32_t hash;
	uint32_t owner; // a fact, WORD_OWNER_SOURCE + a member, or one of the others below
	uint32_t target; // ordinal of the member, or digit, or WORD_REFUSED ...
	const char *as_written; // of a folded one; NULL: it is a spelling of another entry
	bool is_label;
};

enum {
	WORD_OWNER_SOURCE = 0x100,
	WORD_OWNER_ANY = 0xFFFE, // words that say nothing, whatever the fact
	WORD_OWNER_MEMBER = 0xFFFF,
	WORD_REFUSED = 0xFE, // a digit that none is: known, and no answer
	WORD_SEPARATOR = 0xFD, // another: it stands between several words
	WORD_ABSENT = -2, // no target: there is no such word
};

struct word_table {
	struct word_entry *slots;
	uint32_t room; // a power of two
};

// A folded text or a part of one, as struct word_text has them.
struct word_part {
	const char *at, *marks;
	size_t size;
};

// A word with "*" at one end, which stands for one more word at least.
struct word_pattern {
	struct word_pattern *next;
	struct word_part fixed; // what is left of it
	uint32_t owner, target; // as of an entry
	bool is_suffix; // it begins with "*"
	bool is_address; // with "*." or "*@": the rest of one address
	const char *as_written;
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
	// Of each flag: the value of each attribute, or PMM_NO_VALUE.
	uint8_t flag_when[PMM_FLAGS_MAX][PMM_ATTRIBUTES_MAX];
	const char *notes[PMM_FEATURES_MAX][PMM_LANG_COUNT]; // NULL: none
	const char *depends[PMM_LANG_COUNT]; // phrase with {facts}
	const char *conjunction[PMM_LANG_COUNT]; // "dan", "and"
	struct pmm_member members[PMM_MEMBERS_MAX];
	uint32_t source_of[PMM_MEMBERS_MAX]; // owner of words of its own; 0: a plain name
	struct word_table words;
	struct word_pattern *patterns; // in the order of the rulebook
	uint32_t *decision_of; // [info.space]
	struct pmm_decision *decisions;
	struct pmm_outcome **outcomes;
};

// words.c: adds a word. -EEXIST: the same owner has it with another target already;
// -EINVAL: nothing is left of it, -E2BIG: or too much. A label is added once all words are
// there, which count before it; one that stands for two things is refused as a word.
int words_init(struct pmm_rulebook *rulebook, uint32_t room);
int words_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target,
	bool is_label);

// patterns.c: adds one. -EINVAL: its "*" is not one at one end; -EEXIST: it overlaps
// with *OTHER, which has another target.
int patterns_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target,
	const char **other);

// The target of the first of OWNER's patterns that a text matches, or WORD_ABSENT.
int patterns_find(
	const struct pmm_rulebook *rulebook, uint32_t owner, const struct word_part *text);

// explain.c: how a rule stands to a profile; the facts are as of struct pmm_explained.
enum pmm_standing rule_standing(const struct pmm_rulebook *rulebook, const struct pmm_rule *rule,
	const uint8_t digits[PMM_FACTS_MAX], uint32_t *facts);

// space.c: strides and sizes; false if the space is too large, with its size
// in *CELLS (saturated at UINT64_MAX).
bool space_init(struct pmm_rulebook *rulebook, uint64_t *cells);
