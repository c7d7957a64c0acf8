// SPDX-License-Identifier: MIT
// One record of CSV behind the header, and how its cells are read. Only the columns that
// mean something are looked at; the others (an export is full of personal data) are passed
// over without being copied.
#include "row.h"

size_t csv_next_cell(struct str *rest, char delimiter, struct str *cell)
{
	if (rest->size == 0 || rest->at[0] != '"') {
		*cell = str_split(rest, delimiter);
		return 0;
	}
	const char *from = rest->at + 1, *end = rest->at + rest->size, *at = from;
	size_t doubled = 0;
	while (at < end && (*at != '"' || (at + 1 < end && at[1] == '"'))) {
		doubled += *at == '"';
		at += *at == '"' ? 2 : 1;
	}
	*cell = (struct str){from, (size_t)(at - from)};
	// Blanks may stand between the closing quote and the delimiter; in a header, anything.
	*rest = (struct str){at, (size_t)(end - at)};
	str_split(rest, delimiter);
	return doubled;
}

bool csv_next_text(struct str *rest, char delimiter, struct arena *arena, struct str *text)
{
	struct str cell;
	const size_t doubled = csv_next_cell(rest, delimiter, &cell);
	*text = cell;
	if (!doubled)
		return true;
	char *halved = arena_take(arena, cell.size - doubled);
	if (!halved)
		return false;
	*text = (struct str){halved, cell.size - doubled};
	for (const char *c = cell.at; c < cell.at + cell.size; c++) {
		*halved++ = *c;
		c += *c == '"';
	}
	return true;
}

// Any row, with everything that may be wrong with it.
static bool take_row(struct rows *rows, struct str line)
{
	struct str field;
	bool good = true;
	rows_start_profile(rows);
	for (size_t i = 0; i < rows->column_count && line.at; i++) {
		const struct column *column = &rows->columns[i];
		if (!csv_next_text(&line, rows->csv.delimiter, &rows->arena, &field))
			return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
		if (column_is_text(column) && !rows_is_clean(field))
			good = false;
		else if (column_is_wanted(column))
			profile_set_as(&rows->profile, &column->meaning, column->name,
				&(struct profile_value){VALUE_TEXT, field});
	}
	return good ? rows_take_profile(rows) : rows_take_rejected(rows, CODE_malformed_csv);
}

// A record with nothing in it is no row, as a blank line of NDJSON is none. A
// spreadsheet writes such rows below the last one, as delimiters only.
static bool is_empty(const struct rows *rows, struct str record)
{
	struct str cell;
	while (record.at) {
		csv_next_cell(&record, rows->csv.delimiter, &cell);
		for (cell = str_trim(cell); cell.size; cell = str_trim(cell)) {
			if (cell.size < 2 || memcmp(cell.at, "\xC2\xA0", 2) != 0)
				return false;
			cell = (struct str){cell.at + 2, cell.size - 2};
		}
	}
	return true;
}

// Takes the next cell as names are compared; one that a record lacks is blank. One that
// is too long stays as it is.
static struct str next_folded(struct str *rest, char delimiter, char folded[WORD_MAX])
{
	struct str cell = {NULL, 0};
	if (rest->at)
		csv_next_cell(rest, delimiter, &cell);
	const size_t size = word_fold(folded, cell);
	return size > WORD_MAX ? cell : (struct str){folded, size};
}

static bool is_header(const struct rows *rows, struct str record)
{
	const char delimiter = rows->csv.delimiter;
	struct str header = rows->csv.header;
	char one[WORD_MAX], other[WORD_MAX];
	while (record.at || header.at)
		if (!str_equal(next_folded(&record, delimiter, one),
			    next_folded(&header, delimiter, other)))
			return false;
	return true;
}

// The number in a cell such as "(3)", which Excel makes "-3" of, or "3."; 0: it is blank, -1: it
// holds something else.
static int read_number(struct str cell)
{
	int number = 0;
	for (size_t i = cell.size > 1 && cell.at[0] == '-'; i < cell.size; i++) {
		const char c = cell.at[i];
		if (c >= '0' && c <= '9' && number <= CSV_COLUMNS_MAX)
			number = number * 10 + (c - '0');
		else if (!memchr(" ([.])", c, 6))
			return -1;
	}
	return number;
}

// Whether RECORD numbers the columns, each by its place or by counting on.
static bool is_numbering(const struct rows *rows, struct str record)
{
	int cells = 0, last = 0;
	struct str cell;
	for (int column = 1; record.at; column++) {
		csv_next_cell(&record, rows->csv.delimiter, &cell);
		const int number = read_number(cell);
		if (number == 0)
			continue;
		if (number != column && number != last + 1)
			return false;
		last = number;
		cells++;
	}
	return cells > 1;
}

// Whether RECORD is no person: the header again, as printed pages have it, or a numbering
// row right under it.
static bool is_no_person(struct rows *rows, struct str record)
{
	const bool was_header = rows->csv.is_under_header;
	rows->csv.is_under_header = is_header(rows, record);
	return rows->csv.is_under_header || (was_header && is_numbering(rows, record));
}

// Whether the first byte tells that RECORD is a row, as that of nearly all does.
static inline bool begins_row(const struct rows *rows, struct str record)
{
	const char first = record.size ? ascii_lower(record.at[0]) : ' ';
	return ((first >= '0' && first <= '9') || (first >= 'a' && first <= 'z')) &&
	       first != rows->csv.first && !rows->csv.is_under_header;
}

bool csv_row_take(struct rows *rows, struct str record)
{
	struct row row;
	if (record.size > ROW_BYTES_MAX)
		return rows_take_rejected(rows, CODE_too_large);
	if (!begins_row(rows, record)) {
		if (is_empty(rows, record))
			return true;
		if (is_no_person(rows, record)) {
			rows->skipped++;
			return rows_count(rows);
		}
	}
	if (!rows->csv.has_quote && quick_read_csv(rows, record, &row))
		return rows_take(rows, &row);
	return take_row(rows, record);
}
