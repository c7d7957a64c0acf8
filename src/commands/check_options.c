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

// Says that a fact, or a value of MEMBER's, is not known, and what there is.
static int refuse_default(
	const struct check *check, const struct pmm_member *member, const char *suggestion)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		snapshot_rulebook(check->snapshot));
	const struct pmm_fact *fact = member ? &info->facts[member->fact] : NULL;
	const size_t count = fact ? fact->value_count : info->fact_count;
	struct buf text = {0};
	if (fact)
		buf_print(&text,
			lang_pick(check->lang, "nilai %s itu tidak dikenal",
				"this is not a known value of %s"),
			fact->name);
	else
		buf_text(&text, lang_pick(check->lang, "fakta itu tidak dikenal",
					"this is not a known fact"));
	if (suggestion)
		buf_print(&text,
			lang_pick(check->lang, " (maksud Anda %s?)", " (did you mean %s?)"),
			suggestion);
	buf_text(&text, lang_pick(check->lang, "; yang ada: ", "; there are: "));
	for (size_t i = 0; i < count; i++)
		buf_print(&text, "%s%s", i ? ", " : "",
			fact ? fact->values[i].name : info->facts[i].name);
	const int result = text.failed ? tell_error(check->lang, "--set", ENOMEM)
				       : tell_trouble(check->lang, "--set: %.*s", "--set: %.*s",
						 (int)text.size, text.at);
	buf_finish(&text);
	return result;
}

int check_set_default(struct check *check, const char *text)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(check->snapshot);
	struct str value = str_of(text), name = str_split(&value, '=');
	if (!value.at)
		return refuse_form(check, "set", "role=guru");
	const struct pmm_member *member = pmm_member_find(rulebook, name.at, name.size);
	if (!member)
		return refuse_default(
			check, NULL, pmm_member_suggest(rulebook, name.at, name.size));
	int digit = pmm_member_value(rulebook, member, value.at, value.size);
	if (digit == PMM_DIGIT_NONE)
		return refuse_default(check, member,
			pmm_value_suggest(rulebook, member->fact, value.at, value.size));
	if (check->defaults[member->fact])
		return tell_trouble(check->lang, "--set: %s sudah diberikan; sisakan satu",
			"--set: %s is given twice; keep one",
			pmm_rulebook_info(rulebook)->facts[member->fact].name);
	check->defaults[member->fact] = (uint8_t)digit;
	return EXIT_OK;
}

// --- the form of the answer

// Says that there is no such column, and which there are.
static int refuse_columns(const struct check *check)
{
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
	if (!asked->columns || results_choose(results, str_of(asked->columns), check->columns))
		return EXIT_OK;
	return refuse_columns(check);
}
