// SPDX-License-Identifier: MIT
// What is wrong with a profile, as bytes. Nothing that a client sent is in them but the
// names of members, in "pointer".
#include "profile.h"

bool profile_place(struct buf *buf, size_t start, struct str name, bool is_pointer)
{
	const char *at = name.at, *end = at + name.size;
	// A character, or the escape that must not be halved.
	struct str piece = is_pointer ? STR("/") : STR("");
	for (;;) {
		if (buf->size + piece.size > start + POINTER_MAX) {
			buf_text(buf, "\u2026");
			return false;
		}
		buf_str(buf, piece);
		if (at == end)
			return true;
		const size_t step = utf8_step(at, end);
		piece = (struct str){at, step ? step : 1};
		at += piece.size;
		if (is_pointer && (*piece.at == '~' || *piece.at == '/'))
			piece = *piece.at == '~' ? STR("~0") : STR("~1");
	}
}

void profile_pointer(struct buf *buf, struct str name)
{
	if (name.at) // else the whole document
		profile_place(buf, buf->size, name, true);
}

// Where NAME stands, as WRITE quotes it; in an address there are no pointers, but names.
static void add_place(struct buf *buf, struct str name, bool in_address,
	void (*write)(struct buf *buf, struct str s))
{
	struct buf place = {0};
	if (in_address)
		profile_place(&place, 0, name, false);
	else
		profile_pointer(&place, name);
	write(buf, buf_view(&place));
	buf->failed |= place.failed;
	buf_finish(&place);
}

void profile_pointer_quoted(struct buf *buf, struct str name)
{
	add_place(buf, name, false, buf_quoted);
}

const char *profile_allowed(
	const struct profile *profile, const struct profile_error *error, size_t i, bool *is_bare)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(profile->rulebook);
	if (error->member) {
		const struct pmm_fact *fact = &info->facts[error->member->fact];
		*is_bare = fact->is_boolean;
		return i < fact->value_count ? fact->values[i].name : NULL;
	}
	*is_bare = false;
	if (error->code != CODE_unknown_member)
		return NULL;
	if (profile->takes_text && i-- == 0)
		return "id";
	if (i < info->fact_count)
		return info->facts[i].name;
	return profile->takes_text && i == info->fact_count ? "group" : NULL;
}

static void add_error(struct buf *buf, const struct profile *profile,
	const struct profile_error *error, enum pmm_lang lang)
{
	const struct code_info *info = code_info(error->code);
	const char *word, *suggestion = profile_suggestion(profile, error);
	size_t count = 0;
	bool is_bare;
	buf_print(buf, "{\"code\":\"%s\",\"%s\":", info->name,
		profile->takes_text ? "pointer" : "parameter");
	add_place(buf, error->name, !profile->takes_text, buf_json);
	buf_text(buf, ",\"detail\":");
	buf_json(buf, str_of(info->help[lang]));
	while ((word = profile_allowed(profile, error, count, &is_bare))) {
		buf_text(buf, count++ ? "," : ",\"allowed\":[");
		(is_bare ? buf_str : buf_json)(buf, str_of(word));
	}
	buf_text(buf, count ? "]" : "");
	if (suggestion) {
		buf_text(buf, ",\"did_you_mean\":");
		buf_json(buf, str_of(suggestion));
	}
	buf_char(buf, '}');
}

void profile_errors_json(struct buf *buf, const struct profile *profile, enum pmm_lang lang)
{
	buf_text(buf, ",\"errors\":[");
	for (const struct profile_error *error = profile->errors; error; error = error->next) {
		buf_text(buf, error == profile->errors ? "" : ",");
		add_error(buf, profile, error, lang);
	}
	buf_char(buf, ']');
	if (profile->error_count > PROFILE_ERRORS_MAX)
		buf_print(
			buf, ",\"errors_omitted\":%zu", profile->error_count - PROFILE_ERRORS_MAX);
}

void profile_errors_text(struct buf *buf, const struct profile *profile, enum pmm_lang lang)
{
	for (const struct profile_error *e = profile->errors; e; e = e->next) {
		const char *word, *suggestion = profile_suggestion(profile, e);
		bool is_bare;
		size_t count = 0;
		buf_text(buf, "- ");
		add_place(buf, e->name, !profile->takes_text, buf_quoted);
		buf_print(buf, ": %s", code_info(e->code)->help[lang]);
		while ((word = profile_allowed(profile, e, count, &is_bare)))
			buf_print(buf, count++ ? ", %s" : " (%s", word);
		buf_text(buf, count ? ")" : "");
		if (suggestion)
			buf_print(buf,
				lang == PMM_LANG_EN ? " Did you mean: %s?" : " Maksudnya: %s?",
				suggestion);
		buf_char(buf, '\n');
	}
}
