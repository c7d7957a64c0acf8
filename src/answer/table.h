// SPDX-License-Identifier: MIT
// Answers as aligned text for a terminal.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// The name of the value that POSSIBLE leaves, or "undetermined", in every form of answer.
const char *table_value(const struct pmm_attribute *attribute, uint32_t possible);

// The answer about a profile. Ends with a line feed.
void table_write(
	const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index, enum pmm_lang lang);

// The columns of FORMAT_ROW_TEXT: their heading, and one row.
void table_head(const struct pmm_rulebook *rulebook, struct buf *buf);
void table_row(const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index);
