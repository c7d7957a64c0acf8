// SPDX-License-Identifier: MIT
// The forms of an answer. Each outcome, and each value of a fact, is written once when a
// rulebook begins to answer; so an answer that was not asked for before costs little more
// than copies of these fragments, and however large the space is, they are not.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

enum format {
	FORMAT_JSON,
	FORMAT_PRETTY,
	FORMAT_TEXT,
	FORMAT_HTML, // a page for people
	// The part of a bulk row that follows from its profile alone.
	FORMAT_ROW_FULL, // "facts":{...},"features":{...},...}
	FORMAT_ROW, // the same in brief
	FORMAT_ROW_CSV, // ,facts,features,<empty error>, with its line feed
	FORMAT_ROW_TEXT, // aligned columns
	FORMAT_EXPLAIN, // added to one of the first five: each feature with its reasons
	FORMAT_COUNT = FORMAT_EXPLAIN + FORMAT_ROW_FULL + 1,
};

struct fragments {
	const struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	struct buf text; // all of them, one behind the other
	size_t count;
	uint32_t *ends; // [1 + count], in the text: identity, notices, values of facts, outcomes
	uint32_t fact_at[PMM_FACTS_MAX]; // the first of its values
	uint32_t outcomes_at;
	const char *public_url; // of snapshot_options
};

// RULEBOOK outlives them. False: out of memory; they must be finished then, too.
bool fragments_init(struct fragments *fragments, const struct pmm_rulebook *rulebook);
void fragments_finish(struct fragments *fragments); // zeroed ones are allowed

// {"id":"...","version":"...","digest":"..."} of the rulebook. It lives as long as the
// fragments. Any thread.
struct str fragments_identity(const struct fragments *fragments);

// Adds the answer about a profile, without an id, to BUF, with the days left from DAY on (NULL:
// without). Any thread.
void forms_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, enum format format, const int32_t *day);

// A value of a fact in JSON: a string, or a boolean.
void explain_value(struct json_writer *json, const struct pmm_fact *fact, size_t value);

// Why the answer about FEATURE is so, and what would change it: the member "explain", or lines
// of text (explain.c).
void explain_json(const struct pmm_rulebook *rulebook, struct json_writer *json, uint32_t index,
	uint32_t feature, enum pmm_lang lang);
void explain_text(const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index,
	uint32_t feature, enum pmm_lang lang);
