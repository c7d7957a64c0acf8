// SPDX-License-Identifier: MIT
// The state of one load, and how its steps report. The steps run in the order in which
// they stand here. What goes wrong sticks: once there is a result, readers (tree.h) read
// nothing and further steps do nothing, so that a step looks only before it uses what
// it has read.
#pragma once

#include "rulebook.h"

#include <cjson/cJSON.h>

enum { LOADER_ERRORS_MAX = 20 }; // findings of errors before the rest is left unsaid

struct loader {
	struct pmm_rulebook *rulebook;
	const struct pmm_listener *listener; // may be NULL
	int result; // 0, -ENOMEM, or -EINVAL after a finding that is an error
	unsigned errors;
	char where[256]; // path of the member that is being read
	size_t where_size;
};

// finding.c. An error is the result. The message is cut at 511 bytes. WITNESS is the
// digits of a profile or NULL.
__attribute__((format(printf, 6, 7))) void loader_find(struct loader *loader, bool is_error,
	const char *code, const char *where, const uint8_t *witness, const char *format, ...);

// An error at the place that is being read.
#define loader_fail(loader, code, ...)                                                             \
	loader_find(loader, true, code, (loader)->where, NULL, __VA_ARGS__)

// Zeroed room in the rulebook for COUNT items, and a copy of TEXT there; NULL once there
// is a result, such as that there is no room.
void *loader_take(struct loader *loader, size_t count, size_t size);
char *loader_copy(struct loader *loader, struct str text);

// Steps into a member, and back out of it.
__attribute__((format(printf, 2, 3))) size_t loader_enter(
	struct loader *loader, const char *format, ...);
void loader_leave(struct loader *loader, size_t mark);

// canon.c: the canonical form and its digest.
void load_canonical(struct loader *loader, const cJSON *root);

// load_words.c: makes TEXT, which must live as long as the rulebook, a word or pattern of
// OWNER (rulebook.h).
void load_word(struct loader *loader, uint32_t owner, const char *text, uint32_t target);

// Makes the labels of a fact or value words, too.
void load_labels(struct loader *loader, uint32_t owner, const char *const label[PMM_LANG_COUNT],
	uint32_t target);

// load_facts.c: facts with their words, and those that say nothing about any of them.
void load_facts(struct loader *loader, const cJSON *facts, const cJSON *unknown);

// Enters the names of a fact or source, all of which are one MEMBER but for the name, and
// returns those beside its own; SOURCE owns words that count under them alone, or is 0.
const char *const *load_names(struct loader *loader, struct pmm_member member, const cJSON *aliases,
	uint32_t source, size_t *count);

// A canonical value of FACT, as a bit; 0 after an error. And a set of them: an empty one is
// for the caller to judge.
uint32_t facts_value_bit(struct loader *loader, const struct pmm_fact *fact, const cJSON *node);
uint32_t facts_value_set(struct loader *loader, const struct pmm_fact *fact, const cJSON *node);

// load_sources.c: columns that speak of facts; and the labels of facts as names.
void load_sources(struct loader *loader, const cJSON *sources);

// load_rules.c: attributes, features, what rules cite, rules and flags.
void load_attributes(struct loader *loader, const cJSON *attributes);
void load_features(struct loader *loader, const cJSON *features);
void load_documents(struct loader *loader, const cJSON *documents);
void load_rules(struct loader *loader, const cJSON *rules);
void load_flags(struct loader *loader, const cJSON *flags);

// prove.c: decides every profile, or says for which nothing or too much follows.
void load_prove(struct loader *loader);

// reason.c: the sentences of every outcome.
void load_reasons(struct loader *loader);

// load_examples.c: holds the examples against the decisions.
void load_examples(struct loader *loader, const cJSON *examples);
