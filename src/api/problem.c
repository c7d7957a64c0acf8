// SPDX-License-Identifier: MIT
// Problem documents (RFC 9457), as JSON or as text. Nothing that a client sent
// is in them but the names of members, in "pointer".
#include "exchange.h"

#include <errno.h>

// Members that some problems have. What a header says stands in the body, too, for scripts
// in pages.
enum { PARAMETER, FORM, ALLOWED, ALLOW, ACCEPT, ACCEPT_ENCODING, RETRY_AFTER, MEMBER_COUNT };
static const struct {
	const char *name, *header;
	enum { TEXT, LIST, NUMBER } kind; // a list has ", " between its words
} members[MEMBER_COUNT] = {
	[PARAMETER] = {"parameter", NULL, TEXT},
	[FORM] = {"form", NULL, TEXT},
	[ALLOWED] = {"allowed", NULL, LIST},
	[ALLOW] = {"allow", "Allow", LIST},
	[ACCEPT] = {"accept", "Accept", LIST},
	[ACCEPT_ENCODING] = {"accept_encoding", "Accept-Encoding", LIST},
	[RETRY_AFTER] = {"retry_after", "Retry-After", NUMBER},
};

// What a problem says besides its code.
struct problem {
	enum code code;
	const char *detail; // NULL: what helps against the code
	bool has_errors; // those of the profile
	struct str pointer; // of the member that is given twice, or at == NULL
	bool has_offset;
	size_t offset;
	const char *members[MEMBER_COUNT]; // or NULL
};

static void write_member(struct buf *buf, int member, const char *value)
{
	struct str rest = str_of(value);
	buf_print(buf, ",\"%s\":", members[member].name);
	if (members[member].kind == NUMBER)
		buf_text(buf, value);
	if (members[member].kind == TEXT)
		buf_json(buf, rest);
	if (members[member].kind != LIST)
		return;
	for (char before = '['; rest.size; before = ',') {
		buf_char(buf, before);
		buf_json(buf, str_trim(str_split(&rest, ',')));
	}
	buf_char(buf, ']');
}

// Placed by hand: with the writer a 404 takes half as many instructions again.
static void write_json(struct exchange *x, const struct problem *problem)
{
	struct buf *buf = &x->out;
	const struct code_info *info = code_info(problem->code);
	buf_text(buf, "{\"type\":\"/problems/");
	buf_text(buf, info->name);
	buf_text(buf, "\",\"title\":");
	buf_json(buf, str_of(info->title[x->options.lang]));
	buf_text(buf, ",\"status\":");
	buf_uint(buf, info->status);
	buf_text(buf, ",\"detail\":");
	buf_json(buf, str_of(problem->detail));
	buf_text(buf, ",\"code\":");
	buf_json(buf, str_of(info->name));
	if (problem->pointer.at) {
		buf_text(buf, ",\"pointer\":");
		buf_json(buf, problem->pointer);
	}
	if (problem->has_offset) {
		buf_text(buf, ",\"offset\":");
		buf_uint(buf, problem->offset);
	}
	for (int i = 0; i < MEMBER_COUNT; i++)
		if (problem->members[i])
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
	if (problem->pointer.at) {
		buf_text(buf, "- ");
		buf_quoted(buf, problem->pointer);
		buf_char(buf, '\n');
	}
	if (problem->has_offset)
		buf_print(buf, "offset: %zu\n", problem->offset);
	for (int i = 0; i < MEMBER_COUNT; i++) {
		if (!problem->members[i])
			continue;
		buf_print(buf, "%s: ", members[i].name);
		(i == PARAMETER ? buf_quoted : buf_str)(buf, str_of(problem->members[i]));
		buf_char(buf, '\n');
	}
	if (problem->has_errors)
		profile_errors_text(buf, &x->profile, x->options.lang);
}

static const char *const offers[] = {"application/json", "text/plain"};

int reply_choose(struct exchange *x)
{
	int offer = negotiate_media(x->request.accept, offers, 2);
	if (offer < 0)
		reply_problem(x, CODE_not_acceptable);
	return offer;
}

static bool send(struct exchange *x, struct problem problem)
{
	const struct route *route = x->asked.route;
	const struct code_info *info = code_info(problem.code);
	const unsigned status = info->status;
	const bool as_text = negotiate_media(x->request.accept, offers, 2) == 1;
	if (!problem.detail)
		problem.detail = info->help[x->options.lang];
	buf_reset(&x->out);
	reply_start(x, status);
	x->told.problem = problem.code;
	x->told.has_errors = problem.has_errors;
	reply_header(x, "Cache-Control", "no-store");
	if (status == 503)
		problem.members[RETRY_AFTER] = "5";
	if (status == 401)
		reply_header(x, "WWW-Authenticate",
			x->asked.access == TOKEN_WRONG
				? "Bearer realm=\"pmm-check\", error=\"invalid_token\""
				: "Bearer realm=\"pmm-check\"");
	if (status == 405 && route)
		problem.members[ALLOW] = method_list(x, route->methods);
	if (status == 415 && route)
		problem.members[ACCEPT] = route->types;
	if (status == 415 && x->asked.body_kind == BODY_CODED)
		problem.members[ACCEPT_ENCODING] = "identity";
	for (int i = ALLOW; i < MEMBER_COUNT; i++)
		reply_header(x, members[i].header, problem.members[i]);
	if (as_text)
		write_text(x, &problem);
	else
		write_json(x, &problem);
	return reply_out(x, NULL, as_text ? TYPE_TEXT : "application/problem+json", true);
}

bool reply_problem(struct exchange *x, enum code code)
{
	return send(x, (struct problem){.code = code});
}

// A name that is too long for a pointer is not told at all.
bool reply_parameter_problem(struct exchange *x, enum code code, struct parameter parameter)
{
	struct problem problem = {
		.code = code, .members = {[ALLOWED] = parameter.allowed, [FORM] = parameter.form}};
	if (parameter.name.at && parameter.name.size <= PROFILE_TEXT_MAX)
		problem.members[PARAMETER] = arena_copy(&x->arena, parameter.name);
	return send(x, problem);
}

bool reply_pairs_problem(struct exchange *x, int fault, struct parameter parameter)
{
	if (fault == -ENOMEM)
		return reply_problem(x, CODE_overloaded);
	return reply_parameter_problem(
		x, fault == -EEXIST ? CODE_duplicate_member : CODE_malformed_query, parameter);
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
	return send(x, (struct problem){.code = code, .detail = details[kind][x->options.lang]});
}

bool reply_profile_problem(struct exchange *x, enum code code)
{
	return send(x, (struct problem){.code = code, .has_errors = true});
}

// What is wrong with a JSON text, for people.
static const char *const json_faults[][PMM_LANG_COUNT] = {
	[JSON_FAULT_NONE] = {"Ini bukan JSON. Kalau ini CSV, kirim dengan Content-Type: text/csv.",
		"This is not JSON. If it is CSV, send it with Content-Type: text/csv."},
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
	[JSON_FAULT_EMPTY] = {"Isi permintaan kosong; kirim satu objek JSON, paling sedikit {}.",
		"The body is empty; send one JSON object, at least {}."},
};

bool reply_duplicate(struct exchange *x, struct str pointer)
{
	return send(x, (struct problem){.code = CODE_duplicate_member, .pointer = pointer});
}

bool reply_json_problem(
	struct exchange *x, enum json_fault fault, size_t offset, struct str pointer)
{
	if (fault == JSON_FAULT_MEMORY)
		return reply_problem(x, CODE_overloaded);
	struct problem problem = {.code = CODE_duplicate_member,
		.pointer = pointer,
		.has_offset = true,
		.offset = offset};
	if (fault != JSON_FAULT_DUPLICATE) {
		problem.code = CODE_malformed_json;
		if (fault == JSON_FAULT_SYNTAX && offset == 0)
			fault = JSON_FAULT_NONE; // it does not even begin as JSON
		problem.pointer.at = NULL;
		problem.detail = json_faults[fault][x->options.lang];
	}
	return send(x, problem);
}
