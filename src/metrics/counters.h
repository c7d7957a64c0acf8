// SPDX-License-Identifier: MIT
// Private to metrics: the counters, and lines of the text.
#pragma once

#include "metrics.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
	METRICS_STATUSES = 16, // those of metrics_statuses, and one for all others
	METRICS_BOUNDS = 21, // of the histogram; one more bucket is behind the last
	METRICS_BUCKETS = METRICS_BOUNDS + 1,
};

extern const unsigned metrics_statuses[METRICS_STATUSES - 1]; // of HTTP
extern const uint64_t metrics_bounds_ns[METRICS_BOUNDS]; // each belongs to its bucket

struct metrics {
	struct {
		// Most requests take so long that they count beside their sum.
		_Atomic uint64_t ns, durations[METRICS_BUCKETS];
		_Atomic uint64_t requests[METRICS_METHODS][METRICS_STATUSES];
	} routes[METRICS_ROUTES];
	_Atomic uint64_t problems[CODE_COUNT], errors[CODE_COUNT], rows[CODE_COUNT];

	pthread_mutex_t lock; // of what follows; not needed for counting
	struct answers *live; // rulebooks that still answer
	struct answer_pair *pairs; // every pair of names that there ever was, the first first
};

// Calls SHOW with each pair and its count, in the order in which the names were first
// met. VALUE is one of the attribute "obligation" (of the first attribute, in a rulebook
// that has none of that name), or "undetermined".
void metrics_each_answer(struct metrics *metrics,
	void (*show)(void *cls, const char *feature, const char *value, uint64_t count), void *cls);

// Names and values of labels by turns, up to the first NULL.
struct labels {
	const char *words[6];
};

// A line of the text. Values of labels may hold anything.
void metrics_series(struct buf *buf, const char *name, struct labels labels, uint64_t value);

// Nanoseconds as seconds, "0.000025" or "60". Returns TO.
enum { METRICS_SECONDS_MAX = 32 };
const char *metrics_seconds(char to[METRICS_SECONDS_MAX], uint64_t ns);
