// SPDX-License-Identifier: MIT
// Reads a JSON row by the form of an earlier one. A row of that form is
//
//     lead value lead value ... trail
//
// with the very bytes of the earlier row outside the values. Those bytes were
// found valid, and their names distinct, by the strict reader; here each value
// is checked to be a plain string, true, false or null. Anything else (escapes,
// numbers, letters beyond ASCII, another order) goes the long way.
#include "rows_private.h"

#include <stdlib.h>

enum { MISSES_FIRST = 1, MISSES_MOST = 4096 };

// Keeps a copy of S in the template. False: no room.
static bool keep(struct row_template *template, struct str s, struct str *to)
{
	if (s.size > TEMPLATE_BYTES - template->used)
		return false;
	*to = (struct str){template->bytes + template->used, s.size};
	memcpy(template->bytes + template->used, s.at, s.size);
	template->used += s.size;
	return true;
}

static bool is_plain_value(const struct json_token *token)
{
	return (token->kind == JSON_STRING && !token->escaped) || token->kind == JSON_TRUE ||
	       token->kind == JSON_FALSE || token->kind == JSON_NULL;
}

// Learns the member whose name is in NAME and whose value is in VALUE.
static bool learn_member(struct rows *rows, const struct json_token *name,
	const struct json_token *value, struct str text, size_t *at)
{
	struct row_template *template = rows->template;
	if (template->count == TEMPLATE_COLUMNS || name->escaped || !is_plain_value(value))
		return false;
	struct column *column = &template->columns[template->count];
	*column = (struct column){.meaning = profile_name(&rows->profile, name->raw),
		.memo = template->memos[template->count]};
	if (!keep(template, (struct str){text.at + *at, value->offset - *at}, &column->lead))
		return false;
	template->count++;
	size_t size = value->kind == JSON_STRING  ? value->raw.size + 2
		      : value->kind == JSON_FALSE ? 5
						  : 4;
	*at = value->offset + size;
	return true;
}

static bool learn(struct rows *rows, struct str text)
{
	struct row_template *template = rows->template;
	struct json_reader reader;
	struct json_token name, value;
	size_t at = 0;
	template->count = template->used = 0;
	memset(template->memos, 0, sizeof template->memos);
	json_open(&reader, text, &rows->arena);
	if (json_next(&reader, &name) != JSON_OBJECT)
		return false;
	while (json_next(&reader, &name) == JSON_NAME) {
		json_next(&reader, &value);
		if (!learn_member(rows, &name, &value, text, &at))
			return false;
	}
	return name.kind == JSON_OBJECT_END && template->count > 0 &&
	       keep(template, (struct str){text.at + at, text.size - at}, &template->trail);
}

void template_learn(struct rows *rows, struct str text)
{
	struct row_template *template = rows->template;
	if (!template) {
		template = rows->template = calloc(1, sizeof *template);
		if (!template)
			return; // it is only faster with one
		template->misses_allowed = MISSES_FIRST;
	}
	if (template->count && ++template->misses < template->misses_allowed)
		return;
	template->misses = 0;
	if (template->misses_allowed < MISSES_MOST)
		template->misses_allowed *= 2; // a file without a common form costs little
	if (!learn(rows, text))
		template->count = 0;
}

static bool is_plain(char c)
{
	unsigned char byte = (unsigned char)c;
	return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// The end of the plain string that begins at AT, or NULL.
static const char *plain_end(const char *at, const char *end)
{
	while (at < end && is_plain(*at))
		at++;
	return at < end && *at == '"' ? at : NULL;
}

static bool starts(const char *at, const char *end, const char *word, size_t size)
{
	return (size_t)(end - at) >= size && memcmp(at, word, size) == 0;
}

// Reads the value at *AT as plain text; size 0 stands for null and "". NUMBER
// and the like return false.
static bool read_plain(const char **at, const char *end, struct str *text, bool *is_literal)
{
	*is_literal = *at < end && **at != '"';
	if (!*is_literal) {
		const char *from = *at + 1, *stop = *at < end ? plain_end(from, end) : NULL;
		if (!stop)
			return false;
		*text = (struct str){from, (size_t)(stop - from)};
		*at = stop + 1;
		return true;
	}
	bool is_null = starts(*at, end, "null", 4);
	size_t size = is_null || starts(*at, end, "true", 4) ? 4
		      : starts(*at, end, "false", 5)         ? 5
							     : 0;
	*text = (struct str){*at, is_null ? 0 : size};
	*at += size;
	return size > 0;
}

// A value for id or group: once, a string, not too long.
static bool keep_text(struct str *to, struct str text, bool is_literal)
{
	if (text.size == 0)
		return true;
	if (is_literal || to->size || text.size > PROFILE_TEXT_MAX)
		return false;
	*to = text;
	return true;
}

bool template_take(struct rows *rows, struct str text, bool *taken)
{
	const struct row_template *template = rows->template;
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		edition_rulebook(rows->options.edition));
	struct pmm_given given[TEMPLATE_COLUMNS];
	struct str id = {NULL, 0}, group = {NULL, 0}, value;
	const char *at = text.at, *end = text.at + text.size;
	size_t count = 0;
	bool is_literal;
	if (!template || !template->count)
		return true;
	for (size_t i = 0; i < template->count; i++) {
		const struct column *column = &template->columns[i];
		const struct pmm_member *member = column->meaning.member;
		if (!starts(at, end, column->lead.at, column->lead.size))
			return true;
		at += column->lead.size;
		if (!read_plain(&at, end, &value, &is_literal))
			return true;
		if (member && value.size && is_literal && !info->facts[member->fact].is_boolean)
			return true;
		int digit = member ? fast_digit(rows, column, value) : 0;
		if (digit < 0)
			return true;
		if (digit)
			given[count++] = (struct pmm_given){member, (uint8_t)digit};
		if ((column->meaning.is_id && !keep_text(&id, value, is_literal)) ||
			(column->meaning.is_group && !keep_text(&group, value, is_literal)))
			return true;
	}
	if ((size_t)(end - at) != template->trail.size ||
		!starts(at, end, template->trail.at, template->trail.size))
		return true;
	return fast_take(rows, given, count, id, group, taken);
}
