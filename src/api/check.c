// SPDX-License-Identifier: MIT
// /check: one profile in, one answer out. Parse, index, bytes.
//
// The type says what a body is: lines and tables are many profiles from the start
// (bulk_check.c), a form is one document, and JSON shows it by its first character.
#include "exchange.h"

#include <errno.h>

// In which form the answer is wanted. False: it replied.
static bool choose_format(struct exchange *x, enum format *format)
{
	if (x->options.columns.at) // it has none
		return reply_no_columns(x);
	static const char *const json[] = {TYPE_JSON};
	int offer = reply_choose(x);
	// Who has JSON indented wants to read that, in a browser too, which takes it after pages.
	if (offer == OFFER_HTML && x->options.pretty &&
		negotiate_media(x->request.accept, json, 1) == 0)
		offer = OFFER_JSON;
	*format = offer == OFFER_TEXT   ? FORMAT_TEXT
		  : offer == OFFER_HTML ? FORMAT_HTML
		  : x->options.pretty   ? FORMAT_PRETTY
					: FORMAT_JSON;
	*format += x->options.explain ? FORMAT_EXPLAIN : 0;
	return offer >= 0;
}

// How long a cache may keep the answer to a GET. On the last day of the rulebook that
// answers, not beyond this question: whoever names no other gets its successor's tomorrow.
// A 304 is cheap, and once there is a successor, one day in years is.
static const char *cache_control(const struct exchange *x, bool is_last_day)
{
	// Who needs a token must not get the answer from a cache that others share.
	// That the client's own keeps it for the token that comes next does no
	// harm: all tokens get the same answers.
	static const char *const texts[2][2] = {{"public, max-age=300", "public, no-cache"},
		{"private, max-age=300", "private, no-cache"}};
	return texts[x->service->tokens != NULL][is_last_day];
}

// The ETag of an answer that is not kept. NULL: out of memory.
static const char *make_etag(
	struct exchange *x, uint32_t index, enum format format, const char *suffix)
{
	char etag[SNAPSHOT_ETAG_MAX];
	if (suffix[0])
		return reply_etag(x);
	snapshot_etag(x->snapshot, index, x->options.lang, format, x->options.day, etag);
	return arena_copy(&x->arena, str_of(etag));
}

// The complete answer about x->digits. The headers of a cached response must be the same
// each time it is sent in the same way; where they are not, it lends its body.
void check_reply(struct exchange *x, enum format format)
{
	const enum pmm_lang lang = x->options.lang;
	const int32_t *day = x->options.day;
	const uint32_t index = pmm_profile_index(snapshot_rulebook(x->snapshot), x->digits);
	const bool is_page = format % FORMAT_EXPLAIN == FORMAT_HTML; // which shows no id
	const char *suffix = is_page ? options_suffix(x) : "";
	const struct answer_id id = is_get(x) || is_page
					    ? (struct answer_id){0}
					    : answer_id_of(x->profile.id, x->profile.id_is_number);
	struct cached_response *cached = NULL;
	if (!suffix) {
		reply_problem(x, CODE_overloaded);
		return;
	}
	if (id.size == 0 && !day && !suffix[0])
		cached = snapshot_cached(x->snapshot, index, lang, format);
	struct reply *reply = reply_start(x, 200);
	const bool is_last_day = is_get(x) && !x->options.has_as_of && !x->options.rulebook.at &&
				 snapshot_goes_today(x->snapshot, x->service->options.today);
	const bool is_plain = reply->header_count == 0 && !reply->close && !is_last_day;
	if (suffix[0])
		snapshot_write_page(x->snapshot, &x->out, index, lang, format, day, suffix);
	else if (!cached)
		snapshot_write_on(x->snapshot, &x->out, index, id, lang, format, day);
	if (is_page)
		reply_guard(x);
	if (is_get(x)) {
		const char *etag = cached ? cached->etag : make_etag(x, index, format, suffix);
		if (etag &&
			reply_not_modified(x, etag, cache_control(x, is_last_day), VARY_NEGOTIATED))
			return;
		if (!is_page) // for all addresses of a page it is the same response
			reply_header(x, "Accept-Query", x->asked.route->types);
	}
	x->told.has_answer = x->asked.method != METHOD_HEAD;
	x->told.index = index;
	reply_out(x, is_get(x) ? NULL : "no-store",
		is_page                                  ? TYPE_HTML
		: format % FORMAT_EXPLAIN == FORMAT_TEXT ? TYPE_TEXT
							 : TYPE_JSON,
		VARY_NEGOTIATED);
	if (!cached)
		return;
	reply->body = cached->body;
	reply->use = is_get(x) ? CACHED_GET : CACHED_POST;
	reply->cached = is_plain ? cached : NULL;
}

static bool reply_too_large(struct exchange *x)
{
	// So large a form is mostly a file.
	return x->asked.body_kind == BODY_FORM ? reply_type_problem(x, CODE_too_large, BODY_CSV)
					       : reply_problem(x, CODE_too_large);
}

bool check_begin(struct exchange *x)
{
	const struct service_options *options = &x->service->options;
	const enum body_kind kind = x->asked.body_kind;
	enum format format = FORMAT_JSON;
	if (is_get(x)) {
		if (choose_format(x, &format))
			check_reply(x, format);
		return false;
	}
	if (kind < BODY_JSON)
		return reply_type_problem(x, CODE_unsupported_media_type, kind);
	if (kind == BODY_NDJSON || kind == BODY_CSV)
		return bulk_begin(x, false);
	x->intake.is_single = kind == BODY_FORM; // JSON is looked at first
	const uint64_t most = kind == BODY_FORM ? options->body_max : options->bulk_bytes_max;
	return !x->request.has_length || x->request.content_length <= most || reply_too_large(x);
}

static void start_profile(struct exchange *x)
{
	profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
	x->profile.ignore_unknown = x->options.ignore_unknown;
	x->profile.id_from = x->options.id_from;
	x->profile.group_by = x->options.group_by;
	x->profile.may_be_envelope = true;
}

// What came, and PIECE behind it; less where memory ran out.
static struct str add_piece(struct exchange *x, struct str piece)
{
	struct buf *pieces = &x->intake.pieces;
	if (pieces->size == 0)
		return piece;
	buf_str(pieces, piece);
	return buf_view(pieces);
}

// TEXT is the beginning of many profiles.
static void begin_many(struct exchange *x, struct str text)
{
	if (!x->intake.pieces.failed && bulk_begin(x, false))
		bulk_take(x, text);
}

// PIECE passes the limit of one document. It goes on only in an envelope whose rows begin
// before that.
static void pass_limit(struct exchange *x, struct str piece)
{
	const struct str text = add_piece(x, piece);
	const struct str before = {text.at, x->service->options.body_max};
	size_t at;
	if (x->intake.pieces.failed)
		return;
	start_profile(x);
	if (x->asked.body_kind == BODY_JSON)
		profile_read_json(&x->profile, before, &at);
	if (x->profile.rows_at) {
		begin_many(x, text);
		return;
	}
	buf_finish(&x->intake.pieces);
	reply_too_large(x);
	x->intake.drained = piece.size;
}

// JSON is one profile or an array of many: the first character tells. What comes
// before it counts as the beginning of a profile; it is looked at once only, for
// it may come byte by byte. An object is kept as one profile, and may turn out to be
// an envelope at its limit or its end.
void check_feed(struct exchange *x, struct str piece)
{
	struct intake *intake = &x->intake;
	const size_t left = x->service->options.body_max - intake->pieces.size;
	if (intake->bulk) {
		bulk_take(x, piece);
		return;
	}
	const size_t lead = intake->is_single ? 0 : profile_lead(piece);
	const bool is_first = !intake->is_single && lead < piece.size;
	intake->is_single |= is_first;
	if (is_first && piece.at[lead] == '[' && lead <= left)
		begin_many(x, add_piece(x, piece));
	else if (piece.size > left)
		pass_limit(x, piece);
	else if (intake->pieces.size == 0 && x->request.has_length &&
		 piece.size == x->request.content_length)
		intake->whole = piece; // most can be read where they are
	else
		buf_str(&intake->pieces, piece);
}

// Reads a body as a form. False: it replied.
static bool read_form(struct exchange *x, struct str body)
{
	struct profile *profile = &x->profile;
	const int fault = profile_read_pairs(profile, body, NULL, NULL);
	const struct str name = profile->pair_name;
	const size_t lead = fault == -EBADMSG ? profile_lead(name) : name.size;
	// What curl -d sends without a type: JSON that calls itself a form.
	if (lead < name.size && (name.at[lead] == '{' || name.at[lead] == '['))
		return reply_type_problem(x, CODE_unsupported_media_type, BODY_JSON);
	while (body.size && json_is_blank(body.at[body.size - 1]))
		body.size--;
	// A table, of curl --data-binary, which sends its lines as they are, or of curl -d.
	if (fault == -EBADMSG || (body.size && (memchr(body.at, '\n', body.size) ||
						       memchr(body.at, '\r', body.size))))
		return reply_type_problem(x, CODE_unsupported_media_type, BODY_CSV);
	return fault == 0 ||
	       reply_pairs_problem(x, fault,
		       (struct problem){.members[PROBLEM_POINTER] = profile->duplicate_pointer});
}

void check_finish(struct exchange *x)
{
	const struct intake *intake = &x->intake;
	const struct str body = intake->whole.at ? intake->whole : buf_view(&intake->pieces);
	const bool is_json = x->asked.body_kind == BODY_JSON;
	struct profile *profile = &x->profile;
	enum json_fault fault = JSON_FAULT_NONE;
	enum format format = FORMAT_JSON;
	size_t at = 0;
	start_profile(x);
	if (is_json && !intake->bulk)
		fault = profile_read_json(profile, body, &at);
	if (profile->rows_at)
		begin_many(x, body);
	if (intake->bulk && !x->replied)
		bulk_finish(x);
	if (x->replied || !choose_format(x, &format))
		return;
	if (fault != JSON_FAULT_NONE) {
		reply_json_problem(x, fault, at, profile->duplicate_pointer);
		return;
	}
	if (!is_json && !read_form(x, body))
		return;
	const bool is_good = profile_finish(profile, x->digits);
	if (profile->out_of_memory)
		reply_problem(x, CODE_overloaded);
	else if (profile->is_too_large)
		reply_problem(x, CODE_too_large);
	else if (is_good)
		check_reply(x, format);
	else
		reply_with(x, (struct problem){.code = CODE_invalid_profile, .has_errors = true});
}
