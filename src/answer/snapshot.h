// SPDX-License-Identifier: MIT
// A snapshot: one proved rulebook with the bytes of its answers laid out.
//
//     outcomes ─ once ─► fragments ─ at the first question ─► cached response
//
// An answer is put together from fragments (forms.h) and then kept, so that the next one
// like it is a pointer. One with an id is the id and the kept one behind it.
//
// Any thread may read a snapshot. It belongs to a rulebook set, which is counted: it and
// all its bytes go with the set's last holder.
#pragma once

#include "forms.h"

#include <pmm/rules.h>
#include <stdatomic.h>

// Ways in which a cached response is sent: the headers differ.
enum cached_use { CACHED_POST, CACHED_GET, CACHED_USE_COUNT };

enum { SNAPSHOT_ETAG_MAX = 96 };

// A complete answer, ready to be sent to anybody.
struct cached_response {
	uint64_t key;
	struct str body;
	char etag[SNAPSHOT_ETAG_MAX]; // with its quotes
	// What the transport keeps with it; owned by whoever set it, given back
	// through snapshot_options.release.
	_Atomic(void *) handle[CACHED_USE_COUNT];
};

struct snapshot_options {
	void (*release)(void *handle); // may be NULL
	// What somebody keeps beside a snapshot, such as counters of its answers: made
	// with it (NULL: out of memory) and ended with it. Both may be NULL.
	void *(*attach)(void *cls, const struct pmm_rulebook *rulebook);
	void (*detach)(void *attached);
	void *cls;
	// Where the pages say that they are to be found, without a slash at its end; NULL: where
	// they were asked for. Outlives the snapshot.
	const char *public_url;
};

struct snapshot;

// Lays out RULEBOOK, which the snapshot owns from now on if the result is 0 (else
// -ENOMEM and the caller keeps it).
int snapshot_create(struct snapshot **out, struct pmm_rulebook *rulebook,
	const struct snapshot_options *options);

void snapshot_destroy(struct snapshot *snapshot); // NULL is allowed

// The same, but the rulebook is the caller's again.
void snapshot_give_back(struct snapshot *snapshot);

const struct pmm_rulebook *snapshot_rulebook(const struct snapshot *snapshot);

// When its rulebook holds; days are numbers (date.h). Where its force ends by itself or by
// a successor, the last day as YYYY-MM-DD; else NULL.
int32_t snapshot_begins(const struct snapshot *snapshot);
const char *snapshot_last_day(const struct snapshot *snapshot);
bool snapshot_is_in_force(const struct snapshot *snapshot, int32_t day);

// Another one takes its place on DAY. Before anybody else has the snapshot.
void snapshot_succeed(struct snapshot *snapshot, int32_t day);

// Whether from tomorrow on another one answers those who name neither, or does already.
// TODAY, which may be NULL, is asked only if one takes its place at all.
bool snapshot_goes_today(const struct snapshot *snapshot, int32_t (*today)(void));

// What snapshot_options.attach made, or NULL.
void *snapshot_attached(const struct snapshot *snapshot);

// The complete answer for a profile without an id, or NULL when there is no
// room to keep it (then snapshot_write makes one). INDEX is below the space.
struct cached_response *snapshot_cached(
	struct snapshot *snapshot, uint32_t index, enum pmm_lang lang, enum format format);

// What was given to be echoed, if anything; a number is a number of JSON.
struct answer_id {
	const char *at;
	uint32_t size;
	bool is_number; // beside the size, so that two registers hold all
};

static inline struct answer_id answer_id_of(struct str text, bool is_number)
{
	return (struct answer_id){text.at, (uint32_t)text.size, is_number};
}

static inline struct str answer_id_text(struct answer_id id)
{
	return (struct str){id.at, id.size};
}

// Writes the answer for a profile; ID may be empty. Ends with a newline. From a DAY, which is
// NULL where the rulebook has no dates, the days left are counted; such answers are not kept.
void snapshot_write_on(struct snapshot *snapshot, struct buf *buf, uint32_t index,
	struct answer_id id, enum pmm_lang lang, enum format format, const int32_t *day);
static inline void snapshot_write(struct snapshot *snapshot, struct buf *buf, uint32_t index,
	struct answer_id id, enum pmm_lang lang, enum format format)
{
	snapshot_write_on(snapshot, buf, index, id, lang, format, NULL);
}

// The answer as a page whose links carry more than the facts; SUFFIX as of page_write.
void snapshot_write_page(const struct snapshot *snapshot, struct buf *buf, uint32_t index,
	enum pmm_lang lang, enum format format, const int32_t *day, const char *suffix);

// The strong ETag of an answer without an id, with its quotes.
void snapshot_etag(const struct snapshot *snapshot, uint32_t index, enum pmm_lang lang,
	enum format format, const int32_t *day, char etag[SNAPSHOT_ETAG_MAX]);

// The same bytes without a copy: kept ones, or else written into SCRATCH.
struct str snapshot_part(struct snapshot *snapshot, uint32_t index, enum pmm_lang lang,
	enum format format, const int32_t *day, struct buf *scratch);

// {"id":"...","version":"...","digest":"..."}
struct str snapshot_identity(const struct snapshot *snapshot);
