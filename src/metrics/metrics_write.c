// SPDX-License-Identifier: MIT
// What was counted, as Prometheus reads it (text format 0.0.4). Names and labels are
// ours, or the rulebook's names of features and values; no text of a client is within
// reach. What nobody can tell (stats.def) is left out, and so are series of requests
// that never came, for most of them never will.
#include "counters.h"

#include <inttypes.h>
#include <stdio.h>

// --- lines

static void add_value(struct buf *buf, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n') {
			buf_text(buf, "\\n");
			continue;
		}
		if (*text == '\\' || *text == '"')
			buf_char(buf, '\\');
		buf_char(buf, *text);
	}
}

// A series up to its value.
static void add_name(struct buf *buf, const char *name, struct labels labels)
{
	enum { WORDS = sizeof labels.words / sizeof labels.words[0] };
	bool has_labels = labels.words[0];
	buf_text(buf, name);
	for (size_t i = 0; i < WORDS && labels.words[i]; i += 2) {
		buf_char(buf, i ? ',' : '{');
		buf_text(buf, labels.words[i]);
		buf_text(buf, "=\"");
		add_value(buf, labels.words[i + 1]);
		buf_char(buf, '"');
	}
	buf_text(buf, has_labels ? "} " : " ");
}

const char *metrics_seconds(char to[METRICS_SECONDS_MAX], uint64_t ns)
{
	const uint64_t second = 1000000000;
	int size = snprintf(
		to, METRICS_SECONDS_MAX, "%" PRIu64 ".%09" PRIu64, ns / second, ns % second);
	while (to[size - 1] == '0')
		size--;
	to[to[size - 1] == '.' ? size - 1 : size] = '\0';
	return to;
}

// The rest of a line: its value, nanoseconds as seconds.
static void end_line(struct buf *buf, uint64_t value, bool is_ns)
{
	char text[METRICS_SECONDS_MAX];
	if (is_ns)
		buf_text(buf, metrics_seconds(text, value));
	else
		buf_uint(buf, value);
	buf_char(buf, '\n');
}

void metrics_series(struct buf *buf, const char *name, struct labels labels, uint64_t value)
{
	add_name(buf, name, labels);
	end_line(buf, value, false);
}

// The two lines above a family, for the first of its SERIES; all of them follow.
static void add_family(struct buf *buf, const char *series, const char *type, const char *help)
{
	const int size = (int)strcspn(series, "{");
	buf_print(buf, "# HELP %.*s %s\n# TYPE %.*s %s\n", size, series, help, size, series, type);
}

// --- what comes from outside (stats.def)

struct stat {
	enum { NUMBER, KNOWN, KNOWN_NS } form;
	const char *type, *series;
	const char *help; // NULL: its family has begun
	size_t at; // where its number stands
};

#define ROW(stats, member, form, type, series, help)                                               \
	{form, type, series, help, offsetof(struct stats, member)},

static const struct stat service_rows[] = {
#define SERVICE(...) ROW(service_stats, __VA_ARGS__)
#include "stats.def"
	{0}};
static const struct stat transport_rows[] = {
#define TRANSPORT(...) ROW(transport_stats, __VA_ARGS__)
#include "stats.def"
	{0}};
static const struct stat process_rows[] = {
#define PROCESS(...) ROW(process_stats, __VA_ARGS__)
#include "stats.def"
	{0}};

// STATS is the struct that ROWS tell about.
static void write_stats(struct buf *buf, const struct stat *rows, const void *stats)
{
	for (const struct stat *row = rows; row->series; row++) {
		uint64_t number;
		memcpy(&number, (const char *)stats + row->at, sizeof number);
		if (row->form != NUMBER && number == 0)
			continue;
		if (row->help)
			add_family(buf, row->series, row->type, row->help);
		add_name(buf, row->series, (struct labels){{NULL}});
		end_line(buf, number, row->form == KNOWN_NS);
	}
}

static void write_build(struct buf *buf, const struct transport_stats *stats)
{
	add_family(buf, "pmm_build_info", "gauge", "Versions of this program and its library.");
	metrics_series(buf, "pmm_build_info",
		(struct labels){
			{"version", PMM_VERSION, stats && stats->library ? "libmicrohttpd" : NULL,
				stats ? stats->library : NULL}},
		1);
}

static const struct pmm_rulebook_info *info_at(const struct rulebook_set *set, size_t place)
{
	return pmm_rulebook_info(snapshot_rulebook(rulebook_set_at(set, place)));
}

static void write_rulebooks(struct buf *buf, const struct metrics_view *view)
{
	static const char *const info = "pmm_rulebook_info",
				 *const current = "pmm_rulebook_current";
	add_family(buf, info, "gauge", "The rulebooks that answer.");
	for (size_t i = 0; i < rulebook_set_count(view->set); i++) {
		const struct pmm_rulebook_info *of = info_at(view->set, i);
		metrics_series(buf, info,
			(struct labels){
				{"id", of->id, "version", of->version, "digest", of->digest}},
			1);
	}
	add_family(buf, current, "gauge", "Whether it answers where no other is asked for.");
	for (size_t i = 0; i < rulebook_set_count(view->set); i++)
		metrics_series(buf, current, (struct labels){{"id", info_at(view->set, i)->id}},
			rulebook_set_at(view->set, i) == view->current);
}

// --- requests, rows and answers

static void write_requests(
	struct buf *buf, const struct metrics *metrics, const struct metrics_view *view)
{
	add_family(buf, "pmm_requests_total", "counter",
		"Requests answered in full, by route, method and status.");
	for (size_t i = 0; i < METRICS_ROUTES * METRICS_METHODS * METRICS_STATUSES; i++) {
		const size_t place = i % METRICS_STATUSES;
		const size_t method = i / METRICS_STATUSES % METRICS_METHODS;
		const size_t route = i / METRICS_STATUSES / METRICS_METHODS;
		const uint64_t count = metrics->routes[route].requests[method][place];
		char status[16] = "other";
		if (!count)
			continue;
		if (place < METRICS_STATUSES - 1)
			snprintf(status, sizeof status, "%u", metrics_statuses[place]);
		metrics_series(buf, "pmm_requests_total",
			(struct labels){{"route", view->routes[route], "method",
				view->methods[method], "status", status}},
			count);
	}
}

static void write_durations(
	struct buf *buf, const struct metrics *metrics, const struct metrics_view *view)
{
	add_family(buf, "pmm_request_duration_seconds", "histogram",
		"From the first line of a request to the last byte of its answer.");
	for (size_t r = 0; r < METRICS_ROUTES; r++) {
		uint64_t sums[METRICS_BUCKETS], total = 0;
		for (size_t b = 0; b < METRICS_BUCKETS; b++)
			sums[b] = total += metrics->routes[r].durations[b];
		for (size_t b = 0; total && b < METRICS_BUCKETS; b++) {
			char bound[METRICS_SECONDS_MAX] = "+Inf";
			if (b < METRICS_BOUNDS)
				metrics_seconds(bound, metrics_bounds_ns[b]);
			metrics_series(buf, "pmm_request_duration_seconds_bucket",
				(struct labels){{"route", view->routes[r], "le", bound}}, sums[b]);
		}
		if (!total)
			continue;
		const struct labels labels = {{"route", view->routes[r]}};
		add_name(buf, "pmm_request_duration_seconds_sum", labels);
		end_line(buf, metrics->routes[r].ns, true);
		metrics_series(buf, "pmm_request_duration_seconds_count", labels, total);
	}
}

// A series for each code that was seen; for those of whole answers (WHOLE), also
// for those that were not: they are what alerts are made of.
static void write_codes(struct buf *buf, const char *name, const char *help,
	const _Atomic uint64_t counts[CODE_COUNT], bool whole)
{
	add_family(buf, name, "counter", help);
	for (size_t c = CODE_none + 1; c < CODE_COUNT; c++) {
		const struct code_info *info = code_info((enum code)c);
		const uint64_t count = counts[c];
		if (count || (whole && info->status))
			metrics_series(buf, name, (struct labels){{"code", info->name}}, count);
	}
}

static void write_rows(struct buf *buf, const struct metrics *metrics)
{
	uint64_t rejected = 0;
	for (size_t c = CODE_none + 1; c < CODE_COUNT; c++)
		rejected += metrics->rows[c];
	add_family(buf, "pmm_rows_total", "counter",
		"Rows read of requests with many profiles, by result.");
	metrics_series(buf, "pmm_rows_total", (struct labels){{"result", "evaluated"}},
		metrics->rows[CODE_none]);
	metrics_series(buf, "pmm_rows_total", (struct labels){{"result", "rejected"}}, rejected);
}

static void write_answer(void *cls, const char *feature, const char *value, uint64_t count)
{
	metrics_series(cls, "pmm_answers_total",
		(struct labels){{"feature", feature, "obligation", value}}, count);
}

void metrics_write(struct metrics *metrics, struct buf *buf, const struct metrics_view *view)
{
	write_build(buf, view->transport);
	write_rulebooks(buf, view);
	write_stats(buf, service_rows, &view->service);
	write_requests(buf, metrics, view);
	write_durations(buf, metrics, view);
	write_codes(buf, "pmm_problems_total",
		"Requests answered with a problem document, by its code.", metrics->problems, true);
	write_rows(buf, metrics);
	write_codes(buf, "pmm_rejections_total", "Rows rejected, by the code of the row.",
		metrics->rows, false);
	write_codes(buf, "pmm_profile_errors_total",
		"What was wrong within profiles, single ones and rows, by code.", metrics->errors,
		false);
	add_family(buf, "pmm_answers_total", "counter",
		"Answers about profiles, single ones and rows, by feature and obligation.");
	metrics_each_answer(metrics, write_answer, buf);
	if (view->transport)
		write_stats(buf, transport_rows, view->transport);
	write_stats(buf, process_rows, &view->process);
}
