// SPDX-License-Identifier: MIT
// What is counted of requests and rows. Counters lie in shards, one for a few
// threads, so that counting is an addition to a cache line that nobody else
// writes; a scrape adds the shards up. What is counted is known by number only
// (a route, a status, an error code): there is no way to put a client's word in.
// Answers are counted by answers.h, and metrics_write.c makes text of all.
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include "answer/answer.h"
#include "answers.h"
#include "metrics_text.h"
#include "profile/profile.h"
#include "stats.h"

enum {
	METRICS_SHARDS = 16,
	METRICS_ROUTES = 20, // route.c's, and one for all other addresses
	METRICS_NO_ROUTE = METRICS_ROUTES - 1,
	METRICS_METHODS = 6, // those of enum method, and one for all others
	METRICS_NO_METHOD = METRICS_METHODS - 1,
	METRICS_STATUSES = 16, // metrics_status of each
	METRICS_BOUNDS = 21, // of the histogram; one more bucket is behind the last
	METRICS_BUCKETS = METRICS_BOUNDS + 1,
};

// Where a counter stands in a shard, and in what metrics_sum writes.
enum {
	METRICS_AT_REQUESTS, // [route][method][status]
	METRICS_AT_DURATIONS = // [route][bucket]
	METRICS_AT_REQUESTS + METRICS_ROUTES * METRICS_METHODS * METRICS_STATUSES,
	METRICS_AT_NS = METRICS_AT_DURATIONS + METRICS_ROUTES * METRICS_BUCKETS, // [route]
	METRICS_AT_PROBLEMS = METRICS_AT_NS + METRICS_ROUTES, // [code]
	METRICS_AT_ERRORS = METRICS_AT_PROBLEMS + CODE_COUNT, // [code] within profiles
	METRICS_AT_ROWS = METRICS_AT_ERRORS + CODE_COUNT, // [code]; CODE_none: evaluated
	METRICS_COUNT = METRICS_AT_ROWS + CODE_COUNT,
};

struct metrics;

// 0 or -ENOMEM.
int metrics_create(struct metrics **out);
void metrics_destroy(struct metrics *metrics); // NULL is allowed

struct ledger *metrics_ledger(struct metrics *metrics);

// The calling thread's shard. Threads beyond METRICS_SHARDS share.
unsigned metrics_shard(struct metrics *metrics);

// Adds COUNT to the counter AT in SHARD. Any thread.
void metrics_add(struct metrics *metrics, unsigned shard, size_t at, uint64_t count);

struct metrics_request {
	size_t route, method; // as above
	unsigned status;
	enum code code; // of the problem, or CODE_none
	uint64_t duration_ns;
};
void metrics_add_request(
	struct metrics *metrics, unsigned shard, const struct metrics_request *request);

// What a scrape tells besides the counters.
struct metrics_view {
	const struct rulebook_set *set;
	const struct snapshot *current; // that answers where no other is asked for
	uint64_t reloads_applied, reloads_refused;
	bool is_last_reload_good, is_draining;
	const struct transport_stats *transport; // NULL: not told
	const struct process_stats *process; // NULL: not told
	// By the numbers of struct metrics_request.
	const char *(*route_name)(size_t route), *(*method_name)(size_t method);
};

// Adds all of it to BUF as Prometheus text; COUNTS are what metrics_sum wrote.
void metrics_write(struct metrics *metrics, struct buf *buf, const struct metrics_view *view,
	const uint64_t counts[METRICS_COUNT]);

// Writes the sums of all shards to TO.
void metrics_sum(const struct metrics *metrics, uint64_t to[METRICS_COUNT]);

// The status of HTTP at a place, 0 for "any other" (the last place).
unsigned metrics_status(size_t place);

// The upper bound of a bucket, which belongs to it; below METRICS_BOUNDS.
uint64_t metrics_bound_ns(size_t bucket);

#endif
