// SPDX-License-Identifier: MIT
// What is wrong with a profile, as bytes. Nothing that a client sent is in them but the
// names of members, in "pointer".
#include "profile.h"

bool profile_pointer_step(struct buf *buf, size_t start, struct str name)
{
	const char *at = name.at, *end = at + name.size;
	struct str piece = STR("/"); // a character, or the escape that must not be halved
	for (;;) {
		if (buf->size + piece.size > start + POINTER_MAX) {
			buf_text(buf, "\u2026");
			return false;
		}
		buf_str(buf, piece);
		if (at == end)
			return true;
		const size_t step = utf8_step(at, end);
		piece = *at == '~'   ? STR("~0")
			: *at == '/' ? STR("~1")
				     : (struct str){at, step ? step : 1};
		at += step ? step : 1;
	}
}

void profile_pointer(struct buf *buf, struct str name)
{
	if (name.at) // else the whole document
		profile_pointer_step(buf, buf->size, name);
}

// A name, cut where a pointer would be.
static void add_name(struct buf *buf, struct str name)
{
	size_t size = 0, step;
	while (size < name.size && (step = utf8_step(name.at + size, name.at + name.size)) &&
		size + step <= POINTER_MAX)
		size += step;
	buf_add(buf, name.at, size);
	buf_text(buf, size < name.size ? "\u2026" : "");
}

// The same as WRITE quotes it; in an address there are no pointers, but names.
static void add_place(struct buf *buf, struct str name, bool in_address,
	void (*write)(struct buf *buf, struct str s))
{
	struct buf pointer = {0};
	(in_address ? add_name : profile_pointer)(&pointer, name);
	write(buf, buf_view(&pointer));
	buf->failed |= pointer.failed;
	buf_finish(&pointer);
}

void profile_pointer_quoted(struct buf *buf, struct str name)
{
	add_place(buf, name, false, buf_quoted);
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
	buf_text(buf, profile->takes_text ? ",\"pointer\":" : ",\"parameter\":");
	add_place(buf, error->name, !profile->takes_text, buf_json);
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

void profile_errors_json(struct buf *buf, const struct profile *profile, enum pmm_lang lang)
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

void profile_errors_text(struct buf *buf, const struct profile *profile, enum pmm_lang lang)
{
	for (const struct profile_error *e = profile->errors; e; e = e->next) {
		buf_text(buf, "- ");
		add_place(buf, e->name, !profile->takes_text, buf_quoted);
		buf_text(buf, ": ");
		buf_text(buf, code_info(e->code)->help[lang]);
		each_allowed(profile, e, add_text_word, buf);
		buf_text(buf, has_allowed(e) ? ")" : "");
		if (e->suggestion) {
			buf_text(buf, lang == PMM_LANG_EN ? " Did you mean: " : " Maksudnya: ");
			buf_text(buf, e->suggestion);
			buf_char(buf, '?');
		}
		buf_char(buf, '\n');
	}
}
