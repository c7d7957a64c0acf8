// SPDX-License-Identifier: MIT
// Problem documents (RFC 9457), as JSON or as text. Nothing that a client sent
// is in them but the names of members, in "pointer".
#include "problem.h"
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

void problem_pointer(struct buf *buf, struct str name)
{
	if (!name.at)
		return; // the whole document
	buf_char(buf, '/');
	for (size_t i = 0; i < name.size; i++) {
		if (name.at[i] == '~')
			buf_text(buf, "~0");
		else if (name.at[i] == '/')
			buf_text(buf, "~1");
		else
			buf_char(buf, name.at[i]);
	}
}

// The same, as WRITE quotes it.
static void add_pointer(
	struct buf *buf, struct str name, void (*write)(struct buf *buf, struct str s))
{
	struct buf pointer = {0};
	problem_pointer(&pointer, name);
	write(buf, buf_view(&pointer));
	buf->failed |= pointer.failed;
	buf_finish(&pointer);
}

void problem_pointer_quoted(struct buf *buf, struct str name)
{
	add_pointer(buf, name, buf_quoted);
}

// Calls ADD for each allowed word, in order; QUOTED: it is a string.
static void each_allowed(const struct profile *profile, const struct profile_error *error,
	void (*add)(struct buf *buf, const char *word, bool quoted, bool first), struct buf *buf)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(profile->rulebook);
	bool first = true;
	if (error->names_allowed && profile->takes_text) {
		add(buf, "id", true, true);
		first = false;
	}
	for (size_t f = 0; error->names_allowed && f < info->fact_count; f++) {
		add(buf, info->facts[f].name, true, first);
		first = false;
	}
	if (error->names_allowed && profile->takes_text)
		add(buf, "group", true, false);
	for (size_t v = 0; error->fact && v < error->fact->value_count; v++)
		add(buf, error->fact->values[v].name, !error->fact->is_boolean, v == 0);
}

static void add_json_word(struct buf *buf, const char *word, bool quoted, bool first)
{
	if (!first)
		buf_char(buf, ',');
	if (quoted)
		buf_json(buf, str_of(word));
	else
		buf_text(buf, word);
}

static void add_text_word(struct buf *buf, const char *word, bool quoted, bool first)
{
	(void)quoted;
	buf_text(buf, first ? " (" : ", ");
	buf_text(buf, word);
}

static bool has_allowed(const struct profile_error *error)
{
	return error->names_allowed || error->fact;
}

static void add_error(struct buf *buf, const struct profile *profile,
	const struct profile_error *error, enum pmm_lang lang)
{
	const struct code_info *info = code_info(error->code);
	buf_text(buf, "{\"code\":");
	buf_json(buf, str_of(info->name));
	buf_text(buf, ",\"pointer\":");
	add_pointer(buf, error->name, buf_json);
	buf_text(buf, ",\"detail\":");
	buf_json(buf, str_of(info->help[lang]));
	if (has_allowed(error)) {
		buf_text(buf, ",\"allowed\":[");
		each_allowed(profile, error, add_json_word, buf);
		buf_char(buf, ']');
	}
	if (error->suggestion) {
		buf_text(buf, ",\"did_you_mean\":");
		buf_json(buf, str_of(error->suggestion));
	}
	buf_char(buf, '}');
}

void problem_errors(struct buf *buf, const struct profile *profile, enum pmm_lang lang)
{
	buf_text(buf, ",\"errors\":[");
	for (const struct profile_error *error = profile->errors; error; error = error->next) {
		add_error(buf, profile, error, lang);
		if (error->next)
			buf_char(buf, ',');
	}
	buf_char(buf, ']');
	if (profile->error_count > PROFILE_ERRORS_MAX) {
		buf_text(buf, ",\"errors_omitted\":");
		buf_uint(buf, profile->error_count - PROFILE_ERRORS_MAX);
	}
}

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
		problem_errors(buf, problem->profile, x->lang);
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
	if (!problem->profile)
		return;
	for (const struct profile_error *e = problem->profile->errors; e; e = e->next) {
		buf_text(buf, "- ");
		problem_pointer_quoted(buf, e->name);
		buf_text(buf, ": ");
		buf_text(buf, code_info(e->code)->help[x->lang]);
		each_allowed(problem->profile, e, add_text_word, buf);
		buf_text(buf, has_allowed(e) ? ")" : "");
		if (e->suggestion) {
			buf_text(buf, x->lang == PMM_LANG_EN ? " Did you mean: " : " Maksudnya: ");
			buf_text(buf, e->suggestion);
			buf_char(buf, '?');
		}
		buf_char(buf, '\n');
	}
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
