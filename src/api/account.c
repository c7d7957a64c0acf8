// SPDX-License-Identifier: MIT
// What is counted of a request once its answer was sent. Methods, routes and codes
// are numbers of our own tables by then; nothing that a client wrote passes
// through here.
#include "exchange.h"
#include "metrics/metrics.h"

// What is wrong within a profile.
static void count_errors(const struct profile *profile, struct metrics *metrics, unsigned shard)
{
	for (const struct profile_error *e = profile->errors; e; e = e->next)
		metrics_add(metrics, shard, METRICS_AT_ERRORS + e->code, 1);
}

static void count_answers(const struct exchange *x, unsigned shard)
{
	struct answers *answers = snapshot_attached(x->snapshot);
	const struct pmm_rulebook *rulebook = snapshot_rulebook(x->snapshot);
	if (x->has_answer) {
		answers_add(answers, shard, pmm_decide(rulebook, x->answer)->ordinal, 1);
		return;
	}
	const uint32_t *counts = bulk_tally(x->bulk)->decisions;
	for (uint32_t d = 0; d < pmm_rulebook_info(rulebook)->decision_count; d++)
		if (counts[d])
			answers_add(answers, shard, d, counts[d]);
}

void exchange_count(struct exchange *x, uint64_t duration_ns)
{
	struct metrics *metrics = service_metrics(x->service);
	unsigned shard = metrics_shard(metrics);
	size_t route_count;
	const struct metrics_request request = {
		.route = x->route ? (size_t)(x->route - route_all(&route_count)) : METRICS_NO_ROUTE,
		.method = x->method ? (size_t)__builtin_ctz(x->method) : METRICS_NO_METHOD,
		.status = x->reply.status,
		.code = x->problem,
		.duration_ns = duration_ns,
	};
	metrics_add_request(metrics, shard, &request);
	if (x->refused)
		count_errors(x->refused, metrics, shard);
	if (x->has_answer || (x->bulk && x->reply.status == 200))
		count_answers(x, shard);
}

void exchange_count_rows(const struct exchange *x)
{
	struct metrics *metrics = service_metrics(x->service);
	unsigned shard = metrics_shard(metrics);
	const struct bulk_tally *tally = bulk_tally(x->bulk);
	for (size_t code = 0; code < CODE_COUNT; code++) {
		if (tally->rows[code])
			metrics_add(metrics, shard, METRICS_AT_ROWS + code, tally->rows[code]);
		if (tally->errors[code])
			metrics_add(metrics, shard, METRICS_AT_ERRORS + code, tally->errors[code]);
	}
}
