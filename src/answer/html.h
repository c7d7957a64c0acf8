// SPDX-License-Identifier: MIT
// What all pages have: the head, the way around, the end.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

struct html_page {
	enum pmm_lang lang;
	const char *title; // escaped by html_begin
	const char *root; // from the page's address to that of the service: "" or "../"
	const char *other; // the same page in the other language, escaped; NULL: not offered
	const char *script; // an asset, or NULL
};

// Adds TEXT, escaped for content and for attributes in quotes.
void html_text(struct buf *buf, const char *text);
void html_str(struct buf *buf, struct str text);

// Up to where <main> begins, and from behind its end.
void html_begin(struct buf *buf, const struct html_page *page);
void html_end(struct buf *buf, const struct html_page *page);
