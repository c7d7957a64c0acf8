// SPDX-License-Identifier: MIT
// Private to pmm-check diff: what is compared, and whom it concerns.
#pragma once

#include "check.h"

enum { OLD, NEW, SIDES };

enum concern { NOBODY, POSSIBLY, SURELY, CONCERNS };

struct diff {
	struct check check; // the first: rows are given with it
	struct pmm_rulebook *rulebooks[SIDES];
	const struct pmm_rulebook_info *side[SIDES];
	struct pmm_diff *comparison;
	const struct pmm_diff_info *info;
	struct intern groups;
	uint32_t (*people)[CONCERNS]; // of each change, for all and then for each group
	size_t words; // that are read otherwise
	uint64_t beyond; // people with a value that is not compared
	struct buf text, json_text; // both forms; one of them goes out
	struct json_writer json;
};

// The end of a check whose rows were people, or that had none: says what was found.
void diff_write(struct check *check, const struct rows_header *header);
