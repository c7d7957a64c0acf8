// SPDX-License-Identifier: MIT
#include "bulk.h"

#include "store.h"

#include <stdlib.h>

// A stored row is a profile's index, or with this bit the ordinal of an error.
static const uint32_t rejected_bit = UINT32_C(1) << 31;

// Errors are kept once for all rows that have them. Past this many bytes (and
// so many for each row) further ones are kept by their code alone.
enum { ERRORS_BYTES = 256 << 10, ERRORS_BYTES_PER_ROW = 32 };

enum stage { STAGE_HEAD, STAGE_ROWS, STAGE_TAIL, STAGE_END };

struct bulk {
	struct bulk_options options;
	struct rows *rows;
	struct summary *summary;
	struct store store;
	struct texts errors;
	struct results_counts counts;
	struct bulk_tally tally;
	uint64_t size; // bytes of the rows' results
	struct buf scratch;
	// the stream of results
	enum stage stage;
	struct store_cursor cursor;
	uint64_t number;
	struct buf pending; // what did not fit into the reader's room
	size_t pending_at;
};

static void write_row(
	struct bulk *bulk, struct buf *buf, uint64_t number, uint32_t tag, struct str id)
{
	const struct results *results = &bulk->options.results;
	if (tag & rejected_bit)
		results_rejected(
			results, buf, number, id, texts_at(&bulk->errors, tag & ~rejected_bit));
	else
		results_row(results, buf, number, id, tag);
}

// Adds to the size of the answer, which its first header has to say.
static bool count_size(struct bulk *bulk, uint64_t number, uint32_t tag, struct str id)
{
	size_t size = 0;
	if (!(tag & rejected_bit))
		size = results_row_size(&bulk->options.results, number, id, tag);
	if (size == 0) {
		buf_reset(&bulk->scratch);
		write_row(bulk, &bulk->scratch, number, tag, id);
		size = bulk->scratch.size;
	}
	bulk->size += size;
	return !bulk->scratch.failed;
}

// The ordinal of a row's error among those kept, or UINT32_MAX.
static uint32_t keep_error(struct bulk *bulk, const struct row *row)
{
	uint64_t budget = ERRORS_BYTES + ERRORS_BYTES_PER_ROW * bulk->counts.rows;
	buf_reset(&bulk->scratch);
	results_error(&bulk->options.results, &bulk->scratch, row, false);
	if (bulk->errors.size + bulk->scratch.size > budget) {
		buf_reset(&bulk->scratch);
		results_error(&bulk->options.results, &bulk->scratch, row, true);
	}
	return bulk->scratch.failed ? UINT32_MAX
				    : texts_add(&bulk->errors, buf_view(&bulk->scratch));
}

static enum code keep_row(struct bulk *bulk, const struct row *row)
{
	uint32_t tag = row->index;
	bulk->counts.rows++;
	if (row->rejected != CODE_none) {
		uint32_t ordinal = keep_error(bulk, row);
		if (ordinal == UINT32_MAX)
			return CODE_overloaded;
		bulk->counts.rejected++;
		tag = ordinal | rejected_bit;
	}
	bool good = store_add(&bulk->store, tag, row->id) &&
		    count_size(bulk, row->number, tag, row->id);
	return good ? CODE_none : CODE_overloaded;
}

static void count_row(struct bulk *bulk, const struct row *row)
{
	struct bulk_tally *tally = &bulk->tally;
	tally->rows[row->rejected]++;
	if (row->rejected == CODE_none)
		tally->profiles[row->index]++;
	else if (row->rejected == CODE_invalid_profile)
		for (const struct profile_error *e = row->profile->errors; e; e = e->next)
			tally->errors[e->code]++;
}

static enum code take_row(void *cls, const struct row *row)
{
	struct bulk *bulk = cls;
	enum code code = bulk->summary ? summary_add(bulk->summary, row) : keep_row(bulk, row);
	if (code == CODE_none)
		count_row(bulk, row);
	return code;
}

struct bulk *bulk_create(const struct bulk_options *options)
{
	struct bulk *bulk = calloc(1, sizeof *bulk);
	if (!bulk)
		return NULL;
	bulk->options = *options;
	bulk->options.rows.take = take_row;
	bulk->options.rows.cls = bulk;
	bulk->rows = rows_create(options->format, &bulk->options.rows);
	bulk->tally.profiles = calloc(
		pmm_rulebook_info(edition_rulebook(options->rows.edition))->space,
		sizeof *bulk->tally.profiles);
	if (options->is_summary)
		bulk->summary = summary_create(options->rows.edition, options->is_grouped);
	if (!bulk->rows || !bulk->tally.profiles || (options->is_summary && !bulk->summary)) {
		bulk_destroy(bulk);
		return NULL;
	}
	return bulk;
}

void bulk_destroy(struct bulk *bulk)
{
	if (!bulk)
		return;
	rows_destroy(bulk->rows);
	summary_destroy(bulk->summary);
	store_finish(&bulk->store);
	texts_finish(&bulk->errors);
	buf_finish(&bulk->scratch);
	buf_finish(&bulk->pending);
	free(bulk->tally.profiles);
	free(bulk);
}

bool bulk_feed(struct bulk *bulk, const char *bytes, size_t size)
{
	return rows_feed(bulk->rows, bytes, size);
}

const struct rows_failure *bulk_failure(const struct bulk *bulk)
{
	return rows_failure(bulk->rows);
}

const struct bulk_tally *bulk_tally(const struct bulk *bulk)
{
	return &bulk->tally;
}

const struct summary *bulk_summary(const struct bulk *bulk)
{
	return bulk->summary;
}

bool bulk_end(struct bulk *bulk)
{
	bool good = rows_end(bulk->rows);
	bulk->cursor = store_start(&bulk->store);
	if (bulk->summary)
		summary_end(bulk->summary);
	return good;
}

// Writes the next part into BUF, which may hold more already. False at the end.
static bool write_part(struct bulk *bulk, struct buf *buf, uint32_t tag, struct str id)
{
	switch (bulk->stage) {
	case STAGE_HEAD:
		results_head(&bulk->options.results, buf);
		bulk->stage = STAGE_ROWS;
		return true;
	case STAGE_ROWS: write_row(bulk, buf, bulk->number, tag, id); return true;
	case STAGE_TAIL:
		results_tail(&bulk->options.results, buf, bulk->counts);
		bulk->stage = STAGE_END;
		return true;
	default: return false;
	}
}

bool bulk_size(struct bulk *bulk, uint64_t *size)
{
	struct buf *scratch = &bulk->scratch;
	buf_reset(scratch);
	results_head(&bulk->options.results, scratch);
	results_tail(&bulk->options.results, scratch, bulk->counts);
	*size = bulk->size + scratch->size;
	return !scratch->failed;
}

static size_t take_pending(struct bulk *bulk, char *to, size_t room)
{
	size_t left = bulk->pending.size - bulk->pending_at;
	size_t size = left < room ? left : room;
	if (size)
		memcpy(to, bulk->pending.at + bulk->pending_at, size);
	bulk->pending_at += size;
	if (bulk->pending_at == bulk->pending.size) {
		buf_reset(&bulk->pending);
		bulk->pending_at = 0;
	}
	return size;
}

// Writes a row straight to TO if it is known to fit. 0 if not.
static size_t write_in_place(struct bulk *bulk, char *to, size_t room, uint32_t tag, struct str id)
{
	if (tag & rejected_bit)
		return 0;
	size_t size = results_row_bound(&bulk->options.results, id, tag);
	if (size == 0 || size > room)
		return 0;
	struct buf place = {0}; // never grows: the row is known to fit
	place.at = to;
	place.room = room;
	write_row(bulk, &place, bulk->number, tag, id);
	return place.failed ? 0 : place.size;
}

long bulk_read(struct bulk *bulk, char *to, size_t room)
{
	size_t used = take_pending(bulk, to, room);
	while (used < room && bulk->stage != STAGE_END) {
		uint32_t tag = 0;
		struct str id = {NULL, 0};
		if (bulk->stage == STAGE_ROWS) {
			if (store_next(&bulk->cursor, &tag, &id))
				bulk->number++;
			else
				bulk->stage = STAGE_TAIL;
		}
		size_t direct = bulk->stage == STAGE_ROWS
					? write_in_place(bulk, to + used, room - used, tag, id)
					: 0;
		if (direct) {
			used += direct;
			continue;
		}
		write_part(bulk, &bulk->pending, tag, id);
		if (bulk->pending.failed)
			return -1;
		used += take_pending(bulk, to + used, room - used);
	}
	return (long)used;
}
