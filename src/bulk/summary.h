// SPDX-License-Identifier: MIT
// Counts of a bulk request: how many must, how many cannot, what is missing, in
// all and for each group. Its memory does not depend on the number of rows.
#pragma once

#include "results.h"

enum { SUMMARY_GROUPS_MAX = 10000 };

// What stands for a group's name in CSV where the whole is told.
#define SUMMARY_WHOLE "*"

struct summary;

// SNAPSHOT outlives it. NULL: out of memory.
struct summary *summary_create(const struct snapshot *snapshot);
void summary_destroy(struct summary *summary); // NULL is allowed

// As results_choose, for the CSV of a summary; also CODE_overloaded.
enum code summary_choose(struct results *results, struct str names, uint16_t *room);

// Counts a row. CODE_none, CODE_too_many_groups or CODE_overloaded.
enum code summary_add(struct summary *summary, const struct row *row);

// All rows were added, and COUNTS are theirs and of what was skipped, which has no group. To
// be called once, before anything is written.
void summary_end(struct summary *summary, const struct row_counts *counts);

// Writes the whole as RESULTS says (JSON, CSV or text) after results_begin, with a line
// feed behind it.
// HEADER: of CSV that was read, or NULL.
void summary_write(const struct summary *summary, struct buf *buf, const struct results *results,
	const struct rows_header *header);
