// SPDX-License-Identifier: MIT
// How often each answer was given, by feature and obligation.
//
// All answers of a rulebook are its decisions, and they are few: so an answer is
// counted by adding 1 to its decision, and what that means for each feature is
// worked out when somebody asks.
//
//     rulebook ── answers: [shard][decision] ──┐ while it lives, added when asked
//     rulebook ── answers: [shard][decision] ──┼──► ledger: {feature, value} count
//     (gone)   ── folded once, when it went ───┘
//
// The ledger outlives rulebooks, so its counts never fall when one is replaced.
// It knows names of rulebooks alone.
#ifndef METRICS_ANSWERS_H
#define METRICS_ANSWERS_H

#include <pmm/rules.h>
#include <pthread.h>
#include <stdatomic.h>

struct answers; // the counters of one rulebook

struct ledger {
	pthread_mutex_t lock; // of everything here; not needed for counting
	struct answers *live; // rulebooks that still answer
	struct ledger_pair *pairs; // every pair of names that there ever was
	uint32_t count, room;
};

// 0 or -ENOMEM.
int ledger_init(struct ledger *ledger);
void ledger_finish(struct ledger *ledger); // no answers are left by then

// Calls SHOW with each pair and its count, in the order in which the names were
// first met. VALUE is one of the attribute "obligation" (of the first attribute,
// in a rulebook that has none of that name), or "undetermined".
void ledger_each(struct ledger *ledger,
	void (*show)(void *cls, const char *feature, const char *value, uint64_t count), void *cls);

// Counters for RULEBOOK, which outlives them. 0 or -ENOMEM; then the ledger is as
// it was.
int answers_create(
	struct answers **out, struct ledger *ledger, const struct pmm_rulebook *rulebook);

// Folds what was counted into the ledger. NULL is allowed.
void answers_destroy(struct answers *answers);

// COUNT answers with the decision of this ordinal. Any thread; SHARD is the
// caller's (metrics_shard). ANSWERS may be NULL: nobody counts.
void answers_add(struct answers *answers, unsigned shard, uint32_t ordinal, uint64_t count);

#endif
