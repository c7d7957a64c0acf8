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

enum {
	PIECE_BYTES = 2048, // of the input, added to the carry at once; the nearest cache holds it
	HUGE_BYTES = ROW_BYTES_MAX + 1, // what is kept of a record that is too large
};

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

static inline const char *pass_line_end(const char *at, const char *end)
{
	if (at == end)
		return at;
	return at + (*at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1);
}

// Reads on from AT to the LF or CR that ends the record, or returns NULL. A
// quote opens only at the start of a field; until the header is found any of
// the delimiters may stand before it. What it must remember is in ROWS. (Inline, a row
// takes 2 % less.)
static inline const char *scan(
	struct rows *rows, struct piece *piece, const char *at, const char *end)
{
	if (!rows->csv.has_quote) {
		const char *stop = find_line_end(piece, at, end);
		const char *last = stop ? stop : end;
		if (find_next(&piece->quote, '"', at, piece) >= last) {
			if (at < last && !stop)
				rows->csv.is_field_start = csv_is_delimiter(rows, last[-1]);
			return stop;
		}
		rows->csv.has_quote = true;
		rows->csv.is_closed = rows->csv.is_broken = false;
	}
	for (; at < end; at++) {
		if (rows->csv.is_inside) {
			rows->csv.is_inside = *at != '"';
			rows->csv.is_field_start = *at == '"'; // a doubled quote opens again
			rows->csv.is_closed = *at == '"';
		} else if (ends_line(*at)) {
			return at;
		} else if (*at == '"' && rows->csv.is_field_start) {
			rows->csv.is_inside = true;
		} else {
			rows->csv.is_field_start = csv_is_delimiter(rows, *at);
			if (rows->csv.is_field_start)
				rows->csv.is_closed = false;
			else if (rows->csv.is_closed && *at != ' ' && *at != '\t')
				rows->csv.is_broken = true;
		}
	}
	return NULL;
}

static inline void start_record(struct rows *rows)
{
	rows->csv.is_inside = rows->csv.has_quote = false;
	rows->csv.is_field_start = true;
	rows->csv.scanned = 0;
}

static inline bool is_malformed(const struct rows *rows)
{
	return rows->csv.has_quote && (rows->csv.is_inside || rows->csv.is_broken);
}

// Takes a record as it was scanned: a quote may have stayed open in it, or text follow one.
static inline bool take_record(struct rows *rows, struct str record)
{
	bool goes_on = true;
	if (!rows->columns)
		csv_head_add(rows, record);
	else if (rows->csv.record++, is_malformed(rows))
		goes_on = rows_take_rejected(rows, CODE_malformed_csv);
	else
		goes_on = csv_row_take(rows, record);
	start_record(rows);
	return goes_on;
}

static bool has_lines(const char *at, const char *end)
{
	return find_line_end(&(struct piece){.end = end}, at, end);
}

// A quote that never closes, or that is closed by a stray one: the lines that end before LIMIT
// are read one by one, and those of which this is true in themselves are refused. Every byte is
// read twice at most, and as often again where the header was not known. Returns what is behind
// them, NULL after a failure.
static const char *read_lines(struct rows *rows, const char *at, const char *limit, const char *end)
{
	struct piece piece = {.end = limit}, lines = piece;
	const char *stop;
	start_record(rows);
	while (!rows->csv.head.is_over && at < limit && (stop = find_line_end(&lines, at, limit))) {
		scan(rows, &piece, at, stop);
		if (!take_record(rows, (struct str){at, (size_t)(stop - at)}))
			return NULL;
		at = pass_line_end(stop, end);
	}
	return at;
}

// Where one huge line ends, or NULL. Quotes do not count in it any more: one that stays open
// would cost the rest of the file.
static const char *find_far_end(struct rows *rows, const char *at, const char *end, bool is_over)
{
	const char *stop = find_line_end(&(struct piece){.end = end}, at, end);
	rows->csv.is_inside = rows->csv.is_broken = false;
	rows->is_oversized = !stop && !is_over;
	return stop;
}

// Reads the records in the carry, up to one that is not complete. What becomes of one does not
// depend on how the input was cut: it ends, or is as long as any may be, or the input IS_OVER.
static bool read_records(struct rows *rows, bool is_over)
{
	const char *at = rows->carry.at, *end = at + rows->carry.size;
	struct piece piece = {.end = end};
	if (at == end)
		return true;
	at += rows->csv.next;
	while (at && at < end && !rows->csv.head.is_over) {
		const bool is_full = end - at > ROW_BYTES_MAX;
		const char *limit = is_full ? at + ROW_BYTES_MAX : end;
		const char *stop = scan(rows, &piece, at + rows->csv.scanned, limit);
		if (!stop && is_full && !rows->csv.is_inside && ends_line(*limit))
			stop = limit;
		const bool is_huge = !stop && is_full;
		if (is_malformed(rows) &&
			(is_over || (stop ? stop + 1 < end || *stop == '\n' : is_full)) &&
			has_lines(at, stop ? stop : limit)) {
			at = read_lines(rows, at, stop ? pass_line_end(stop, end) : limit, end);
			continue;
		}
		if (is_huge)
			stop = find_far_end(rows, limit, end, is_over);
		if (!stop && is_over)
			stop = end;
		if (!stop || (stop + 1 == end && *stop == '\r' && !is_over)) {
			rows->csv.scanned = (size_t)((stop && !is_huge ? stop : limit) - at);
			break;
		}
		const size_t size = is_huge ? HUGE_BYTES : (size_t)(stop - at);
		at = take_record(rows, (struct str){at, size}) ? pass_line_end(stop, end) : NULL;
	}
	rows->csv.next = at ? (size_t)(at - rows->carry.at) : 0;
	return at;
}

// The header is among the records in the carry. Those behind it are read again, for only its
// delimiter counts now: a quote behind another one has not kept lines together.
static bool start_rows(struct rows *rows)
{
	const struct csv_head *head = &rows->csv.head;
	const char *text = rows->carry.at, *end = text + rows->carry.size;
	if (!head->rating)
		return rows_fail(rows, CODE_no_header, JSON_FAULT_NONE, 0);
	rows->csv.next = (size_t)(pass_line_end(text + head->at + head->size, end) - text);
	return csv_head_choose(rows, (struct str){text + head->at, head->size});
}

// Reads on in the carry. Until the header is known, all that was read stays there.
static bool read_carry(struct rows *rows, bool is_over)
{
	struct buf *carry = &rows->carry;
	if (!read_records(rows, is_over))
		return false;
	if (rows->is_oversized)
		carry->size = rows->csv.next + HUGE_BYTES;
	if (rows->csv.head.is_over && !start_rows(rows))
		return false;
	if (rows->columns && rows->csv.next) {
		carry->size -= rows->csv.next;
		memmove(carry->at, carry->at + rows->csv.next, carry->size);
		rows->csv.next = 0;
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
	while (bytes < end) {
		if (rows->is_oversized) {
			bytes = find_line_end(&(struct piece){.end = end}, bytes, end);
			rows->is_oversized = !bytes;
			bytes = bytes ? bytes : end;
			continue;
		}
		const size_t left = (size_t)(end - bytes),
			     more = left < PIECE_BYTES ? left : PIECE_BYTES;
		buf_add(&rows->carry, bytes, more);
		if (rows->carry.failed || !read_carry(rows, false))
			return false;
		bytes += more;
	}
	return true;
}

// A quote may have stayed open once more behind the header.
bool csv_end(struct rows *rows)
{
	return read_carry(rows, true) && (rows->columns || start_rows(rows)) &&
	       read_carry(rows, true);
}
