// SPDX-License-Identifier: MIT
// What is told of rows as a whole: how many there were, and what was understood of a CSV
// header. Results and summaries, of the service and of commands, tell it with these
// functions. None keeps anything from one call to the next.
#pragma once

#include "rows/rows.h"

// Rows by why they were rejected (CODE_none: evaluated), the errors in those of
// CODE_invalid_profile, and what else became of them.
struct row_counts {
	uint64_t rows[CODE_COUNT], errors[CODE_COUNT];
	uint64_t bare; // evaluated, of which no fact at all was given
	uint64_t skipped; // as rows_skipped; for whoever counts to set
};

static inline void row_counts_add(struct row_counts *counts, const struct row *row)
{
	counts->rows[row->rejected]++;
	counts->bare += row->is_bare && row->rejected == CODE_none;
	if (row->rejected == CODE_invalid_profile)
		for (const struct profile_error *e = row->profile->errors; e; e = e->next)
			counts->errors[e->code]++;
}

static inline uint64_t row_counts_rejected(const struct row_counts *counts)
{
	uint64_t rejected = 0;
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		rejected += counts->rows[code];
	return rejected;
}

static inline uint64_t row_counts_rows(const struct row_counts *counts)
{
	return counts->rows[CODE_none] + row_counts_rejected(counts) + counts->skipped;
}

// The headers of several files as one: what any of them says, once, in the form of the first.
// To be zeroed; it needs an arena_finish.
struct told_header {
	struct rows_header header;
	struct arena arena;
};

// Adds one, of which nothing is needed afterwards. False: out of memory.
bool told_header_add(struct told_header *told, const struct rows_header *more);

// The members of a summary, in an object that JSON has begun: rows, evaluated, rejected,
// skipped, without_facts; and columns, unless HEADER is NULL.
void told_json(struct json_writer *json, const struct row_counts *counts,
	const struct rows_header *header, const struct pmm_rulebook_info *info);

// The counts in one line, and in another what was understood of HEADER; each without its
// line feed. Names that could steer a terminal are escaped.
void told_counts(struct buf *buf, const struct row_counts *counts, enum pmm_lang lang);
void told_columns(struct buf *buf, const struct rows_header *header,
	const struct pmm_rulebook_info *info, enum pmm_lang lang);
