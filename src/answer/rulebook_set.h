// SPDX-License-Identifier: MIT
// A set: the rulebooks of one load, each laid out as a snapshot.
//
//     2023-02-01 ├──── one ────┤        ├─── another ───┼─── its successor ───► open
//                              └ a gap ┘                         ▲
//                                                             current
//
// A set that exists has at most one rulebook for each day and one for each
// name, and never changes. One without a last day (effective_to) is in force until
// another begins, and not again when that is over. It is counted: whoever holds one may read it and
// its snapshots from any thread. It knows neither files nor what day it is.
#pragma once

#include "snapshot.h"

enum { RULEBOOK_SET_MAX = 64 }; // rulebooks

struct rulebook_set;

// Two rulebooks that cannot stand on one set.
struct rulebook_set_conflict {
	size_t one, other; // their places in the array
	const char *day; // one that both claim, YYYY-MM-DD; NULL: they have the same id
};

// Calls TELL (may be NULL) for every such pair and returns how many there are.
// No two places of RULEBOOKS may be NULL or the same.
size_t rulebook_set_find_conflicts(struct pmm_rulebook *const *rulebooks, size_t count,
	void (*tell)(void *cls, const struct rulebook_set_conflict *conflict), void *cls);

// Lays out COUNT rulebooks, which the set owns from now on if the result is 0.
// Else the caller keeps them all: -ENOMEM; -EINVAL for none, for more than
// RULEBOOK_SET_MAX, and for a conflict. One reference belongs to the caller.
int rulebook_set_create(struct rulebook_set **out, struct pmm_rulebook *const *rulebooks,
	size_t count, const struct snapshot_options *options);
struct rulebook_set *rulebook_set_ref(struct rulebook_set *set);
void rulebook_set_unref(struct rulebook_set *set); // NULL is allowed

// The snapshots belong to the set. They stand in the order of their days.
size_t rulebook_set_count(const struct rulebook_set *set);
struct snapshot *rulebook_set_at(const struct rulebook_set *set, size_t place);

// The one of that name, or that is in force on a day (date.h); NULL: none.
struct snapshot *rulebook_set_find(const struct rulebook_set *set, struct str id);
struct snapshot *rulebook_set_on(const struct rulebook_set *set, int32_t day);

// The one that answers where nothing is asked for: of several the one in force
// today, else the last that has begun, else the first. TODAY is asked only if
// there are several; if it is NULL, all have begun.
struct snapshot *rulebook_set_current(const struct rulebook_set *set, int32_t (*today)(void));
