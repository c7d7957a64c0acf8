// SPDX-License-Identifier: MIT
// What the files that write the page of an answer have in common.
#pragma once

#include "html.h"

#include <pmm/rules.h>

struct page {
	struct buf *to;
	const struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	const struct pmm_decision *decision;
	uint32_t index;
	uint8_t digits[PMM_FACTS_MAX];
	enum pmm_lang lang;
	const int32_t *day; // or NULL
	bool is_explained;
	const char *suffix; // what else an address carries: "&rulebook=...", or ""
	const char *public_url; // or NULL
	struct buf scratch; // of page_query and the like
};

// Adds to the page as html_print does.
#define say(page, ...) html_print((page)->to, (page)->lang, __VA_ARGS__)

// No fact: to leave none out.
enum { PAGE_NO_FACT = PMM_FACTS_MAX };

// The end of an address, "?...": the facts less the one that is LEFT_OUT (or PAGE_NO_FACT), the
// language and the suffix. Not escaped; it lives until the next text in the scratch.
const char *page_query(struct page *page, size_t left_out, enum pmm_lang lang, bool is_explained);

// The place of the value of the first attribute, or how many it has where it is undetermined.
static inline size_t page_rank(const struct page *page, const struct pmm_outcome *outcome)
{
	const uint32_t possible = outcome->possible[0];
	return pmm_is_determined(possible) ? (size_t)__builtin_ctz(possible)
					   : page->info->attributes[0].value_count;
}

// That value in words, and as a mark whose look its rank decides.
const char *page_value(const struct page *page, const struct pmm_outcome *outcome);
void page_mark(struct page *page, const struct pmm_outcome *outcome);

// The answer about one feature; the questions that are still open; notices, and what the
// documents are silent on.
void page_article(struct page *page, const struct pmm_outcome *outcome);
void page_questions(struct page *page);
void page_beyond(struct page *page);
