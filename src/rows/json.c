// SPDX-License-Identifier: MIT
// Rows of JSON: a line of NDJSON each, or the elements of an array, or one profile with
// nothing around it. This finds where rows begin and end; that each is valid is for the
// strict reader to say, and what stands between elements is checked here. So an array is
// exactly RFC 8259.
#include "row.h"

// --- one row

// What is refused because of FAULT, the row or everything.
static bool refuse(struct rows *rows, enum json_fault fault, size_t offset)
{
	const bool is_duplicate = fault == JSON_FAULT_DUPLICATE;
	if (fault == JSON_FAULT_MEMORY)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	// A line stands alone; an array is one JSON text, and that is broken now.
	if (!is_duplicate && rows->format == ROWS_JSON)
		return rows_fail(
			rows, CODE_malformed_json, fault, rows->array.element_offset + offset);
	return rows_take(rows,
		&(struct row){
			.rejected = is_duplicate ? CODE_duplicate_member : CODE_malformed_json,
			.has_offset = true,
			.offset = offset,
			.duplicate = rows->profile.duplicate_pointer,
		});
}

static bool take_row(struct rows *rows, struct str text)
{
	struct row row;
	size_t offset = 0;
	if (quick_read_json(rows, text, &row))
		return rows_take(rows, &row);
	rows_start_profile(rows);
	// Only the whole input may begin with a byte-order mark, and that is gone.
	enum json_fault fault = JSON_FAULT_SYNTAX;
	if (!str_starts(text, STR(UTF8_MARK)))
		fault = profile_read_json(&rows->profile, text, &offset);
	if (fault != JSON_FAULT_NONE)
		return refuse(rows, fault, offset);
	if (rows->array.is_single && text.at[0] != '{')
		return rows_fail(rows, CODE_invalid_profile, JSON_FAULT_NONE, 0);
	if (!rows->profile.error_count)
		quick_learn_json(rows, text);
	return rows_take_profile(rows);
}

// A blank line is no row.
static bool take_line(struct rows *rows, struct str line)
{
	size_t blanks = 0;
	if (rows->at_start)
		line = utf8_skip_mark(line);
	rows->at_start = false;
	while (blanks < line.size && json_is_blank(line.at[blanks]))
		blanks++;
	return blanks == line.size || take_row(rows, line);
}

// The row that ends with TEXT; what came of it before is in the carry.
static bool end_row(struct rows *rows, struct str text)
{
	bool goes_on;
	if (rows->carry.size || rows->is_oversized || text.size > ROW_BYTES_MAX) {
		rows_carry(rows, text.at, text.size);
		text = buf_view(&rows->carry);
	}
	if (rows->carry.failed)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	if (rows->is_oversized)
		goes_on = rows_take_rejected(rows, CODE_too_large);
	else
		goes_on = rows->format == ROWS_NDJSON ? take_line(rows, text)
						      : take_row(rows, text);
	buf_reset(&rows->carry);
	rows->is_oversized = false;
	return goes_on;
}

// --- lines

bool lines_feed(struct rows *rows, const char *bytes, size_t size)
{
	const char *at = bytes, *end = bytes + size;
	for (const char *stop; at < end; at = stop + 1) {
		stop = memchr(at, '\n', (size_t)(end - at));
		if (!stop)
			break;
		if (!end_row(rows, (struct str){at, (size_t)(stop - at)}))
			return false;
	}
	rows_carry(rows, at, (size_t)(end - at));
	return true;
}

bool lines_end(struct rows *rows)
{
	return end_row(rows, STR(""));
}

// --- an array

static bool fail_at(struct rows *rows, enum json_fault fault, const char *bytes, const char *at)
{
	return rows_fail(rows, CODE_malformed_json, fault, rows->consumed + (uint64_t)(at - bytes));
}

// Takes the element that ends with TEXT.
static bool end_element(struct rows *rows, struct str text)
{
	rows->array.state = rows->array.is_single ? ARRAY_DONE : ARRAY_AFTER;
	return end_row(rows, text);
}

// What stands at AT begins an element, or is passed. False after a failure.
static bool read_between(struct rows *rows, const char *bytes, const char **at)
{
	struct array_place *place = &rows->array;
	const enum array_state state = place->state;
	const char c = **at;
	const bool is_bare = state == ARRAY_START && c != '[';
	if (json_is_blank(c)) {
		++*at;
		return true;
	}
	if (is_bare || ((state == ARRAY_FIRST || state == ARRAY_NEXT) && c != ',' && c != ']')) {
		*place = (struct array_place){
			.state = ARRAY_INSIDE,
			.is_single = is_bare,
			.is_scalar = c != '{' && c != '[' && c != '"',
			.element_offset = rows->consumed + (uint64_t)(*at - bytes),
		};
		return true;
	}
	if (state == ARRAY_START)
		place->state = ARRAY_FIRST;
	else if (state == ARRAY_AFTER && c == ',')
		place->state = ARRAY_NEXT;
	else if ((state == ARRAY_FIRST || state == ARRAY_AFTER) && c == ']')
		place->state = ARRAY_DONE;
	else
		return fail_at(rows, state == ARRAY_DONE ? JSON_FAULT_TRAILING : JSON_FAULT_SYNTAX,
			bytes, *at);
	++*at;
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
		if (!end_element(rows, (struct str){at, (size_t)(stop - at)}))
			return false;
		at = stop;
	}
	return true;
}

bool array_end(struct rows *rows)
{
	const struct array_place *place = &rows->array;
	if (place->state == ARRAY_INSIDE && place->is_scalar && place->is_single)
		return end_element(rows, STR(""));
	if (place->state == ARRAY_DONE)
		return true;
	return rows_fail(rows, CODE_malformed_json,
		place->state == ARRAY_START ? JSON_FAULT_EMPTY : JSON_FAULT_ENDED, rows->consumed);
}
