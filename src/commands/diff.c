// SPDX-License-Identifier: MIT
// pmm-check diff: what changes, and for whom, when one rulebook follows another. The
// comparison is the library's; here the people of files are counted whom it concerns, whose
// rows are read as check reads them.
#include "diff.h"
#include "load.h"

#include <errno.h>
#include <stdlib.h>

// --- people

// Whether a person with these DIGITS has of each fact a value in WHEN: surely, if that holds
// whatever the unknown facts are.
static enum concern find_concern(
	const struct diff *diff, const uint8_t *digits, const uint32_t *when)
{
	enum concern concern = SURELY;
	for (size_t f = 0; f < diff->info->fact_count; f++) {
		const uint32_t digit = f < diff->side[NEW]->fact_count ? digits[f] : 0;
		const size_t values = diff->info->facts[f]->value_count;
		if (digit ? !(when[f] >> (digit - 1) & 1) : !when[f])
			return NOBODY;
		if (!digit && (size_t)__builtin_popcount(when[f]) < values)
			concern = POSSIBLY;
	}
	return concern;
}

static enum code count_row(void *cls, const struct row *row)
{
	struct diff *diff = cls;
	const size_t changes = diff->info->change_count;
	uint8_t digits[PMM_FACTS_MAX];
	uint32_t group;
	row_counts_add(&diff->check.counts, row);
	if (row->rejected != CODE_none)
		return CODE_none;
	if (intern_add(&diff->groups, row->group, &group))
		return CODE_overloaded;
	if (group == SUMMARY_GROUPS_MAX)
		return CODE_too_many_groups;
	pmm_profile_digits(diff->rulebooks[NEW], row->index, digits);
	diff->beyond += find_concern(diff, digits, diff->info->common) == NOBODY;
	for (size_t i = 0; i < changes; i++) {
		const enum concern concern = find_concern(
			diff, digits, diff->info->changes[i].when);
		diff->people[i][concern]++;
		diff->people[(group + 1) * changes + i][concern]++;
	}
	return input_is_interrupted ? CODE_draining : CODE_none;
}

// --- the whole

// Compares the first two FILES; the others hold rows, as those of --rows do.
static int compare(struct check *check, char ***files)
{
	struct diff *diff = (void *)check;
	char *const *paths = *files;
	const struct text_list *first = &check->options.row_files;
	if (!paths[0] || !paths[1] || (paths[2] && !first->count))
		return tell_trouble(check->lang,
			"sebutkan dua buku aturan, lama dan baru; berkas orang di belakang --rows",
			"name two rulebooks, old and new; files of people behind --rows");
	if (!first->count && (check->options.group_by || check->options.sets.count))
		return tell_trouble(check->lang,
			"--group-by dan --set hanya berlaku bersama --rows; tambahkan atau hapus",
			"--group-by and --set count only with --rows; add that, or leave them out");
	for (int side = OLD; side < SIDES; side++) {
		struct pmm_rulebook *loaded[RULEBOOK_SET_MAX];
		size_t count = 0;
		if (rulebooks_load(paths[side], &diagnostics_stderr[check->lang], loaded, &count))
			return EXIT_TROUBLE;
		for (size_t i = 1; i < count; i++)
			pmm_rulebook_destroy(loaded[i]);
		diff->rulebooks[side] = loaded[0];
		diff->side[side] = pmm_rulebook_info(loaded[0]);
		if (count > 1)
			return tell_error(check->lang, paths[side], EISDIR);
	}
	*files += 2;
	int result = pmm_diff_create(
		&diff->comparison, diff->rulebooks[OLD], diff->rulebooks[NEW], PMM_MEMORY_MAX);
	if (result)
		return tell_error(check->lang, paths[NEW], -result);
	diff->info = pmm_diff_info(diff->comparison);
	if (!first->count)
		return EXIT_OK;
	diff->people = calloc(diff->info->change_count + 1,
		(SUMMARY_GROUPS_MAX + 1) * sizeof *diff->people); // taken where it is used
	if (!diff->people || snapshot_create(&check->snapshot, diff->rulebooks[NEW],
				     &(struct snapshot_options){0}))
		return tell_error(check->lang, paths[NEW], ENOMEM);
	result = check_read_defaults(check);
	for (size_t i = 0; i < first->count && result != EXIT_TROUBLE; i++)
		result = check_file(check, first->items[i]);
	return result;
}

int command_diff(enum pmm_lang lang, int argc, char **argv)
{
	struct diff diff = {.check = {.is_summary = true,
				    .has_rows = true,
				    .begin = compare,
				    .take = count_row,
				    .end = diff_write}};
	int result = check_run(&diff.check, lang, &options_of_diff, argc, argv);
	if (result != EXIT_TROUBLE && diff.info) // not only the help
		result = diff.info->change_count || diff.info->only_count || diff.words ? EXIT_NO
											: EXIT_OK;
	if (diff.check.snapshot)
		snapshot_give_back(diff.check.snapshot);
	pmm_diff_destroy(diff.comparison);
	for (int side = OLD; side < SIDES; side++)
		pmm_rulebook_destroy(diff.rulebooks[side]);
	intern_finish(&diff.groups);
	free(diff.people);
	buf_finish(&diff.text);
	buf_finish(&diff.json_text);
	return result;
}
