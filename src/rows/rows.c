// SPDX-License-Identifier: MIT
#include "rows.h"

#include "row.h"

#include <stdlib.h>

// Working memory of one row: its names, decoded texts and errors.
static const size_t arena_max = 16u << 20;

struct rows *rows_create(enum rows_format format, const struct rows_options *options)
{
	struct rows *rows = calloc(1, sizeof *rows);
	if (!rows)
		return NULL;
	rows->options = *options;
	rows->format = format;
	rows->at_start = rows->csv.is_field_start = true;
	arena_init(&rows->arena, rows->block, sizeof rows->block, arena_max);
	arena_init(&rows->columns_arena, NULL, 0, arena_max);
	return rows;
}

void rows_destroy(struct rows *rows)
{
	if (!rows)
		return;
	buf_finish(&rows->carry);
	buf_finish(&rows->envelope);
	arena_finish(&rows->arena);
	arena_finish(&rows->columns_arena);
	free(rows);
}

const struct rows_failure *rows_failure(const struct rows *rows)
{
	return &rows->failure;
}

const struct rows_header *rows_header(const struct rows *rows)
{
	return rows->columns ? &rows->header : NULL;
}

uint64_t rows_skipped(const struct rows *rows)
{
	return rows->skipped;
}

static const struct framing {
	bool (*feed)(struct rows *rows, const char *bytes, size_t size);
	bool (*end)(struct rows *rows);
} framings[] = {
	[ROWS_JSON] = {array_feed, array_end},
	[ROWS_NDJSON] = {lines_feed, lines_end},
	[ROWS_CSV] = {csv_feed, csv_end},
};

bool rows_feed(struct rows *rows, const char *bytes, size_t size)
{
	if (rows->failure.code != CODE_none)
		return false;
	bool goes_on = framings[rows->format].feed(rows, bytes, size);
	rows->consumed += size;
	if (rows->carry.failed)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	return goes_on;
}

bool rows_end(struct rows *rows)
{
	return rows->failure.code == CODE_none && framings[rows->format].end(rows);
}
