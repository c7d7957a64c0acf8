// SPDX-License-Identifier: MIT
// What all framings do with a row, however it came. It knows no framing.
#include "row.h"

bool rows_fail(struct rows *rows, enum code code, enum json_fault fault, uint64_t offset)
{
	rows->failure = (struct rows_failure){code, fault, offset, {NULL, 0}};
	return false;
}

const char *rows_skip_mark(struct rows *rows, const char *at, const char *end)
{
	static const char marks[] = UTF8_MARK UTF8_MARK;
	while (rows->at_start && at < end) {
		if (rows->mark_size < sizeof marks - 1 && *at == marks[rows->mark_size]) {
			rows->mark_size++;
			at++;
		} else if (rows->mark_size % 3) {
			return NULL;
		} else {
			rows->at_start = false;
		}
	}
	rows->header.has_mark = rows->mark_size > 2;
	return at;
}

void rows_carry(struct rows *rows, const char *bytes, size_t size)
{
	const bool is_alone = rows->format == ROWS_JSON && !rows->array.levels;
	if (rows->is_oversized)
		return;
	if (size > (is_alone ? ENVELOPE_BYTES_MAX : ROW_BYTES_MAX) - rows->carry.size) {
		rows->is_oversized = true;
		buf_reset(&rows->carry);
		return;
	}
	buf_add(&rows->carry, bytes, size);
}

bool rows_is_clean_from(struct str text, size_t at)
{
	while (at < text.size && text.at[at] >= ' ' && text.at[at] <= '~')
		at++;
	return at == text.size || (utf8_valid(text) && !memchr(text.at, '\0', text.size));
}

void rows_start_profile(struct rows *rows)
{
	const struct rows_options *options = &rows->options;
	arena_reset(&rows->arena);
	profile_init(&rows->profile, snapshot_rulebook(options->snapshot), &rows->arena);
	rows->profile.ignore_unknown = options->ignore_unknown;
	rows->profile.id_from = options->id_from;
	rows->profile.group_by = options->group_by;
	rows->profile.levels_above = (uint8_t)rows->array.levels;
	rows->profile.may_be_envelope = rows->format == ROWS_JSON && !rows->array.levels;
}

bool rows_count(struct rows *rows)
{
	if (rows->count == rows->options.rows_max)
		return rows_fail(rows, CODE_too_large, JSON_FAULT_NONE, 0);
	rows->count++;
	return true;
}

bool rows_take(struct rows *rows, struct row *row)
{
	if (!rows_count(rows))
		return false;
	row->number = rows->count;
	row->sheet_row = rows->csv.record;
	enum code code = rows->options.take(rows->options.cls, row);
	return code == CODE_none || rows_fail(rows, code, JSON_FAULT_NONE, 0);
}

bool rows_take_rejected(struct rows *rows, enum code code)
{
	return rows_take(rows, &(struct row){.rejected = code});
}

bool rows_take_profile(struct rows *rows)
{
	struct profile *profile = &rows->profile;
	uint8_t digits[PMM_FACTS_MAX];
	if (profile->is_too_large)
		return rows_take_rejected(rows, CODE_too_large);
	memcpy(digits, rows->options.defaults, sizeof digits);
	const bool is_good = profile_finish(profile, digits);
	if (profile->out_of_memory)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	struct row row = {.profile = profile,
		.id = profile->id,
		.group = profile->group,
		.id_is_number = profile->id_is_number,
		.is_bare = is_good && profile->given_count == 0};
	if (is_good)
		row.index = pmm_profile_index(profile->rulebook, digits);
	else
		row.rejected = CODE_invalid_profile;
	return rows_take(rows, &row);
}
