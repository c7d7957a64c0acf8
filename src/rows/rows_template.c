// SPDX-License-Identifier: MIT
// Reads a JSON row by the form of an earlier one. A row of that form is
//
//     lead value lead value ... trail
//
// with the very bytes of the earlier row outside the values. Those bytes were
// found valid, and their names distinct, by the strict reader; here each value
// is checked to be a plain string, true, false or null. Anything else (escapes,
// numbers, letters beyond ASCII, another order) goes the long way.
#include "base/base.h"
#include "rows_fast.h"

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
	fast_prepare(rows, template->columns, template->count);
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

static bool is_plain_text(struct str text)
{
	return json_plain_end(text.at, text.at + text.size) == text.at + text.size;
}

static bool starts(const char *at, const char *end, struct str lead)
{
	return (size_t)(end - at) >= lead.size && bytes_same(at, lead.at, lead.size);
}

// Reads true, false or null at *AT; size 0 stands for null. Numbers and the like
// return false.
static bool read_literal(const char **at, const char *end, struct str *text)
{
	bool is_null = starts(*at, end, STR("null"));
	size_t size = is_null || starts(*at, end, STR("true")) ? 4
		      : starts(*at, end, STR("false"))         ? 5
							       : 0;
	*text = (struct str){*at, is_null ? 0 : size};
	*at += size;
	return size > 0;
}

// Takes a fact's value. What was met before was plain then.
static inline bool take_word(struct rows *rows, struct fast *fast, const struct column *column,
	struct str word, const char *end)
{
	int digit;
	if (!fast_is_known(column, word, end, &digit)) {
		if (!is_plain_text(word))
			return false;
		digit = fast_look_up(rows, column, word);
	}
	return fast_take_digit(rows, fast, column, digit);
}

static inline bool take_literal(struct rows *rows, struct fast *fast, const struct column *column,
	const char **at, const char *end)
{
	struct str word;
	if (!read_literal(at, end, &word))
		return false;
	if (word.size && !column->takes_literals)
		return false;
	return !column->meaning.member || take_word(rows, fast, column, word, end);
}

// Takes the text whose quote is at *AT. One that is only to be compared with words
// need not be judged byte by byte.
static inline bool take_text(struct rows *rows, struct fast *fast, const struct column *column,
	const char **at, const char *end)
{
	const struct profile_name *meaning = &column->meaning;
	const bool is_kept = meaning->is_id || meaning->is_group;
	const char *from = *at + 1;
	const char *stop = meaning->member && !is_kept ? bytes_find(from, end, '"')
						       : json_plain_end(from, end);
	if (stop == end || *stop != '"')
		return false;
	const struct str text = {from, (size_t)(stop - from)};
	*at = stop + 1;
	if (meaning->member && !take_word(rows, fast, column, text, end))
		return false;
	return !is_kept || fast_keep(fast, column, text);
}

bool template_take(struct rows *rows, struct str text, bool *taken)
{
	const struct row_template *template = rows->template;
	const char *at = text.at, *end = text.at + text.size;
	struct fast fast = {.index = rows->unset_index};
	if (!template || !template->count)
		return true;
	for (size_t i = 0; i < template->count; i++) {
		const struct column *column = &template->columns[i];
		if (!starts(at, end, column->lead))
			return true;
		at += column->lead.size;
		bool good = at < end && *at == '"' ? take_text(rows, &fast, column, &at, end)
						   : take_literal(rows, &fast, column, &at, end);
		if (!good)
			return true;
	}
	if ((size_t)(end - at) != template->trail.size || !starts(at, end, template->trail))
		return true;
	return fast_take(rows, &fast, taken);
}
