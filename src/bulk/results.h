// SPDX-License-Identifier: MIT
// How the rows of a bulk answer are written: JSON, NDJSON, CSV or text. The
// daemon and the offline command write with the same functions, so their bytes
// are the same. Source of the shapes: contract, section 4.
#ifndef BULK_RESULTS_H
#define BULK_RESULTS_H

#include "rows/rows.h"

enum shape { SHAPE_JSON, SHAPE_NDJSON, SHAPE_CSV, SHAPE_TEXT, SHAPE_COUNT };

struct results {
	struct snapshot *snapshot; // outlives the results
	enum pmm_lang lang;
	enum shape shape;
	bool full; // ?detail=full: the whole answer for each row (JSON and NDJSON)
	bool pretty; // JSON only
};

static inline bool results_are_json(const struct results *results)
{
	return results->shape == SHAPE_JSON || results->shape == SHAPE_NDJSON;
}

struct results_counts {
	uint64_t rows, rejected;
};

// The media type of a shape.
const char *results_type(enum shape shape);

// What stands before, between (in results_row) and behind the rows.
void results_head(const struct results *results, struct buf *buf);
void results_tail(const struct results *results, struct buf *buf, struct results_counts counts);

// One row: the profile INDEX, or an error as results_error wrote it.
void results_row(const struct results *results, struct buf *buf, uint64_t number, struct str id,
	uint32_t index);
void results_rejected(const struct results *results, struct buf *buf, uint64_t number,
	struct str id, struct str error);

// What is wrong with a row, in the form that results_rejected wants. SHORT: only
// the code, where the whole would take too much room.
void results_error(
	const struct results *results, struct buf *buf, const struct row *row, bool is_short);

// What of a row follows from its profile alone.
enum format results_format(const struct results *results);

// Whether a row with this ID needs nothing but its number, the id as it is, and
// TAIL: the snapshot's part of its profile. How many bytes it has then, how many it
// can have whatever its number, and the row itself, written to TO, which has room
// for them; where it ends.
bool results_is_direct(const struct results *results, struct str id);
size_t results_direct_size(
	const struct results *results, uint64_t number, struct str id, struct str tail);
char *results_direct(
	const struct results *results, char *to, uint64_t number, struct str id, struct str tail);

static inline size_t results_direct_most(struct str id, struct str tail)
{
	return UINT_DIGITS_MAX + sizeof ",{\"row\":,\"id\":\"\",\n" + id.size + tail.size;
}

#endif
