// SPDX-License-Identifier: MIT
// metrics: what is counted of requests, rows and answers, and its text for Prometheus.
// It is handed what to count and knows no exchange. What is counted is known by number
// only (a route, a status, an error code, a decision): there is no way to put a client's
// word in. This is the header that other rooms include.
//
// Counting is an addition, by any thread at any time. The counters of a request lie in
// two cache lines, so that threads on two cores do not wait long for each other.
#pragma once

#include "answer/answer.h"
#include "profile/profile.h"

enum {
	METRICS_ROUTES = 20, // those that there are, and one for all other addresses
	METRICS_NO_ROUTE = METRICS_ROUTES - 1,
	METRICS_METHODS = 6, // those that there are, and one for all others
	METRICS_NO_METHOD = METRICS_METHODS - 1,
};

struct metrics;

// 0 or -ENOMEM.
int metrics_create(struct metrics **out);
void metrics_destroy(struct metrics *metrics); // NULL is allowed; nothing is attached by then

struct metrics_request {
	size_t route, method; // as above
	unsigned status;
	enum code code; // of the problem, or CODE_none
	uint64_t duration_ns;
};

// A request that was answered in full.
void metrics_count_request(struct metrics *metrics, const struct metrics_request *request);

// COUNT things with CODE: errors within profiles, or rows (CODE_none: evaluated).
void metrics_count_errors(struct metrics *metrics, enum code code, uint64_t count);
void metrics_count_rows(struct metrics *metrics, enum code code, uint64_t count);

// Counters of the answers of RULEBOOK, which outlives them, and their end: for
// snapshot_options, with METRICS as cls. NULL: out of memory, and nothing has changed.
void *metrics_attach(void *metrics, const struct pmm_rulebook *rulebook);
void metrics_detach(void *answers);

// COUNT answers with the decision of this ordinal. ANSWERS is what metrics_attach gave,
// or NULL: nobody counts.
void metrics_count_answers(void *answers, uint32_t ordinal, uint64_t count);

// What others know, and fill in: api, the transport, whoever started the process. What
// the members mean stands in stats.def.
struct service_stats {
#define SERVICE(member, ...) uint64_t member;
#include "stats.def"
};
struct transport_stats {
	const char *library; // version of the server library, constant; NULL: not told
#define TRANSPORT(member, ...) uint64_t member;
#include "stats.def"
};
struct process_stats {
#define PROCESS(member, ...) uint64_t member;
#include "stats.def"
};

// What a scrape tells besides the counters.
struct metrics_view {
	const struct rulebook_set *set;
	const struct snapshot *current; // that answers where no other is asked for
	struct service_stats service;
	const struct transport_stats *transport; // NULL: not told
	struct process_stats process; // 0: not told
	const char *routes[METRICS_ROUTES], *methods[METRICS_METHODS]; // names by number
};

// Adds all of it to BUF in Prometheus's text format 0.0.4. Any thread.
void metrics_write(struct metrics *metrics, struct buf *buf, const struct metrics_view *view);
