// SPDX-License-Identifier: MIT
// /check: one profile in, one answer out. Parse, index, bytes.
#include "exchange.h"
#include "negotiate.h"

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

// The complete answer about x->digits. The headers of a sheet must be the same
// each time it is sent in the same way; where they are not, it lends its body.
static void reply_answer(struct exchange *x)
{
	const struct pmm_rulebook *rulebook = edition_rulebook(x->edition);
	uint32_t index = pmm_profile_index(rulebook, x->digits);
	bool is_get = x->method == METHOD_GET || x->method == METHOD_HEAD;
	bool has_id = !is_get && x->profile.id.size > 0;
	struct sheet *sheet = has_id ? NULL : edition_sheet(x->edition, index, x->lang, x->format);
	struct reply *reply = reply_start(x, 200);
	bool is_plain = reply->header_count == 0 && !reply->close;
	if (!sheet)
		edition_write(x->edition, &x->out, index, has_id ? x->profile.id : (struct str){0},
			x->lang, x->format);
	if (!is_get) {
		reply_header(x, "Cache-Control", "no-store");
	} else {
		char etag[EDITION_ETAG_MAX];
		edition_etag(x->edition, index, x->lang, x->format, etag);
		const char *kept = sheet ? sheet->etag : exchange_copy(x, str_of(etag));
		if (kept && reply_not_modified(x, kept, cache_control(x), true))
			return;
	}
	x->has_answer = x->method != METHOD_HEAD;
	x->answer = index;
	if (is_get)
		reply_header(x, "Accept-Query", x->route->types);
	reply_out(x, 200, content_type(x->format), true);
	if (!sheet)
		return;
	reply->body = sheet->body;
	reply->use = is_get ? SHEET_GET : SHEET_POST;
	reply->sheet = is_plain ? sheet : NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The first character that is not blank, or 0.
static char first_letter(struct str body)
{
	size_t at = 0;
	while (at < body.size && is_blank(body.at[at]))
		at++;
	return at < body.size ? body.at[at] : 0;
}

bool check_begin(struct exchange *x)
{
	const struct service_options *options = service_config(x->service);
	const struct request *request = &x->request;
	enum body_kind kind = body_kind(request->content_type);
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

// The first character of a JSON text behind a byte-order mark and blanks; 0 if it
// has not come yet.
static char first_of_json(struct str text)
{
	static const struct str mark = {"\xEF\xBB\xBF", 3};
	if (str_starts(text, mark))
		text = (struct str){text.at + mark.size, text.size - mark.size};
	else if (text.size < mark.size && str_starts(mark, text))
		return 0;
	return first_letter(text);
}

// JSON is one profile or an array of many: the first character tells.
bool check_feed(struct exchange *x, const char *bytes, size_t size)
{
	if (x->bulk)
		return bulk_take(x, bytes, size);
	bool is_form = body_kind(x->request.content_type) == BODY_FORM;
	bool is_first = x->body.size == 0;
	if (is_form || (!is_first && first_of_json(buf_view(&x->body))))
		return exchange_collect(x, bytes, size);
	if (is_first && first_of_json((struct str){bytes, size}) == '[')
		return !bulk_begin(x, ROWS_JSON, false) || bulk_take(x, bytes, size);
	if (!exchange_collect(x, bytes, size))
		return false;
	if (x->replied || first_of_json(buf_view(&x->body)) != '[')
		return true;
	return !bulk_begin(x, ROWS_JSON, false) || bulk_take(x, x->body.at, x->body.size);
}

static void answer_profile(struct exchange *x)
{
	if (x->profile.out_of_memory)
		reply_problem(x, CODE_overloaded, NULL);
	else if (x->profile.is_too_large)
		reply_problem(x, CODE_too_large, NULL);
	else if (profile_finish(&x->profile, x->digits))
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
	profile_init(&x->profile, edition_rulebook(x->edition), &x->arena);
	x->profile.ignore_unknown = x->ignore_unknown;
	x->profile.id_from = x->id_from;
	x->profile.group_by = x->group_by;
	if (body_kind(x->request.content_type) == BODY_JSON)
		finish_json(x, body);
	else
		finish_form(x, body);
}
