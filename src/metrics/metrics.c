// SPDX-License-Identifier: MIT
#include "metrics.h"

#include <errno.h>
#include <stdlib.h>

// Counters between two shards, so that they never share a cache line, wherever
// the allocator lets the first begin.
enum { APART = 64 / sizeof(uint64_t), STRIDE = METRICS_COUNT + APART };

struct metrics {
	struct ledger ledger;
	atomic_uint threads; // that took a shard
	_Atomic uint64_t counters[METRICS_SHARDS * STRIDE];
};

// 1 + the number of this thread's shard; 0: it has none yet. It is a place to
// count at and nothing more: which one it is changes no sum.
static _Thread_local unsigned own_shard;

// The commonest first: they are searched in this order.
static const unsigned statuses[METRICS_STATUSES - 1] = {
	200, 304, 422, 404, 400, 405, 413, 415, 204, 401, 406, 408, 414, 431, 503};

// From a cached answer on an idle machine to a bulk request over a slow line.
static const uint64_t bounds_ns[METRICS_BOUNDS] = {10000, 25000, 50000, 100000, 250000, 500000,
	1000000, 2500000, 5000000, 10000000, 25000000, 50000000, 100000000, 250000000, 500000000,
	1000000000, 2500000000, 5000000000, 10000000000, 30000000000, 60000000000};

int metrics_create(struct metrics **out)
{
	struct metrics *metrics = calloc(1, sizeof *metrics);
	if (!metrics)
		return -ENOMEM;
	if (ledger_init(&metrics->ledger)) {
		free(metrics);
		return -ENOMEM;
	}
	*out = metrics;
	return 0;
}

void metrics_destroy(struct metrics *metrics)
{
	if (!metrics)
		return;
	ledger_finish(&metrics->ledger);
	free(metrics);
}

struct ledger *metrics_ledger(struct metrics *metrics)
{
	return &metrics->ledger;
}

unsigned metrics_shard(struct metrics *metrics)
{
	if (!own_shard)
		own_shard = 1 + atomic_fetch_add(&metrics->threads, 1) % METRICS_SHARDS;
	return own_shard - 1;
}

void metrics_add(struct metrics *metrics, unsigned shard, size_t at, uint64_t count)
{
	atomic_fetch_add_explicit(
		&metrics->counters[(size_t)shard * STRIDE + at], count, memory_order_relaxed);
}

static size_t place_of(unsigned status)
{
	size_t place = 0;
	while (place < METRICS_STATUSES - 1 && statuses[place] != status)
		place++;
	return place;
}

static size_t bucket_of(uint64_t duration_ns)
{
	size_t bucket = 0;
	while (bucket < METRICS_BOUNDS && duration_ns > bounds_ns[bucket])
		bucket++;
	return bucket;
}

void metrics_add_request(
	struct metrics *metrics, unsigned shard, const struct metrics_request *request)
{
	size_t row = request->route * METRICS_METHODS + request->method;
	metrics_add(metrics, shard,
		METRICS_AT_REQUESTS + row * METRICS_STATUSES + place_of(request->status), 1);
	metrics_add(metrics, shard,
		METRICS_AT_DURATIONS + request->route * METRICS_BUCKETS +
			bucket_of(request->duration_ns),
		1);
	metrics_add(metrics, shard, METRICS_AT_NS + request->route, request->duration_ns);
	if (request->code != CODE_none)
		metrics_add(metrics, shard, METRICS_AT_PROBLEMS + request->code, 1);
}

void metrics_sum(const struct metrics *metrics, uint64_t to[METRICS_COUNT])
{
	memset(to, 0, METRICS_COUNT * sizeof *to);
	for (size_t shard = 0; shard < METRICS_SHARDS; shard++)
		for (size_t at = 0; at < METRICS_COUNT; at++)
			to[at] += atomic_load_explicit(
				&metrics->counters[(size_t)shard * STRIDE + at],
				memory_order_relaxed);
}

unsigned metrics_status(size_t place)
{
	return place < METRICS_STATUSES - 1 ? statuses[place] : 0;
}

uint64_t metrics_bound_ns(size_t bucket)
{
	return bounds_ns[bucket];
}
