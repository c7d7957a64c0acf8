// SPDX-License-Identifier: MIT
// Many profiles at /check, and /summary: from the request's options to a bulk,
// and from its end to a reply.
#include "exchange.h"

// Which shape the answer has: the input's own unless Accept wants another.
static bool choose_shape(struct exchange *x, enum rows_format format, enum shape *shape)
{
	static const enum shape own[] = {
		[ROWS_JSON] = SHAPE_JSON, [ROWS_NDJSON] = SHAPE_NDJSON, [ROWS_CSV] = SHAPE_CSV};
	static const struct {
		const char *type;
		enum shape shape;
	} offers[] = {
		{"application/json", SHAPE_JSON},
		{"application/x-ndjson", SHAPE_NDJSON},
		{"application/ndjson", SHAPE_NDJSON},
		{"application/jsonl", SHAPE_NDJSON},
		{"text/csv", SHAPE_CSV},
		{"text/plain", SHAPE_TEXT},
	};
	enum { COUNT = sizeof offers / sizeof offers[0] };
	const char *types[COUNT];
	enum shape shapes[COUNT];
	int count = 0;
	// The input's own shape first, so that "*/*" means it.
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < COUNT; i++) {
			if ((offers[i].shape == own[format]) != (pass == 0))
				continue;
			types[count] = offers[i].type;
			shapes[count++] = offers[i].shape;
		}
	}
	int choice = negotiate_media(x->request.accept, types, count);
	if (choice < 0) {
		reply_problem(x, CODE_not_acceptable, NULL);
		return false;
	}
	*shape = shapes[choice];
	return true;
}

// A summary comes as JSON or as text.
static bool choose_summary_shape(struct exchange *x, enum shape *shape)
{
	static const char *const offers[] = {"application/json", "text/plain"};
	int choice = negotiate_media(x->request.accept, offers, 2);
	*shape = choice == 1 ? SHAPE_TEXT : SHAPE_JSON;
	if (choice < 0)
		reply_problem(x, CODE_not_acceptable, NULL);
	return choice >= 0;
}

bool bulk_begin(struct exchange *x, enum rows_format format, bool is_summary)
{
	const struct service_options *service = service_config(x->service);
	struct bulk_options options = {
		.format = format,
		.rows = {.snapshot = x->snapshot,
			.ignore_unknown = x->ignore_unknown,
			.id_from = x->id_from,
			.group_by = x->group_by,
			.rows_max = service->rows_max},
		.results = {.snapshot = x->snapshot,
			.lang = x->lang,
			.full = x->full,
			.pretty = x->pretty},
		.is_summary = is_summary,
		.is_grouped = is_summary,
	};
	if (x->request.has_length && x->request.content_length > service->bulk_bytes_max) {
		reply_problem(x, CODE_too_large, NULL);
		return false;
	}
	if (is_summary ? !choose_summary_shape(x, &options.results.shape)
		       : !choose_shape(x, format, &options.results.shape))
		return false;
	memcpy(options.rows.defaults, x->digits, sizeof options.rows.defaults);
	x->bulk_shape = options.results.shape;
	// Each holds memory for as long as its client takes to send it.
	if (service_begin_bulk(x->service)) {
		x->bulk = bulk_create(&options);
		if (!x->bulk)
			service_end_bulk(x->service);
	}
	if (!x->bulk)
		reply_problem(x, CODE_overloaded, NULL);
	return x->bulk != NULL;
}

static void reply_failure(struct exchange *x)
{
	const struct rows_failure *failure = bulk_failure(x->bulk);
	if (failure->fault != JSON_FAULT_NONE) {
		reply_json_problem(x, failure->fault, (size_t)failure->offset);
	} else if (failure->code == CODE_invalid_profile) { // neither array nor object
		profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
		profile_fail(&x->profile, CODE_wrong_type, (struct str){NULL, 0});
		reply_profile_problem(x, CODE_invalid_profile);
	} else {
		reply_problem(x, failure->code, NULL);
	}
}

// What lies within the limit is read first, so that the answer to a body that is
// both broken and too large does not depend on how it was cut.
bool bulk_take(struct exchange *x, const char *bytes, size_t size)
{
	const uint64_t most = service_config(x->service)->bulk_bytes_max;
	const uint64_t excess = x->received > most ? x->received - most : 0;
	if (!bulk_feed(x->bulk, bytes, size - (size_t)excess))
		reply_failure(x);
	else if (excess)
		reply_problem(x, CODE_too_large, NULL);
	return true;
}

static void reply_summary(struct exchange *x)
{
	reply_start(x, 200);
	reply_header(x, "Cache-Control", "no-store");
	if (x->bulk_shape == SHAPE_TEXT) {
		summary_write_text(bulk_summary(x->bulk), &x->out);
		reply_out(x, 200, "text/plain; charset=utf-8", true);
	} else {
		summary_write_json(bulk_summary(x->bulk), &x->out);
		reply_json(x, 200, true);
	}
}

void bulk_reply(struct exchange *x)
{
	if (!bulk_end(x->bulk)) {
		reply_failure(x);
		return;
	}
	if (bulk_summary(x->bulk)) {
		reply_summary(x);
		return;
	}
	uint64_t size;
	if (!bulk_size(x->bulk, &size)) {
		reply_problem(x, CODE_overloaded, NULL);
		return;
	}
	struct reply *reply = reply_start(x, 200);
	reply_header(x, "Cache-Control", "no-store");
	reply_out(x, 200, results_type(x->bulk_shape), true);
	reply->is_stream = true;
	reply->stream_size = size;
}

bool summary_begin(struct exchange *x)
{
	switch (x->body_kind) {
	case BODY_JSON: return bulk_begin(x, ROWS_JSON, true);
	case BODY_NDJSON: return bulk_begin(x, ROWS_NDJSON, true);
	case BODY_CSV: return bulk_begin(x, ROWS_CSV, true);
	default: reply_problem(x, CODE_unsupported_media_type, NULL); return false;
	}
}

bool summary_feed(struct exchange *x, const char *bytes, size_t size)
{
	return bulk_take(x, bytes, size);
}

void summary_finish(struct exchange *x, struct str body)
{
	(void)body; // it was taken piece by piece
	bulk_reply(x);
}
