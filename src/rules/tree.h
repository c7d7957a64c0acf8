// SPDX-License-Identifier: MIT
// Typed access to the cJSON tree of a rulebook, with errors that name the place. NULL is a
// node that is not there, or of which it was told that it cannot be used.
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
	// Copied, in every language for TREE_TEXT; where it is absent untouched if optional,
	// else "".
	const char **text;
	bool optional;
	const cJSON *found; // by tree_nodes
};

// Reads NODE as an object with exactly these members: first all nodes, then all texts. A
// member whose name is misspelt is told of and read.
void tree_object(struct loader *loader, const cJSON *node, struct tree_field *fields, size_t count);

// The two halves of it.
void tree_nodes(struct loader *loader, const cJSON *node, struct tree_field *fields, size_t count);
void tree_texts(struct loader *loader, const struct tree_field *fields, size_t count);

// What tree_texts does with one of them.
void tree_read(struct loader *loader, const cJSON *node, const char *name, enum tree_kind kind,
	const char **text);

// A walk over the items of an array.
struct tree_walk {
	const cJSON *next;
	const cJSON *item;
	size_t i;
};

// One over NODE, the member NAME, which must have from MIN to MAX items: over none after an
// error. The number is added to *COUNT.
struct tree_walk tree_items(struct loader *loader, const cJSON *node, const char *name, size_t min,
	size_t max, size_t *count);
bool tree_next(struct loader *loader, struct tree_walk *walk);

// Zeroed room for *COUNT items; none is 0 of them.
void *tree_room(struct loader *loader, size_t *count, size_t size);

// The text of a string, true or false; NULL: it is none of them.
const char *tree_word(const cJSON *node);

// The ordinal of that of COUNT items which begins with a pointer to NAME, or COUNT. NAME
// may be NULL, as the string of a node that is none: that is nobody's.
size_t tree_find(const void *items, size_t count, size_t size, const char *name);
#define TREE_FIND(items, count, name) tree_find(items, count, sizeof *(items), name)

// Items that begin with a pointer to their name.
struct tree_names {
	const void *items;
	size_t count, size;
	bool is_bare; // they are true and false, without quotes
	bool lacks; // some were refused; their names are "" if they are among the items
};
#define TREE_NAMES(items, count)                                                                   \
	(&(const struct tree_names){(items), (count), sizeof *(items), false, (count) == 0})

// The ordinal of the one that NODE, or its name, names, or COUNT: that is the error CODE, told
// with the nearest one. Where some lack it may mean one of those, so then it is told only if
// it is a misspelt name of those that are there.
__attribute__((format(printf, 6, 7))) size_t tree_refer(struct loader *loader,
	const struct tree_names *names, const char *code, const cJSON *node, bool is_name,
	const char *format, ...);

// Refuses the name that the I-th item begins with, which stands in NODE, if one before it
// has the same: it becomes "". KIND is what they are.
void tree_unique(struct loader *loader, const cJSON *node, const char *kind, void *items,
	size_t size, size_t i);
#define TREE_UNIQUE(loader, node, kind, items, i)                                                  \
	tree_unique(loader, node, kind, items, sizeof *(items), i)

// Whether every brace of TEXTS, as far as there are any, belongs to PLACEHOLDER.
bool tree_placeholders_fit(const char *const texts[PMM_LANG_COUNT], const char *placeholder);

// Refuses a text "depends" that does not say {facts}, or has other braces.
void tree_check_depends(
	struct loader *loader, const cJSON *node, const char *const texts[PMM_LANG_COUNT]);

// load_words.c: copies the strings of an array, which are of KIND; and those that become
// words of OWNER.
const char *const *load_strings(struct loader *loader, const cJSON *node, const char *name,
	enum tree_kind kind, size_t *count);
const char *const *load_aliases(struct loader *loader, const cJSON *node, const char *name,
	uint32_t owner, uint32_t target, size_t *count);

#define TREE_COUNT(fields) (sizeof(fields) / sizeof(fields)[0])
