// SPDX-License-Identifier: MIT
#include "bulk.h"

#include "store.h"

#include <stdlib.h>

// A stored row is a profile's index, which leaves bits free: its row is direct
// (results.h), so that its size is known and it is written where it goes; or it
// was rejected, and the rest is the ordinal of its error.
static const uint32_t direct_bit = UINT32_C(1) << 30, rejected_bit = UINT32_C(1) << 31;
_Static_assert(PMM_SPACE_MAX <= 1 << 30, "the index of a profile needs the bits of a tag");

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
		results_row(results, buf, number, id, tag & ~direct_bit);
}

// The size of a row for which only writing it tells. Where memory gives out there,
// SCRATCH remembers it.
static size_t measure_row(struct bulk *bulk, uint64_t number, uint32_t tag, struct str id)
{
	buf_reset(&bulk->scratch);
	write_row(bulk, &bulk->scratch, number, tag, id);
	return bulk->scratch.size;
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

static void count_decision(struct bulk *bulk, uint32_t index)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(bulk->options.rows.snapshot);
	bulk->tally.decisions[pmm_decide(rulebook, index)->ordinal]++;
}

// The bytes of a direct row that its profile has alone, or NULL where they are not kept.
static const struct cached_response *find_part(const struct bulk *bulk, uint32_t index)
{
	const struct results *results = &bulk->options.results;
	return snapshot_cached(results->snapshot, index, results->lang, results_format(results));
}

static void count_row(struct bulk *bulk, const struct row *row)
{
	struct bulk_tally *tally = &bulk->tally;
	tally->rows[row->rejected]++;
	if (row->rejected == CODE_invalid_profile)
		for (const struct profile_error *e = row->profile->errors; e; e = e->next)
			tally->errors[e->code]++;
}

// Stores a row, and adds to the size of the answer, which its first header has to
// say.
static bool store_row(
	struct bulk *bulk, const struct row *row, uint32_t tag, const struct cached_response *part)
{
	const struct results *results = &bulk->options.results;
	if (!store_add(&bulk->store, tag, row->id))
		return false;
	if (part) {
		bulk->size += results_direct_size(results, row->number, row->id, part->body);
		return true;
	}
	bulk->size += measure_row(bulk, row->number, tag, row->id);
	return !bulk->scratch.failed;
}

static enum code keep_rejected(struct bulk *bulk, const struct row *row)
{
	uint32_t ordinal = keep_error(bulk, row);
	if (ordinal == UINT32_MAX || !store_row(bulk, row, ordinal | rejected_bit, NULL))
		return CODE_overloaded;
	bulk->counts.rejected++;
	return CODE_none;
}

static enum code keep_evaluated(struct bulk *bulk, const struct row *row)
{
	const bool is_direct = results_is_direct(&bulk->options.results, row->id);
	const struct cached_response *part = is_direct ? find_part(bulk, row->index) : NULL;
	if (!store_row(bulk, row, row->index | (part ? direct_bit : 0), part))
		return CODE_overloaded;
	count_decision(bulk, row->index);
	return CODE_none;
}

// One row of /check.
static enum code keep_row(void *cls, const struct row *row)
{
	struct bulk *bulk = cls;
	bulk->counts.rows++;
	enum code code = row->rejected == CODE_none ? keep_evaluated(bulk, row)
						    : keep_rejected(bulk, row);
	if (code == CODE_none)
		count_row(bulk, row);
	return code;
}

// One row of /summary.
static enum code add_row(void *cls, const struct row *row)
{
	struct bulk *bulk = cls;
	enum code code = summary_add(bulk->summary, row);
	if (code != CODE_none)
		return code;
	if (row->rejected == CODE_none)
		count_decision(bulk, row->index);
	count_row(bulk, row);
	return CODE_none;
}

// What is kept of the rows, as the options want it. False: out of memory.
static bool prepare(struct bulk *bulk)
{
	const struct bulk_options *options = &bulk->options;
	const struct pmm_rulebook *rulebook = snapshot_rulebook(options->rows.snapshot);
	bulk->tally.decisions = calloc(
		pmm_rulebook_info(rulebook)->decision_count, sizeof *bulk->tally.decisions);
	if (options->is_summary)
		bulk->summary = summary_create(options->rows.snapshot, options->is_grouped);
	return bulk->tally.decisions && (!options->is_summary || bulk->summary);
}

struct bulk *bulk_create(const struct bulk_options *options)
{
	struct bulk *bulk = calloc(1, sizeof *bulk);
	if (!bulk)
		return NULL;
	bulk->options = *options;
	bulk->options.rows.take = options->is_summary ? add_row : keep_row;
	bulk->options.rows.cls = bulk;
	bulk->rows = rows_create(options->format, &bulk->options.rows);
	if (!bulk->rows || !prepare(bulk)) {
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
	free(bulk->tally.decisions);
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

// Writes direct rows to TO for as long as they fit.
static size_t write_direct(struct bulk *bulk, char *to, size_t room)
{
	const struct results *results = &bulk->options.results;
	char *at = to;
	for (;;) {
		struct store_cursor cursor = bulk->cursor;
		uint32_t tag;
		struct str id;
		if (!store_next(&cursor, &tag, &id) || !(tag & direct_bit) || tag & rejected_bit)
			break;
		const struct cached_response *part = find_part(bulk, tag & ~direct_bit);
		if (!part || results_direct_most(id, part->body) > room - (size_t)(at - to))
			break;
		at = results_direct(results, at, ++bulk->number, id, part->body);
		bulk->cursor = cursor;
	}
	return (size_t)(at - to);
}

// Writes the next part into PENDING. False at the end.
static bool write_part(struct bulk *bulk)
{
	struct buf *pending = &bulk->pending;
	uint32_t tag;
	struct str id;
	switch (bulk->stage) {
	case STAGE_HEAD:
		results_head(&bulk->options.results, pending);
		bulk->stage = STAGE_ROWS;
		return true;
	case STAGE_ROWS:
		if (store_next(&bulk->cursor, &tag, &id))
			write_row(bulk, pending, ++bulk->number, tag, id);
		else
			bulk->stage = STAGE_TAIL;
		return true;
	case STAGE_TAIL:
		results_tail(&bulk->options.results, pending, bulk->counts);
		bulk->stage = STAGE_END;
		return true;
	default: return false;
	}
}

long bulk_read(struct bulk *bulk, char *to, size_t room)
{
	size_t used = take_pending(bulk, to, room);
	while (used < room) {
		if (bulk->stage == STAGE_ROWS)
			used += write_direct(bulk, to + used, room - used);
		if (!write_part(bulk))
			break;
		if (bulk->pending.failed)
			return -1;
		used += take_pending(bulk, to + used, room - used);
	}
	return (long)used;
}
