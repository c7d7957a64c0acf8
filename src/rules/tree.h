// SPDX-License-Identifier: MIT
// Typed access to the cJSON tree of a rulebook, with errors that name the place.
#ifndef RULES_TREE_H
#define RULES_TREE_H

#include "loader.h"

enum tree_kind { TREE_STRING, TREE_BOOLEAN, TREE_ARRAY, TREE_OBJECT, TREE_ANY };

// A member that an object must have (or may have; null counts as absent).
struct tree_field {
	const char *name;
	enum tree_kind kind;
	bool optional;
	const cJSON **to; // NULL where an optional member is absent
};

// Reads NODE as an object with exactly these members.
int tree_object(
	struct loader *loader, const cJSON *node, const struct tree_field *fields, size_t count);

// Checks that NODE has between MIN and MAX items; sets *COUNT.
int tree_count(struct loader *loader, const cJSON *node, const char *name, size_t min, size_t max,
	size_t *count);

// A text in every language, copied. A NULL node leaves TO alone.
int tree_text(
	struct loader *loader, const cJSON *node, const char *name, const char *to[PMM_LANG_COUNT]);

// A copied string; *TO stays where NODE is NULL.
int tree_string(struct loader *loader, const cJSON *node, const char **to);

// What a name may consist of.
enum tree_letters {
	TREE_NAME, // [a-z][a-z0-9_]*: facts, attributes, features, flags, sources
	TREE_ID, // [a-z0-9] with single "-" or "." between: rulebook, rules, documents
	TREE_VALUE, // [A-Za-z0-9][A-Za-z0-9_.-]*: values
};

// A copied name of at most WORD_MAX bytes in these letters.
int tree_name(struct loader *loader, const cJSON *node, enum tree_letters letters, const char **to);

// Whether every brace of TEXT belongs to PLACEHOLDER, such as "{feature}".
bool tree_placeholders_fit(const char *text, const char *placeholder);

#define TREE_COUNT(fields) (sizeof(fields) / sizeof(fields)[0])

#endif
