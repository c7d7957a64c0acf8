// SPDX-License-Identifier: MIT
// How the rows of a bulk answer are written: JSON, NDJSON, CSV or text. The
// daemon and the offline command write with the same functions, so their bytes
// are the same. All but results_type append to a buffer, whose failure tells that
// memory gave out; none keeps anything from one call to the next.
#pragma once

#include "told.h"

enum shape { SHAPE_JSON, SHAPE_NDJSON, SHAPE_CSV, SHAPE_TEXT, SHAPE_COUNT };

struct results {
	struct snapshot *snapshot; // outlives the results
	enum pmm_lang lang;
	enum shape shape;
	bool full; // ?detail=full: the whole answer for each row (JSON and NDJSON)
	bool pretty; // JSON only
	bool explain; // full rows with their reasons
	const int32_t *day; // on which full rows are asked, where there are dates; or NULL
	const uint16_t *columns; // CSV: those that were asked for, or NULL
	size_t column_count;
	// What results_begin sets.
	uint64_t first; // number of the first row
	char delimiter; // of CSV, as in the question; 0 before that
	bool has_mark;
	enum format format; // which bytes of a row follow from its profile alone
};

static inline bool results_are_json(const struct results *results)
{
	return results->shape == SHAPE_JSON || results->shape == SHAPE_NDJSON;
}

enum { RESULTS_DEPTH = 2 }; // where rows stand in JSON: {"results":[

// The media type of a shape.
const char *results_type(enum shape shape);

// As many columns as a rulebook can have, and as may be asked for.
enum {
	RESULTS_COLUMNS_MAX = 3 + PMM_FACTS_MAX + PMM_FEATURES_MAX * PMM_ATTRIBUTES_MAX,
	RESULTS_NAME_MAX = 3 * PMM_WORD_MAX + 3,
};

// Chooses the columns of CSV by their NAMES, with commas between them; they are kept in ROOM,
// for RESULTS_COLUMNS_MAX, which outlives the results. CODE_unknown_parameter: one is
// none, or there are more.
enum code results_choose(struct results *results, struct str names, uint16_t *room);

// The same among the columns OF something else, whose names NAME_OF tells, perhaps in its
// ROOM for RESULTS_NAME_MAX; at == NULL: there are no more.
enum code results_choose_of(struct results *results, struct str names, uint16_t *room,
	const void *of, struct str (*name_of)(const void *of, size_t column, char *room));

// The names of the columns.
void results_names(const struct results *results, struct buf *buf, struct str between);

// To be called before anything is written: HEADER of the question if that is CSV, and the
// number of the first row, if there is one.
void results_begin(struct results *results, const struct rows_header *header, uint64_t first);

// What stands before and behind the rows. HEADER: of CSV that was read, or NULL.
void results_head(const struct results *results, struct buf *buf);
void results_tail(const struct results *results, struct buf *buf, const struct row_counts *counts,
	const struct rows_header *header);

// One row, with what separates it from the one before: the profile INDEX, or an error as
// results_error wrote it. NUMBER is from 1; ID may be empty; SHEET_ROW is 0 but in CSV.
void results_row(const struct results *results, struct buf *buf, uint64_t number,
	struct answer_id id, uint32_t index);
void results_rejected(const struct results *results, struct buf *buf, uint64_t number,
	struct answer_id id, struct str error, uint64_t sheet_row);

// Any row of CSV: of the profile INDEX, or rejected where there is an ERROR.
void results_csv(const struct results *results, struct buf *buf, uint64_t number, struct str id,
	uint32_t index, struct str error);

// What a spreadsheet would take for the beginning of a formula.
static inline bool results_is_formula(struct str text)
{
	return text.size && (text.at[0] == '=' || text.at[0] == '+' || text.at[0] == '-' ||
				    text.at[0] == '@' || text.at[0] == '\t' || text.at[0] == '\r');
}

// A field of CSV: guarded against being read as one, quoted where needed.
void results_field(struct buf *buf, struct str text, char delimiter);

// What is wrong with a row. SHORT: only the code, where the whole would take too
// much room.
void results_error(
	const struct results *results, struct buf *buf, const struct row *row, bool is_short);

// Nearly every row is its number, its id as it came, and PART, what follows from its
// profile: such a row is direct. How many bytes it has, how many it can have whatever its
// number, and the row itself, written to TO, which has room for them; where it ends.
bool results_is_direct(const struct results *results, struct str id);
size_t results_direct_size(
	const struct results *results, uint64_t number, struct answer_id id, struct str part);
char *results_direct(const struct results *results, char *to, uint64_t number, struct answer_id id,
	struct str part);

static inline size_t results_direct_most(struct str id, struct str part)
{
	return UINT_DIGITS_MAX + sizeof ",{\"row\":,\"id\":\"\",\n" + id.size + part.size;
}
