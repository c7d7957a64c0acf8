// SPDX-License-Identifier: MIT
// /check: one profile in, one answer out. Parse, index, bytes.
#include "exchange.h"

// Who needs a token must not get the answer from a cache that others share. That the
// client's own keeps it for the token that comes next does no harm: all tokens get
// the same answers.
static const char *cache_control(const struct exchange *x)
{
	return x->service->tokens ? "private, max-age=300" : "public, max-age=300";
}

// In which form the answer is wanted. False: it replied.
static bool choose_format(struct exchange *x, enum format *format)
{
	const int offer = reply_choose(x);
	*format = offer == 1 ? FORMAT_TEXT : x->options.pretty ? FORMAT_PRETTY : FORMAT_JSON;
	return offer >= 0;
}

// For an answer that is not kept; NULL: out of memory.
static const char *make_etag(struct exchange *x, uint32_t index, enum format format)
{
	char etag[SNAPSHOT_ETAG_MAX];
	snapshot_etag(x->snapshot, index, x->options.lang, format, etag);
	return arena_copy(&x->arena, str_of(etag));
}

// The complete answer about x->digits. The headers of a cached response must be the same
// each time it is sent in the same way; where they are not, it lends its body.
static void reply_answer(struct exchange *x, enum format format)
{
	const enum pmm_lang lang = x->options.lang;
	const uint32_t index = pmm_profile_index(snapshot_rulebook(x->snapshot), x->digits);
	const struct str id = is_get(x) ? (struct str){NULL, 0} : x->profile.id;
	struct cached_response *cached = id.size ? NULL
						 : snapshot_cached(
							   x->snapshot, index, lang, format);
	struct reply *reply = reply_start(x, 200);
	const bool is_plain = reply->header_count == 0 && !reply->close;
	if (!cached)
		snapshot_write(x->snapshot, &x->out, index, id, lang, format);
	if (!is_get(x)) {
		reply_header(x, "Cache-Control", "no-store");
	} else {
		const char *etag = cached ? cached->etag : make_etag(x, index, format);
		if (etag && reply_not_modified(x, etag, cache_control(x), true))
			return;
		reply_header(x, "Accept-Query", x->asked.route->types);
	}
	x->told.has_answer = x->asked.method != METHOD_HEAD;
	x->told.index = index;
	reply_out(x, 200, format == FORMAT_TEXT ? TYPE_TEXT : TYPE_JSON, true);
	if (!cached)
		return;
	reply->body = cached->body;
	reply->use = is_get(x) ? CACHED_GET : CACHED_POST;
	reply->cached = is_plain ? cached : NULL;
}

bool check_begin(struct exchange *x)
{
	const struct service_options *options = &x->service->options;
	const struct request *request = &x->request;
	const enum body_kind kind = x->asked.body_kind;
	enum format format;
	if (is_get(x)) {
		if (choose_format(x, &format))
			reply_answer(x, format);
		return false;
	}
	if (kind == BODY_OTHER)
		return reply_problem(x, CODE_unsupported_media_type);
	if (kind == BODY_NDJSON || kind == BODY_CSV)
		return bulk_begin(x, kind == BODY_CSV ? ROWS_CSV : ROWS_NDJSON, false);
	uint64_t most = kind == BODY_FORM ? options->body_max : options->bulk_bytes_max;
	if (request->has_length && request->content_length > most)
		return reply_problem(x, CODE_too_large);
	return true;
}

// The first character that is no blank, of a JSON text of which KEPT came before
// PIECE; -1 if it has not come yet. KEPT is nothing but blanks behind a byte-order
// mark, or a part of one. AT is its place in PIECE.
static int first_of_json(struct str kept, struct str piece, size_t *at)
{
	static const struct str mark = {UTF8_MARK, sizeof UTF8_MARK - 1};
	*at = 0;
	if (kept.size < mark.size && str_starts(mark, kept)) {
		struct str rest = {mark.at + kept.size, mark.size - kept.size};
		if (str_starts(piece, rest))
			*at = rest.size;
		else if (str_starts(rest, piece))
			return -1;
		else if (kept.size)
			return (unsigned char)kept.at[0];
	}
	while (*at < piece.size && json_is_blank(piece.at[*at]))
		++*at;
	return *at < piece.size ? (unsigned char)piece.at[*at] : -1;
}

// JSON is one profile or an array of many: the first character tells. What comes
// before it counts as the beginning of a profile; it is looked at once only, for
// it may come byte by byte.
bool check_feed(struct exchange *x, const char *bytes, size_t size)
{
	struct intake *intake = &x->intake;
	struct buf *pieces = &intake->pieces;
	size_t at;
	if (intake->bulk)
		return bulk_take(x, bytes, size);
	if (intake->is_single || x->asked.body_kind == BODY_FORM)
		return body_collect(x, bytes, size);
	int first = first_of_json(buf_view(pieces), (struct str){bytes, size}, &at);
	intake->is_single = first >= 0 && first != '[';
	if (first != '[' || pieces->size + at > x->service->options.body_max)
		return body_collect(x, bytes, size);
	if (pieces->size == 0)
		return !bulk_begin(x, ROWS_JSON, false) || bulk_take(x, bytes, size);
	buf_add(pieces, bytes, size);
	return pieces->failed || !bulk_begin(x, ROWS_JSON, false) ||
	       bulk_take(x, pieces->at, pieces->size);
}

static void answer_profile(struct exchange *x, enum format format)
{
	const bool is_good = profile_finish(&x->profile, x->digits);
	if (x->profile.out_of_memory)
		reply_problem(x, CODE_overloaded);
	else if (x->profile.is_too_large)
		reply_problem(x, CODE_too_large);
	else if (is_good)
		reply_answer(x, format);
	else
		reply_profile_problem(x, CODE_invalid_profile);
}

static void finish_json(struct exchange *x, struct str body, enum format format)
{
	size_t offset;
	enum json_fault fault = profile_read_json(&x->profile, body, &offset);
	if (fault == JSON_FAULT_NONE)
		answer_profile(x, format);
	else
		reply_json_problem(x, fault, offset);
}

static void finish_form(struct exchange *x, struct str body, enum format format)
{
	size_t at = 0;
	while (at < body.size && json_is_blank(body.at[at]))
		at++;
	// What curl -d sends without a type: JSON that calls itself a form.
	if (at < body.size && (body.at[at] == '{' || body.at[at] == '[')) {
		reply_problem(x, CODE_unsupported_media_type);
		return;
	}
	int fault = profile_read_pairs(&x->profile, body, NULL, NULL);
	if (fault)
		reply_pairs_problem(x, fault);
	else
		answer_profile(x, format);
}

void check_finish(struct exchange *x, struct str body)
{
	enum format format;
	if (x->intake.bulk) {
		bulk_finish(x, body);
		return;
	}
	if (!choose_format(x, &format))
		return;
	profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
	x->profile.ignore_unknown = x->options.ignore_unknown;
	x->profile.id_from = x->options.id_from;
	x->profile.group_by = x->options.group_by;
	if (x->asked.body_kind == BODY_JSON)
		finish_json(x, body, format);
	else
		finish_form(x, body, format);
}
