// SPDX-License-Identifier: MIT
// Many profiles at /check, and /summary: from the request's options to a bulk,
// and from its end to a reply.
#include "exchange.h"

// Which shape the answer has: the input's own unless Accept wants another.
static bool choose_shape(struct exchange *x, enum rows_format format, enum shape *shape)
{
	enum { COUNT = 6 };
	static const struct {
		const char *type;
		enum shape shape;
	} offers[COUNT] = {
		{"application/json", SHAPE_JSON},
		{"application/x-ndjson", SHAPE_NDJSON},
		{"application/ndjson", SHAPE_NDJSON},
		{"application/jsonl", SHAPE_NDJSON},
		{"text/csv", SHAPE_CSV},
		{"text/plain", SHAPE_TEXT},
	};
	// The input's own shape first, so that "*/*" means it.
	static const size_t orders[][COUNT] = {[ROWS_JSON] = {0, 1, 2, 3, 4, 5},
		[ROWS_NDJSON] = {1, 2, 3, 0, 4, 5},
		[ROWS_CSV] = {4, 0, 1, 2, 3, 5}};
	const char *types[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		types[i] = offers[orders[format][i]].type;
	int choice = negotiate_media(x->request.accept, types, COUNT);
	if (choice < 0)
		return reply_problem(x, CODE_not_acceptable);
	*shape = offers[orders[format][choice]].shape;
	return true;
}

// Whether there is a place for one more: each holds memory for as long as its client
// takes to send it.
static bool take_place(struct service *service)
{
	const unsigned most = service->options.bulk_max;
	if (atomic_fetch_add(&service->bulk_count, 1) < most || most == 0)
		return true;
	atomic_fetch_sub(&service->bulk_count, 1);
	return false;
}

static void give_place_back(struct service *service)
{
	atomic_fetch_sub(&service->bulk_count, 1);
}

// What is asked for, as options of a bulk. False: it replied.
static bool choose_options(struct exchange *x, struct bulk_options *options)
{
	if (options->is_summary) {
		const int offer = reply_choose(x); // JSON or text
		options->results.shape = offer == 1 ? SHAPE_TEXT : SHAPE_JSON;
		if (offer < 0)
			return false;
	} else if (!choose_shape(x, options->format, &options->results.shape)) {
		return false;
	}
	options->rows = (struct rows_options){.snapshot = x->snapshot,
		.ignore_unknown = x->options.ignore_unknown,
		.id_from = x->options.id_from,
		.group_by = x->options.group_by,
		.rows_max = x->service->options.rows_max};
	memcpy(options->rows.defaults, x->digits, sizeof options->rows.defaults);
	options->results.snapshot = x->snapshot;
	options->results.lang = x->options.lang;
	options->results.full = x->options.full;
	options->results.pretty = x->options.pretty;
	return true;
}

bool bulk_begin(struct exchange *x, enum rows_format format, bool is_summary)
{
	struct bulk_options options = {.format = format, .is_summary = is_summary};
	if (x->request.has_length && x->request.content_length > x->service->options.bulk_bytes_max)
		return reply_problem(x, CODE_too_large);
	if (!choose_options(x, &options))
		return false;
	x->intake.bulk_shape = options.results.shape;
	if (take_place(x->service)) {
		x->intake.bulk = bulk_create(&options);
		if (!x->intake.bulk)
			give_place_back(x->service);
	}
	if (!x->intake.bulk)
		reply_problem(x, CODE_overloaded);
	return x->intake.bulk != NULL;
}

static void reply_failure(struct exchange *x)
{
	const struct rows_failure *failure = bulk_failure(x->intake.bulk);
	if (failure->fault != JSON_FAULT_NONE) {
		reply_json_problem(x, failure->fault, (size_t)failure->offset);
	} else if (failure->code == CODE_invalid_profile) { // neither array nor object
		profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
		profile_fail(&x->profile, CODE_wrong_type, (struct str){NULL, 0});
		reply_profile_problem(x, CODE_invalid_profile);
	} else {
		reply_problem(x, failure->code);
	}
}

// What lies within the limit is read first, so that the answer to a body that is
// both broken and too large does not depend on how it was cut.
bool bulk_take(struct exchange *x, const char *bytes, size_t size)
{
	const uint64_t most = x->service->options.bulk_bytes_max;
	const uint64_t excess = x->intake.received > most ? x->intake.received - most : 0;
	if (!bulk_feed(x->intake.bulk, bytes, size - (size_t)excess))
		reply_failure(x);
	else if (excess)
		reply_problem(x, CODE_too_large);
	return true;
}

static void reply_summary(struct exchange *x)
{
	const struct summary *summary = bulk_summary(x->intake.bulk);
	const bool as_text = x->intake.bulk_shape == SHAPE_TEXT;
	reply_start(x, 200);
	reply_header(x, "Cache-Control", "no-store");
	if (as_text) {
		summary_write_text(summary, &x->out);
	} else {
		summary_write_json(summary, &x->out);
		reply_indent(x);
	}
	reply_out(x, 200, as_text ? TYPE_TEXT : TYPE_JSON, true);
}

void bulk_finish(struct exchange *x, struct str body)
{
	(void)body; // it was taken piece by piece
	if (!bulk_end(x->intake.bulk)) {
		reply_failure(x);
		return;
	}
	if (bulk_summary(x->intake.bulk)) {
		reply_summary(x);
		return;
	}
	uint64_t size;
	if (!bulk_size(x->intake.bulk, &size)) {
		reply_problem(x, CODE_overloaded);
		return;
	}
	struct reply *reply = reply_start(x, 200);
	reply_header(x, "Cache-Control", "no-store");
	reply_out(x, 200, results_type(x->intake.bulk_shape), true);
	reply->is_stream = true;
	reply->stream_size = size;
}

void bulk_drop(struct exchange *x)
{
	if (!x->intake.bulk)
		return;
	struct metrics *metrics = x->service->metrics;
	const struct row_counts *counts = &bulk_tally(x->intake.bulk)->counts;
	for (enum code code = CODE_none; code < CODE_COUNT; code++) {
		metrics_count_rows(metrics, code, counts->rows[code]);
		metrics_count_errors(metrics, code, counts->errors[code]);
	}
	bulk_destroy(x->intake.bulk);
	x->intake.bulk = NULL;
	give_place_back(x->service);
}

bool summary_begin(struct exchange *x)
{
	switch (x->asked.body_kind) {
	case BODY_JSON: return bulk_begin(x, ROWS_JSON, true);
	case BODY_NDJSON: return bulk_begin(x, ROWS_NDJSON, true);
	case BODY_CSV: return bulk_begin(x, ROWS_CSV, true);
	default: reply_problem(x, CODE_unsupported_media_type); return false;
	}
}
