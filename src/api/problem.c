// SPDX-License-Identifier: MIT
// Problem documents (RFC 9457), as JSON or as text. Nothing that a client sent
// is in them but the names of members, in "pointer".
#include "exchange.h"
#include "negotiate.h"

// What a problem says besides its code.
struct problem {
	enum code code;
	const char *detail;
	const struct profile *profile; // with errors, or NULL
	bool has_offset;
	size_t offset;
};

static void write_json(struct exchange *x, const struct problem *problem)
{
	struct buf *buf = &x->out;
	const struct code_info *info = code_info(problem->code);
	buf_text(buf, "{\"type\":\"/problems/");
	buf_text(buf, info->name);
	buf_text(buf, "\",\"title\":");
	buf_json(buf, str_of(info->title[x->lang]));
	buf_text(buf, ",\"status\":");
	buf_uint(buf, info->status);
	buf_text(buf, ",\"detail\":");
	buf_json(buf, str_of(problem->detail));
	buf_text(buf, ",\"code\":");
	buf_json(buf, str_of(info->name));
	if (problem->has_offset) {
		buf_text(buf, ",\"offset\":");
		buf_uint(buf, problem->offset);
	}
	if (problem->profile)
		profile_errors_json(buf, problem->profile, x->lang);
	buf_text(buf, "}\n");
}

static void write_text(struct exchange *x, const struct problem *problem)
{
	struct buf *buf = &x->out;
	const struct code_info *info = code_info(problem->code);
	buf_uint(buf, info->status);
	buf_char(buf, ' ');
	buf_text(buf, info->title[x->lang]);
	buf_text(buf, " [");
	buf_text(buf, info->name);
	buf_text(buf, "]\n");
	buf_text(buf, problem->detail);
	buf_char(buf, '\n');
	if (problem->has_offset) {
		buf_text(buf, "offset: ");
		buf_uint(buf, problem->offset);
		buf_char(buf, '\n');
	}
	if (problem->profile)
		profile_errors_text(buf, problem->profile, x->lang);
}

static void send(struct exchange *x, const struct problem *problem)
{
	static const char *const offers[] = {"application/json", "text/plain"};
	unsigned status = code_info(problem->code)->status;
	bool as_text = negotiate_media(x->request.accept, offers, 2) == 1;
	buf_reset(&x->out);
	reply_start(x, status);
	x->problem = problem->code;
	x->refused = problem->profile;
	reply_header(x, "Cache-Control", "no-store");
	if (status == 503)
		reply_header(x, "Retry-After", "5");
	if (status == 401)
		reply_header(x, "WWW-Authenticate",
			x->has_wrong_token ? "Bearer realm=\"pmm-check\", error=\"invalid_token\""
					   : "Bearer realm=\"pmm-check\"");
	if (status == 405 && x->route)
		reply_header(x, "Allow", route_allow(x, x->route));
	if (status == 415 && x->route)
		reply_header(x, "Accept", x->route->types);
	if (as_text) {
		write_text(x, problem);
		reply_out(x, status, "text/plain; charset=utf-8", true);
		return;
	}
	write_json(x, problem);
	reply_json(x, status, true);
	for (size_t i = 0; i < x->reply.header_count; i++)
		if (strcmp(x->reply.headers[i].name, "Content-Type") == 0)
			x->reply.headers[i].value = "application/problem+json";
}

void reply_problem(struct exchange *x, enum code code, const char *detail)
{
	const struct problem problem = {
		.code = code, .detail = detail ? detail : code_info(code)->help[x->lang]};
	send(x, &problem);
}

void reply_profile_problem(struct exchange *x, enum code code)
{
	const struct problem problem = {
		.code = code, .detail = code_info(code)->help[x->lang], .profile = &x->profile};
	send(x, &problem);
}

// What is wrong with a JSON text, for people.
static const char *describe(enum json_fault fault, enum pmm_lang lang)
{
	static const char *const texts[][PMM_LANG_COUNT] = {
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
		[JSON_FAULT_EMPTY] =
			{"Badan permintaan kosong; kirim satu objek JSON, paling sedikit {}.",
				"The body is empty; send one JSON object, at least {}."},
	};
	return texts[fault][lang];
}

void reply_json_problem(struct exchange *x, enum json_fault fault, size_t offset)
{
	if (fault == JSON_FAULT_MEMORY) {
		reply_problem(x, CODE_overloaded, NULL);
		return;
	}
	struct problem problem = {.has_offset = true, .offset = offset};
	problem.code = CODE_malformed_json;
	if (fault == JSON_FAULT_DUPLICATE) {
		problem.code = CODE_duplicate_member;
		problem.detail = code_info(problem.code)->help[x->lang];
	} else {
		problem.detail = describe(fault, x->lang);
	}
	send(x, &problem);
}
