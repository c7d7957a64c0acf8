// SPDX-License-Identifier: MIT
#include "bulk.h"

#include "store.h"

#include <stdlib.h>

// The tag of a stored row is its profile's index, which leaves bits free: the row is
// direct (results.h), so that it is written where it goes; or it was rejected, and the
// rest is the ordinal of its error. A bit more tells an id that is a number.
static const uint32_t number_bit = UINT32_C(1) << 29, direct_bit = UINT32_C(1) << 30,
		      rejected_bit = UINT32_C(1) << 31, rest_bits = (UINT32_C(1) << 29) - 1;
// With both of the highest bits it is no row: its "id" is a struct place.
_Static_assert(PMM_SPACE_MAX <= 1 << 29, "the index of a profile needs the bits of a tag");

// Errors are kept once for all rows that have them. Past this many bytes (and
// so many for each row) further ones are kept by their code alone.
enum { ERRORS_BYTES = 256 << 10, ERRORS_BYTES_PER_ROW = 32 };

// Where rows are, from the next one on: rows are numbered one by one, and so are those of a
// spreadsheet, but for what is skipped, and what is no row.
struct place {
	uint64_t number; // of the row
	uint64_t ahead; // by how much the spreadsheet's is greater; 0: there is none
};

struct bulk {
	struct bulk_options options;
	const struct pmm_rulebook *rulebook;
	struct rows *rows;
	struct summary *summary; // or NULL: the rows are kept
	struct store store;
	struct intern errors; // of rejected rows, as results_error writes them
	size_t errors_size;
	struct bulk_tally tally;
	struct place next; // of rows that come (0: none came); then, of those that are written
	uint64_t size; // bytes of the rows' results
	struct buf scratch;
	// the stream of results
	struct store_cursor cursor;
	bool has_tail;
	struct buf pending; // the head, the tail or a row that is not direct
	size_t taken; // of it
};

// --- rows in

static inline void count_row(struct bulk *bulk, const struct row *row)
{
	row_counts_add(&bulk->tally.counts, row);
	if (row->rejected == CODE_none)
		bulk->tally.decisions[pmm_decide(bulk->rulebook, row->index)->ordinal]++;
}

// Keeps what is wrong with a row, and sets its tag. False: out of memory.
static bool keep_error(struct bulk *bulk, const struct row *row, uint32_t *tag)
{
	const uint64_t most = ERRORS_BYTES + ERRORS_BYTES_PER_ROW * row->number;
	const uint32_t count = bulk->errors.count;
	struct buf *scratch = &bulk->scratch;
	uint32_t ordinal;
	buf_reset(scratch);
	results_error(&bulk->options.results, scratch, row, false);
	if (bulk->errors_size + scratch->size > most) {
		buf_reset(scratch);
		results_error(&bulk->options.results, scratch, row, true);
	}
	if (scratch->failed || intern_add(&bulk->errors, buf_view(scratch), &ordinal))
		return false;
	if (bulk->errors.count > count)
		bulk->errors_size += scratch->size;
	*tag = ordinal | rejected_bit;
	return true;
}

// Writes the next row, and is past it.
static void write_row(struct bulk *bulk, struct buf *buf, uint32_t tag, struct str text)
{
	const struct results *results = &bulk->options.results;
	const struct answer_id id = answer_id_of(text, tag & number_bit);
	const uint64_t number = bulk->next.number++, ahead = bulk->next.ahead;
	if (tag & rejected_bit)
		results_rejected(results, buf, number, id,
			intern_at(&bulk->errors, tag & rest_bits), ahead ? number + ahead : 0);
	else
		results_row(results, buf, number, id, tag & rest_bits);
}

// How far a spreadsheet is ahead with a row; 0: it is in none.
static inline uint64_t ahead_of(const struct row *row)
{
	return row->sheet_row ? row->sheet_row - row->number : 0;
}

// A row that does not follow: keeps where it is; begins, where it is the first. False: out
// of memory.
static bool keep_place(struct bulk *bulk, const struct row *row)
{
	if (!bulk->store.first)
		results_begin(&bulk->options.results, rows_header(bulk->rows), row->number);
	bulk->next = (struct place){row->number, ahead_of(row)};
	return store_add(&bulk->store, direct_bit | rejected_bit,
		(struct str){(const char *)&bulk->next, sizeof bulk->next});
}

// The bytes of a direct row that its profile has alone, or NULL where they are not kept.
static const struct cached_response *find_part(const struct bulk *bulk, uint32_t index)
{
	const struct results *results = &bulk->options.results;
	return snapshot_cached(results->snapshot, index, results->lang, results->format);
}

// One row of /check. The answer's first header has to say how long it is, so rows are
// measured as they come.
static enum code keep_row(void *cls, const struct row *row)
{
	struct bulk *bulk = cls;
	const struct results *results = &bulk->options.results;
	const struct cached_response *part = NULL;
	const struct answer_id id = answer_id_of(row->id, row->id_is_number);
	uint32_t tag = row->index;
	if ((row->number != bulk->next.number || ahead_of(row) != bulk->next.ahead) &&
		!keep_place(bulk, row))
		return CODE_overloaded;
	if (row->rejected != CODE_none && !keep_error(bulk, row, &tag))
		return CODE_overloaded;
	if (row->rejected == CODE_none && results_is_direct(results, row->id))
		part = find_part(bulk, row->index);
	tag |= id.is_number ? number_bit : 0;
	if (part) {
		tag |= direct_bit;
		bulk->size += results_direct_size(results, bulk->next.number++, id, part->body);
	} else {
		buf_reset(&bulk->scratch);
		write_row(bulk, &bulk->scratch, tag, row->id);
		bulk->size += bulk->scratch.size; // only writing it tells
	}
	if (bulk->scratch.failed || !store_add(&bulk->store, tag, row->id))
		return CODE_overloaded;
	count_row(bulk, row);
	return CODE_none;
}

// One row of /summary.
static enum code add_row(void *cls, const struct row *row)
{
	struct bulk *bulk = cls;
	enum code code = summary_add(bulk->summary, row);
	if (code == CODE_none)
		count_row(bulk, row);
	return code;
}

// --- from the first byte to the last

struct bulk *bulk_create(const struct bulk_options *options)
{
	struct bulk *bulk = calloc(1, sizeof *bulk);
	if (!bulk)
		return NULL;
	bulk->options = *options;
	bulk->rulebook = snapshot_rulebook(options->rows.snapshot);
	bulk->options.rows.take = options->is_summary ? add_row : keep_row;
	bulk->options.rows.cls = bulk;
	bulk->rows = rows_create(options->format, &bulk->options.rows);
	bulk->tally.decisions = calloc(
		pmm_rulebook_info(bulk->rulebook)->decision_count, sizeof *bulk->tally.decisions);
	if (options->is_summary)
		bulk->summary = summary_create(options->rows.snapshot);
	if (!bulk->rows || !bulk->tally.decisions || (options->is_summary && !bulk->summary)) {
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
	intern_finish(&bulk->errors);
	buf_finish(&bulk->scratch);
	buf_finish(&bulk->pending);
	free(bulk->tally.decisions);
	free(bulk);
}

bool bulk_feed(struct bulk *bulk, const char *bytes, size_t size)
{
	return rows_feed(bulk->rows, bytes, size);
}

bool bulk_end(struct bulk *bulk)
{
	bool good = rows_end(bulk->rows);
	bulk->cursor.block = bulk->store.first;
	if (!bulk->store.first)
		results_begin(&bulk->options.results, rows_header(bulk->rows), 0);
	bulk->tally.counts.skipped = rows_skipped(bulk->rows);
	if (bulk->summary)
		summary_end(bulk->summary, &bulk->tally.counts);
	else
		results_head(&bulk->options.results, &bulk->pending);
	return good;
}

const struct rows_failure *bulk_failure(const struct bulk *bulk)
{
	return rows_failure(bulk->rows);
}

const struct bulk_tally *bulk_tally(const struct bulk *bulk)
{
	return &bulk->tally;
}

bool bulk_summarise(const struct bulk *bulk, struct buf *buf)
{
	if (bulk->summary)
		summary_write(bulk->summary, buf, &bulk->options.results, rows_header(bulk->rows));
	return bulk->summary != NULL;
}

// --- results out

static void write_tail(const struct bulk *bulk, struct buf *buf)
{
	results_tail(&bulk->options.results, buf, &bulk->tally.counts, rows_header(bulk->rows));
}

bool bulk_size(struct bulk *bulk, uint64_t *size)
{
	struct buf *scratch = &bulk->scratch;
	buf_reset(scratch);
	results_head(&bulk->options.results, scratch);
	write_tail(bulk, scratch);
	*size = bulk->size + scratch->size;
	return !scratch->failed;
}

// Writes the next part into PENDING, all of which was taken. False at the end.
static bool write_part(struct bulk *bulk)
{
	uint32_t tag;
	struct str id;
	buf_reset(&bulk->pending);
	bulk->taken = 0;
	if (store_next(&bulk->cursor, &tag, &id)) {
		if (tag & direct_bit && tag & rejected_bit)
			memcpy(&bulk->next, id.at, sizeof bulk->next);
		else
			write_row(bulk, &bulk->pending, tag, id);
		return true;
	}
	if (bulk->has_tail)
		return false;
	write_tail(bulk, &bulk->pending);
	bulk->has_tail = true;
	return true;
}

// Writes direct rows to TO for as long as they fit.
static size_t write_direct(struct bulk *bulk, char *to, size_t room)
{
	char *at = to;
	for (;;) {
		struct store_cursor cursor = bulk->cursor;
		uint32_t tag;
		struct str text;
		if (!store_next(&cursor, &tag, &text) || !(tag & direct_bit) || tag & rejected_bit)
			break;
		const struct cached_response *part = find_part(bulk, tag & rest_bits);
		const struct answer_id id = answer_id_of(text, tag & number_bit);
		if (!part || results_direct_most(text, part->body) > room - (size_t)(at - to))
			break;
		at = results_direct(
			&bulk->options.results, at, bulk->next.number++, id, part->body);
		bulk->cursor = cursor;
	}
	return (size_t)(at - to);
}

static size_t take_pending(struct bulk *bulk, char *to, size_t room)
{
	const size_t left = bulk->pending.size - bulk->taken, size = left < room ? left : room;
	if (size)
		memcpy(to, bulk->pending.at + bulk->taken, size);
	bulk->taken += size;
	return size;
}

long bulk_read(struct bulk *bulk, char *to, size_t room)
{
	size_t used = 0;
	do {
		if (bulk->pending.failed)
			return -1;
		used += take_pending(bulk, to + used, room - used);
		if (used < room)
			used += write_direct(bulk, to + used, room - used);
	} while (used < room && write_part(bulk));
	return (long)used;
}
