// SPDX-License-Identifier: MIT
// Answers as aligned text for a terminal.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// The name of the value that POSSIBLE leaves, or "undetermined", in every form of answer.
static inline const char *table_value(const struct pmm_attribute *attribute, uint32_t possible)
{
	return pmm_is_determined(possible) ? attribute->values[__builtin_ctz(possible)].name
					   : "undetermined";
}

// What stands before POINT of a document: "point ", or "" where it has no number.
static inline const char *table_point(const char *point, enum pmm_lang lang)
{
	const bool is_number = *point >= '0' && *point <= '9';
	return !is_number ? "" : lang == PMM_LANG_ID ? "poin " : "point ";
}

// The clauses behind an outcome, as far as they decide an attribute of ATTRIBUTES (bits), as a
// line of text for people, each once: "TT-7, point 2, point 3; ...".
void table_clauses(struct buf *buf, const struct pmm_outcome *outcome, enum pmm_lang lang,
	uint32_t attributes);

// How many days are left from DAY until the date in OUTCOME. False: there is none for certain,
// or DAY is NULL, as it is where the rulebook has no dates.
bool table_days_left(const struct pmm_rulebook_info *info, const struct pmm_outcome *outcome,
	const int32_t *day, int32_t *left);

// The answer about a profile, perhaps explained, or on a DAY. Ends with a line feed.
void table_write(const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index,
	enum pmm_lang lang, bool is_explained, const int32_t *day);

// The columns of FORMAT_ROW_TEXT: their heading, and one row.
void table_head(const struct pmm_rulebook *rulebook, struct buf *buf);
void table_row(const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index);
