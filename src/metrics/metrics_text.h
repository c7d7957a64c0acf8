// SPDX-License-Identifier: MIT
// Prometheus's text format 0.0.4: families and their series, as lines. It knows
// nothing of what they mean. Names and help texts are the caller's and hold
// nothing to escape; values of labels may hold anything.
#ifndef METRICS_METRICS_TEXT_H
#define METRICS_METRICS_TEXT_H

#include "base/base.h"

struct label {
	const char *name, *value;
};

// Lists of labels end with one that has no name; NULL is an empty list.
#define LABELS(...)                                                                                \
	(const struct label[])                                                                     \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			NULL, NULL                                                                 \
		}                                                                                  \
	}

// The two lines above a family: all its series follow.
void metrics_family(struct buf *buf, const char *name, const char *type, const char *help);

void metrics_series(struct buf *buf, const char *name, const struct label *labels, uint64_t value);

// The same with a value in seconds.
void metrics_series_ns(
	struct buf *buf, const char *name, const struct label *labels, uint64_t value_ns);

// A family of one series without labels.
void metrics_single(
	struct buf *buf, const char *name, const char *type, const char *help, uint64_t value);
void metrics_single_ns(
	struct buf *buf, const char *name, const char *type, const char *help, uint64_t value_ns);

// Writes nanoseconds as seconds, "0.000025" or "60", and returns TO.
enum { METRICS_SECONDS_MAX = 32 };
const char *metrics_seconds(char to[METRICS_SECONDS_MAX], uint64_t ns);

#endif
