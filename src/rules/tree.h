// SPDX-License-Identifier: MIT
// Typed access to the cJSON tree of a rulebook, with errors that name the place. All of
// it does nothing once the load has a result, and NULL is a node that is not there.
#pragma once

#include "loader.h"

enum tree_kind {
	TREE_ANY, // to a node
	TREE_STRING,
	TREE_BOOLEAN,
	TREE_ARRAY,
	TREE_OBJECT,
	TREE_TEXT, // to texts: {"id": ..., "en": ...}
	TREE_COPY, // to a text: any string
	TREE_DATE, // a day that exists, YYYY-MM-DD
	TREE_NAME, // [a-z][a-z0-9_]*: facts, attributes, features, flags, sources
	TREE_ID, // [a-z0-9] with single "-" or "." between: rulebook, rules, documents
	TREE_VALUE, // [A-Za-z0-9][A-Za-z0-9_.-]*: values
};

// A member that an object must have, or may have; null counts as absent.
struct tree_field {
	const char *name;
	enum tree_kind kind;
	const cJSON **node; // NULL where it is absent
	const char **text; // copied, in every language for TREE_TEXT; untouched where absent
	bool optional;
	const cJSON *found; // by tree_nodes
};

// Reads NODE as an object with exactly these members: first all nodes, then all texts.
void tree_object(struct loader *loader, const cJSON *node, struct tree_field *fields, size_t count);

// The two halves of it.
void tree_nodes(struct loader *loader, const cJSON *node, struct tree_field *fields, size_t count);
void tree_texts(struct loader *loader, const struct tree_field *fields, size_t count);

// What tree_texts does with one of them.
void tree_read(struct loader *loader, const cJSON *node, const char *name, enum tree_kind kind,
	const char **text);

// How many items NODE has, which must be from MIN to MAX, to *COUNT; and with zeroed
// room for them, or NULL.
void tree_count(struct loader *loader, const cJSON *node, const char *name, size_t min, size_t max,
	size_t *count);
void *tree_array(struct loader *loader, const cJSON *node, const char *name, size_t min, size_t max,
	size_t *count, size_t size);

// A walk over the items of an array, each of which is the place that is being read.
struct tree_walk {
	const char *name;
	const cJSON *next;
	const cJSON *item;
	size_t i;
	size_t mark;
};

struct tree_walk tree_items(const cJSON *node, const char *name);
bool tree_next(struct loader *loader, struct tree_walk *walk);

// The text of a string, true or false; NULL: it is none of them.
const char *tree_word(const cJSON *node);

// The ordinal of that of COUNT items which begins with a pointer to NAME, or COUNT. NAME
// may be NULL, as the string of a node that is none: that is nobody's.
size_t tree_find(const void *items, size_t count, size_t size, const char *name);
#define TREE_FIND(items, count, name) tree_find(items, count, sizeof *(items), name)

// Refuses the name that the I-th item begins with if one before it has the same. KIND is
// what they are.
void tree_unique(struct loader *loader, const char *kind, const void *items, size_t size, size_t i);
#define TREE_UNIQUE(loader, kind, items, i) tree_unique(loader, kind, items, sizeof *(items), i)

// Whether every brace of TEXTS, as far as there are any, belongs to PLACEHOLDER.
bool tree_placeholders_fit(const char *const texts[PMM_LANG_COUNT], const char *placeholder);

// Refuses a text "depends" that does not say {facts}, or has other braces.
void tree_check_depends(struct loader *loader, const char *const texts[PMM_LANG_COUNT]);

// load_words.c: copies the strings of an array, which are of KIND; and those that become
// words of OWNER.
const char *const *load_strings(struct loader *loader, const cJSON *node, const char *name,
	enum tree_kind kind, size_t *count);
const char *const *load_aliases(struct loader *loader, const cJSON *node, const char *name,
	uint32_t owner, uint32_t target, size_t *count);

#define TREE_COUNT(fields) (sizeof(fields) / sizeof(fields)[0])
