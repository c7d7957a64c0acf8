// SPDX-License-Identifier: MIT
// Rows from a stream of bytes: the framing of JSON arrays, NDJSON and CSV.
//
//     bytes in any pieces ──► frame ──► profile ──► struct row ──► callback
//
// A row may be cut anywhere between two pieces; what is complete is read where
// it lies, the rest waits in one buffer of at most a row. Rows are not kept
// here: the callback does with them what it likes (store.h, summary.h, output).
#pragma once

#include "answer/answer.h"
#include "profile/profile.h"

enum { ROW_BYTES_MAX = 64 << 10 }; // one row of the input

enum rows_format {
	ROWS_JSON, // an array of profiles, or one profile
	ROWS_NDJSON,
	ROWS_CSV,
};

// One row, valid during the callback.
struct row {
	uint64_t number; // from 1
	struct str id, group;
	enum code rejected; // CODE_none: INDEX is the profile
	uint32_t index;
	const struct profile *profile; // with the errors of CODE_invalid_profile
	bool has_offset; // of malformed JSON, within the row
	size_t offset;
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

// Why the whole input is refused. FAULT says more for CODE_malformed_json.
struct rows_failure {
	enum code code;
	enum json_fault fault;
	uint64_t offset; // bytes from the start
};
const struct rows_failure *rows_failure(const struct rows *rows);
