// SPDX-License-Identifier: MIT
// What all pages have: how they are written, the head, the way around, the end.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

enum html_place { HTML_ELSEWHERE, HTML_ASK, HTML_RULES };

struct html_page {
	enum pmm_lang lang;
	const char *title; // escaped by html_begin, as is all that follows
	const char *root; // from the page's address to that of the service: "" or "../"
	const char *other; // address of the same page in the other language; NULL: not offered
	const char *suffix; // what the way around carries, "&rulebook=..."; NULL: nothing
	const char *script; // an asset, or NULL
	enum html_place place; // where it stands in the way around
};

// Adds TEXT, escaped for content and for attributes in quotes.
void html_text(struct buf *buf, const char *text);
void html_str(struct buf *buf, struct str text);

// Adds FORMAT, in which markup stands, and [[Indonesian|English]] for one of the two. %s is a
// text, which is escaped; ^%s one whose first letter becomes a capital; %d an int.
__attribute__((format(printf, 3, 4))) void html_print(
	struct buf *buf, enum pmm_lang lang, const char *format, ...);

// Adds DATE (YYYY-MM-DD) as people write it.
void html_date(struct buf *buf, enum pmm_lang lang, const char *date);

// Up to where <main id="main"> begins, and from behind its end.
void html_begin(struct buf *buf, const struct html_page *page);
void html_end(struct buf *buf, const struct html_page *page);
