// SPDX-License-Identifier: MIT
#include "rows_private.h"

#include <stdlib.h>

// Working memory of one row: its names, decoded texts and errors.
static const size_t arena_max = 16u << 20;

struct rows *rows_create(enum rows_format format, const struct rows_options *options)
{
	struct rows *rows = calloc(1, sizeof *rows);
	if (!rows)
		return NULL;
	rows->options = *options;
	rows->format = format;
	rows->at_start = rows->csv_field_start = true;
	arena_init(&rows->arena, rows->block, sizeof rows->block, arena_max);
	arena_init(&rows->columns_arena, NULL, 0, arena_max);
	return rows;
}

void rows_destroy(struct rows *rows)
{
	if (!rows)
		return;
	buf_finish(&rows->carry);
	arena_finish(&rows->arena);
	arena_finish(&rows->columns_arena);
	free(rows->template);
	free(rows);
}

const struct rows_failure *rows_failure(const struct rows *rows)
{
	return &rows->failure;
}

bool rows_is_single(const struct rows *rows)
{
	return rows->is_single;
}

bool rows_fail(struct rows *rows, enum code code, enum json_fault fault, uint64_t offset)
{
	rows->failure = (struct rows_failure){code, fault, offset};
	return false;
}

const char *rows_skip_mark(struct rows *rows, const char *at, const char *end)
{
	static const char mark[] = UTF8_MARK;
	while (rows->at_start && at < end) {
		if (*at == mark[rows->mark_size]) {
			rows->mark_size++;
			at++;
		} else if (rows->mark_size) {
			return NULL;
		}
		rows->at_start = rows->mark_size > 0 && rows->mark_size < 3;
	}
	return at;
}

void rows_carry(struct rows *rows, const char *bytes, size_t size)
{
	if (rows->is_oversized)
		return;
	if (size > ROW_BYTES_MAX - rows->carry.size) {
		rows->is_oversized = true;
		buf_reset(&rows->carry);
		return;
	}
	buf_add(&rows->carry, bytes, size);
}

bool rows_take(struct rows *rows, const struct row *row)
{
	if (rows->count == rows->options.rows_max)
		return rows_fail(rows, CODE_too_large, JSON_FAULT_NONE, 0);
	rows->count++;
	enum code code = rows->options.take(rows->options.cls, row);
	return code == CODE_none || rows_fail(rows, code, JSON_FAULT_NONE, 0);
}

bool rows_take_rejected(struct rows *rows, enum code code, bool has_offset, size_t offset)
{
	const struct row row = {.number = rows->count + 1,
		.rejected = code,
		.has_offset = has_offset,
		.offset = offset};
	return rows_take(rows, &row);
}

void rows_start_profile(struct rows *rows)
{
	const struct rows_options *options = &rows->options;
	arena_reset(&rows->arena);
	profile_init(&rows->profile, snapshot_rulebook(options->snapshot), &rows->arena);
	rows->profile.ignore_unknown = options->ignore_unknown;
	rows->profile.id_from = options->id_from;
	rows->profile.group_by = options->group_by;
	rows->profile.in_array = rows->format == ROWS_JSON && !rows->is_single;
}

bool rows_take_profile(struct rows *rows)
{
	struct profile *profile = &rows->profile;
	const struct pmm_rulebook *rulebook = profile->rulebook;
	uint8_t digits[PMM_FACTS_MAX];
	if (profile->is_too_large)
		return rows_take_rejected(rows, CODE_too_large, false, 0);
	memcpy(digits, rows->options.defaults, sizeof digits);
	const bool is_good = profile_finish(profile, digits);
	if (profile->out_of_memory)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	struct row row = {.number = rows->count + 1, .profile = profile};
	if (is_good)
		row.index = pmm_profile_index(rulebook, digits);
	else
		row.rejected = CODE_invalid_profile;
	row.id = profile->id;
	row.group = profile->group;
	return rows_take(rows, &row);
}

bool rows_take_json(struct rows *rows, struct str text)
{
	size_t offset = 0;
	bool taken = false;
	bool goes_on = template_take(rows, text, &taken);
	if (taken)
		return goes_on;
	rows_start_profile(rows);
	// Only the whole input may begin with a byte-order mark, and that is gone.
	enum json_fault fault = JSON_FAULT_SYNTAX;
	if (!str_starts(text, STR(UTF8_MARK)))
		fault = profile_read_json(&rows->profile, text, &offset);
	if (fault == JSON_FAULT_NONE && rows->is_single && text.at[0] != '{')
		return rows_fail(rows, CODE_invalid_profile, JSON_FAULT_NONE, 0);
	if (fault == JSON_FAULT_NONE) {
		if (!rows->profile.error_count)
			template_learn(rows, text);
		return rows_take_profile(rows);
	}
	if (fault == JSON_FAULT_MEMORY)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	if (fault == JSON_FAULT_DUPLICATE)
		return rows_take_rejected(rows, CODE_duplicate_member, true, offset);
	// A line stands alone; an array is one JSON text, and that is broken now.
	if (rows->format == ROWS_NDJSON)
		return rows_take_rejected(rows, CODE_malformed_json, true, offset);
	return rows_fail(rows, CODE_malformed_json, fault, rows->element_offset + offset);
}

bool rows_feed(struct rows *rows, const char *bytes, size_t size)
{
	static bool (*const feeds[])(struct rows *, const char *, size_t) = {
		[ROWS_JSON] = array_feed, [ROWS_NDJSON] = lines_feed, [ROWS_CSV] = csv_feed};
	if (rows->failure.code != CODE_none)
		return false;
	bool goes_on = feeds[rows->format](rows, bytes, size);
	rows->consumed += size;
	if (goes_on && rows->carry.failed)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	return goes_on;
}

bool rows_end(struct rows *rows)
{
	static bool (*const ends[])(struct rows *) = {
		[ROWS_JSON] = array_end, [ROWS_NDJSON] = lines_end, [ROWS_CSV] = csv_end};
	return rows->failure.code == CODE_none && ends[rows->format](rows);
}
