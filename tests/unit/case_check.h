// SPDX-License-Identifier: MIT
// Holds what the library answers against the expectations of a case file.
#pragma once

#include "case_file.h"

#include <pmm/rules.h>

// One thing that is wrong with a profile.
struct case_error {
	const char *code;
	const char *name; // as it was written
	const char *suggestion; // may be NULL
};

// What became of a profile.
struct case_answer {
	const struct pmm_rulebook_info *info;
	bool on_the_wire; // only a request can say this
	struct case_error errors[CASE_MEMBERS_MAX];
	size_t error_count;
	uint8_t digits[PMM_FACTS_MAX];
	const struct pmm_decision *decision;
	char problem[512]; // the first thing that is not as expected
};

// Checks every line that ENTRY expects. Returns false after writing what is
// not so to answer->problem.
bool case_check(struct case_answer *answer, const struct case_entry *entry);
