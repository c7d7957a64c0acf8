// SPDX-License-Identifier: MIT
// CSV as people have it: "," ";" or tab, LF or CRLF, RFC 4180 quotes with line
// breaks inside, title rows above the header. This finds where records end; what one
// says is for csv_row.c.
//
// Why not libcsv: it calls back for every field, of which an export has 51 and
// we need 4, copies each byte through its own buffer, must be told the delimiter
// before the header is known, and cannot go back to the next line after a quote
// that never closes, which would cost the rest of the file.
#include "row.h"

// Bytes that are scanned, and where the next quote in them is: most files have
// none, and need not be searched for one in every record.
struct piece {
	const char *end;
	const char *quote; // or END; NULL: not searched for yet
};

// Reads on from AT to the line feed that ends the record, or returns NULL. A
// quote opens only at the start of a field; until the header is found any of
// the delimiters may stand before it. What it must remember is in ROWS. (Inline, a row
// takes 2 % less.)
static inline const char *scan(
	struct rows *rows, struct piece *piece, const char *at, const char *end)
{
	if (!rows->csv.is_inside && !rows->csv.has_quote) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const char *last = stop ? stop : end;
		if (!piece->quote || piece->quote < at) {
			const char *quote = memchr(at, '"', (size_t)(piece->end - at));
			piece->quote = quote ? quote : piece->end;
		}
		if (piece->quote >= last) {
			if (at < last)
				rows->csv.is_field_start = csv_is_delimiter(rows, last[-1]);
			return stop;
		}
		rows->csv.has_quote = true;
	}
	for (; at < end; at++) {
		if (rows->csv.is_inside) {
			rows->csv.is_inside = *at != '"';
			rows->csv.is_field_start = *at == '"'; // a doubled quote opens again
		} else if (*at == '\n') {
			return at;
		} else if (*at == '"' && rows->csv.is_field_start) {
			rows->csv.is_inside = true;
		} else {
			rows->csv.is_field_start = csv_is_delimiter(rows, *at);
		}
	}
	return NULL;
}

static void start_record(struct rows *rows)
{
	rows->csv.is_inside = rows->csv.has_quote = false;
	rows->csv.is_field_start = true;
}

// A quote that never closes: the lines that wait in the carry are read one by
// one, and those in which a quote stays open are refused. The last one, which
// may be incomplete, stays in the carry. Every byte is read twice at most.
static bool read_line_by_line(struct rows *rows)
{
	const char *at = rows->carry.at, *end = at + rows->carry.size;
	struct piece piece = {end, NULL};
	for (const char *stop; (stop = memchr(at, '\n', (size_t)(end - at))); at = stop + 1) {
		start_record(rows);
		scan(rows, &piece, at, stop);
		bool goes_on = !rows->csv.is_inside
				       ? csv_row_take(rows, (struct str){at, (size_t)(stop - at)})
				       : csv_row_refuse(rows, CODE_malformed_csv);
		if (!goes_on)
			return false;
	}
	rows->carry.size = (size_t)(end - at);
	memmove(rows->carry.at, at, rows->carry.size);
	start_record(rows);
	end = rows->carry.at + rows->carry.size;
	piece = (struct piece){end, NULL};
	scan(rows, &piece, rows->carry.at, end);
	return true;
}

// The carry is full and the record is not over.
static bool overflow(struct rows *rows)
{
	if (rows->csv.is_inside && memchr(rows->carry.at, '\n', rows->carry.size))
		return read_line_by_line(rows);
	rows->is_oversized = true; // one huge line: skip to its end
	buf_reset(&rows->carry);
	rows->csv.is_inside = rows->csv.is_field_start = false;
	return true;
}

// The record ends with LINE; its beginning may be in the carry.
static bool end_record(struct rows *rows, struct str line)
{
	bool goes_on;
	if (rows->carry.size) {
		buf_str(&rows->carry, line);
		line = buf_view(&rows->carry);
	}
	if (rows->carry.failed)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	goes_on = rows->is_oversized ? csv_row_refuse(rows, CODE_too_large)
				     : csv_row_take(rows, line);
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
	struct piece piece = {end, NULL};
	while (bytes < end) {
		size_t room = ROW_BYTES_MAX - rows->carry.size;
		bool is_full = room == 0 && (*bytes != '\n' || rows->csv.is_inside);
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
			if (!end_record(rows, (struct str){bytes, (size_t)(stop - bytes)}))
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
	if (rows->csv.is_inside && !rows->is_oversized && !read_line_by_line(rows))
		return false;
	if (rows->csv.is_inside) {
		buf_reset(&rows->carry);
		if (!csv_row_refuse(rows, CODE_malformed_csv))
			return false;
	} else if ((rows->carry.size || rows->is_oversized) && !end_record(rows, STR(""))) {
		return false;
	}
	return rows->columns || rows_fail(rows, CODE_no_header, JSON_FAULT_NONE, 0);
}
