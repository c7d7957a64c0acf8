// SPDX-License-Identifier: MIT
// pmm-check summary: what /summary counts, for files and pipes. Memory does not grow with
// their rows. All but what becomes of a row is that of pmm-check check.
#include "check.h"

static enum code count_row(void *cls, const struct row *row)
{
	struct check *check = cls;
	const enum code code = summary_add(check->summary, row);
	row_counts_add(&check->counts, row);
	return code == CODE_none && *check->input.stop ? CODE_draining : code;
}

int command_summary(enum pmm_lang lang, int argc, char **argv)
{
	struct check check = {.is_summary = true, .take = count_row};
	return check_run(&check, lang, &options_of_summary, argc, argv);
}
