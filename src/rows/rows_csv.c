// SPDX-License-Identifier: MIT
// CSV as people have it: "," ";" or tab, LF or CRLF, RFC 4180 quotes with line
// breaks inside, title rows above the header. Only the columns that mean
// something are looked at; the others (an export is full of personal data) are
// passed over without being copied.
//
// Why not libcsv: it calls back for every field, of which an export has 51 and
// we need 4, copies each byte through its own buffer, must be told the delimiter
// before the header is known, and cannot go back to the next line after a quote
// that never closes, which would cost the rest of the file.
#include "rows_fast.h"

#include "base/base.h"

static const char delimiters[] = ",;\t";

static bool is_delimiter(const struct rows *rows, char c)
{
	return rows->columns ? c == rows->delimiter : c == ',' || c == ';' || c == '\t';
}

// Bytes that are scanned, and where the next quote in them is: most files have
// none, and need not be searched for one in every record.
struct piece {
	const char *end, *quote; // or END
};

static void find_quote(struct piece *piece, const char *at)
{
	const char *quote = at < piece->end ? memchr(at, '"', (size_t)(piece->end - at)) : NULL;
	piece->quote = quote ? quote : piece->end;
}

static struct piece start_piece(const char *at, const char *end)
{
	struct piece piece = {end, end};
	find_quote(&piece, at);
	return piece;
}

// Reads on from AT to the line feed that ends the record, or returns NULL. A
// quote opens only at the start of a field; until the header is found any of
// the delimiters may stand before it. What it must remember is in ROWS.
static const char *scan(struct rows *rows, struct piece *piece, const char *at, const char *end)
{
	if (!rows->csv_inside && !rows->csv_has_quote) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const char *last = stop ? stop : end;
		if (piece->quote < at)
			find_quote(piece, at);
		if (piece->quote >= last) {
			if (at < last)
				rows->csv_field_start = is_delimiter(rows, last[-1]);
			return stop;
		}
		rows->csv_has_quote = true;
	}
	for (; at < end; at++) {
		if (rows->csv_inside) {
			rows->csv_inside = *at != '"';
			rows->csv_field_start = *at == '"'; // a doubled quote opens again
		} else if (*at == '\n') {
			return at;
		} else if (*at == '"' && rows->csv_field_start) {
			rows->csv_inside = true;
		} else {
			rows->csv_field_start = is_delimiter(rows, *at);
		}
	}
	return NULL;
}

static void start_record(struct rows *rows)
{
	rows->csv_inside = rows->csv_has_quote = false;
	rows->csv_field_start = true;
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

// How well LINE reads as a header with this delimiter: first of all by the names
// of facts in it, then by its columns. 0: there is no such name.
static size_t rate_header(struct rows *rows, struct str line, char delimiter)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	size_t names = 0, columns = 0;
	struct str field;
	while (line.at && next_field(&line, delimiter, &rows->arena, &field)) {
		names += pmm_member_find(rulebook, field.at, field.size) != NULL;
		columns++;
	}
	return names ? names * (ROW_BYTES_MAX + 1) + columns : 0;
}

static bool is_wanted(const struct column *column)
{
	const struct profile_name *meaning = &column->meaning;
	return meaning->member || meaning->is_id || meaning->is_group;
}

static bool add_column(struct rows *rows, struct str name)
{
	struct column *column = &rows->columns[rows->column_count++];
	struct arena *arena = &rows->columns_arena;
	char *copy = arena_copy(arena, name);
	column->meaning = profile_name(&rows->profile, name);
	column->name = (struct str){copy, utf8_valid(name) ? name.size : 0};
	if (column->meaning.member)
		column->memo = arena_array(arena, MEMO_WORDS, sizeof *column->memo);
	return (copy && (column->memo || !column->meaning.member)) ||
	       rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
}

// A column that was asked for by name must be there.
static bool has_named(const struct rows *rows)
{
	bool has_id = false, has_group = false;
	for (size_t i = 0; i < rows->column_count; i++) {
		has_id |= rows->columns[i].meaning.is_id;
		has_group |= rows->columns[i].meaning.is_group;
	}
	return (has_id || !rows->options.id_from.size) &&
	       (has_group || !rows->options.group_by.size);
}

// Makes LINE the header if a fact's name is in it.
static bool try_header(struct rows *rows, struct str line)
{
	size_t best = 0;
	rows_start_profile(rows);
	for (size_t i = 0; delimiters[i]; i++) {
		size_t rating = rate_header(rows, line, delimiters[i]);
		if (rating > best) {
			best = rating;
			rows->delimiter = delimiters[i];
		}
	}
	if (best == 0)
		return true;
	rows->columns = arena_array(&rows->columns_arena, CSV_COLUMNS_MAX, sizeof *rows->columns);
	if (!rows->columns)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	struct str field;
	while (line.at && next_field(&line, rows->delimiter, &rows->arena, &field)) {
		if (rows->column_count == CSV_COLUMNS_MAX)
			return rows_fail(rows, CODE_malformed_csv, JSON_FAULT_NONE, rows->consumed);
		if (!add_column(rows, field))
			return false;
	}
	if (!has_named(rows))
		return rows_fail(rows, CODE_unknown_parameter, JSON_FAULT_NONE, 0);
	while (rows->column_count && !is_wanted(&rows->columns[rows->column_count - 1]))
		rows->column_count--; // nothing behind the last one that counts
	fast_prepare(rows, rows->columns, rows->column_count);
	return true;
}

// One field of a row. False: its text cannot be used.
static bool set_column(struct rows *rows, const struct column *column, struct str text)
{
	const struct profile_value value = {VALUE_TEXT, text};
	struct profile *profile = &rows->profile;
	if (column->meaning.member)
		profile_set_fact(profile, column->meaning.member, column->name, value);
	if (!column->meaning.is_id && !column->meaning.is_group)
		return true;
	if (!csv_is_clean(text))
		return false;
	if (column->meaning.is_id)
		profile_set_text(profile, &profile->id, column->name, value);
	if (column->meaning.is_group)
		profile_set_text(profile, &profile->group, column->name, value);
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
		if (!next_field(&line, rows->delimiter, &rows->arena, &field))
			return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
		if (is_wanted(column))
			good &= set_column(rows, column, field);
	}
	return good ? rows_take_profile(rows)
		    : rows_take_rejected(rows, CODE_malformed_csv, false, 0);
}

static bool take_any_row(struct rows *rows, struct str line)
{
	bool taken = false, goes_on = true;
	if (!rows->csv_has_quote)
		goes_on = csv_take_plain(rows, line, &taken);
	return taken ? goes_on : take_row(rows, line);
}

// A record with nothing in it is no row, as a blank line of NDJSON is none. A
// spreadsheet writes such rows below the last one, as delimiters only.
static bool is_empty(const struct rows *rows, struct str line)
{
	for (size_t i = 0; i < line.size; i++)
		if (line.at[i] != ' ' && line.at[i] != '\t' && !is_delimiter(rows, line.at[i]))
			return false;
	return true;
}

// One record without its line end.
static bool take_record(struct rows *rows, struct str line)
{
	if (line.size && line.at[line.size - 1] == '\r')
		line.size--;
	if (is_empty(rows, line))
		return true;
	if (line.size > ROW_BYTES_MAX)
		return !rows->columns || rows_take_rejected(rows, CODE_too_large, false, 0);
	return rows->columns ? take_any_row(rows, line) : try_header(rows, line);
}

// A quote that never closes: the lines that wait in the carry are read one by
// one, and those in which a quote stays open are refused. The last one, which
// may be incomplete, stays in the carry. Every byte is read twice at most.
static bool read_line_by_line(struct rows *rows)
{
	const char *at = rows->carry.at, *end = at + rows->carry.size;
	struct piece piece = start_piece(at, end);
	for (const char *stop; (stop = memchr(at, '\n', (size_t)(end - at))); at = stop + 1) {
		start_record(rows);
		scan(rows, &piece, at, stop);
		bool goes_on = !rows->csv_inside
				       ? take_record(rows, (struct str){at, (size_t)(stop - at)})
				       : !rows->columns || rows_take_rejected(rows,
								   CODE_malformed_csv, false, 0);
		if (!goes_on)
			return false;
	}
	rows->carry.size = (size_t)(end - at);
	memmove(rows->carry.at, at, rows->carry.size);
	start_record(rows);
	end = rows->carry.at + rows->carry.size;
	piece = start_piece(rows->carry.at, end);
	scan(rows, &piece, rows->carry.at, end);
	return true;
}

// The carry is full and the record is not over.
static bool overflow(struct rows *rows)
{
	if (rows->csv_inside && memchr(rows->carry.at, '\n', rows->carry.size))
		return read_line_by_line(rows);
	rows->is_oversized = true; // one huge line: skip to its end
	buf_reset(&rows->carry);
	rows->csv_inside = rows->csv_field_start = false;
	return true;
}

// The record ends at the line feed STOP; its beginning may be in the carry.
static bool end_record(struct rows *rows, const char *from, const char *stop)
{
	struct str line = {from, (size_t)(stop - from)};
	bool goes_on;
	if (rows->carry.size) {
		buf_str(&rows->carry, line);
		line = buf_view(&rows->carry);
	}
	if (rows->is_oversized)
		goes_on = !rows->columns || rows_take_rejected(rows, CODE_too_large, false, 0);
	else
		goes_on = rows->carry.failed || take_record(rows, line);
	buf_reset(&rows->carry);
	rows->is_oversized = false;
	start_record(rows);
	return goes_on;
}

// Reads a window: never more of an unfinished record than its limit, so that
// what happens does not depend on how the input was cut.
bool csv_feed(struct rows *rows, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	bool is_utf16 = rows->consumed == 0 && size && (*bytes == '\xFF' || *bytes == '\xFE');
	bytes = rows_skip_mark(rows, bytes, end);
	if (!bytes || is_utf16)
		return rows_fail(rows, CODE_malformed_csv, JSON_FAULT_NONE, 0);
	struct piece piece = start_piece(bytes, end);
	while (bytes < end) {
		size_t room = ROW_BYTES_MAX - rows->carry.size;
		bool is_full = room == 0 && (*bytes != '\n' || rows->csv_inside);
		if (is_full) {
			if (!overflow(rows))
				return false;
			continue;
		}
		// With no room left the one byte is the line feed that ends it.
		size_t left = (size_t)(end - bytes), most = room ? room : 1;
		const char *window = bytes + (left < most ? left : most);
		// Past the limit quotes do not count any more: one that stays open
		// would cost the rest of the file.
		const char *stop = rows->is_oversized ? memchr(bytes, '\n', left)
						      : scan(rows, &piece, bytes, window);
		if (stop) {
			if (!end_record(rows, bytes, stop))
				return false;
			bytes = stop + 1;
			continue;
		}
		if (rows->is_oversized)
			return true;
		buf_add(&rows->carry, bytes, (size_t)(window - bytes));
		if (rows->carry.failed)
			return true;
		bytes = window;
	}
	return true;
}

bool csv_end(struct rows *rows)
{
	static const char none = 0;
	if (rows->csv_inside && !rows->is_oversized && !read_line_by_line(rows))
		return false;
	if (rows->csv_inside) {
		buf_reset(&rows->carry);
		if (rows->columns && !rows_take_rejected(rows, CODE_malformed_csv, false, 0))
			return false;
	} else if ((rows->carry.size || rows->is_oversized) && !end_record(rows, &none, &none)) {
		return false;
	}
	return rows->columns || rows_fail(rows, CODE_no_header, JSON_FAULT_NONE, 0);
}
