// SPDX-License-Identifier: MIT
// pmm-check summary: what /summary counts, for files and pipes. Memory does not grow with
// their rows. All but what becomes of a row is that of pmm-check check.
#include "check.h"

static enum code count_row(void *cls, const struct row *row)
{
	struct check *check = cls;
	const enum code code = summary_add(check->summary, row);
	row_counts_add(&check->counts, row);
	return code == CODE_none && input_is_interrupted ? CODE_draining : code;
}

static void write_summary(struct check *check, const struct rows_header *header)
{
	results_begin(&check->results, header, 0);
	summary_end(check->summary, &check->counts);
	summary_write(check->summary, &check->output.buf, &check->results, header);
}

int command_summary(enum pmm_lang lang, int argc, char **argv)
{
	struct check check = {.is_summary = true, .take = count_row, .end = write_summary};
	return check_run(&check, lang, &options_of_summary, argc, argv);
}
