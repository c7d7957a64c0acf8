// SPDX-License-Identifier: MIT
// Many profiles at /check, and /summary: from the request's options to a bulk,
// and from its end to a reply.
#include "exchange.h"

// Which shape the answer has: the input's own unless Accept wants another. False: it
// replied.
static bool choose_shape(struct exchange *x, struct bulk_options *options)
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
	static const size_t of_summary[] = {0, 4, 5};
	const size_t *order = options->is_summary ? of_summary : orders[options->format];
	const int count = options->is_summary ? 3 : COUNT;
	const char *types[COUNT];
	for (int i = 0; i < count; i++)
		types[i] = offers[order[i]].type;
	int choice = negotiate_media(x->request.accept, types, count);
	if (choice < 0)
		return reply_problem(x, CODE_not_acceptable);
	options->results.shape = offers[order[choice]].shape;
	return true;
}

// Which columns a CSV answer has. False: it replied, also where they would have no effect.
static bool choose_columns(struct exchange *x, struct bulk_options *options)
{
	const struct str names = x->options.columns;
	if (!names.at)
		return true;
	if (options->results.shape != SHAPE_CSV)
		return reply_no_columns(x);
	uint16_t *room = arena_array(&x->arena, RESULTS_COLUMNS_MAX, sizeof *room);
	if (!room)
		return reply_problem(x, CODE_overloaded);
	const enum code code = (options->is_summary ? summary_choose : results_choose)(
		&options->results, names, room);
	if (code == CODE_none)
		return true;
	struct buf all = {0};
	if (!options->is_summary) // which has too many to tell
		results_names(&options->results, &all, STR(", "));
	return reply_allowed(x, code, STR("columns"), &all);
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

bool bulk_begin(struct exchange *x, bool is_summary)
{
	static const char *const no_reasons[] = {
		"Di antara banyak jawaban, alasan hanya ada dengan detail=full di /check, sebagai JSON atau NDJSON; hapus explain, atau mintalah itu.",
		"Of many answers only those of /check with detail=full, as JSON or NDJSON, have reasons; leave explain out, or ask for that."};
	const struct options *asked = &x->options;
	const enum body_kind kind = x->asked.body_kind;
	const uint64_t most = x->service->options.bulk_bytes_max;
	struct bulk_options options = {
		.format = kind == BODY_CSV      ? ROWS_CSV
			  : kind == BODY_NDJSON ? ROWS_NDJSON
						: ROWS_JSON,
		.rows = {.snapshot = x->snapshot,
			.ignore_unknown = asked->ignore_unknown,
			.id_from = asked->id_from,
			.group_by = asked->group_by,
			.rows_max = x->service->options.rows_max},
		.results = {.snapshot = x->snapshot,
			.lang = asked->lang,
			.full = asked->full,
			.pretty = asked->pretty,
			.explain = asked->explain,
			.day = asked->day},
		.is_summary = is_summary,
	};
	memcpy(options.rows.defaults, x->digits, sizeof options.rows.defaults);
	if (x->request.has_length && x->request.content_length > most)
		return reply_problem(x, CODE_too_large);
	if (!choose_shape(x, &options) || !choose_columns(x, &options))
		return false;
	if (asked->explain && (is_summary || !asked->full || !results_are_json(&options.results)))
		return reply_with(x, (struct problem){.code = CODE_malformed_query,
					     .detail = no_reasons[asked->lang],
					     .members[PROBLEM_PARAMETER] = STR("explain")});
	x->intake.bulk_shape = options.results.shape;
	if (take_place(x->service)) {
		x->intake.bulk = bulk_create(&options);
		if (!x->intake.bulk)
			atomic_fetch_sub(&x->service->bulk_count, 1);
	}
	return x->intake.bulk || reply_problem(x, CODE_overloaded);
}

static void reply_failure(struct exchange *x)
{
	const struct rows_failure *failure = bulk_failure(x->intake.bulk);
	if (failure->fault != JSON_FAULT_NONE) {
		reply_json_problem(x, failure->fault, (size_t)failure->offset, failure->pointer);
	} else if (failure->code == CODE_invalid_profile) { // neither array nor object
		profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
		profile_fail(&x->profile, CODE_wrong_type, (struct str){NULL, 0});
		reply_with(x, (struct problem){.code = CODE_invalid_profile, .has_errors = true});
	} else if (failure->code == CODE_unknown_parameter) { // a column that is not there
		const bool has_id = x->options.id_from.size, has_group = x->options.group_by.size;
		struct problem problem = {.code = failure->code};
		if (has_id != has_group) // else it may be either
			problem.members[PROBLEM_PARAMETER] = has_id ? STR("id_from")
								    : STR("group_by");
		reply_with(x, problem);
	} else {
		reply_problem(x, failure->code);
	}
}

// What lies within the limit is read first, so that the answer to a body that is
// both broken and too large does not depend on how it was cut.
void bulk_take(struct exchange *x, struct str piece)
{
	const uint64_t most = x->service->options.bulk_bytes_max;
	const uint64_t excess = x->intake.received > most ? x->intake.received - most : 0;
	if (!bulk_feed(x->intake.bulk, piece.at, piece.size - (size_t)excess))
		reply_failure(x);
	else if (excess)
		reply_problem(x, CODE_too_large);
}

void bulk_finish(struct exchange *x)
{
	struct bulk *bulk = x->intake.bulk;
	const enum shape shape = x->intake.bulk_shape;
	uint64_t size = 0;
	if (!bulk_end(bulk)) {
		reply_failure(x);
		return;
	}
	const bool is_summary = bulk_summarise(bulk, &x->out);
	if (!is_summary && !bulk_size(bulk, &size)) {
		reply_problem(x, CODE_overloaded);
		return;
	}
	struct reply *reply = reply_start(x, 200);
	reply_out(x, "no-store", results_type(shape), VARY_NEGOTIATED);
	reply->is_stream = !is_summary;
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
	atomic_fetch_sub(&x->service->bulk_count, 1);
}

bool summary_begin(struct exchange *x)
{
	const enum body_kind kind = x->asked.body_kind;
	if (kind < BODY_JSON || kind == BODY_FORM)
		return reply_type_problem(x, CODE_unsupported_media_type, kind);
	return bulk_begin(x, true);
}
