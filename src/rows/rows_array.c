// SPDX-License-Identifier: MIT
// A JSON array of profiles, or one profile. This finds where elements begin and
// end; that each is valid is for the strict reader to say, and what stands
// between them is checked here. So the whole is exactly RFC 8259.
#include "rows_private.h"

static bool fail_at(struct rows *rows, enum json_fault fault, const char *bytes, const char *at)
{
	return rows_fail(rows, CODE_malformed_json, fault, rows->consumed + (uint64_t)(at - bytes));
}

// Takes the element that began in the carry or at FROM and ends before END.
static bool take_element(struct rows *rows, const char *from, const char *end)
{
	struct str text = {from, (size_t)(end - from)};
	if (rows->carry.size || rows->is_oversized || text.size > ROW_BYTES_MAX) {
		rows_carry(rows, text.at, text.size);
		text = buf_view(&rows->carry);
	}
	bool goes_on = rows->is_oversized ? rows_take_rejected(rows, CODE_too_large, false, 0)
					  : rows_take_json(rows, text);
	buf_reset(&rows->carry);
	rows->is_oversized = false;
	rows->state = rows->is_single ? ARRAY_DONE : ARRAY_AFTER;
	return goes_on;
}

// Levels that an element may have: the array around it is one.
static unsigned depth_max(const struct rows *rows)
{
	return rows->is_single ? JSON_DEPTH_MAX : JSON_DEPTH_MAX - 1;
}

// Begins an element at the byte C, which is not consumed yet.
static void begin_element(struct rows *rows, char c, uint64_t offset)
{
	rows->state = ARRAY_INSIDE;
	rows->element_offset = offset;
	rows->depth = 0;
	rows->in_string = rows->in_escape = false;
	rows->is_scalar = c != '{' && c != '[' && c != '"';
}

// Moves past one byte of a container or string. Returns whether it was the last.
static bool pass_byte(struct rows *rows, char c)
{
	if (rows->in_string) {
		if (rows->in_escape)
			rows->in_escape = false;
		else if (c == '\\')
			rows->in_escape = true;
		else if (c == '"')
			rows->in_string = false;
		return !rows->in_string && rows->depth == 0;
	}
	if (c == '"')
		rows->in_string = true;
	else if (c == '{' || c == '[')
		rows->depth++;
	else if (c == '}' || c == ']')
		return --rows->depth == 0;
	return false;
}

// Finds the end of the current element from AT on; NULL if it is not in here. A
// scalar ends before what follows it, everything else behind its last byte.
static const char *find_end(struct rows *rows, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (rows->is_scalar) {
			if (json_is_blank(*at) || *at == ',' || *at == ']')
				return at;
		} else if (pass_byte(rows, *at)) {
			return at + 1;
		}
		if (rows->depth > depth_max(rows))
			return at;
	}
	return NULL;
}

// One byte between elements. Returns false after a failure.
static bool pass_between(struct rows *rows, const char *bytes, const char **at)
{
	char c = **at;
	if (json_is_blank(c)) {
		(*at)++;
	} else if (rows->state == ARRAY_START && c == '[') {
		rows->state = ARRAY_FIRST;
		(*at)++;
	} else if (rows->state == ARRAY_START) {
		rows->is_single = true;
		begin_element(rows, c, rows->consumed + (uint64_t)(*at - bytes));
	} else if (c == ']' && (rows->state == ARRAY_FIRST || rows->state == ARRAY_AFTER)) {
		rows->state = ARRAY_DONE;
		(*at)++;
	} else if (rows->state == ARRAY_AFTER && c == ',') {
		rows->state = ARRAY_NEXT;
		(*at)++;
	} else if ((rows->state == ARRAY_FIRST || rows->state == ARRAY_NEXT) && c != ',' &&
		   c != ']') {
		begin_element(rows, c, rows->consumed + (uint64_t)(*at - bytes));
	} else {
		return fail_at(rows,
			rows->state == ARRAY_DONE ? JSON_FAULT_TRAILING : JSON_FAULT_SYNTAX, bytes,
			*at);
	}
	return true;
}

bool array_feed(struct rows *rows, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	const char *at = rows_skip_mark(rows, bytes, end);
	if (!at)
		return rows_fail(rows, CODE_malformed_json, JSON_FAULT_SYNTAX, 0);
	while (at < end) {
		if (rows->state != ARRAY_INSIDE) {
			if (!pass_between(rows, bytes, &at))
				return false;
			continue;
		}
		const char *stop = find_end(rows, at, end);
		if (rows->depth > depth_max(rows))
			return fail_at(rows, JSON_FAULT_DEPTH, bytes, stop);
		if (!stop) {
			rows_carry(rows, at, (size_t)(end - at));
			return true;
		}
		if (!take_element(rows, at, stop))
			return false;
		at = stop;
	}
	return true;
}

bool array_end(struct rows *rows)
{
	static const char none = 0;
	if (rows->state == ARRAY_INSIDE && rows->is_scalar && rows->is_single)
		return take_element(rows, &none, &none);
	if (rows->state == ARRAY_DONE)
		return true;
	return rows_fail(rows, CODE_malformed_json,
		rows->state == ARRAY_START ? JSON_FAULT_EMPTY : JSON_FAULT_ENDED, rows->consumed);
}
