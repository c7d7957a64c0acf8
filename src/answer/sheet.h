// SPDX-License-Identifier: MIT
// A rulebook as a page for people: the table of all its outcomes.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// Adds the page to BUF. DIGITS, the facts of the address, mark the row that fits; NULL: none.
// ROOT as of struct html_page, SUFFIX as of page_write. Any thread.
void sheet_write(const struct pmm_rulebook *rulebook, struct buf *buf, enum pmm_lang lang,
	const uint8_t *digits, const char *root, const char *suffix);
