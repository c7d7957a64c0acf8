// SPDX-License-Identifier: MIT
// A bulk request in progress: rows in, and after the upload either a stream of
// results or a summary. The library can only answer after the upload, so what
// is kept in between is small (store.h, summary.h).
#pragma once

#include "results.h"
#include "summary.h"

struct bulk;

struct bulk_options {
	enum rows_format format;
	struct rows_options rows; // TAKE and CLS are filled in by the bulk
	struct results results;
	bool is_summary;
};

struct bulk *bulk_create(const struct bulk_options *options); // NULL: out of memory
void bulk_destroy(struct bulk *bulk); // NULL is allowed

// As rows_feed and rows_end.
bool bulk_feed(struct bulk *bulk, const char *bytes, size_t size);
bool bulk_end(struct bulk *bulk);
const struct rows_failure *bulk_failure(const struct bulk *bulk);

// Writes the summary, after bulk_end. False: results are asked for instead.
bool bulk_summarise(const struct bulk *bulk, struct buf *buf);

// What was taken so far.
struct bulk_tally {
	struct row_counts counts;
	uint32_t *decisions; // evaluated, by the ordinal of their decision
};
const struct bulk_tally *bulk_tally(const struct bulk *bulk);

// How many bytes the results have, after bulk_end. False: out of memory.
bool bulk_size(struct bulk *bulk, uint64_t *size);

// The next bytes of the results: how many, 0 at the end, -1 out of memory.
long bulk_read(struct bulk *bulk, char *to, size_t room);
