// SPDX-License-Identifier: MIT
// One row that is a JSON text: a line of NDJSON, or an element of an array.
#include "row.h"

// What is refused because of FAULT, the row or everything.
static bool refuse(struct rows *rows, enum json_fault fault, size_t offset)
{
	if (fault == JSON_FAULT_MEMORY)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	if (fault == JSON_FAULT_DUPLICATE)
		return rows_take_malformed(rows, CODE_duplicate_member, offset);
	// A line stands alone; an array is one JSON text, and that is broken now.
	if (rows->format == ROWS_NDJSON)
		return rows_take_malformed(rows, CODE_malformed_json, offset);
	return rows_fail(rows, CODE_malformed_json, fault, rows->array.element_offset + offset);
}

bool json_row_take(struct rows *rows, struct str text)
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
