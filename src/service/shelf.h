// SPDX-License-Identifier: MIT
// A shelf: the rulebooks of one load, each laid out as an edition.
//
//     2023-02-01 ├──── one ────┤        ├────────── another ──────────► open
//                              └ a gap ┘            ▲
//                                                current
//
// A shelf that exists has at most one rulebook for each day and one for each
// name, and never changes. It is counted: whoever holds one may read it and its
// editions from any thread. It knows neither files nor what day it is.
#ifndef SERVICE_SHELF_H
#define SERVICE_SHELF_H

#include "edition.h"

enum { SHELF_MAX = 64 }; // rulebooks

struct shelf;

// Two rulebooks that cannot stand on one shelf.
struct shelf_conflict {
	size_t one, other; // their places in the array
	const char *day; // one that both claim, YYYY-MM-DD; NULL: they have the same id
};

// Calls TELL (may be NULL) for every such pair and returns how many there are.
// No two places of RULEBOOKS may be NULL or the same.
size_t shelf_find_conflicts(struct pmm_rulebook *const *rulebooks, size_t count,
	void (*tell)(void *cls, const struct shelf_conflict *conflict), void *cls);

// Lays out COUNT rulebooks, which the shelf owns from now on if the result is 0.
// Else the caller keeps them all: -ENOMEM; -EINVAL for none, for more than
// SHELF_MAX, and for a conflict. One reference belongs to the caller.
int shelf_create(struct shelf **out, struct pmm_rulebook *const *rulebooks, size_t count,
	const struct edition_options *options);
struct shelf *shelf_ref(struct shelf *shelf);
void shelf_unref(struct shelf *shelf); // NULL is allowed

// The editions belong to the shelf. They stand in the order of their days.
size_t shelf_count(const struct shelf *shelf);
struct edition *shelf_at(const struct shelf *shelf, size_t place);

// The one of that name, or that is in force on a day (date.h); NULL: none.
struct edition *shelf_find(const struct shelf *shelf, struct str id);
struct edition *shelf_on(const struct shelf *shelf, int32_t day);

// The one that answers where nothing is asked for: of several the one in force
// today, else the last that has begun, else the first. TODAY is asked only if
// there are several; if it is NULL, all have begun.
struct edition *shelf_current(const struct shelf *shelf, int32_t (*today)(void));

#endif
