// SPDX-License-Identifier: MIT
// Private to rows: the state that its files share, and what all framings do with a
// row. Each file calls those to its right only:
//
//     rows.c ──► json.c ────────────────────────────► quick.c ──► row.c
//          └───► csv.c ──► csv_head.c ──► csv_row.c ─────┘
#pragma once

#include "rows.h"

// Where the framing of a JSON array stands.
enum array_state {
	ARRAY_START, // before '['
	ARRAY_FIRST, // an element or ']'
	ARRAY_NEXT, // an element
	ARRAY_INSIDE, // in an element
	ARRAY_AFTER, // ',' or ']'
	ARRAY_BEHIND, // the rest of an envelope
	ARRAY_DONE, // blanks only
};

struct array_place {
	enum array_state state;
	unsigned levels; // around the rows: none (one profile), an array, an envelope's
	bool in_string, in_escape, is_scalar;
	unsigned depth;
	uint64_t element_offset;
	uint64_t envelope_offset, behind_offset; // where it begins, and goes on behind its rows
	size_t before; // bytes of it before the rows
};

enum { CSV_COLUMNS_MAX = 1024 };

// The records among which the header is looked for.
enum { CSV_HEAD_RECORDS = 30 };

// The best header so far: where in the carry, in which nothing moves until it is chosen.
struct csv_head {
	size_t at, size;
	uint64_t record;
	unsigned rating; // 0: there is none
	char delimiter;
	bool is_over; // no other record can be the header, which is to be made one
};

struct csv_place {
	char delimiter; // 0: any, for the header was not found yet and no line named it
	// Of the current record: how much was scanned, and whether that ended in quotes or at
	// the start of a field, and has a quote.
	size_t scanned;
	bool is_inside, is_field_start, has_quote;
	bool is_closed, is_broken; // its field's quote was; text followed a closed one
	size_t next; // the current record's place in the carry
	bool is_under_header; // nothing came since
	uint64_t record; // the current one, as a spreadsheet counts: from 1
	struct str header; // the record
	char first; // of it as names are compared, or 0
	struct csv_head head; // until there are columns
};

// A column of a CSV file, or a member that the rows of a JSON file share.
struct column {
	struct profile_name meaning;
	struct str name; // CSV: as written, for pointers
	struct str lead; // JSON: all bytes between the value before and this one
	bool takes_literals; // JSON: it may be true or false
	// Where it is a fact's: its part of a word's key, what one step of the digit is in
	// a profile's index, and the digit of a row that does not give it.
	uint32_t key, stride, unset;
};

static inline bool column_is_text(const struct column *column)
{
	return column->meaning.is_id || column->meaning.is_group;
}

// A word that was read before, by its bytes as they were written.
enum { MEMO_BITS = 8, MEMO_WORDS = 1 << MEMO_BITS, MEMO_BYTES = 35 };

struct memo_word {
	uint64_t head; // the first eight bytes, or those that there are (bytes.h)
	uint32_t key; // the name that it stood under, and its size; 0: free
	int8_t digit; // or WORD_OPEN
	char text[MEMO_BYTES];
};

// The form that one JSON row had, to be tried on the next:
//
//     lead value lead value ... trail
enum { FORM_COLUMNS = 32, FORM_BYTES = 2048 };

struct row_form {
	struct column columns[FORM_COLUMNS];
	size_t count; // 0: there is none
	struct str trail;
	unsigned misses, misses_allowed; // before another form is learnt
	size_t used;
	char bytes[FORM_BYTES]; // the leads and the trail
};

struct quick {
	uint32_t unset_index; // of a row that gives no fact
	struct memo_word memo[MEMO_WORDS];
	struct row_form form;
};

struct rows {
	struct rows_options options;
	enum rows_format format;
	struct rows_failure failure;
	uint64_t count;
	uint64_t consumed; // bytes before the current piece
	struct buf carry; // the beginning of a row that is not complete
	bool is_oversized; // the current row is past its limit: read on, keep nothing
	bool at_start; // nothing but byte-order marks was seen
	unsigned mark_size; // bytes of them
	struct arena arena; // of the current row
	struct profile profile;
	struct array_place array;
	struct buf envelope; // all of it, but 0 for its rows
	struct csv_place csv;
	struct arena columns_arena;
	struct column *columns; // CSV; NULL: the header was not found yet
	size_t column_count;
	struct rows_header header; // once there are columns
	uint64_t skipped;
	struct quick quick;
	char block[2048]; // for the arena
};

// Refuses the whole input. Returns false.
bool rows_fail(struct rows *rows, enum code code, enum json_fault fault, uint64_t offset);

// Passes over up to two byte-order marks at the very start, which may come in pieces.
// NULL: only a part of one came.
const char *rows_skip_mark(struct rows *rows, const char *at, const char *end);

// Adds to the unfinished row; past the limit only notes that.
void rows_carry(struct rows *rows, const char *bytes, size_t size);

// Whether a text can be an id or group, which go back out as JSON. What is before AT is
// printable ASCII, as nearly all is.
bool rows_is_clean_from(struct str text, size_t at);
static inline bool rows_is_clean(struct str text)
{
	size_t at = 0;
	for (; text.size - at >= BYTES_WORD; at += BYTES_WORD) {
		const uint64_t word = bytes_load(text.at + at);
		if (bytes_below(word, ' ') | bytes_high(word))
			break;
	}
	return at == text.size || rows_is_clean_from(text, at);
}

// Starts a profile with the options of these rows.
void rows_start_profile(struct rows *rows);

// Each hands on one row and counts it: ROW; the profile that was read; a row that was
// refused as a whole. False: the whole input is refused, or nobody wants more.
bool rows_take(struct rows *rows, struct row *row);
bool rows_take_profile(struct rows *rows);
bool rows_take_rejected(struct rows *rows, enum code code);

// Counts a row, and does nothing else. False as above.
bool rows_count(struct rows *rows);

// The columns are known: works out what their words will come to.
void quick_prepare(struct rows *rows, struct column *columns, size_t count);

// Reads a row of CSV in which nothing is quoted, or one of JSON by the form of an
// earlier one. False: it must be read by way of a profile; *ROW is spoilt then.
bool quick_read_csv(struct rows *rows, struct str line, struct row *row);
bool quick_read_json(struct rows *rows, struct str text, struct row *row);

// Learns the form of TEXT, a row that was read and is good.
void quick_learn_json(struct rows *rows, struct str text);

// csv_head.c: one of the first records, which lies in the carry.
void csv_head_add(struct rows *rows, struct str record);

// Makes RECORD, the best one, the header. False after a failure.
bool csv_head_choose(struct rows *rows, struct str record);

// csv_row.c: takes the next cell off *REST, without its quotes; doubled ones in it stay.
// Returns how many there are.
size_t csv_next_cell(struct str *rest, char delimiter, struct str *cell);

// The same with doubled quotes halved, in the arena. False: no memory.
bool csv_next_text(struct str *rest, char delimiter, struct arena *arena, struct str *text);

// A record behind the header, which may be no row.
bool csv_row_take(struct rows *rows, struct str record);

static inline bool csv_is_delimiter(const struct rows *rows, char c)
{
	const char delimiter = rows->csv.delimiter;
	return delimiter ? c == delimiter : c == ',' || c == ';' || c == '\t';
}

static inline bool column_is_wanted(const struct column *column)
{
	return column->meaning.member || column_is_text(column);
}

// The framings: bytes in, rows out; and the end.
bool array_feed(struct rows *rows, const char *bytes, size_t size);
bool array_end(struct rows *rows);
bool lines_feed(struct rows *rows, const char *bytes, size_t size);
bool lines_end(struct rows *rows);
bool csv_feed(struct rows *rows, const char *bytes, size_t size);
bool csv_end(struct rows *rows);
