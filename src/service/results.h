// SPDX-License-Identifier: MIT
// How the rows of a bulk answer are written: JSON, NDJSON, CSV or text. The
// daemon and the offline command write with the same functions, so their bytes
// are the same. Source of the shapes: contract, section 4.
#ifndef SERVICE_RESULTS_H
#define SERVICE_RESULTS_H

#include "rows.h"

enum shape { SHAPE_JSON, SHAPE_NDJSON, SHAPE_CSV, SHAPE_TEXT, SHAPE_COUNT };

struct results {
	struct edition *edition; // outlives the results
	enum pmm_lang lang;
	enum shape shape;
	bool full; // ?detail=full: the whole answer for each row (JSON and NDJSON)
	bool pretty; // JSON only
};

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

// Bytes that results_row would write, or 0 where only writing tells (or memory
// ran out, which writing will tell too).
size_t results_row_size(
	const struct results *results, uint64_t number, struct str id, uint32_t index);

// The same, quicker, as the most that it can be.
size_t results_row_bound(const struct results *results, struct str id, uint32_t index);

#endif
