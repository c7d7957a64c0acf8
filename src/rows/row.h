// SPDX-License-Identifier: MIT
// Private to rows: the state that its files share, and what all framings do with a
// row. Each file calls those to its right only:
//
//     rows.c ──► lines.c, array.c ──► json_row.c ──► quick.c ──► row.c
//          └───► csv.c ─────────────► csv_row.c ──────┘
#pragma once

#include "quick.h"
#include "rows.h"

// Where the framing of a JSON array stands.
enum array_state {
	ARRAY_START, // before '['
	ARRAY_FIRST, // an element or ']'
	ARRAY_NEXT, // an element
	ARRAY_INSIDE, // in an element
	ARRAY_AFTER, // ',' or ']'
	ARRAY_DONE, // blanks only
};

struct array_place {
	enum array_state state;
	bool is_single; // one profile, and no array around it
	bool in_string, in_escape, is_scalar;
	unsigned depth;
	uint64_t element_offset;
};

enum { CSV_COLUMNS_MAX = 1024 };

struct csv_place {
	char delimiter; // once there are columns
	bool is_inside; // of quotes, where the last piece ended
	bool is_field_start; // or at the start of a field
	bool has_quote; // there is a quote in the record
};

struct rows {
	struct rows_options options;
	enum rows_format format;
	struct rows_failure failure;
	uint64_t count;
	uint64_t consumed; // bytes before the current piece
	struct buf carry; // the beginning of a row that is not complete
	bool is_oversized; // the current row is past its limit: read on, keep nothing
	bool at_start; // nothing but a part of a byte-order mark was seen
	unsigned mark_size; // bytes of it
	struct arena arena; // of the current row
	struct profile profile;
	struct array_place array;
	struct csv_place csv;
	struct arena columns_arena;
	struct column *columns; // CSV; NULL: the header was not found yet
	size_t column_count;
	struct quick quick;
	char block[2048]; // for the arena
};

// Refuses the whole input. Returns false.
bool rows_fail(struct rows *rows, enum code code, enum json_fault fault, uint64_t offset);

// Passes over a byte-order mark at the very start, which may come in pieces.
// NULL: only a part of one came.
const char *rows_skip_mark(struct rows *rows, const char *at, const char *end);

// Adds to the unfinished row; past the limit only notes that.
void rows_carry(struct rows *rows, const char *bytes, size_t size);

// Whether a text can be an id or group, which go back out as JSON.
bool rows_is_clean(struct str text);

// Starts a profile with the options of these rows.
void rows_start_profile(struct rows *rows);

// Each hands on one row and counts it: ROW; the profile that was read; a row that was
// refused as a whole. False: the whole input is refused, or nobody wants more.
bool rows_take(struct rows *rows, struct row *row);
bool rows_take_profile(struct rows *rows);
bool rows_take_rejected(struct rows *rows, enum code code);
bool rows_take_malformed(struct rows *rows, enum code code, size_t offset);

// json_row.c, csv_row.c: one row as it was framed, without what stands around it. The
// first record of CSV that names a fact is the header; one of nothing is no row.
bool json_row_take(struct rows *rows, struct str text);
bool csv_row_take(struct rows *rows, struct str record);
bool csv_row_refuse(struct rows *rows, enum code code); // that cannot be read

static inline bool csv_is_delimiter(const struct rows *rows, char c)
{
	return rows->columns ? c == rows->csv.delimiter : c == ',' || c == ';' || c == '\t';
}

// The framings: bytes in, rows out; and the end.
bool array_feed(struct rows *rows, const char *bytes, size_t size);
bool array_end(struct rows *rows);
bool lines_feed(struct rows *rows, const char *bytes, size_t size);
bool lines_end(struct rows *rows);
bool csv_feed(struct rows *rows, const char *bytes, size_t size);
bool csv_end(struct rows *rows);
