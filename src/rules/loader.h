// SPDX-License-Identifier: MIT
// The state of one load, and how its steps report. The steps run in the order
// in which they stand here; each returns 0, -ENOMEM, or -EINVAL after a
// finding that is an error.
#ifndef RULES_LOADER_H
#define RULES_LOADER_H

#include "rulebook.h"

#include <cjson/cJSON.h>

// Walks the items of an array or object. cJSON has a macro for it, which also asks
// whether there is a node at all; here there always is.
#define TREE_EACH(item, node) for ((item) = (node)->child; (item); (item) = (item)->next)

enum { LOADER_ERRORS_MAX = 20 }; // findings of errors before the rest is left unsaid

struct loader {
	struct pmm_rulebook *rulebook;
	const struct pmm_listener *listener; // may be NULL
	unsigned errors;
	char where[256]; // path of the member that is being read
	size_t where_size;
};

// finding.c. The message is cut at 511 bytes. WITNESS is the digits of a
// profile or NULL.
#if defined(__GNUC__)
__attribute__((format(printf, 6, 7)))
#endif
void loader_find(struct loader *loader, bool is_error, const char *code, const char *where,
	const uint8_t *witness, const char *format, ...);

// An error at the place that is being read. Returns -EINVAL.
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int loader_fail(struct loader *loader, const char *code, const char *format, ...);

// Steps into a member, and back out of it.
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
size_t
loader_enter(struct loader *loader, const char *format, ...);
void loader_leave(struct loader *loader, size_t mark);

// canon.c: the canonical form and its digest.
int load_canonical(struct loader *loader, const cJSON *root);

// load_identity.c: identity, dates, documents, phrases.
int load_identity(struct loader *loader, const cJSON *const *parts);

// load_facts.c: facts, sources, attributes, features.
int load_facts(struct loader *loader, const cJSON *facts, const cJSON *sources);
int load_attributes(struct loader *loader, const cJSON *attributes);
int load_features(struct loader *loader, const cJSON *features);

// load_rules.c: rules and flags.
int load_rules(struct loader *loader, const cJSON *rules);
int load_flags(struct loader *loader, const cJSON *flags);

// prove.c: decides every profile, or says for which nothing or too much follows.
int load_prove(struct loader *loader);

// reason.c: the sentences of every outcome.
int load_reasons(struct loader *loader);

// load_examples.c: holds the examples against the decisions.
int load_examples(struct loader *loader, const cJSON *examples);

#endif
