// SPDX-License-Identifier: MIT
// The forms of an answer, put together from fragments.
#pragma once

#include "fragments.h"

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

// Adds the answer about a profile, without an id, to BUF. Any thread.
void forms_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, enum format format);
