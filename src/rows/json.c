// SPDX-License-Identifier: MIT
// Rows of JSON: a line of NDJSON each, or the elements of an array, or one profile with
// nothing around it. This finds where rows begin and end; that each is valid is for the
// strict reader to say, and what stands between elements is checked here. So an array is
// exactly RFC 8259.
//
// An object may turn out to be an envelope. What was kept of it is read again then, its
// array as an array, and the rest is put together and checked at its end.
#include "row.h"

static bool read_envelope(struct rows *rows, struct str text);

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
	if (rows->profile.rows_at)
		return read_envelope(rows, text);
	if (fault != JSON_FAULT_NONE)
		return refuse(rows, fault, offset);
	if (text.size > ROW_BYTES_MAX) // it was kept for what it might have been
		return rows_take_rejected(rows, CODE_too_large);
	if (rows->format == ROWS_JSON && !rows->array.levels && text.at[0] != '{')
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
	if (rows->carry.size || rows->is_oversized || text.size > ROW_BYTES_MAX) {
		rows_carry(rows, text.at, text.size);
		text = buf_view(&rows->carry);
	}
	if (rows->carry.failed)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	const bool is_oversized = rows->is_oversized;
	rows->is_oversized = false;
	buf_reset(&rows->carry); // its bytes stay until more are carried
	if (is_oversized)
		return rows_take_rejected(rows, CODE_too_large);
	return rows->format == ROWS_NDJSON ? take_line(rows, text) : take_row(rows, text);
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
	rows->array.state = rows->array.levels ? ARRAY_AFTER : ARRAY_DONE;
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
		place->state = ARRAY_INSIDE;
		place->is_scalar = c != '{' && c != '[' && c != '"';
		place->element_offset = rows->consumed + (uint64_t)(*at - bytes);
		return true;
	}
	if (state == ARRAY_START) {
		place->state = ARRAY_FIRST;
		place->levels = 1;
	} else if (state == ARRAY_AFTER && c == ',') {
		place->state = ARRAY_NEXT;
	} else if ((state == ARRAY_FIRST || state == ARRAY_AFTER) && c == ']') {
		place->state = place->levels == 1 ? ARRAY_DONE : ARRAY_BEHIND;
		place->behind_offset = rows->consumed + (uint64_t)(*at + 1 - bytes);
		place->is_scalar = false;
		place->depth = place->levels - 1; // of which the array is none any more
	} else {
		return fail_at(rows, state == ARRAY_DONE ? JSON_FAULT_TRAILING : JSON_FAULT_SYNTAX,
			bytes, *at);
	}
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

// Whether there are more levels than may be.
static bool is_too_deep(const struct array_place *place)
{
	return place->depth > JSON_DEPTH_MAX - (place->state == ARRAY_BEHIND ? 0 : place->levels);
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

// --- an envelope

// What stood around the rows is here in full, or up to where it is broken.
static bool end_envelope(struct rows *rows)
{
	const struct array_place *place = &rows->array;
	size_t offset = 0;
	arena_reset(&rows->arena);
	profile_init(&rows->profile, snapshot_rulebook(rows->options.snapshot), &rows->arena);
	const enum json_fault fault = profile_read_json(
		&rows->profile, buf_view(&rows->envelope), &offset);
	if (fault == JSON_FAULT_MEMORY || rows->envelope.failed)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	if (fault == JSON_FAULT_NONE && !rows->profile.is_too_large)
		return true;
	if (fault == JSON_FAULT_NONE)
		return rows_fail(rows, CODE_too_large, JSON_FAULT_NONE, 0);
	rows_fail(rows, fault == JSON_FAULT_DUPLICATE ? CODE_duplicate_member : CODE_malformed_json,
		fault,
		offset > place->before ? place->behind_offset + offset - place->before - 1
				       : place->envelope_offset + offset);
	rows->failure.pointer = rows->profile.duplicate_pointer;
	return false;
}

// Takes a piece of what follows the rows; STOP: where it ends, or NULL.
static bool read_behind(struct rows *rows, const char *at, const char *end, const char *stop)
{
	buf_add(&rows->envelope, at, (size_t)((stop ? stop : end) - at));
	if (rows->envelope.size > ENVELOPE_BYTES_MAX)
		return rows_fail(rows, CODE_too_large, JSON_FAULT_NONE, 0);
	if (!stop)
		return true;
	rows->array.state = ARRAY_DONE;
	return end_envelope(rows);
}

// --- an array

// How far an object that nothing is around may be looked at: what is kept of it must do.
static const char *find_limit(const struct rows *rows, const char *at, const char *end)
{
	const size_t left = ENVELOPE_BYTES_MAX - rows->carry.size;
	return !rows->array.levels && (size_t)(end - at) > left ? at + left : end;
}

// An object is kept up to its limit: it must be an envelope.
static bool read_kept(struct rows *rows)
{
	size_t offset;
	rows_start_profile(rows);
	profile_read_json(&rows->profile, buf_view(&rows->carry), &offset);
	return rows->profile.rows_at ? read_envelope(rows, buf_view(&rows->carry))
				     : rows_fail(rows, CODE_too_large, JSON_FAULT_NONE, 0);
}

// Reads from AT, which lies in a piece of the input that begins at BYTES.
static bool read_array(struct rows *rows, const char *bytes, const char *at, const char *end)
{
	struct array_place *place = &rows->array;
	while (at < end) {
		if (place->state != ARRAY_INSIDE && place->state != ARRAY_BEHIND) {
			if (!read_between(rows, bytes, &at))
				return false;
			continue;
		}
		const char *limit = place->state == ARRAY_INSIDE ? find_limit(rows, at, end) : end;
		const char *stop = find_end(place, at, limit);
		bool goes_on = true;
		if (is_too_deep(place)) {
			// What is kept may be broken before that.
			if (place->state == ARRAY_INSIDE && place->levels)
				return fail_at(rows, JSON_FAULT_DEPTH, bytes, stop);
			stop++;
		}
		if (place->state == ARRAY_BEHIND) {
			goes_on = read_behind(rows, at, end, stop);
		} else if (stop) {
			goes_on = end_element(rows, (struct str){at, (size_t)(stop - at)});
		} else {
			rows_carry(rows, at, (size_t)(limit - at));
			if (limit < end)
				goes_on = read_kept(rows);
			stop = limit;
		}
		if (!goes_on)
			return false;
		at = stop ? stop : end;
	}
	return true;
}

// TEXT, which may lie in the carry, begins with an envelope up to its rows, and a profile
// was read so far.
static bool read_envelope(struct rows *rows, struct str text)
{
	const size_t before = rows->profile.rows_at;
	const uint64_t consumed = rows->consumed, offset = rows->array.element_offset;
	struct buf carried = rows->carry;
	rows->carry = (struct buf){0};
	rows->array = (struct array_place){
		.state = ARRAY_FIRST, .levels = 2, .envelope_offset = offset, .before = before};
	buf_add(&rows->envelope, text.at, before);
	buf_char(&rows->envelope, '0');
	rows->consumed = offset;
	const bool goes_on = read_array(rows, text.at, text.at + before + 1, text.at + text.size);
	rows->consumed = consumed;
	buf_finish(&carried);
	return goes_on;
}

bool array_feed(struct rows *rows, const char *bytes, size_t size)
{
	const char *at = rows_skip_mark(rows, bytes, bytes + size);
	if (!at)
		return rows_fail(rows, CODE_malformed_json, JSON_FAULT_SYNTAX, 0);
	return read_array(rows, bytes, at, bytes + size);
}

bool array_end(struct rows *rows)
{
	const struct array_place *place = &rows->array;
	// What is cut off may be broken before, or be an envelope.
	while (place->state == ARRAY_INSIDE && !rows->is_oversized)
		if (!end_element(rows, STR("")))
			return false;
	if (place->state == ARRAY_DONE)
		return true;
	if (place->state == ARRAY_BEHIND)
		return end_envelope(rows);
	return rows_fail(rows, CODE_malformed_json,
		place->state == ARRAY_START ? JSON_FAULT_EMPTY : JSON_FAULT_ENDED, rows->consumed);
}
