// SPDX-License-Identifier: MIT
#include "snapshot.h"

#include "page.h"
#include "web/web.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// Cached answers that are kept, and slots to find them in. A usual rulebook has a few
// hundred answers; a huge one keeps those that are asked for first.
enum { CACHED_MAX = 4096, CACHED_SLOTS = 16384 };

struct snapshot {
	struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	int32_t from, to; // days on which it is in force
	const char *last_day; // the latter as text; NULL: DATE_MAX
	char day_before[DATE_TEXT_SIZE]; // what that is where a successor ends its force
	int32_t successor; // the day on which one takes its place; DATE_MAX: none does
	struct snapshot_options options;
	void *attached; // or NULL
	struct fragments fragments;
	atomic_uint cached_count;
	bool is_direct; // every response that there can be has its own slot
	_Atomic(struct cached_response *) cached[CACHED_SLOTS]; // open addressing, never removed
};

// Both are days that exist, since the rulebook is proved.
static void read_days(struct snapshot *snapshot)
{
	snapshot->to = snapshot->successor = DATE_MAX;
	date_read(str_of(snapshot->info->effective_from), &snapshot->from);
	if (snapshot->info->effective_to)
		date_read(str_of(snapshot->info->effective_to), &snapshot->to);
	snapshot->last_day = snapshot->info->effective_to;
}

void snapshot_succeed(struct snapshot *snapshot, int32_t day)
{
	snapshot->successor = day;
	if (!snapshot->last_day) {
		snapshot->to = day - 1;
		date_write(snapshot->day_before, snapshot->to);
		snapshot->last_day = snapshot->day_before;
	}
}

// What belongs to somebody else. False: out of memory.
static bool attach(struct snapshot *snapshot)
{
	const struct snapshot_options *options = &snapshot->options;
	if (!options->attach)
		return true;
	snapshot->attached = options->attach(options->cls, snapshot->rulebook);
	return snapshot->attached != NULL;
}

int snapshot_create(struct snapshot **out, struct pmm_rulebook *rulebook,
	const struct snapshot_options *options)
{
	struct snapshot *snapshot = calloc(1, sizeof *snapshot);
	if (!snapshot)
		return -ENOMEM;
	snapshot->info = pmm_rulebook_info(rulebook);
	snapshot->rulebook = rulebook;
	snapshot->options = *options;
	read_days(snapshot);
	snapshot->is_direct = (uint64_t)snapshot->info->space * PMM_LANG_COUNT * FORMAT_COUNT <=
			      CACHED_SLOTS;
	if (!fragments_init(&snapshot->fragments, rulebook) || !attach(snapshot)) {
		snapshot_give_back(snapshot);
		return -ENOMEM;
	}
	snapshot->fragments.public_url = options->public_url;
	*out = snapshot;
	return 0;
}

static void destroy_cached(struct snapshot *snapshot, struct cached_response *cached)
{
	if (!cached)
		return;
	for (int use = 0; use < CACHED_USE_COUNT; use++) {
		void *handle = atomic_load(&cached->handle[use]);
		if (handle && snapshot->options.release)
			snapshot->options.release(handle);
	}
	free(cached);
}

void snapshot_destroy(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t i = 0; i < CACHED_SLOTS; i++)
		destroy_cached(snapshot, atomic_load(&snapshot->cached[i]));
	if (snapshot->attached)
		snapshot->options.detach(snapshot->attached);
	fragments_finish(&snapshot->fragments);
	pmm_rulebook_destroy(snapshot->rulebook);
	free(snapshot);
}

void snapshot_give_back(struct snapshot *snapshot)
{
	snapshot->rulebook = NULL;
	snapshot_destroy(snapshot);
}

const struct pmm_rulebook *snapshot_rulebook(const struct snapshot *snapshot)
{
	return snapshot->rulebook;
}

int32_t snapshot_begins(const struct snapshot *snapshot)
{
	return snapshot->from;
}

const char *snapshot_last_day(const struct snapshot *snapshot)
{
	return snapshot->last_day;
}

bool snapshot_goes_today(const struct snapshot *snapshot, int32_t (*today)(void))
{
	return snapshot->successor != DATE_MAX && today && today() >= snapshot->successor - 1;
}

bool snapshot_is_in_force(const struct snapshot *snapshot, int32_t day)
{
	return snapshot->from <= day && day <= snapshot->to;
}

void *snapshot_attached(const struct snapshot *snapshot)
{
	return snapshot->attached;
}

struct str snapshot_identity(const struct snapshot *snapshot)
{
	return fragments_identity(&snapshot->fragments);
}

// What an id adds in front of the answer; of JSON that has its brace already.
static void write_id(struct buf *buf, struct answer_id id, enum format format)
{
	struct json_writer json = json_writer_of(buf, format == FORMAT_PRETTY);
	if (format == FORMAT_TEXT) {
		buf_text(buf, "id: ");
		(id.is_number ? buf_str : buf_quoted)(buf, answer_id_text(id));
		buf_char(buf, '\n');
		return;
	}
	json_object(&json);
	(id.is_number ? json_fragment : json_str)(json_name(&json, "id"), answer_id_text(id));
	buf_char(buf, ',');
}

void snapshot_write_on(struct snapshot *snapshot, struct buf *buf, uint32_t index,
	struct answer_id id, enum pmm_lang lang, enum format format, const int32_t *day)
{
	struct buf scratch = {0};
	if (id.size == 0) {
		forms_write(&snapshot->fragments, buf, index, lang, format, day);
		return;
	}
	const struct str answer = snapshot_part(snapshot, index, lang, format, day, &scratch);
	const size_t brace = format % FORMAT_EXPLAIN == FORMAT_TEXT ? 0 : 1;
	write_id(buf, id, format % FORMAT_EXPLAIN);
	if (answer.size)
		buf_add(buf, answer.at + brace, answer.size - brace);
	buf->failed |= scratch.failed;
	buf_finish(&scratch);
}

void snapshot_write_page(const struct snapshot *snapshot, struct buf *buf, uint32_t index,
	enum pmm_lang lang, enum format format, const int32_t *day, const char *suffix)
{
	page_write(&snapshot->fragments, buf, index, lang, format >= FORMAT_EXPLAIN, day, suffix);
}

void snapshot_etag(const struct snapshot *snapshot, uint32_t index, enum pmm_lang lang,
	enum format format, const int32_t *day, char etag[SNAPSHOT_ETAG_MAX])
{
	static const char *const names[] = {
		"json", "pretty", "text", "html", "full", "row", "csv", "line"};
	char on_day[16] = "", on_page[24] = "";
	if (day)
		snprintf(on_day, sizeof on_day, "-%d", *day);
	if (format % FORMAT_EXPLAIN == FORMAT_HTML) { // names the assets, and where it stands
		const char *url = snapshot->options.public_url;
		snprintf(on_page, sizeof on_page, "-%s-%08x", WEB_DIGEST,
			word_hash(0, str_of(url ? url : "")));
	}
	// The digest's first 64 bits tell rulebooks apart, the version layouts.
	snprintf(etag, SNAPSHOT_ETAG_MAX, "\"%.16s-%u-%s-%s%s%s%s-%s\"",
		snapshot->info->digest + sizeof "sha256:" - 1, index, pmm_lang_tag(lang),
		names[format % FORMAT_EXPLAIN], format >= FORMAT_EXPLAIN ? "-explain" : "", on_day,
		on_page, PMM_VERSION);
}

static struct cached_response *create_cached(
	struct snapshot *snapshot, uint32_t index, enum pmm_lang lang, enum format format)
{
	struct buf body = {0};
	forms_write(&snapshot->fragments, &body, index, lang, format, NULL);
	struct cached_response *cached = body.failed || !body.at
						 ? NULL
						 : malloc(sizeof *cached + body.size);
	if (cached) {
		char *bytes = memcpy((char *)(cached + 1), body.at, body.size);
		*cached = (struct cached_response){.body = {bytes, body.size}};
		snapshot_etag(snapshot, index, lang, format, NULL, cached->etag);
	}
	buf_finish(&body);
	return cached;
}

// Puts CACHED into its slot, unless another thread was faster.
static struct cached_response *keep_cached(struct snapshot *snapshot,
	struct cached_response *cached, _Atomic(struct cached_response *) *slot)
{
	struct cached_response *other = NULL;
	if (atomic_compare_exchange_strong(slot, &other, cached)) {
		atomic_fetch_add(&snapshot->cached_count, 1);
		return cached;
	}
	bool same = other->key == cached->key;
	free(cached);
	return same ? other : NULL;
}

// Puts an answer that was not asked for before into the free SLOT, or returns NULL. Not
// inline, so that finding one that is kept costs half.
__attribute__((noinline)) static struct cached_response *add_cached(struct snapshot *snapshot,
	_Atomic(struct cached_response *) *slot, uint64_t key, uint32_t index, enum pmm_lang lang,
	enum format format)
{
	if (!snapshot->is_direct && atomic_load(&snapshot->cached_count) >= CACHED_MAX)
		return NULL;
	struct cached_response *cached = create_cached(snapshot, index, lang, format);
	if (!cached)
		return NULL;
	cached->key = key;
	return keep_cached(snapshot, cached, slot);
}

struct cached_response *snapshot_cached(
	struct snapshot *snapshot, uint32_t index, enum pmm_lang lang, enum format format)
{
	uint64_t key = ((uint64_t)index * PMM_LANG_COUNT + lang) * FORMAT_COUNT + format;
	// A usual rulebook has room for all of them: then the key is the place.
	uint64_t hash = snapshot->is_direct ? key : key * 0x9E3779B97F4A7C15 >> 40;
	for (;; hash++) { // at most half of the slots are taken
		_Atomic(struct cached_response *) *slot = &snapshot->cached[hash % CACHED_SLOTS];
		struct cached_response *cached = atomic_load_explicit(slot, memory_order_acquire);
		if (!cached)
			return add_cached(snapshot, slot, key, index, lang, format);
		if (cached->key == key)
			return cached;
	}
}

struct str snapshot_part(struct snapshot *snapshot, uint32_t index, enum pmm_lang lang,
	enum format format, const int32_t *day, struct buf *scratch)
{
	const struct cached_response *cached = day ? NULL
						   : snapshot_cached(snapshot, index, lang, format);
	if (cached)
		return cached->body;
	buf_reset(scratch);
	forms_write(&snapshot->fragments, scratch, index, lang, format, day);
	return buf_view(scratch);
}
