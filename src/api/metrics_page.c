// SPDX-License-Identifier: MIT
// GET /metrics: gathers what the counters do not know, and has it written.
#include "exchange.h"

static struct service_stats own_stats(const struct service *service)
{
	const struct service_loads loads = service_loads(service);
	return (struct service_stats){
		.reloads_applied = loads.taken - 1, // the first one was at the start
		.reloads_refused = loads.refused,
		.is_last_reload_good = !loads.last_refused && !service->refused_parts,
		.is_draining = service->draining,
	};
}

bool metrics_begin(struct exchange *x)
{
	const struct service_options *options = &x->service->options;
	const struct route *route = x->routes;
	struct transport_stats transport = {0};
	struct process_stats process = {0};
	struct metrics_view view = {
		.set = x->set,
		.current = rulebook_set_current(x->set, options->today),
		.service = own_stats(x->service),
		.transport = options->stats ? &transport : NULL,
		.process = options->process ? &process : NULL,
	};
	if (options->stats)
		options->stats(options->stats_cls, &transport);
	if (options->process)
		options->process(options->process_cls, &process);
	for (size_t i = 0; i < METRICS_ROUTES; i++)
		view.routes[i] = route->path ? route++->path : "other";
	for (size_t i = 0; i < METRICS_METHODS; i++)
		view.methods[i] = method_name((enum method)(i < METRICS_NO_METHOD ? 1U << i : 0));
	reply_start(x, 200);
	metrics_write(x->service->metrics, &x->out, &view);
	reply_header(x, "Cache-Control", "no-store");
	reply_out(x, 200, "text/plain; version=0.0.4; charset=utf-8", false);
	return false;
}
