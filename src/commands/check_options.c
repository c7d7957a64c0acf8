// SPDX-License-Identifier: MIT
// The flags of pmm-check check.
#include "base/base.h"
#include "check.h"
#include "commands.h"

#include <getopt.h>

static const char usage[] =
	"Usage: pmm-check check [OPTION...] [FILE...]\n"
	"\n"
	"Menjawab profil dari berkas atau masukan standar; jawabannya sama dengan lewat HTTP.\n"
	"Answers profiles from files or standard input, with the same bytes as over HTTP.\n"
	"\n"
	"  --from FORMAT     json, ndjson, csv; else told by suffix and content\n"
	"  --to FORMAT       json, ndjson, csv, text; else as the input\n"
	"  --set FACT=VALUE  for rows that do not give the fact; may be repeated\n"
	"  --id-from NAME    the column or member to take the id from\n"
	"  --detail full     the whole answer for each row (json, ndjson)\n"
	"  --unknown ignore  unknown members of JSON are no error\n"
	"  --lang id|en      language of the texts\n"
	"  --pretty          indent JSON\n"
	"  --rules PATH      a rulebook instead of the built-in one, or a directory of them\n"
	"  --as-of DAY       by the rulebook in force on that day, YYYY-MM-DD\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 all rows answered, 1 some rows rejected, 2 it could not run.\n";

enum { FROM, TO, SET, ID_FROM, DETAIL, UNKNOWN, LANG, PRETTY, RULES, AS_OF, HELP };

static const struct option flags[] = {
	{"from", required_argument, NULL, FROM},
	{"to", required_argument, NULL, TO},
	{"set", required_argument, NULL, SET},
	{"id-from", required_argument, NULL, ID_FROM},
	{"detail", required_argument, NULL, DETAIL},
	{"unknown", required_argument, NULL, UNKNOWN},
	{"lang", required_argument, NULL, LANG},
	{"pretty", no_argument, NULL, PRETTY},
	{"rules", required_argument, NULL, RULES},
	{"as-of", required_argument, NULL, AS_OF},
	{"help", no_argument, NULL, HELP},
	{0},
};

// The place of TEXT among WORDS, or -1.
static int find(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	return -1;
}

static bool set_id_from(struct check_options *options, const char *name)
{
	size_t size = word_fold(options->id_from_text, str_of(name));
	options->id_from = (struct str){options->id_from_text, size};
	return size > 0 && size <= WORD_MAX;
}

static bool set(struct check_options *options, const char **sets, int flag, const char *text)
{
	static const char *const formats[] = {"json", "ndjson", "csv", "text"};
	static const char *const languages[] = {"id", "en"};
	int32_t day;
	int choice;
	switch (flag) {
	case FROM:
		choice = find(text, formats, 3);
		options->from = (enum input_format)(choice + INPUT_JSON);
		return choice >= 0;
	case TO: return (options->to = find(text, formats, 4)) >= 0;
	case SET: sets[options->set_count++] = text; return strchr(text, '=') != NULL;
	case ID_FROM: return set_id_from(options, text);
	case DETAIL:
		options->full = strcmp(text, "full") == 0;
		return options->full || strcmp(text, "brief") == 0;
	case UNKNOWN:
		options->ignore_unknown = strcmp(text, "ignore") == 0;
		return options->ignore_unknown || strcmp(text, "error") == 0;
	case LANG:
		choice = find(text, languages, PMM_LANG_COUNT);
		options->lang = (enum pmm_lang)choice;
		return choice >= 0;
	case PRETTY: options->pretty = true; return true;
	case AS_OF: options->as_of = text; return date_read(str_of(text), &day);
	default: options->rules = text; return true;
	}
}

_Static_assert((int)SHAPE_JSON == 0 && (int)SHAPE_NDJSON == 1 && (int)SHAPE_CSV == 2 &&
		       (int)SHAPE_TEXT == 3,
	"--to finds the shapes by their order");

int check_options_read(
	struct check_options *options, const char **sets, int argc, char **argv, int *first)
{
	*options = (struct check_options){.rules = "", .to = -1, .sets = sets};
	int flag;
	int at = 0;
	while ((flag = getopt_long(argc, argv, "h", flags, &at)) != -1) {
		if (flag == 'h' || flag == HELP)
			return output_text(usage, -1);
		if (flag == '?')
			return EXIT_TROUBLE;
		if (!set(options, sets, flag, optarg)) {
			fprintf(stderr,
				"pmm-check: --%s: no such value; see pmm-check check --help\n",
				flags[flag].name);
			return EXIT_TROUBLE;
		}
	}
	*first = optind;
	return EXIT_OK;
}
