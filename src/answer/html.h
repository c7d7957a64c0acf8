// SPDX-License-Identifier: MIT
// What all pages have: the head, the way around, the end. Whatever is printed with %s is
// escaped, so markup stands in format strings alone.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

enum html_place { HTML_ELSEWHERE, HTML_ASK, HTML_RULES };

struct html_page {
	enum pmm_lang lang;
	const char *title; // escaped by html_begin, as is all that follows
	const char *root; // from the page's address to that of the service: "" or "../"
	const char *other; // address of the same page in the other language; NULL: not offered
	const char *script; // an asset, or NULL
	enum html_place place; // where it stands in the way around
};

// What is said in the language of a page.
__attribute__((format_arg(2), format_arg(3))) static inline const char *html_pick(
	enum pmm_lang lang, const char *id, const char *en)
{
	return lang == PMM_LANG_EN ? en : id;
}

// Adds TEXT, escaped for content and for attributes in quotes.
void html_text(struct buf *buf, const char *text);
void html_str(struct buf *buf, struct str text);

// The same, its first letter a capital if it is one of ASCII.
void html_capital(struct buf *buf, const char *text);

// Adds FORMAT, in which %s stands for a text that is escaped and %d for an int.
__attribute__((format(printf, 2, 3))) void html_print(struct buf *buf, const char *format, ...);

// Adds DATE (YYYY-MM-DD) as people write it.
void html_date(struct buf *buf, enum pmm_lang lang, const char *date);

// Up to where <main id="main"> begins, and from behind its end.
void html_begin(struct buf *buf, const struct html_page *page);
void html_end(struct buf *buf, const struct html_page *page);
