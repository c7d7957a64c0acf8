// SPDX-License-Identifier: MIT
// GET /metrics: gathers what the counters do not know, and has it written.
#include "exchange.h"

bool metrics_begin(struct exchange *x)
{
	const struct service_options *options = service_config(x->service);
	const struct service_loads loads = service_loads(x->service);
	struct transport_stats transport = {0};
	struct process_stats process = {0};
	if (options->stats)
		options->stats(options->stats_cls, &transport);
	if (options->process)
		options->process(options->process_cls, &process);
	struct metrics_view view = {
		.set = x->set,
		.current = rulebook_set_current(x->set, options->today),
		.service = {.reloads_applied = loads.taken - 1, // the first one was at the start
			.reloads_refused = loads.refused,
			.is_last_reload_good = !loads.last_refused &&
					       !service_refused_parts(x->service),
			.is_draining = service_is_draining(x->service)},
		.transport = options->stats ? &transport : NULL,
		.process = options->process ? &process : NULL,
	};
	size_t count;
	const struct route *routes = route_all(&count);
	for (size_t i = 0; i < METRICS_ROUTES; i++)
		view.routes[i] = i < count ? routes[i].path : "other";
	for (size_t i = 0; i < METRICS_METHODS; i++)
		view.methods[i] = method_name((enum method)(1U << i));
	reply_start(x, 200);
	metrics_write(service_metrics(x->service), &x->out, &view);
	reply_header(x, "Cache-Control", "no-store");
	reply_out(x, 200, "text/plain; version=0.0.4; charset=utf-8", false);
	return false;
}
