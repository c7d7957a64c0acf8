// SPDX-License-Identifier: MIT
// What the options of pmm-check check and summary must be besides words (settings.c), and what
// they mean together.
#include "check.h"

#include <errno.h>
#include <unistd.h>

static int refuse_form(const struct check *check, const char *name, const char *form)
{
	return tell_trouble(
		check->lang, "--%s: tulis seperti %s", "--%s: write it like %s", name, form);
}

// The name of a column or member, folded into ROOM; NULL: none was given.
static bool read_name(const char *name, char room[WORD_MAX], struct str *folded)
{
	*folded = (struct str){room, name ? word_fold(room, str_of(name)) : 0};
	return !name || (folded->size > 0 && folded->size <= WORD_MAX);
}

int check_judge_options(struct check *check)
{
	struct check_options *options = &check->options;
	if (options->to == SHAPE_COUNT && (check->is_summary || check->is_one))
		options->to = isatty(STDOUT_FILENO) ? SHAPE_TEXT : SHAPE_JSON;
	else if (options->to >= SHAPE_NDJSON && check->is_summary)
		options->to++; // its words have no ndjson
	if (options->lang == PMM_LANG_COUNT) // answers for machines do not hang on the locale
		options->lang = options->to == SHAPE_TEXT ? check->lang : PMM_LANG_ID;
	if (options->as_of && !date_read(str_of(options->as_of), &check->as_of))
		return refuse_form(check, "as-of", "YYYY-MM-DD");
	if (!read_name(options->id_from, check->id_from_text, &check->id_from))
		return refuse_form(check, "id-from", "NUPTK");
	if (!read_name(options->group_by, check->group_by_text, &check->group_by))
		return refuse_form(check, "group-by", "NPSN");
	return EXIT_OK;
}

// --- defaults

// Gives PROFILE what --set says. A name stands once, as in an address.
static int set_defaults(const struct check *check, struct profile *profile)
{
	for (size_t i = 0; i < check->options.sets.count; i++) {
		struct str value = str_of(check->options.sets.items[i]);
		struct str name = str_split(&value, '=');
		const struct pmm_member *member = pmm_member_find(
			profile->rulebook, name.at, name.size);
		if (!value.at)
			return refuse_form(check, "set", "FACT=VALUE");
		if (member && profile->seen >> member->ordinal & 1)
			return tell_trouble(check->lang,
				"--set %.*s: sudah diberikan; sisakan satu",
				"--set %.*s: it is given twice; keep one", (int)name.size, name.at);
		profile_set(profile, name, &(struct profile_value){VALUE_TEXT, value});
	}
	return EXIT_OK;
}

int check_read_defaults(struct check *check)
{
	static const char *const own_names[] = {NULL};
	struct arena arena;
	struct profile profile;
	arena_init(&arena, NULL, 0, SETTINGS_BYTES_MAX);
	profile_init(&profile, snapshot_rulebook(check->snapshot), &arena);
	profile.takes_text = false;
	profile.own_names = own_names;
	profile.ignore_unknown = check->options.ignores_unknown;
	int result = set_defaults(check, &profile);
	if (result == EXIT_OK && !profile_finish(&profile, check->defaults)) {
		struct buf text = {0};
		profile_errors_text(&text, &profile, check->lang);
		result = profile.out_of_memory || text.failed
				 ? tell_error(check->lang, "--set", ENOMEM)
				 : tell_trouble(check->lang, "--set:\n%.*s", "--set:\n%.*s",
					   (int)text.size - 1, text.at);
		buf_finish(&text);
	}
	arena_finish(&arena);
	return result;
}

// --- the form of the answer

// Says that there is no such column, and which there are, unless those are too many.
static int refuse_columns(const struct check *check)
{
	if (check->is_summary)
		return tell_trouble(check->lang,
			"--columns: kolom itu tidak ada; lihat baris pertama jawaban tanpa --columns",
			"--columns: no such column; see the first line of the answer without it");
	struct buf allowed = {0};
	results_names(&check->results, &allowed, STR(", "));
	tell_trouble(check->lang, "--columns: kolom itu tidak ada; yang ada: %.*s",
		"--columns: no such column; there are: %.*s", (int)allowed.size,
		allowed.at ? allowed.at : "");
	buf_finish(&allowed);
	return EXIT_TROUBLE;
}

int check_settle_shape(struct check *check, enum shape usual)
{
	static const char *const names[] = {"json", "ndjson", "csv", "text"};
	const struct check_options *asked = &check->options;
	struct results *results = &check->results;
	if (results->shape == SHAPE_COUNT)
		results->shape = usual;
	const enum shape shape = results->shape;
	// What changes nothing would be passed over in silence.
	const char *idle = asked->columns && shape != SHAPE_CSV      ? "--columns"
			   : asked->is_pretty && shape != SHAPE_JSON ? "--pretty"
			   : asked->is_full && shape >= SHAPE_CSV    ? "--detail full"
								     : NULL;
	if (idle)
		return tell_trouble(check->lang,
			"%s tidak berpengaruh pada jawaban %s; hapus, atau pilih --to %s",
			"%s changes nothing in an answer as %s; leave it out, or use --to %s", idle,
			names[shape], asked->columns ? "csv" : "json");
	if (!asked->columns || (check->is_summary ? summary_choose : results_choose)(results,
				       str_of(asked->columns), check->columns) == CODE_none)
		return EXIT_OK;
	return refuse_columns(check);
}
