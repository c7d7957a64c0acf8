// SPDX-License-Identifier: MIT
// CSV as people have it: "," ";" or tab, LF, CRLF or CR alone, RFC 4180 quotes with
// line breaks inside, title rows above the header. This finds where records end; which
// is the header is for csv_head.c, what a row says for csv_row.c.
//
// Why not libcsv: it calls back for every field, of which an export has 51 and
// we need 4, copies each byte through its own buffer, must be told the delimiter
// before the header is known, and cannot go back to the next line after a quote
// that never closes, which would cost the rest of the file.
#include "row.h"

// Bytes that are scanned, and where the next quote and the next CR in them are: most
// files have none, and need not be searched for one in every record.
struct piece {
	const char *end;
	const char *quote, *cr; // or END; not searched for yet where they are behind
};

static inline const char *find_next(
	const char **known, char wanted, const char *at, const struct piece *piece)
{
	if (*known < at) {
		const char *found = memchr(at, wanted, (size_t)(piece->end - at));
		*known = found ? found : piece->end;
	}
	return *known;
}

// Where the line that AT stands in ends, or NULL. No LF is looked for behind a CR, or a
// file without any would be searched to its end for every line.
static inline const char *find_line_end(struct piece *piece, const char *at, const char *end)
{
	const char *cr = find_next(&piece->cr, '\r', at, piece);
	const char *stop = memchr(at, '\n', (size_t)((cr < end ? cr : end) - at));
	return stop || cr >= end ? stop : cr;
}

static bool ends_line(char c)
{
	return c == '\n' || c == '\r';
}

static const char *pass_line_end(const char *at, const char *end)
{
	return at + (*at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1);
}

// Reads on from AT to the LF or CR that ends the record, or returns NULL. A
// quote opens only at the start of a field; until the header is found any of
// the delimiters may stand before it. What it must remember is in ROWS. (Inline, a row
// takes 2 % less.)
static inline const char *scan(
	struct rows *rows, struct piece *piece, const char *at, const char *end)
{
	if (!rows->csv.is_inside && !rows->csv.has_quote) {
		const char *stop = find_line_end(piece, at, end);
		const char *last = stop ? stop : end;
		if (find_next(&piece->quote, '"', at, piece) >= last) {
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
		} else if (ends_line(*at)) {
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

// Takes a record as it was scanned: a quote may have stayed open in it.
static inline bool take_record(struct rows *rows, struct str record)
{
	if (!rows->columns)
		return csv_head_add(rows, record);
	rows->csv.record++;
	return rows->csv.is_inside ? rows_take_rejected(rows, CODE_malformed_csv)
				   : csv_row_take(rows, record);
}

static bool read_bytes(struct rows *rows, const char *bytes, const char *end);

// The header is among the records that wait. Those behind it are read again, for only its
// delimiter counts now: a quote behind another one has not kept lines together.
static bool start_rows(struct rows *rows)
{
	struct buf text = rows->csv.head.text;
	rows->csv.head.text = (struct buf){0};
	rows->csv.head.is_over = false;
	const bool goes_on = csv_head_choose(rows, buf_view(&text)) &&
			     read_bytes(rows, text.at + rows->csv.header.size + 1,
				     text.at + text.size);
	buf_finish(&text);
	return goes_on;
}

// Whether a quote is open and lines wait behind it.
static bool has_lines(const struct rows *rows)
{
	const struct buf *carry = &rows->carry;
	return rows->csv.is_inside && carry->size &&
	       (memchr(carry->at, '\n', carry->size) || memchr(carry->at, '\r', carry->size));
}

// A quote that never closes: the lines that wait in the carry are read one by
// one, and those in which a quote stays open are refused. The last one, which
// may be incomplete, goes back there. Every byte is read twice at most, and as often
// again where the header was not known.
static bool read_line_by_line(struct rows *rows)
{
	struct buf lines = rows->carry;
	const char *at = lines.at, *end = at + lines.size, *stop;
	struct piece piece = {.end = end}, ends = piece;
	bool goes_on = true, is_known = false;
	rows->carry = (struct buf){0};
	while (goes_on && !is_known && (stop = find_line_end(&ends, at, end))) {
		start_record(rows);
		scan(rows, &piece, at, stop);
		goes_on = take_record(rows, (struct str){at, (size_t)(stop - at)});
		start_record(rows);
		is_known = rows->csv.head.is_over;
		if (goes_on && is_known)
			goes_on = start_rows(rows);
		rows->csv.is_behind_cr = *stop == '\r' && stop + 1 == end;
		at = pass_line_end(stop, end);
	}
	goes_on = goes_on && read_bytes(rows, at, end);
	buf_finish(&lines);
	return goes_on;
}

// The record ends with LINE; its beginning may be in the carry.
static inline bool end_record(struct rows *rows, struct str line)
{
	if (rows->carry.size) {
		buf_str(&rows->carry, line);
		line = buf_view(&rows->carry);
	}
	if (rows->carry.failed)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	if (rows->is_oversized)
		line = (struct str){NULL, ROW_BYTES_MAX + 1};
	const bool goes_on = take_record(rows, line);
	buf_reset(&rows->carry);
	rows->is_oversized = false;
	start_record(rows);
	return goes_on && (!rows->csv.head.is_over || start_rows(rows));
}

// The carry is full and the record is not over.
static bool overflow(struct rows *rows)
{
	if (has_lines(rows))
		return read_line_by_line(rows);
	rows->is_oversized = true; // one huge line: skip to its end
	buf_reset(&rows->carry);
	rows->csv.is_inside = rows->csv.is_field_start = false;
	return true;
}

// Reads a window: never more of an unfinished record than its limit, so that
// what happens does not depend on how the input was cut.
static bool read_bytes(struct rows *rows, const char *bytes, const char *end)
{
	struct piece piece = {.end = end};
	while (bytes < end) {
		const size_t left = (size_t)(end - bytes);
		const size_t room = ROW_BYTES_MAX - rows->carry.size;
		if (rows->csv.is_behind_cr) {
			rows->csv.is_behind_cr = false;
			bytes += *bytes == '\n';
			continue;
		}
		if (room == 0 && (!ends_line(*bytes) || rows->csv.is_inside)) {
			if (!overflow(rows))
				return false;
			continue;
		}
		// With no room left the one byte is what ends it.
		const size_t most = room ? room : 1;
		const char *window = bytes + (left < most ? left : most);
		// Past the limit quotes do not count any more: one that stays open
		// would cost the rest of the file.
		const char *stop = rows->is_oversized ? find_line_end(&piece, bytes, end)
						      : scan(rows, &piece, bytes, window);
		if (stop) {
			if (!end_record(rows, (struct str){bytes, (size_t)(stop - bytes)}))
				return false;
			if (*stop == '\r')
				rows->csv.is_behind_cr = true;
			bytes = stop + 1;
			continue;
		}
		if (rows->is_oversized)
			return true;
		buf_add(&rows->carry, bytes, (size_t)(window - bytes));
		if (rows->carry.failed)
			return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
		bytes = window;
	}
	return true;
}

bool csv_feed(struct rows *rows, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	const bool is_utf16 = rows->consumed == 0 && size && (*bytes == '\xFF' || *bytes == '\xFE');
	bytes = rows_skip_mark(rows, bytes, end);
	if (!bytes || is_utf16)
		return rows_fail(rows, CODE_malformed_csv, JSON_FAULT_NONE, 0);
	return read_bytes(rows, bytes, end);
}

static bool end_input(struct rows *rows)
{
	while (has_lines(rows))
		if (!read_line_by_line(rows))
			return false;
	return (!rows->carry.size && !rows->is_oversized) || end_record(rows, STR(""));
}

// A quote may have stayed open once more behind the header.
bool csv_end(struct rows *rows)
{
	return end_input(rows) && (rows->columns || start_rows(rows)) && end_input(rows);
}
