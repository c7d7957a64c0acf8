// SPDX-License-Identifier: MIT
// An edition: one proved rulebook with the bytes of its answers laid out.
//
// Every outcome is written once, for each language and form of row, when the edition
// is made (pieces.h). An answer is then the facts, one piece for each feature, and a
// constant tail; complete answers are kept as sheets once they were asked for,
// so that the next one like it is a pointer.
//
// An edition is counted: whoever holds one may read it from any thread; it and
// all its bytes go when the last holder lets go.
#ifndef SERVICE_EDITION_H
#define SERVICE_EDITION_H

#include "answers.h"
#include "buf.h"

#include <pmm/rules.h>
#include <stdatomic.h>

enum format {
	FORMAT_JSON,
	FORMAT_PRETTY,
	FORMAT_TEXT,
	// The part of a bulk row that follows from its profile alone.
	FORMAT_ROW, // "facts":{...},"features":{...}}
	FORMAT_ROW_FULL, // the same with the whole answer
	FORMAT_ROW_CSV, // ,facts,features,<empty error>, with its line feed
	FORMAT_ROW_TEXT, // aligned columns
	FORMAT_COUNT,
};

// Ways in which one sheet is sent: the headers differ.
enum sheet_use { SHEET_POST, SHEET_GET, SHEET_USE_COUNT };

enum { EDITION_ETAG_MAX = 96 };

// A complete answer, ready to be sent to anybody.
struct sheet {
	uint64_t key;
	struct str body;
	char etag[EDITION_ETAG_MAX]; // with its quotes
	// What the transport keeps with it; owned by whoever set it, given back
	// through edition_options.release.
	_Atomic(void *) handle[SHEET_USE_COUNT];
};

struct edition_options {
	void (*release)(void *handle); // may be NULL
	struct ledger *ledger; // outlives the edition; NULL: nobody counts its answers
};

struct edition;

// Lays out RULEBOOK, which the edition owns from now on if the result is 0 (else
// -ENOMEM and the caller keeps it). One reference belongs to the caller.
int edition_create(
	struct edition **out, struct pmm_rulebook *rulebook, const struct edition_options *options);

// Undoes edition_create, by the only holder: the edition goes, and the rulebook
// is the caller's again.
void edition_give_back(struct edition *edition);

struct edition *edition_ref(struct edition *edition);
void edition_unref(struct edition *edition); // NULL is allowed

const struct pmm_rulebook *edition_rulebook(const struct edition *edition);

// When its rulebook holds; days are numbers (date.h).
int32_t edition_begins(const struct edition *edition);
bool edition_is_in_force(const struct edition *edition, int32_t day);

// For answers_add; may be NULL.
struct answers *edition_answers(const struct edition *edition);

// The complete answer for a profile without an id, or NULL when there is no
// room to keep it (then edition_write makes one). INDEX is below the space.
struct sheet *edition_sheet(
	struct edition *edition, uint32_t index, enum pmm_lang lang, enum format format);

// Writes the answer for a profile; ID may be empty. Ends with a newline.
void edition_write(const struct edition *edition, struct buf *buf, uint32_t index, struct str id,
	enum pmm_lang lang, enum format format);

// The strong ETag of an answer without an id, with its quotes.
void edition_etag(const struct edition *edition, uint32_t index, enum pmm_lang lang,
	enum format format, char etag[EDITION_ETAG_MAX]);

// The same bytes without a copy: kept ones, or else written into SCRATCH.
struct str edition_part(struct edition *edition, uint32_t index, enum pmm_lang lang,
	enum format format, struct buf *scratch);

// {"id":"...","version":"...","digest":"..."}
struct str edition_identity(const struct edition *edition);

// table.c: the answer as aligned text for a terminal.
void edition_write_text(const struct edition *edition, struct buf *buf, uint32_t index,
	struct str id, enum pmm_lang lang);

// The columns of FORMAT_ROW_TEXT: their heading, and one row.
void edition_text_head(const struct edition *edition, struct buf *buf);
void edition_text_row(const struct edition *edition, struct buf *buf, uint32_t index);

// layout.c: what answers consist of (pieces.h): a fact, "role":"guru", and an outcome
// as JSON, as the values alone, and as columns of CSV.
void layout_fact(struct buf *buf, const struct pmm_fact *fact, const struct pmm_value *value);
void layout_outcome(struct buf *buf, const struct pmm_rulebook *rulebook,
	const struct pmm_outcome *outcome, enum pmm_lang lang);
void layout_outcome_row(
	struct buf *buf, const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome);
void layout_outcome_csv(
	struct buf *buf, const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome);
const char *layout_value(const struct pmm_attribute *attribute, uint32_t possible);

#endif
