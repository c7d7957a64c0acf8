// SPDX-License-Identifier: MIT
// Problem documents (RFC 9457), as JSON or as text. Nothing that a client sent
// is in them but the names of members, in "pointer".
#include "exchange.h"

#include <errno.h>

static const struct {
	const char *name, *header;
	enum { NAME, TEXT, NUMBER, LIST } kind; // a name is the client's
} members[PROBLEM_MEMBERS] = {
	[PROBLEM_POINTER] = {"pointer", NULL, NAME},
	[PROBLEM_OFFSET] = {"offset", NULL, NUMBER},
	[PROBLEM_PARAMETER] = {"parameter", NULL, NAME},
	[PROBLEM_FORM] = {"form", NULL, TEXT},
	[PROBLEM_ALLOWED] = {"allowed", NULL, LIST},
	[PROBLEM_ALLOW] = {"allow", "Allow", LIST},
	[PROBLEM_ACCEPT] = {"accept", "Accept", LIST},
	[PROBLEM_ACCEPT_ENCODING] = {"accept_encoding", "Accept-Encoding", LIST},
	[PROBLEM_RETRY_AFTER] = {"retry_after", "Retry-After", NUMBER},
};

static void write_member(struct buf *buf, int member, struct str value)
{
	buf_print(buf, ",\"%s\":", members[member].name);
	if (members[member].kind != LIST) {
		(members[member].kind == NUMBER ? buf_str : buf_json)(buf, value);
		return;
	}
	for (char before = '['; value.size; before = ',') {
		buf_char(buf, before);
		buf_json(buf, str_trim(str_split(&value, ',')));
	}
	buf_char(buf, ']');
}

// Placed by hand: with the writer a 404 takes half as many instructions again.
static void write_json(struct exchange *x, const struct problem *problem)
{
	struct buf *buf = &x->out;
	const struct code_info *info = code_info(problem->code);
	buf_text(buf, "{\"type\":\"");
	if (x->service->options.public_url)
		buf_text(buf, x->service->options.public_url);
	buf_text(buf, "/problems/");
	buf_text(buf, info->name);
	buf_text(buf, "\",\"title\":");
	buf_json(buf, str_of(info->title[x->options.lang]));
	buf_text(buf, ",\"status\":");
	buf_uint(buf, info->status);
	buf_text(buf, ",\"detail\":");
	buf_json(buf, str_of(problem->detail));
	buf_text(buf, ",\"code\":");
	buf_json(buf, str_of(info->name));
	for (int i = 0; i < PROBLEM_MEMBERS; i++)
		if (problem->members[i].at)
			write_member(buf, i, problem->members[i]);
	if (problem->has_errors)
		profile_errors_json(buf, &x->profile, x->options.lang);
	buf_text(buf, "}\n");
	reply_indent(x);
}

static void write_text(struct exchange *x, const struct problem *problem)
{
	struct buf *buf = &x->out;
	const struct code_info *info = code_info(problem->code);
	buf_print(buf, "%u %s [%s]\n%s\n", info->status, info->title[x->options.lang], info->name,
		problem->detail);
	for (int i = 0; i < PROBLEM_MEMBERS; i++) {
		if (!problem->members[i].at)
			continue;
		buf_text(buf, i == PROBLEM_POINTER ? "-" : members[i].name);
		buf_text(buf, i == PROBLEM_POINTER ? " " : ": ");
		(members[i].kind == NAME ? buf_quoted : buf_str)(buf, problem->members[i]);
		buf_char(buf, '\n');
	}
	if (problem->has_errors)
		profile_errors_text(buf, &x->profile, x->options.lang);
}

static const char *const offers[] = {"application/json", "text/plain", "text/html"};

int reply_choose(struct exchange *x)
{
	int offer = negotiate_media(x->request.accept, offers, 3);
	if (offer < 0)
		reply_problem(x, CODE_not_acceptable);
	return offer;
}

bool reply_is_page(const struct exchange *x)
{
	static const char *const no_text[] = {"application/json", "text/html"};
	const unsigned methods = x->asked.route ? x->asked.route->methods : 0;
	if (!is_get(x) || !(methods & ROUTE_PAGE))
		return false;
	return methods & METHOD_POST // then there is a table, too
		       ? negotiate_media(x->request.accept, offers, 3) == OFFER_HTML
		       : negotiate_media(x->request.accept, no_text, 2) == 1;
}

// Of an unknown parameter that is known, and names no column of the file or of the answer.
static const char *const no_column[2][PMM_LANG_COUNT] = {
	{"Di berkas itu tidak ada kolom dengan nama yang disebut id_from atau group_by. Cocokkan dengan baris judulnya.",
		"The file has no column of the name that id_from or group_by gives. Compare it with its header row."},
	{"columns memilih kolom jawaban CSV. Minta jawaban CSV (Accept: text/csv), dan sebut kolom jawaban, bukan kolom berkas.",
		"columns chooses columns of a CSV answer. Ask for a CSV answer (Accept: text/csv), and name columns of the answer, not of the file."},
};

bool reply_with(struct exchange *x, struct problem problem)
{
	static const struct {
		void (*write)(struct exchange *x, const struct problem *problem);
		const char *type;
	} forms[] = {{write_json, "application/problem+json"}, {write_text, TYPE_TEXT},
		{problem_page_write, TYPE_HTML}};
	const struct route *route = x->asked.route;
	const struct code_info *info = code_info(problem.code);
	const unsigned status = info->status;
	const int offer = negotiate_media(x->request.accept, offers, 3);
	if (!problem.detail && problem.code == CODE_unknown_parameter && !problem.has_errors)
		problem.detail = no_column[problem.members[PROBLEM_ALLOWED].at ||
					   problem.members[PROBLEM_FORM].at][x->options.lang];
	if (!problem.detail)
		problem.detail = info->help[x->options.lang];
	buf_reset(&x->out);
	reply_start(x, status);
	x->told.problem = problem.code;
	x->told.has_errors = problem.has_errors;
	reply_header(x, "Cache-Control", "no-store");
	if (status == 401)
		reply_header(x, "WWW-Authenticate",
			x->asked.access == TOKEN_WRONG
				? "Bearer realm=\"pmm-check\", error=\"invalid_token\""
				: "Bearer realm=\"pmm-check\"");
	if (problem.members[PROBLEM_PARAMETER].size > PROFILE_TEXT_MAX ||
		profile_is_piece(problem.members[PROBLEM_PARAMETER]))
		problem.members[PROBLEM_PARAMETER].at = NULL; // too long to be told, or no name
	if (status == 503)
		problem.members[PROBLEM_RETRY_AFTER] = STR("5");
	if (status == 405 && route)
		problem.members[PROBLEM_ALLOW] = str_of(method_list(x, route->methods));
	if (status == 415 && route)
		problem.members[PROBLEM_ACCEPT] = str_of(route->types);
	if (status == 415 && x->asked.body_kind == BODY_CODED)
		problem.members[PROBLEM_ACCEPT_ENCODING] = STR("identity");
	for (int i = PROBLEM_ALLOW; i < PROBLEM_MEMBERS; i++)
		reply_header(x, members[i].header, problem.members[i].at);
	forms[offer < 0 ? OFFER_JSON : offer].write(x, &problem);
	return reply_out(x, NULL, forms[offer < 0 ? OFFER_JSON : offer].type, VARY_NEGOTIATED);
}

bool reply_problem(struct exchange *x, enum code code)
{
	return reply_with(x, (struct problem){.code = code});
}

bool reply_allowed(struct exchange *x, enum code code, struct str parameter, struct buf *words)
{
	if (words->failed)
		reply_problem(x, CODE_overloaded);
	else
		reply_with(x, (struct problem){code, .members[PROBLEM_PARAMETER] = parameter,
				      .members[PROBLEM_ALLOWED] = buf_view(words)});
	buf_finish(words);
	return false;
}

bool reply_pairs_problem(struct exchange *x, int fault, struct problem problem)
{
	if (fault == -ENOMEM)
		return reply_problem(x, CODE_overloaded);
	problem.code = fault == -EEXIST ? CODE_duplicate_member : CODE_malformed_query;
	return reply_with(x, problem);
}

bool reply_type_problem(struct exchange *x, enum code code, enum body_kind kind)
{
	static const char *const details[BODY_CSV + 1][PMM_LANG_COUNT] = {
		[BODY_CODED] = {"Kirim isinya apa adanya, tanpa Content-Encoding.",
			"Send the content as it is, without Content-Encoding."},
		[BODY_CHARSET] = {"Kirim sebagai UTF-8, dengan charset=utf-8 atau tanpa charset.",
			"Send it as UTF-8, with charset=utf-8 or without a charset."},
		[BODY_CSV] = {"Kirim berkasnya langsung, bukan sebagai formulir; CSV dengan Content-Type: text/csv (pada curl: -H \"Content-Type: text/csv\" --data-binary @FILE).",
			"Send the file itself, not as a form; CSV with Content-Type: text/csv (with curl: -H \"Content-Type: text/csv\" --data-binary @FILE)."},
	};
	return reply_with(
		x, (struct problem){.code = code, .detail = details[kind][x->options.lang]});
}

// What is wrong with a JSON text, for people.
static const char *const json_faults[][PMM_LANG_COUNT] = {
	[JSON_FAULT_NONE] = {"Ini bukan JSON. Kalau ini CSV, katakan begitu: Content-Type: text/csv; di baris perintah --from csv.",
		"This is not JSON. If it is CSV, say so: Content-Type: text/csv; on the command line --from csv."},
	[JSON_FAULT_SYNTAX] = {"Ada karakter yang tidak pada tempatnya (RFC 8259).",
		"There is a character out of place (RFC 8259)."},
	[JSON_FAULT_DEPTH] = {"Susunan bersarang lebih dari 32 tingkat.",
		"The nesting is over 32 levels."},
	[JSON_FAULT_UTF8] = {"Pengodeannya bukan UTF-8 yang sah; simpan sebagai UTF-8.",
		"The encoding is not valid UTF-8; save it as UTF-8."},
	[JSON_FAULT_NUL] = {"Karakter NUL tidak diterima.", "NUL is not accepted."},
	[JSON_FAULT_SURROGATE] = {"Ada \\u yang hanya separuh pasangan.",
		"There is a \\u that is half of a pair."},
	[JSON_FAULT_CONTROL] = {"Karakter kendali di dalam teks harus ditulis sebagai \\u.",
		"A control character inside a string must be written as \\u."},
	[JSON_FAULT_ENDED] = {"JSON berhenti sebelum selesai.",
		"The JSON stops before it is complete."},
	[JSON_FAULT_TRAILING] = {"Ada sesuatu setelah nilai JSON selesai.",
		"There is something after the end of the JSON value."},
	[JSON_FAULT_EMPTY] = {"Isinya kosong; beri satu objek JSON, paling sedikit {}.",
		"It is empty; give one JSON object, at least {}."},
};

bool reply_json_problem(
	struct exchange *x, enum json_fault fault, size_t offset, struct str pointer)
{
	char room[UINT_DIGITS_MAX];
	struct problem problem = {.members[PROBLEM_OFFSET] = uint_digits(room, offset)};
	if (fault == JSON_FAULT_MEMORY)
		return reply_problem(x, CODE_overloaded);
	if (fault == JSON_FAULT_DUPLICATE) {
		problem.code = CODE_duplicate_member;
		problem.members[PROBLEM_POINTER] = pointer;
	} else {
		if (fault == JSON_FAULT_SYNTAX && offset == 0)
			fault = JSON_FAULT_NONE; // it does not even begin as JSON
		problem.code = CODE_malformed_json;
		problem.detail = json_faults[fault][x->options.lang];
	}
	return reply_with(x, problem);
}
