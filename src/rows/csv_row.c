// SPDX-License-Identifier: MIT
// One record of CSV: the header, or a row. Only the columns that mean something are
// looked at; the others (an export is full of personal data) are passed over without
// being copied.
#include "row.h"

bool csv_row_refuse(struct rows *rows, enum code code)
{
	return !rows->columns || rows_take_rejected(rows, code);
}

// Takes the next field off *REST. The text of a quoted one loses its quotes and
// has doubled ones halved, in the arena.
static bool next_field(struct str *rest, char delimiter, struct arena *arena, struct str *field)
{
	if (rest->size == 0 || rest->at[0] != '"') {
		*field = str_split(rest, delimiter);
		return true;
	}
	const char *from = rest->at + 1, *end = rest->at + rest->size, *at = from;
	size_t doubled = 0;
	while (at < end && (*at != '"' || (at + 1 < end && at[1] == '"'))) {
		doubled += *at == '"';
		at += *at == '"' ? 2 : 1;
	}
	*field = (struct str){from, (size_t)(at - from)};
	// What stands between the closing quote and the delimiter is dropped.
	struct str tail = {at, (size_t)(end - at)};
	str_split(&tail, delimiter);
	*rest = tail;
	if (!doubled)
		return true;
	char *text = arena_take(arena, field->size - doubled);
	if (!text)
		return false;
	size_t size = 0;
	for (const char *c = from; c < at; c++) {
		text[size++] = *c;
		c += *c == '"';
	}
	*field = (struct str){text, size};
	return true;
}

// Finds the delimiter with which LINE reads best as a header: first of all by the names
// of facts in it, then by its columns. False: there is no such name.
static bool find_delimiter(struct rows *rows, struct str line)
{
	size_t best = 0;
	for (const char *delimiter = ",;\t"; *delimiter; delimiter++) {
		size_t names = 0, columns = 0;
		struct str rest = line, field;
		for (; rest.at && next_field(&rest, *delimiter, &rows->arena, &field); columns++)
			names += pmm_member_find(rows->profile.rulebook, field.at, field.size) !=
				 NULL;
		const size_t rating = names ? names * (ROW_BYTES_MAX + 1) + columns : 0;
		if (rating > best) {
			best = rating;
			rows->csv.delimiter = *delimiter;
		}
	}
	return best > 0;
}

static bool is_wanted(const struct column *column)
{
	return column->meaning.member || column_is_text(column);
}

static bool add_column(struct rows *rows, struct str name)
{
	struct column *column = &rows->columns[rows->column_count];
	char *copy = arena_copy(&rows->columns_arena, name);
	if (rows->column_count++ == CSV_COLUMNS_MAX)
		return rows_fail(rows, CODE_malformed_csv, JSON_FAULT_NONE, rows->consumed);
	if (!copy)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	column->meaning = profile_name(&rows->profile, name);
	column->name = (struct str){copy, utf8_valid(name) ? name.size : 0};
	return true;
}

// Makes LINE the header if a fact's name is in it.
static bool try_header(struct rows *rows, struct str line)
{
	// A column that was asked for by name must be there.
	bool has_id = !rows->options.id_from.size, has_group = !rows->options.group_by.size;
	struct str field;
	rows_start_profile(rows);
	if (!find_delimiter(rows, line))
		return true;
	rows->columns = arena_array(&rows->columns_arena, CSV_COLUMNS_MAX, sizeof *rows->columns);
	if (!rows->columns)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	while (line.at && next_field(&line, rows->csv.delimiter, &rows->arena, &field)) {
		if (!add_column(rows, field))
			return false;
		const struct profile_name *meaning = &rows->columns[rows->column_count - 1].meaning;
		has_id |= meaning->is_id;
		has_group |= meaning->is_group;
	}
	if (!has_id || !has_group)
		return rows_fail(rows, CODE_unknown_parameter, JSON_FAULT_NONE, 0);
	while (rows->column_count && !is_wanted(&rows->columns[rows->column_count - 1]))
		rows->column_count--; // nothing behind the last one that counts
	quick_prepare(rows, rows->columns, rows->column_count);
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
		if (!next_field(&line, rows->csv.delimiter, &rows->arena, &field))
			return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
		if (column_is_text(column) && !rows_is_clean(field))
			good = false;
		else if (is_wanted(column))
			profile_set_as(&rows->profile, &column->meaning, column->name,
				&(struct profile_value){VALUE_TEXT, field});
	}
	return good ? rows_take_profile(rows) : rows_take_rejected(rows, CODE_malformed_csv);
}

// A record with nothing in it is no row, as a blank line of NDJSON is none. A
// spreadsheet writes such rows below the last one, as delimiters only.
static bool is_empty(const struct rows *rows, struct str line)
{
	for (size_t i = 0; i < line.size; i++)
		if (line.at[i] != ' ' && line.at[i] != '\t' && !csv_is_delimiter(rows, line.at[i]))
			return false;
	return true;
}

bool csv_row_take(struct rows *rows, struct str record)
{
	struct row row;
	if (record.size && record.at[record.size - 1] == '\r')
		record.size--;
	if (is_empty(rows, record))
		return true;
	if (record.size > ROW_BYTES_MAX)
		return csv_row_refuse(rows, CODE_too_large);
	if (!rows->columns)
		return try_header(rows, record);
	if (!rows->csv.has_quote && quick_read_csv(rows, record, &row))
		return rows_take(rows, &row);
	return take_row(rows, record);
}
