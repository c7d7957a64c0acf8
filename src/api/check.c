// SPDX-License-Identifier: MIT
// /check: one profile in, one answer out. Parse, index, bytes.
#include "exchange.h"

#include <errno.h>

// Who needs a token must not get the answer from a cache that others share. That the
// client's own keeps it for the token that comes next does no harm: all tokens get
// the same answers.
static const char *cache_control(const struct exchange *x)
{
	return service_has_tokens(x->service) ? "private, max-age=300" : "public, max-age=300";
}

static bool choose_format(struct exchange *x)
{
	static const char *const offers[] = {"application/json", "text/plain"};
	int offer = negotiate_media(x->request.accept, offers, 2);
	if (offer < 0) {
		reply_problem(x, CODE_not_acceptable, NULL);
		return false;
	}
	x->format = offer == 1 ? FORMAT_TEXT : x->pretty ? FORMAT_PRETTY : FORMAT_JSON;
	return true;
}

static const char *content_type(enum format format)
{
	return format == FORMAT_TEXT ? "text/plain; charset=utf-8" : "application/json";
}

// For an answer that is not kept; NULL: out of memory.
static const char *make_etag(struct exchange *x, uint32_t index)
{
	char etag[SNAPSHOT_ETAG_MAX];
	snapshot_etag(x->snapshot, index, x->lang, x->format, etag);
	return exchange_copy(x, str_of(etag));
}

// The complete answer about x->digits. The headers of a cached must be the same
// each time it is sent in the same way; where they are not, it lends its body.
static void reply_answer(struct exchange *x)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(x->snapshot);
	uint32_t index = pmm_profile_index(rulebook, x->digits);
	bool is_get = x->method == METHOD_GET || x->method == METHOD_HEAD;
	bool has_id = !is_get && x->profile.id.size > 0;
	struct cached_response *cached = has_id ? NULL
						: snapshot_cached(
							  x->snapshot, index, x->lang, x->format);
	struct reply *reply = reply_start(x, 200);
	bool is_plain = reply->header_count == 0 && !reply->close;
	if (!cached)
		snapshot_write(x->snapshot, &x->out, index,
			has_id ? x->profile.id : (struct str){0}, x->lang, x->format);
	if (!is_get) {
		reply_header(x, "Cache-Control", "no-store");
	} else {
		const char *etag = cached ? cached->etag : make_etag(x, index);
		if (etag && reply_not_modified(x, etag, cache_control(x), true))
			return;
	}
	x->has_answer = x->method != METHOD_HEAD;
	x->answer = index;
	if (is_get)
		reply_header(x, "Accept-Query", x->route->types);
	reply_out(x, 200, content_type(x->format), true);
	if (!cached)
		return;
	reply->body = cached->body;
	reply->use = is_get ? CACHED_GET : CACHED_POST;
	reply->cached = is_plain ? cached : NULL;
}

// The first character that is not blank, or 0.
static char first_letter(struct str body)
{
	size_t at = 0;
	while (at < body.size && json_is_blank(body.at[at]))
		at++;
	return at < body.size ? body.at[at] : 0;
}

bool check_begin(struct exchange *x)
{
	const struct service_options *options = service_config(x->service);
	const struct request *request = &x->request;
	const enum body_kind kind = x->body_kind;
	if (x->method == METHOD_GET || x->method == METHOD_HEAD) {
		if (choose_format(x))
			reply_answer(x);
		return false;
	}
	if (kind == BODY_OTHER) {
		reply_problem(x, CODE_unsupported_media_type, NULL);
		return false;
	}
	if (kind == BODY_NDJSON || kind == BODY_CSV)
		return bulk_begin(x, kind == BODY_CSV ? ROWS_CSV : ROWS_NDJSON, false);
	uint64_t most = kind == BODY_FORM ? options->body_max : options->bulk_bytes_max;
	if (request->has_length && request->content_length > most) {
		reply_problem(x, CODE_too_large, NULL);
		return false;
	}
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
	const size_t kept = x->body.size;
	size_t at;
	if (x->bulk)
		return bulk_take(x, bytes, size);
	if (x->is_single || x->body_kind == BODY_FORM)
		return exchange_collect(x, bytes, size);
	int first = first_of_json(buf_view(&x->body), (struct str){bytes, size}, &at);
	x->is_single = first >= 0 && first != '[';
	if (first != '[' || kept + at > service_config(x->service)->body_max)
		return exchange_collect(x, bytes, size);
	if (kept == 0)
		return !bulk_begin(x, ROWS_JSON, false) || bulk_take(x, bytes, size);
	buf_add(&x->body, bytes, size);
	return x->body.failed || !bulk_begin(x, ROWS_JSON, false) ||
	       bulk_take(x, x->body.at, x->body.size);
}

static void answer_profile(struct exchange *x)
{
	const bool is_good = profile_finish(&x->profile, x->digits);
	if (x->profile.out_of_memory)
		reply_problem(x, CODE_overloaded, NULL);
	else if (x->profile.is_too_large)
		reply_problem(x, CODE_too_large, NULL);
	else if (is_good)
		reply_answer(x);
	else
		reply_profile_problem(x, CODE_invalid_profile);
}

static void finish_json(struct exchange *x, struct str body)
{
	size_t offset;
	enum json_fault fault = profile_read_json(&x->profile, body, &offset);
	if (fault == JSON_FAULT_NONE)
		answer_profile(x);
	else
		reply_json_problem(x, fault, offset);
}

// What curl -d sends without a type: JSON that calls itself a form.
static bool looks_like_json(struct str body)
{
	char c = first_letter(body);
	return c == '{' || c == '[';
}

static void finish_form(struct exchange *x, struct str body)
{
	if (looks_like_json(body)) {
		reply_problem(x, CODE_unsupported_media_type, NULL);
		return;
	}
	int result = profile_read_pairs(&x->profile, body, NULL, NULL);
	if (result == 0)
		answer_profile(x);
	else
		reply_problem(x,
			result == -EEXIST   ? CODE_duplicate_member
			: result == -ENOMEM ? CODE_overloaded
					    : CODE_malformed_query,
			NULL);
}

void check_finish(struct exchange *x, struct str body)
{
	if (x->bulk) {
		bulk_reply(x);
		return;
	}
	if (!choose_format(x))
		return;
	profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
	x->profile.ignore_unknown = x->ignore_unknown;
	x->profile.id_from = x->id_from;
	x->profile.group_by = x->group_by;
	if (x->body_kind == BODY_JSON)
		finish_json(x, body);
	else
		finish_form(x, body);
}
