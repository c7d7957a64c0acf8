// SPDX-License-Identifier: MIT
// What is counted of a request once its answer was sent. Methods, routes and codes
// are numbers of our own tables by then; nothing that a client wrote passes
// through here.
#include "exchange.h"
#include "metrics/metrics.h"

// COUNTS of the answers of X's snapshot, by the ordinal of their decision.
static void count_answers(const struct exchange *x)
{
	void *answers = snapshot_attached(x->snapshot);
	const struct pmm_rulebook *rulebook = snapshot_rulebook(x->snapshot);
	if (x->has_answer) {
		metrics_count_answers(answers, pmm_decide(rulebook, x->answer)->ordinal, 1);
		return;
	}
	const uint32_t *counts = bulk_tally(x->bulk)->decisions;
	for (uint32_t d = 0; d < pmm_rulebook_info(rulebook)->decision_count; d++)
		if (counts[d])
			metrics_count_answers(answers, d, counts[d]);
}

void exchange_count(struct exchange *x, uint64_t duration_ns)
{
	struct metrics *metrics = service_metrics(x->service);
	size_t route_count;
	const struct metrics_request request = {
		.route = x->route ? (size_t)(x->route - route_all(&route_count)) : METRICS_NO_ROUTE,
		.method = x->method ? (size_t)__builtin_ctz(x->method) : METRICS_NO_METHOD,
		.status = x->reply.status,
		.code = x->problem,
		.duration_ns = duration_ns,
	};
	metrics_count_request(metrics, &request);
	for (const struct profile_error *e = x->refused ? x->refused->errors : NULL; e; e = e->next)
		metrics_count_errors(metrics, e->code, 1);
	if (x->has_answer || (x->bulk && x->reply.status == 200))
		count_answers(x);
}

void exchange_count_rows(const struct exchange *x)
{
	struct metrics *metrics = service_metrics(x->service);
	const struct bulk_tally *tally = bulk_tally(x->bulk);
	for (enum code code = CODE_none; code < CODE_COUNT; code++) {
		metrics_count_rows(metrics, code, tally->rows[code]);
		metrics_count_errors(metrics, code, tally->errors[code]);
	}
}
