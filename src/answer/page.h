// SPDX-License-Identifier: MIT
// An answer as a page for people, with the questions that are still open.
#pragma once

#include "forms.h"

// Adds the page about a profile to BUF, perhaps explained, or on a DAY. SUFFIX is what else its
// links must carry, each with its "&", not escaped: "&rulebook=...&as_of=...", or "".
void page_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, bool is_explained, const int32_t *day, const char *suffix);
