// SPDX-License-Identifier: MIT
// /check: one profile in, one answer out. Parse, index, bytes.
#include "exchange.h"

#include <errno.h>

// In which form the answer is wanted. False: it replied.
static bool choose_format(struct exchange *x, enum format *format)
{
	if (x->options.columns.at) // it has none
		return reply_no_columns(x);
	const int offer = reply_choose(x);
	*format = offer == 1 ? FORMAT_TEXT : x->options.pretty ? FORMAT_PRETTY : FORMAT_JSON;
	return offer >= 0;
}

// The complete answer about x->digits. The headers of a cached response must be the same
// each time it is sent in the same way; where they are not, it lends its body.
static void reply_answer(struct exchange *x, enum format format)
{
	const enum pmm_lang lang = x->options.lang;
	const uint32_t index = pmm_profile_index(snapshot_rulebook(x->snapshot), x->digits);
	const struct answer_id id = is_get(x)
					    ? (struct answer_id){0}
					    : answer_id_of(x->profile.id, x->profile.id_is_number);
	struct cached_response *cached = NULL;
	if (id.size == 0)
		cached = snapshot_cached(x->snapshot, index, lang, format);
	struct reply *reply = reply_start(x, 200);
	const bool is_plain = reply->header_count == 0 && !reply->close;
	if (!cached)
		snapshot_write(x->snapshot, &x->out, index, id, lang, format);
	if (is_get(x)) {
		char etag[SNAPSHOT_ETAG_MAX];
		const char *kept = cached ? cached->etag : NULL;
		// Who needs a token must not get the answer from a cache that others share.
		// That the client's own keeps it for the token that comes next does no
		// harm: all tokens get the same answers.
		const char *cache_control = x->service->tokens ? "private, max-age=300"
							       : "public, max-age=300";
		if (!cached) {
			snapshot_etag(x->snapshot, index, lang, format, etag);
			kept = arena_copy(&x->arena, str_of(etag));
		}
		if (kept && reply_not_modified(x, kept, cache_control, true))
			return;
		reply_header(x, "Accept-Query", x->asked.route->types);
	}
	x->told.has_answer = x->asked.method != METHOD_HEAD;
	x->told.index = index;
	reply_out(x, is_get(x) ? NULL : "no-store", format == FORMAT_TEXT ? TYPE_TEXT : TYPE_JSON,
		true);
	if (!cached)
		return;
	reply->body = cached->body;
	reply->use = is_get(x) ? CACHED_GET : CACHED_POST;
	reply->cached = is_plain ? cached : NULL;
}

bool check_begin(struct exchange *x)
{
	const struct service_options *options = &x->service->options;
	const enum body_kind kind = x->asked.body_kind;
	enum format format;
	if (is_get(x)) {
		if (choose_format(x, &format))
			reply_answer(x, format);
		return false;
	}
	if (kind < BODY_JSON)
		return reply_type_problem(x, CODE_unsupported_media_type, kind);
	if (kind == BODY_NDJSON || kind == BODY_CSV)
		return bulk_begin(x, false);
	x->intake.is_single = kind == BODY_FORM; // JSON is looked at first
	const uint64_t most = kind == BODY_FORM ? options->body_max : options->bulk_bytes_max;
	if (!x->request.has_length || x->request.content_length <= most)
		return true;
	// So large a form is mostly a file.
	return kind == BODY_FORM ? reply_type_problem(x, CODE_too_large, BODY_CSV)
				 : reply_problem(x, CODE_too_large);
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

// Collects a body of one document.
static void collect(struct exchange *x, struct str piece)
{
	struct buf *pieces = &x->intake.pieces;
	if (piece.size > x->service->options.body_max - pieces->size) {
		buf_finish(pieces);
		reply_problem(x, CODE_too_large);
		x->intake.drained = piece.size;
	} else if (pieces->size == 0 && x->request.has_length &&
		   piece.size == x->request.content_length) {
		x->intake.whole = piece; // most can be read where they are
	} else {
		buf_str(pieces, piece);
	}
}

// JSON is one profile or an array of many: the first character tells. What comes
// before it counts as the beginning of a profile; it is looked at once only, for
// it may come byte by byte.
void check_feed(struct exchange *x, struct str piece)
{
	struct intake *intake = &x->intake;
	struct buf *pieces = &intake->pieces;
	size_t at;
	if (intake->bulk) {
		bulk_take(x, piece);
		return;
	}
	const int first = intake->is_single ? 0 : first_of_json(buf_view(pieces), piece, &at);
	if (first != '[' || pieces->size + at > x->service->options.body_max) {
		intake->is_single |= first >= 0;
		collect(x, piece);
		return;
	}
	if (pieces->size) {
		buf_str(pieces, piece);
		piece = buf_view(pieces);
	}
	if (!pieces->failed && bulk_begin(x, false))
		bulk_take(x, piece);
}

// Whether what calls itself a form is the text of a table: of curl --data-binary, which
// sends it as it is, or of curl -d, which drops the line breaks.
static bool is_table(struct str body)
{
	bool has_pairs = false, has_cells = false, has_begun = false, ends_line = false;
	for (size_t i = 0; i < body.size; i++) {
		const char c = body.at[i];
		has_begun |= !json_is_blank(c);
		if (ends_line && !json_is_blank(c))
			return true;
		ends_line |= has_begun && (c == '\n' || c == '\r');
		has_pairs |= c == '=';
		has_cells |= c == ',' || c == ';';
	}
	return has_cells && !has_pairs;
}

// Reads a body as the profile. False: it replied.
static bool read_body(struct exchange *x, struct str body)
{
	size_t at = 0;
	if (x->asked.body_kind == BODY_JSON) {
		const enum json_fault fault = profile_read_json(&x->profile, body, &at);
		return fault == JSON_FAULT_NONE ||
		       reply_json_problem(x, fault, at, x->profile.duplicate_pointer);
	}
	while (at < body.size && json_is_blank(body.at[at]))
		at++;
	// What curl -d sends without a type: JSON that calls itself a form.
	if (at < body.size && (body.at[at] == '{' || body.at[at] == '['))
		return reply_type_problem(x, CODE_unsupported_media_type, BODY_JSON);
	if (is_table(body))
		return reply_type_problem(x, CODE_unsupported_media_type, BODY_CSV);
	const int fault = profile_read_pairs(&x->profile, body, NULL, NULL);
	if (fault == -EEXIST)
		return reply_duplicate(x, x->profile.duplicate_pointer);
	return fault == 0 || reply_pairs_problem(x, fault, (struct parameter){0});
}

void check_finish(struct exchange *x)
{
	const struct intake *intake = &x->intake;
	struct profile *profile = &x->profile;
	enum format format;
	if (intake->bulk) {
		bulk_finish(x);
		return;
	}
	if (!choose_format(x, &format))
		return;
	profile_init(profile, snapshot_rulebook(x->snapshot), &x->arena);
	profile->ignore_unknown = x->options.ignore_unknown;
	profile->id_from = x->options.id_from;
	profile->group_by = x->options.group_by;
	if (!read_body(x, intake->whole.at ? intake->whole : buf_view(&intake->pieces)))
		return;
	const bool is_good = profile_finish(profile, x->digits);
	if (profile->out_of_memory)
		reply_problem(x, CODE_overloaded);
	else if (profile->is_too_large)
		reply_problem(x, CODE_too_large);
	else if (is_good)
		reply_answer(x, format);
	else
		reply_profile_problem(x, CODE_invalid_profile);
}
