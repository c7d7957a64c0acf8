// SPDX-License-Identifier: MIT
// What was counted, as Prometheus reads it. Names and labels are
// ours, or the rulebook's names of features and values; no text of a client is
// within reach. What nobody can tell (stats.h) is left out, and so are series
// of requests that never came, for most of them never will.
#include "metrics.h"
#include "metrics_text.h"

#include <stdio.h>

// --- the service

static void write_build(struct buf *buf, const struct transport_stats *stats)
{
	metrics_family(buf, "pmm_build_info", "gauge", "Versions of this program and its library.");
	metrics_series(buf, "pmm_build_info",
		LABELS({"version", PMM_VERSION}, {stats && stats->library ? "libmicrohttpd" : NULL,
							 stats ? stats->library : NULL}),
		1);
}

static void write_rulebooks(struct buf *buf, const struct metrics_view *view)
{
	static const char *const info = "pmm_rulebook_info",
				 *const current = "pmm_rulebook_current";
	metrics_family(buf, info, "gauge", "The rulebooks that answer.");
	for (size_t i = 0; i < rulebook_set_count(view->set); i++) {
		const struct snapshot *snapshot = rulebook_set_at(view->set, i);
		const struct pmm_rulebook_info *of = pmm_rulebook_info(snapshot_rulebook(snapshot));
		metrics_series(buf, info,
			LABELS({"id", of->id}, {"version", of->version}, {"digest", of->digest}),
			1);
	}
	metrics_family(buf, current, "gauge", "Whether it answers where no other is asked for.");
	for (size_t i = 0; i < rulebook_set_count(view->set); i++) {
		const struct snapshot *snapshot = rulebook_set_at(view->set, i);
		const struct pmm_rulebook_info *of = pmm_rulebook_info(snapshot_rulebook(snapshot));
		metrics_series(buf, current, LABELS({"id", of->id}), snapshot == view->current);
	}
}

static void write_state(struct buf *buf, const struct metrics_view *view)
{
	static const char *const reloads = "pmm_reloads_total";
	metrics_family(buf, reloads, "counter", "Reloads of the rulebooks, by result.");
	metrics_series(buf, reloads, LABELS({"result", "applied"}), view->reloads_applied);
	metrics_series(buf, reloads, LABELS({"result", "refused"}), view->reloads_refused);
	metrics_single(buf, "pmm_last_reload_successful", "gauge",
		"Whether the last reload was applied, rulebooks and all else; 1 before the first.",
		view->is_last_reload_good);
	metrics_single(buf, "pmm_draining", "gauge",
		"Whether the service is about to stop and asks to close connections.",
		view->is_draining);
}

static void write_answer(void *cls, const char *feature, const char *value, uint64_t count)
{
	metrics_series(cls, "pmm_answers_total",
		LABELS({"feature", feature}, {"obligation", value}), count);
}

static void write_answers(struct buf *buf, struct metrics *metrics)
{
	metrics_family(buf, "pmm_answers_total", "counter",
		"Answers about profiles, single ones and rows, by feature and obligation.");
	ledger_each(metrics_ledger(metrics), write_answer, buf);
}

// --- requests and rows

static void write_request(struct buf *buf, const struct metrics_view *view, size_t route,
	size_t method, size_t place, uint64_t count)
{
	char status[16] = "other";
	if (metrics_status(place))
		snprintf(status, sizeof status, "%u", metrics_status(place));
	metrics_series(buf, "pmm_requests_total",
		LABELS({"route", view->route_name(route)}, {"method", view->method_name(method)},
			{"status", status}),
		count);
}

static void write_requests(struct buf *buf, const struct metrics_view *view, const uint64_t *counts)
{
	const uint64_t *count = counts + METRICS_AT_REQUESTS;
	metrics_family(buf, "pmm_requests_total", "counter",
		"Requests answered in full, by route, method and status.");
	for (size_t route = 0; route < METRICS_ROUTES; route++)
		for (size_t method = 0; method < METRICS_METHODS; method++)
			for (size_t place = 0; place < METRICS_STATUSES; place++, count++)
				if (*count)
					write_request(buf, view, route, method, place, *count);
}

static void write_durations_of(
	struct buf *buf, const struct metrics_view *view, size_t route, const uint64_t *counts)
{
	const uint64_t *buckets = counts + METRICS_AT_DURATIONS + route * METRICS_BUCKETS;
	uint64_t total = 0;
	for (size_t b = 0; b < METRICS_BUCKETS; b++)
		total += buckets[b];
	if (!total)
		return;
	uint64_t count = 0;
	for (size_t b = 0; b < METRICS_BUCKETS; b++) {
		char bound[METRICS_SECONDS_MAX] = "+Inf";
		count += buckets[b];
		if (b < METRICS_BOUNDS)
			metrics_seconds(bound, metrics_bound_ns(b));
		metrics_series(buf, "pmm_request_duration_seconds_bucket",
			LABELS({"route", view->route_name(route)}, {"le", bound}), count);
	}
	metrics_series_ns(buf, "pmm_request_duration_seconds_sum",
		LABELS({"route", view->route_name(route)}), counts[METRICS_AT_NS + route]);
	metrics_series(buf, "pmm_request_duration_seconds_count",
		LABELS({"route", view->route_name(route)}), total);
}

static void write_durations(
	struct buf *buf, const struct metrics_view *view, const uint64_t *counts)
{
	metrics_family(buf, "pmm_request_duration_seconds", "histogram",
		"From the first line of a request to the last byte of its answer.");
	for (size_t route = 0; route < METRICS_ROUTES; route++)
		write_durations_of(buf, view, route, counts);
}

// A series for each code that was seen; for those of whole answers (WHOLE), also
// for those that were not: they are what alerts are made of.
static void write_codes(struct buf *buf, const char *name, const uint64_t *counts, bool whole)
{
	for (size_t c = CODE_none + 1; c < CODE_COUNT; c++) {
		const struct code_info *info = code_info((enum code)c);
		if (counts[c] || (whole && info->status))
			metrics_series(buf, name, LABELS({"code", info->name}), counts[c]);
	}
}

static void write_problems(struct buf *buf, const uint64_t *counts)
{
	const uint64_t *rows = counts + METRICS_AT_ROWS;
	uint64_t rejected = 0;
	for (size_t c = CODE_none + 1; c < CODE_COUNT; c++)
		rejected += rows[c];
	metrics_family(buf, "pmm_problems_total", "counter",
		"Requests answered with a problem document, by its code.");
	write_codes(buf, "pmm_problems_total", counts + METRICS_AT_PROBLEMS, true);
	metrics_family(buf, "pmm_rows_total", "counter",
		"Rows read of requests with many profiles, by result.");
	metrics_series(buf, "pmm_rows_total", LABELS({"result", "evaluated"}), rows[CODE_none]);
	metrics_series(buf, "pmm_rows_total", LABELS({"result", "rejected"}), rejected);
	metrics_family(
		buf, "pmm_rejections_total", "counter", "Rows rejected, by the code of the row.");
	write_codes(buf, "pmm_rejections_total", rows, false);
	metrics_family(buf, "pmm_profile_errors_total", "counter",
		"What was wrong within profiles, single ones and rows, by code.");
	write_codes(buf, "pmm_profile_errors_total", counts + METRICS_AT_ERRORS, false);
}

// --- the transport and the process

static void write_connections(struct buf *buf, const struct transport_stats *stats)
{
	static const char *const refused = "pmm_connections_refused_total";
	metrics_single(buf, "pmm_connections_open", "gauge", "Connections at this moment.",
		stats->connections_open);
	metrics_single(buf, "pmm_connections_accepted_total", "counter",
		"Connections accepted, those turned away at once too.", stats->connections_total);
	metrics_family(buf, refused, "counter", "Connections turned away, by reason.");
	metrics_series(buf, refused, LABELS({"reason", "full"}), stats->refused_full);
	metrics_series(buf, refused, LABELS({"reason", "address"}), stats->refused_address);
	metrics_single(buf, "pmm_accept_failures_total", "counter",
		"Connections that could not be accepted.", stats->accept_failures);
}

static void write_transport(struct buf *buf, const struct transport_stats *stats)
{
	static const char *const timeouts = "pmm_timeouts_total";
	static const char *const lines = "pmm_log_lines_total";
	write_connections(buf, stats);
	metrics_family(buf, timeouts, "counter", "Connections ended by a deadline, by phase.");
	metrics_series(buf, timeouts, LABELS({"phase", "header"}), stats->timed_out_header);
	metrics_series(buf, timeouts, LABELS({"phase", "idle"}), stats->timed_out_idle);
	metrics_series(buf, timeouts, LABELS({"phase", "body"}), stats->timed_out_body);
	metrics_series(buf, timeouts, LABELS({"phase", "answer"}), stats->timed_out_answer);
	metrics_single(buf, "pmm_requests_in_progress", "gauge", "Requests at this moment.",
		stats->requests_open);
	metrics_single(buf, "pmm_requests_cut_total", "counter",
		"Requests that ended before their whole answer was sent.", stats->requests_cut);
	if (stats->certificate_expires)
		metrics_single(buf, "pmm_certificate_expires_timestamp_seconds", "gauge",
			"When the TLS certificate in use expires.", stats->certificate_expires);
	metrics_family(buf, lines, "counter", "Log lines, by result.");
	metrics_series(buf, lines, LABELS({"result", "written"}), stats->log_lines);
	metrics_series(buf, lines, LABELS({"result", "dropped"}), stats->log_dropped);
}

static void write_process(struct buf *buf, const struct process_stats *stats)
{
	const struct {
		const char *name, *help;
		uint64_t value;
	} gauges[] = {
		{"process_virtual_memory_bytes", "Virtual memory.", stats->virtual_bytes},
		{"process_resident_memory_bytes", "Resident memory.", stats->resident_bytes},
		{"process_open_fds", "Open file descriptors.", stats->open_fds},
		{"process_max_fds", "Most open file descriptors.", stats->max_fds},
	};
	if (stats->cpu_ns)
		metrics_single_ns(buf, "process_cpu_seconds_total", "counter",
			"CPU time of user and system.", stats->cpu_ns);
	if (stats->start_time_ns)
		metrics_single_ns(buf, "process_start_time_seconds", "gauge",
			"When the process began, since the Unix epoch.", stats->start_time_ns);
	for (size_t i = 0; i < sizeof gauges / sizeof gauges[0]; i++)
		if (gauges[i].value)
			metrics_single(
				buf, gauges[i].name, "gauge", gauges[i].help, gauges[i].value);
}

// --- all of it

void metrics_write(struct metrics *metrics, struct buf *buf, const struct metrics_view *view,
	const uint64_t counts[METRICS_COUNT])
{
	write_build(buf, view->transport);
	write_rulebooks(buf, view);
	write_state(buf, view);
	write_requests(buf, view, counts);
	write_durations(buf, view, counts);
	write_problems(buf, counts);
	write_answers(buf, metrics);
	if (view->transport)
		write_transport(buf, view->transport);
	if (view->process)
		write_process(buf, view->process);
}
