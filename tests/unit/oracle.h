// SPDX-License-Identifier: MIT
// What the circular says, written from it by hand, for the tests to hold the
// default rulebook against. It reads no rule, knows no table, shares no code
// with the core, and answers partial profiles by enumerating their completions
// (contract: section 3). It knows only canonical names, not what people write.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { ROLE, EMPLOYMENT, BELAJAR_ID, DAPODIK_GTK, FACTS };
enum { OBLIGATION, DEADLINE, ADMIN_BURDEN, ACCESS, ATTRIBUTES };
enum { FOUR_FEATURES = 4, PENGELOLAAN_KINERJA = 4, FEATURES };
enum { EVERYBODY = 144, EVERYBODY_KNOWN = 36 };

extern const char *const fact_names[FACTS];
extern const char *const attribute_names[ATTRIBUTES];
extern const char *const feature_names[FEATURES];

// What is known about somebody; NULL: not known.
struct person {
	const char *fact[FACTS];
};

extern struct person everybody[EVERYBODY], everybody_known[EVERYBODY_KNOWN];

// Fills the two lists, once. Returns false if they do not come out full.
bool oracle_init(void);

// The one value that every completion of PERSON has, or NULL.
const char *oracle_value(const struct person *person, int feature, int attribute);

// Whether some completion has VALUE.
bool oracle_possible(const struct person *person, int feature, int attribute, const char *value);

// Whether FACT is unknown and two completions that differ in it alone have
// different outcomes.
bool oracle_missing(const struct person *person, int feature, int fact);

// The clause that an attribute rests on, if it has one value.
const char *oracle_clause(const struct person *person, int feature, int attribute);
