// SPDX-License-Identifier: MIT
// Rows from a stream of bytes: the framing of JSON arrays, NDJSON and CSV.
//
//     bytes in any pieces ──► frame ──► profile ──► struct row ──► callback
//
// A row may be cut anywhere between two pieces; what is not complete waits in one
// buffer of about a row (and the first records of CSV, until its header is known). Rows are not
// kept here: the callback does with them what it likes (store.h, summary.h, output).
#pragma once

#include "answer/answer.h"
#include "profile/profile.h"

enum {
	ROW_BYTES_MAX = 64 << 10, // one row of the input
	ENVELOPE_BYTES_MAX = 1 << 20, // an envelope without its rows
};

enum rows_format {
	ROWS_JSON, // an array of profiles, alone or as "rows" of an envelope; or one profile
	ROWS_NDJSON,
	ROWS_CSV,
};

// One row, valid during the callback.
struct row {
	uint64_t number; // from 1
	uint64_t sheet_row; // CSV: where a spreadsheet shows it, from 1; else 0
	struct str id, group;
	bool id_is_number; // JSON: to go out as the number that came in
	bool is_bare; // no fact at all was given in it
	bool has_offset; // of malformed JSON, within the row
	enum code rejected; // CODE_none: INDEX is the profile
	uint32_t index;
	const struct profile *profile; // with the errors of CODE_invalid_profile
	size_t offset; // where it has one
	struct str duplicate; // of CODE_duplicate_member: its JSON Pointer
};

struct rows_options {
	const struct snapshot *snapshot; // outlives the rows
	uint8_t defaults[PMM_FACTS_MAX];
	bool ignore_unknown;
	struct str id_from, group_by; // folded; size 0: "id" and "group"
	uint64_t rows_max;
	// Takes a row. Not 0 stops everything with that code.
	enum code (*take)(void *cls, const struct row *row);
	void *cls;
};

struct rows;

struct rows *rows_create(enum rows_format format, const struct rows_options *options);
void rows_destroy(struct rows *rows); // NULL is allowed

// The next bytes. False: the whole input is refused, see rows_failure.
bool rows_feed(struct rows *rows, const char *bytes, size_t size);

// The input is over. False as above.
bool rows_end(struct rows *rows);

// A column of CSV that a fact took (MEMBER), or whose name comes near one (SUGGESTION).
struct rows_column {
	struct str name; // valid UTF-8, as written
	const struct pmm_member *member;
	const char *suggestion; // a name of the rulebook
};

// What was understood of the header of CSV.
struct rows_header {
	const struct rows_column *read, *near;
	size_t read_count, near_count;
	size_t ignored; // columns with a name that are neither, nor the id or group
	char delimiter;
	bool has_mark; // the file begins with a byte-order mark
};

// NULL: not CSV, or no header was found yet. Lives as long as the rows.
const struct rows_header *rows_header(const struct rows *rows);

// Records so far that have a row's number and are no person: the header again, a
// numbering row. They are counted in the numbers of rows, and TAKE is not called.
uint64_t rows_skipped(const struct rows *rows);

// Why the whole input is refused. FAULT says more for CODE_malformed_json.
struct rows_failure {
	enum code code;
	enum json_fault fault;
	uint64_t offset; // bytes from the start
	struct str pointer; // of what is given twice; lives as long as the rows
};
const struct rows_failure *rows_failure(const struct rows *rows);
