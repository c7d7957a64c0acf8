// SPDX-License-Identifier: MIT
// Private to rows: what the three framings share.
#ifndef ROWS_ROWS_PRIVATE_H
#define ROWS_ROWS_PRIVATE_H

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

enum { CSV_COLUMNS_MAX = 1024 };

// Words that were looked up before, by their bytes as they were written: a file
// has few of them and many rows.
enum { MEMO_BITS = 5, MEMO_WORDS = 1 << MEMO_BITS, MEMO_BYTES = 30 };

struct memo_word {
	uint64_t head; // the first eight bytes, or those that there are (bytes.h)
	uint8_t size; // 0: free
	uint8_t digit;
	char text[MEMO_BYTES];
};

// A column of a CSV file, or a member that the rows of a JSON file share.
struct column {
	struct profile_name meaning;
	struct str name; // as written, for pointers
	struct memo_word *memo; // [MEMO_WORDS] where it is a fact's, else NULL
	struct str lead; // JSON: all bytes between the value before and this one
	// Where it is a fact's: what one step of its digit is in a profile's index, and
	// the digit of a row that does not give it.
	uint32_t stride, unset;
	bool takes_literals; // JSON: it may be true or false
};

enum { TEMPLATE_COLUMNS = 16, TEMPLATE_BYTES = 1024 };

// The form that one JSON row had, to be tried on the next. Rows of one file
// tend to differ in their values only; what stands between the values was
// judged once and need only be compared.
struct row_template {
	struct column columns[TEMPLATE_COLUMNS];
	size_t count; // 0: there is none
	struct str trail;
	unsigned misses, misses_allowed; // before another form is learnt
	size_t used;
	char bytes[TEMPLATE_BYTES]; // the leads and names
	struct memo_word memos[TEMPLATE_COLUMNS][MEMO_WORDS];
};

struct rows {
	struct rows_options options;
	enum rows_format format;
	struct rows_failure failure;
	uint64_t count;
	uint64_t consumed; // bytes before the current piece
	struct buf carry; // the beginning of a row that is not complete
	bool is_oversized; // the current row is past its limit: read on, keep nothing
	struct arena arena; // of the current row
	struct profile profile;
	uint32_t unset_index; // of a row that gives no fact
	bool shares_facts; // two columns speak of one fact
	struct pmm_given given[TEMPLATE_COLUMNS]; // rows_fast.h; here it is not cleared each time
	bool at_start; // nothing but a part of a byte-order mark was seen
	unsigned mark_size; // bytes of it
	// JSON arrays
	enum array_state state;
	bool is_single, in_string, in_escape, is_scalar;
	unsigned depth;
	uint64_t element_offset;
	// CSV
	struct arena columns_arena;
	struct row_template *template; // JSON; NULL until the second row
	struct column *columns; // NULL: the header was not found yet
	size_t column_count;
	char delimiter;
	bool csv_inside; // of quotes, where the last piece ended
	bool csv_has_quote; // there is a quote in the record
	bool csv_field_start; // or at the start of a field
	char block[2048];
};

// Refuses the whole input. Returns false.
bool rows_fail(struct rows *rows, enum code code, enum json_fault fault, uint64_t offset);

// Passes over a byte-order mark at the very start, which may come in pieces.
// NULL: only a part of one came.
const char *rows_skip_mark(struct rows *rows, const char *at, const char *end);

// Adds to the unfinished row; past the limit only notes that.
void rows_carry(struct rows *rows, const char *bytes, size_t size);

// The next row is one JSON text.
bool rows_take_json(struct rows *rows, struct str text);

// Starts a profile with the options of these rows.
void rows_start_profile(struct rows *rows);

// Counts a row and hands it on.
bool rows_take(struct rows *rows, const struct row *row);

// Hands over the profile that was read, or a row that was refused as a whole.
bool rows_take_profile(struct rows *rows);
bool rows_take_rejected(struct rows *rows, enum code code, bool has_offset, size_t offset);

// rows_template.c: reads TEXT by the template; false in *TAKEN: it does not fit.
bool template_take(struct rows *rows, struct str text, bool *taken);

// Learns the form of TEXT, a row that was read and accepted.
void template_learn(struct rows *rows, struct str text);

// rows_csv_plain.c: whether a text can be an id or group, which go back out as
// JSON; and a row in which nothing is quoted. False in *TAKEN: the long way.
bool csv_is_clean(struct str text);
bool csv_take_plain(struct rows *rows, struct str line, bool *taken);

// The framings: bytes in, rows out; and the end.
bool array_feed(struct rows *rows, const char *bytes, size_t size);
bool array_end(struct rows *rows);
bool lines_feed(struct rows *rows, const char *bytes, size_t size);
bool lines_end(struct rows *rows);
bool csv_feed(struct rows *rows, const char *bytes, size_t size);
bool csv_end(struct rows *rows);

#endif
