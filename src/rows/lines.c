// SPDX-License-Identifier: MIT
// NDJSON: one JSON text a line. Blank lines are not rows.
#include "row.h"

static bool is_blank(struct str line)
{
	for (size_t i = 0; i < line.size; i++)
		if (line.at[i] != ' ' && line.at[i] != '\t' && line.at[i] != '\r')
			return false;
	return true;
}

static bool take_line(struct rows *rows, struct str line)
{
	if (line.size > ROW_BYTES_MAX || rows->is_oversized)
		return rows_take_rejected(rows, CODE_too_large);
	if (rows->at_start)
		line = utf8_skip_mark(line);
	rows->at_start = false;
	return is_blank(line) || json_row_take(rows, line);
}

static bool take_carried(struct rows *rows)
{
	bool goes_on = take_line(rows, buf_view(&rows->carry));
	buf_reset(&rows->carry);
	rows->is_oversized = false;
	return goes_on;
}

bool lines_feed(struct rows *rows, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	while (bytes < end) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		if (!stop) {
			rows_carry(rows, bytes, (size_t)(end - bytes));
			return true;
		}
		struct str line = {bytes, (size_t)(stop - bytes)};
		bytes = stop + 1;
		if (rows->carry.size || rows->is_oversized) {
			rows_carry(rows, line.at, line.size);
			if (!take_carried(rows))
				return false;
		} else if (!take_line(rows, line)) {
			return false;
		}
	}
	return true;
}

bool lines_end(struct rows *rows)
{
	return take_carried(rows);
}
