// SPDX-License-Identifier: MIT
// The state machine of json.h. The inside of strings is in json_string.c.
#include "json.h"

#include "bytes.h"
#include "json_string.h"
#include "utf8.h"

#include <stdlib.h>

enum state {
	STATE_VALUE, // a value must come
	STATE_FIRST, // a name or value, or the end of the container
	STATE_AFTER, // ',' or the end of the container or of the text
};

// Up to here a new name is compared with each one before it; a larger object
// is sorted once when it ends, so that the cost stays n log n.
static const uint32_t compare_max = 32;

void json_open(struct json_reader *reader, struct str text, struct arena *arena)
{
	reader->start = text.at;
	reader->at = utf8_skip_mark(text).at;
	reader->end = text.at + text.size;
	reader->arena = arena;
	reader->fault = JSON_FAULT_NONE;
	reader->fault_offset = 0;
	reader->fault_name = (struct str){NULL, 0};
	reader->depth = 0;
	reader->depth_max = JSON_DEPTH_MAX;
	reader->is_object = 0;
	reader->state = STATE_VALUE;
	reader->names = reader->first_names;
	reader->names_count = 0;
	reader->names_room = JSON_NAMES_FIRST;
}

static enum json_kind fail_at(struct json_reader *reader, enum json_fault fault, size_t offset)
{
	reader->fault = fault;
	reader->fault_offset = offset;
	return JSON_FAULT;
}

static enum json_kind fail(struct json_reader *reader, enum json_fault fault)
{
	return fail_at(reader, fault, (size_t)(reader->at - reader->start));
}

// What is wrong with the byte (or the end) at the current place.
static enum json_kind fail_here(struct json_reader *reader)
{
	if (reader->at == reader->end)
		return fail(reader, JSON_FAULT_ENDED);
	return fail(reader, *reader->at == '\0' ? JSON_FAULT_NUL : JSON_FAULT_SYNTAX);
}

static inline void skip_blanks(struct json_reader *reader)
{
	const char *at = reader->at;
	while (at < reader->end && json_is_blank(*at))
		at++;
	reader->at = at;
}

// Moves past digits; whether there was one.
static bool pass_digits(struct json_reader *reader)
{
	const char *from = reader->at;
	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return reader->at > from;
}

// Moves past one character of ANY, if there is one.
static bool pass_any(struct json_reader *reader, struct str any)
{
	const bool is_there = reader->at < reader->end &&
			      memchr(any.at, *reader->at, any.size) != NULL;
	reader->at += is_there;
	return is_there;
}

// Apart, for profiles have few.
static __attribute__((noinline)) enum json_kind read_number(
	struct json_reader *reader, struct json_token *token)
{
	const char *from = reader->at;
	pass_any(reader, STR("-"));
	if (!pass_any(reader, STR("0")) && !pass_digits(reader)) // a digit after 0 fails later
		return fail_here(reader);
	if (pass_any(reader, STR(".")) && !pass_digits(reader))
		return fail_here(reader);
	if (pass_any(reader, STR("eE"))) {
		pass_any(reader, STR("+-"));
		if (!pass_digits(reader))
			return fail_here(reader);
	}
	token->raw = (struct str){from, (size_t)(reader->at - from)};
	return JSON_NUMBER;
}

static enum json_kind read_word(struct json_reader *reader, struct str word, enum json_kind kind)
{
	for (size_t i = 0; i < word.size; i++, reader->at++)
		if (reader->at == reader->end || *reader->at != word.at[i])
			return fail_here(reader);
	return kind;
}

// A string with more in it than plain text, from there on; the reader is at its quote.
// Apart, for most strings have no more.
static __attribute__((noinline)) enum json_kind read_rich_string(
	struct json_reader *reader, struct json_token *token, const char *at, enum json_kind kind)
{
	enum json_fault fault = json_string_scan(&at, reader->end, &token->escaped);
	if (fault != JSON_FAULT_NONE) {
		reader->at = at;
		return fail(reader, fault);
	}
	token->raw = (struct str){reader->at + 1, (size_t)(at - reader->at - 1)};
	reader->at = at + 1;
	return kind;
}

static inline enum json_kind read_string(
	struct json_reader *reader, struct json_token *token, enum json_kind kind)
{
	const char *from = reader->at + 1, *end = json_plain_end(from, reader->end);
	if (end == reader->end || *end != '"')
		return read_rich_string(reader, token, end, kind);
	token->raw = (struct str){from, (size_t)(end - from)};
	reader->at = end + 1;
	return kind;
}

static enum json_kind open_container(struct json_reader *reader, bool is_object)
{
	if (reader->depth == reader->depth_max)
		return fail(reader, JSON_FAULT_DEPTH);
	reader->first_name[reader->depth] = reader->names_count;
	uint32_t bit = UINT32_C(1) << reader->depth++;
	reader->is_object = is_object ? reader->is_object | bit : reader->is_object & ~bit;
	reader->state = STATE_FIRST;
	reader->at++;
	return is_object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_kind read_value(struct json_reader *reader, struct json_token *token)
{
	reader->state = STATE_AFTER;
	switch (*reader->at) {
	case '{': return open_container(reader, true);
	case '[': return open_container(reader, false);
	case '"': return read_string(reader, token, JSON_STRING);
	case 't': return read_word(reader, STR("true"), JSON_TRUE);
	case 'f': return read_word(reader, STR("false"), JSON_FALSE);
	case 'n': return read_word(reader, STR("null"), JSON_NULL);
	default: return read_number(reader, token);
	}
}

static int compare_names(const void *a, const void *b)
{
	const struct json_name *x = a, *y = b;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	int order = x->size ? memcmp(x->at, y->at, x->size) : 0;
	return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

static bool same_name(const struct json_name *x, const struct json_name *y)
{
	return x->size == y->size && bytes_same(x->at, y->at, x->size);
}

// The first name that repeats an earlier one, or NULL.
static const struct json_name *find_duplicate(struct json_name *names, uint32_t count)
{
	const struct json_name *first = NULL;
	qsort(names, count, sizeof *names, compare_names);
	for (uint32_t i = 1; i < count; i++)
		if (same_name(&names[i - 1], &names[i]) &&
			(!first || names[i].offset < first->offset))
			first = &names[i];
	return first;
}

// The reader is in the object that has NAME twice.
static enum json_kind fail_twice(struct json_reader *reader, const struct json_name *name)
{
	reader->fault_name = (struct str){name->at, name->size};
	return fail_at(reader, JSON_FAULT_DUPLICATE, name->offset);
}

bool json_fault_path(const struct json_reader *reader, unsigned step, struct str *name)
{
	const bool is_last = step + 1 == reader->depth;
	if (step >= reader->depth || !(reader->is_object >> step & 1))
		return false;
	const uint32_t end = is_last ? reader->names_count : reader->first_name[step + 1];
	if (end == reader->first_name[step])
		return false; // none of its names was read
	const struct json_name *last = &reader->names[end - 1];
	*name = is_last && reader->fault_name.at ? reader->fault_name
						 : (struct str){last->at, last->size};
	return true;
}

static enum json_kind close_container(struct json_reader *reader, bool is_object)
{
	uint32_t first = reader->first_name[reader->depth - 1];
	uint32_t count = reader->names_count - first;
	if (count > compare_max) {
		const struct json_name *twice = find_duplicate(reader->names + first, count);
		if (twice)
			return fail_twice(reader, twice);
	}
	reader->depth--;
	reader->names_count = first;
	reader->state = STATE_AFTER;
	reader->at++;
	return is_object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static bool grow_names(struct json_reader *reader)
{
	uint32_t room = reader->names_room * 2;
	struct json_name *names = arena_array(reader->arena, room, sizeof *names);
	if (!names)
		return false;
	memcpy(names, reader->names, reader->names_count * sizeof *names);
	reader->names = names;
	reader->names_room = room;
	return true;
}

// Remembers a name and refuses it if its object has it already.
static enum json_kind note_name(struct json_reader *reader, const struct json_token *token)
{
	struct str text;
	if (!json_text(token, reader->arena, &text) ||
		(reader->names_count == reader->names_room && !grow_names(reader)))
		return fail(reader, JSON_FAULT_MEMORY);
	struct json_name *name = &reader->names[reader->names_count++];
	*name = (struct json_name){text.at, (uint32_t)text.size, (uint32_t)token->offset};
	struct json_name *other = reader->names + reader->first_name[reader->depth - 1];
	if (name - other >= compare_max)
		return JSON_NAME;
	for (; other < name; other++)
		if (same_name(other, name))
			return fail_twice(reader, name);
	return JSON_NAME;
}

static enum json_kind read_name(struct json_reader *reader, struct json_token *token)
{
	if (*reader->at != '"')
		return fail_here(reader);
	if (read_string(reader, token, JSON_NAME) == JSON_FAULT ||
		note_name(reader, token) == JSON_FAULT)
		return JSON_FAULT;
	skip_blanks(reader);
	if (reader->at == reader->end || *reader->at != ':')
		return fail_here(reader);
	reader->at++;
	reader->state = STATE_VALUE;
	return JSON_NAME;
}

static void begin_token(struct json_reader *reader, struct json_token *token)
{
	skip_blanks(reader);
	token->offset = (size_t)(reader->at - reader->start);
}

static inline enum json_kind read_token(struct json_reader *reader, struct json_token *token)
{
	token->escaped = false;
	begin_token(reader, token);
	if (reader->state == STATE_VALUE) {
		if (reader->at == reader->end)
			return fail(reader, reader->depth ? JSON_FAULT_ENDED : JSON_FAULT_EMPTY);
		return read_value(reader, token);
	}
	if (reader->depth == 0) {
		if (reader->at == reader->end)
			return JSON_END;
		return fail(reader, *reader->at == '\0' ? JSON_FAULT_NUL : JSON_FAULT_TRAILING);
	}
	if (reader->at == reader->end)
		return fail(reader, JSON_FAULT_ENDED);
	const bool is_object = reader->is_object >> (reader->depth - 1) & 1;
	if (*reader->at == (is_object ? '}' : ']'))
		return close_container(reader, is_object);
	if (reader->state == STATE_AFTER) {
		if (*reader->at != ',')
			return fail_here(reader);
		reader->at++;
		begin_token(reader, token);
		if (reader->at == reader->end)
			return fail(reader, JSON_FAULT_ENDED);
	}
	return is_object ? read_name(reader, token) : read_value(reader, token);
}

enum json_kind json_next(struct json_reader *reader, struct json_token *token)
{
	if (reader->fault != JSON_FAULT_NONE)
		return token->kind = JSON_FAULT;
	return token->kind = read_token(reader, token);
}

bool json_skip(struct json_reader *reader, const struct json_token *token)
{
	if (token->kind == JSON_FAULT)
		return false;
	if (token->kind != JSON_OBJECT && token->kind != JSON_ARRAY)
		return true;
	unsigned depth = reader->depth;
	struct json_token next;
	do {
		if (json_next(reader, &next) == JSON_FAULT)
			return false;
	} while (reader->depth >= depth);
	return true;
}

enum json_fault json_check(struct str text, struct arena *arena, size_t *offset)
{
	struct json_reader reader;
	struct json_token token;
	json_open(&reader, text, arena);
	enum json_kind kind;
	do
		kind = json_next(&reader, &token);
	while (kind != JSON_END && kind != JSON_FAULT);
	if (offset)
		*offset = reader.fault_offset;
	return reader.fault;
}
