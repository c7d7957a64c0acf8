// SPDX-License-Identifier: MIT
#include "edition.h"

#include "date.h"
#include "json.h"
#include "negotiate.h"
#include "pieces.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// Sheets that are kept, and slots to find them in. A usual rulebook has a few
// hundred answers; a huge one keeps those that are asked for first.
enum { SHEETS_MAX = 4096, SHEET_SLOTS = 8192 };

struct edition {
	atomic_uint holders;
	struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	int32_t from, to; // days on which it is in force
	struct edition_options options;
	struct answers *answers; // or NULL
	struct pieces pieces;
	struct buf tail; // "rulebook":{...}}\n
	struct str identity; // in tail
	atomic_uint sheet_count;
	bool is_direct; // every sheet that there can be has its own slot
	_Atomic(struct sheet *) sheets[SHEET_SLOTS]; // open addressing, never removed
};

static void lay_out_tail(struct edition *edition)
{
	const struct pmm_rulebook_info *info = edition->info;
	struct buf *tail = &edition->tail;
	buf_text(tail, "\"rulebook\":{\"id\":");
	buf_json(tail, str_of(info->id));
	buf_text(tail, ",\"version\":");
	buf_json(tail, str_of(info->version));
	buf_text(tail, ",\"digest\":");
	buf_json(tail, str_of(info->digest));
	buf_text(tail, "}}\n");
	const size_t name = sizeof "\"rulebook\":" - 1;
	if (!tail->failed)
		edition->identity = (struct str){tail->at + name, tail->size - name - 2};
}

// Both are days that exist, since the rulebook is proved.
static void read_days(struct edition *edition)
{
	edition->to = DATE_MAX;
	date_read(str_of(edition->info->effective_from), &edition->from);
	if (edition->info->effective_to)
		date_read(str_of(edition->info->effective_to), &edition->to);
}

int edition_create(
	struct edition **out, struct pmm_rulebook *rulebook, const struct edition_options *options)
{
	struct edition *edition = calloc(1, sizeof *edition);
	if (!edition)
		return -ENOMEM;
	edition->info = pmm_rulebook_info(rulebook);
	edition->rulebook = rulebook;
	edition->options = *options;
	read_days(edition);
	edition->is_direct = (uint64_t)edition->info->space * PMM_LANG_COUNT * FORMAT_COUNT <=
			     SHEET_SLOTS;
	atomic_init(&edition->holders, 1);
	bool has_pieces = pieces_init(&edition->pieces, rulebook);
	lay_out_tail(edition);
	if (!has_pieces || edition->tail.failed ||
		(options->ledger && answers_create(&edition->answers, options->ledger, rulebook))) {
		edition_give_back(edition);
		return -ENOMEM;
	}
	*out = edition;
	return 0;
}

struct edition *edition_ref(struct edition *edition)
{
	atomic_fetch_add_explicit(&edition->holders, 1, memory_order_relaxed);
	return edition;
}

static void destroy_sheet(struct edition *edition, struct sheet *sheet)
{
	if (!sheet)
		return;
	for (int use = 0; use < SHEET_USE_COUNT; use++) {
		void *handle = atomic_load(&sheet->handle[use]);
		if (handle && edition->options.release)
			edition->options.release(handle);
	}
	free(sheet);
}

void edition_unref(struct edition *edition)
{
	if (!edition || atomic_fetch_sub_explicit(&edition->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < SHEET_SLOTS; i++)
		destroy_sheet(edition, atomic_load(&edition->sheets[i]));
	answers_destroy(edition->answers);
	pieces_finish(&edition->pieces);
	buf_finish(&edition->tail);
	pmm_rulebook_destroy(edition->rulebook);
	free(edition);
}

void edition_give_back(struct edition *edition)
{
	edition->rulebook = NULL;
	edition_unref(edition);
}

const struct pmm_rulebook *edition_rulebook(const struct edition *edition)
{
	return edition->rulebook;
}

int32_t edition_begins(const struct edition *edition)
{
	return edition->from;
}

bool edition_is_in_force(const struct edition *edition, int32_t day)
{
	return edition->from <= day && day <= edition->to;
}

struct answers *edition_answers(const struct edition *edition)
{
	return edition->answers;
}

struct str edition_identity(const struct edition *edition)
{
	return edition->identity;
}

static void write_json(const struct edition *edition, struct buf *buf, uint32_t index,
	struct str id, enum pmm_lang lang)
{
	const struct pmm_decision *decision = pmm_decide(edition->rulebook, index);
	buf_char(buf, '{');
	if (id.size) {
		buf_text(buf, "\"id\":");
		buf_json(buf, id);
		buf_char(buf, ',');
	}
	buf_text(buf, "\"facts\":");
	pieces_add_facts(&edition->pieces, buf, index);
	buf_text(buf, ",\"features\":{");
	pieces_add_outcomes(&edition->pieces, buf, decision, (enum piece_kind)lang, ',');
	buf_text(buf, "},\"missing\":");
	pieces_add_missing(&edition->pieces, buf, decision->missing);
	buf_char(buf, ',');
	buf_str(buf, buf_view(&edition->tail));
}

void edition_write(const struct edition *edition, struct buf *buf, uint32_t index, struct str id,
	enum pmm_lang lang, enum format format)
{
	struct buf compact = {0};
	switch (format) {
	case FORMAT_TEXT: edition_write_text(edition, buf, index, id, lang); break;
	case FORMAT_ROW: pieces_add_row(&edition->pieces, buf, index); break;
	case FORMAT_ROW_CSV: pieces_add_csv(&edition->pieces, buf, index); break;
	case FORMAT_ROW_TEXT: edition_text_row(edition, buf, index); break;
	case FORMAT_PRETTY:
	case FORMAT_ROW_FULL:
		write_json(edition, &compact, index, id, lang);
		if (!compact.failed && format == FORMAT_PRETTY)
			json_indent(buf, buf_view(&compact), 0);
		else if (!compact.failed) // without its brace and its line feed
			buf_add(buf, compact.at + 1, compact.size - 2);
		buf->failed |= compact.failed;
		buf_finish(&compact);
		break;
	default: write_json(edition, buf, index, id, lang);
	}
}

void edition_etag(const struct edition *edition, uint32_t index, enum pmm_lang lang,
	enum format format, char etag[EDITION_ETAG_MAX])
{
	static const char *const names[] = {"json", "pretty", "text", "row", "full", "csv", "line"};
	// The digest's first 64 bits tell rulebooks apart, the version layouts.
	snprintf(etag, EDITION_ETAG_MAX, "\"%.16s-%u-%s-%s-%s\"",
		edition->info->digest + sizeof "sha256:" - 1, index, language_tag(lang),
		names[format], PMM_VERSION);
}

static struct sheet *create_sheet(
	struct edition *edition, uint32_t index, enum pmm_lang lang, enum format format)
{
	struct buf body = {0};
	edition_write(edition, &body, index, (struct str){NULL, 0}, lang, format);
	struct sheet *sheet = body.failed || !body.at ? NULL : malloc(sizeof *sheet + body.size);
	if (sheet) {
		char *bytes = memcpy((char *)(sheet + 1), body.at, body.size);
		*sheet = (struct sheet){.body = {bytes, body.size}};
		edition_etag(edition, index, lang, format, sheet->etag);
	}
	buf_finish(&body);
	return sheet;
}

// Puts SHEET into its slot, unless another thread was faster.
static struct sheet *keep_sheet(
	struct edition *edition, struct sheet *sheet, _Atomic(struct sheet *) *slot)
{
	struct sheet *other = NULL;
	if (atomic_compare_exchange_strong(slot, &other, sheet)) {
		atomic_fetch_add(&edition->sheet_count, 1);
		return sheet;
	}
	bool same = other->key == sheet->key;
	free(sheet);
	return same ? other : NULL;
}

struct sheet *edition_sheet(
	struct edition *edition, uint32_t index, enum pmm_lang lang, enum format format)
{
	uint64_t key = ((uint64_t)index * PMM_LANG_COUNT + lang) * FORMAT_COUNT + format;
	// A usual rulebook has room for all of them: then the key is the place.
	uint64_t hash = edition->is_direct ? key : key * 0x9E3779B97F4A7C15 >> 40;
	_Atomic(struct sheet *) *slot;
	for (;; hash++) { // at most half of the slots are taken
		slot = &edition->sheets[hash % SHEET_SLOTS];
		struct sheet *sheet = atomic_load_explicit(slot, memory_order_acquire);
		if (!sheet)
			break;
		if (sheet->key == key)
			return sheet;
	}
	if (!edition->is_direct && atomic_load(&edition->sheet_count) >= SHEETS_MAX)
		return NULL;
	struct sheet *sheet = create_sheet(edition, index, lang, format);
	if (!sheet)
		return NULL;
	sheet->key = key;
	return keep_sheet(edition, sheet, slot);
}

struct str edition_part(struct edition *edition, uint32_t index, enum pmm_lang lang,
	enum format format, struct buf *scratch)
{
	const struct sheet *sheet = edition_sheet(edition, index, lang, format);
	if (sheet)
		return sheet->body;
	buf_reset(scratch);
	edition_write(edition, scratch, index, (struct str){NULL, 0}, lang, format);
	return buf_view(scratch);
}
