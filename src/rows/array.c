// SPDX-License-Identifier: MIT
// A JSON array of profiles, or one profile. This finds where elements begin and
// end; that each is valid is for the strict reader to say, and what stands
// between them is checked here. So the whole is exactly RFC 8259.
#include "row.h"

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
	bool goes_on = rows->is_oversized ? rows_take_rejected(rows, CODE_too_large)
					  : json_row_take(rows, text);
	buf_reset(&rows->carry);
	rows->is_oversized = false;
	rows->array.state = rows->array.is_single ? ARRAY_DONE : ARRAY_AFTER;
	return goes_on;
}

// Whether C, which is no blank, may be the first of an element.
static bool can_begin(const struct array_place *place, char c)
{
	if (place->state == ARRAY_START)
		return c != '[';
	return (place->state == ARRAY_FIRST || place->state == ARRAY_NEXT) && c != ',' && c != ']';
}

static void begin_element(struct array_place *place, char c, uint64_t offset)
{
	*place = (struct array_place){
		.state = ARRAY_INSIDE,
		.is_single = place->state == ARRAY_START,
		.is_scalar = c != '{' && c != '[' && c != '"',
		.element_offset = offset,
	};
}

// Passes a bracket or comma between elements. False: it must not stand there.
static bool pass_between(struct array_place *place, char c)
{
	if (place->state == ARRAY_START && c == '[')
		place->state = ARRAY_FIRST;
	else if (place->state == ARRAY_AFTER && c == ',')
		place->state = ARRAY_NEXT;
	else if ((place->state == ARRAY_FIRST || place->state == ARRAY_AFTER) && c == ']')
		place->state = ARRAY_DONE;
	else
		return false;
	return true;
}

// Moves past one byte of a container or string. Returns whether it was the last.
static bool pass_inside(struct array_place *place, char c)
{
	if (place->in_string) {
		if (place->in_escape)
			place->in_escape = false;
		else if (c == '\\')
			place->in_escape = true;
		else if (c == '"')
			place->in_string = false;
		return !place->in_string && place->depth == 0;
	}
	if (c == '"')
		place->in_string = true;
	else if (c == '{' || c == '[')
		place->depth++;
	else if (c == '}' || c == ']')
		return --place->depth == 0;
	return false;
}

// Whether the element has more levels than it may: the array around it is one.
static bool is_too_deep(const struct array_place *place)
{
	return place->depth > (place->is_single ? JSON_DEPTH_MAX : JSON_DEPTH_MAX - 1);
}

// Finds the end of the current element from AT on, or where it gets too deep; NULL if
// it is not in here. A scalar ends before what follows it, everything else behind its
// last byte.
static const char *find_end(struct array_place *place, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (place->is_scalar) {
			if (json_is_blank(*at) || *at == ',' || *at == ']')
				return at;
		} else if (pass_inside(place, *at)) {
			return at + 1;
		}
		if (is_too_deep(place))
			return at;
	}
	return NULL;
}

// What stands at AT begins an element, or is passed. False after a failure.
static bool read_between(struct rows *rows, const char *bytes, const char **at)
{
	struct array_place *place = &rows->array;
	if (!json_is_blank(**at)) {
		if (can_begin(place, **at)) {
			begin_element(place, **at, rows->consumed + (uint64_t)(*at - bytes));
			return true;
		}
		if (!pass_between(place, **at))
			return fail_at(rows,
				place->state == ARRAY_DONE ? JSON_FAULT_TRAILING
							   : JSON_FAULT_SYNTAX,
				bytes, *at);
	}
	++*at;
	return true;
}

bool array_feed(struct rows *rows, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	const char *at = rows_skip_mark(rows, bytes, end);
	if (!at)
		return rows_fail(rows, CODE_malformed_json, JSON_FAULT_SYNTAX, 0);
	while (at < end) {
		if (rows->array.state != ARRAY_INSIDE) {
			if (!read_between(rows, bytes, &at))
				return false;
			continue;
		}
		const char *stop = find_end(&rows->array, at, end);
		if (is_too_deep(&rows->array))
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
	const struct array_place *place = &rows->array;
	if (place->state == ARRAY_INSIDE && place->is_scalar && place->is_single)
		return take_element(rows, &none, &none);
	if (place->state == ARRAY_DONE)
		return true;
	return rows_fail(rows, CODE_malformed_json,
		place->state == ARRAY_START ? JSON_FAULT_EMPTY : JSON_FAULT_ENDED, rows->consumed);
}
