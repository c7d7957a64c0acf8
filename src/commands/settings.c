// SPDX-License-Identifier: MIT
#include "settings.h"

#include "base/base.h"
#include "output.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

enum kind { TEXT, LIST, COUNT, SIZE, CHOICE };

struct option_row {
	const char *name;
	size_t offset; // of the field in struct settings
	enum kind kind;
	const char *fallback;
	uint64_t min, max;
	const char *argument, *help_id, *help_en;
};

static const struct option_row rows[] = {
#define OPTION(name, field, kind, fallback, min, max, argument, help_id, help_en)                  \
	{#name, offsetof(struct settings, field), kind, fallback, min, max, argument, help_id,     \
		help_en},
#include "options.def"
#undef OPTION
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static bool read_number(const struct option_row *row, const char *text, uint64_t *number)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (end == text || errno || text[0] < '0' || text[0] > '9')
		return false;
	unsigned shift = 0;
	if (row->kind == SIZE && *end)
		shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
	end += shift > 0;
	if (*end || value > UINT64_MAX >> shift)
		return false;
	*number = (uint64_t)value << shift;
	return *number >= row->min && *number <= row->max;
}

static bool add_item(struct text_list *list, const char *text)
{
	char **items = realloc(list->items, (list->count + 1) * sizeof *items);
	if (!items)
		return false;
	list->items = items;
	items[list->count] = strdup(text);
	return items[list->count++] != NULL;
}

// A choice is the place of TEXT among the words of its argument, "this|that".
static bool read_choice(const struct option_row *row, const char *text, uint64_t *choice)
{
	struct str words = str_of(row->argument);
	for (uint64_t i = 0; words.at; i++) {
		if (!str_equal(str_split(&words, '|'), str_of(text)))
			continue;
		*choice = i;
		return true;
	}
	return false;
}

// WHERE says whose the value is, for the message.
static bool set(struct settings *settings, const struct option_row *row, const char *text,
	const char *where)
{
	void *field = (char *)settings + row->offset;
	char **string = field;
	switch (row->kind) {
	case TEXT: free(*string); return (*string = strdup(text)) != NULL;
	case LIST: return add_item(field, text);
	case CHOICE:
		if (read_choice(row, text, field))
			return true;
		fprintf(stderr, "pmm-check: %s%s: one of %s is needed\n", where, row->name,
			row->argument);
		return false;
	default:
		if (read_number(row, text, field))
			return true;
		fprintf(stderr, "pmm-check: %s%s: a number from %llu to %llu is needed\n", where,
			row->name, (unsigned long long)row->min, (unsigned long long)row->max);
		return false;
	}
}

static const struct option_row *find_row(struct str name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (str_equal(str_of(rows[i].name), name))
			return &rows[i];
	return NULL;
}

// One line "name = value" of the file; blank lines and "# ..." are skipped.
static bool read_line(struct settings *settings, const char *path, unsigned number, char *line)
{
	char where[512];
	struct str rest = str_of(line);
	while (rest.size && strchr("\r\n", rest.at[rest.size - 1]))
		rest.size--;
	rest = str_trim(rest);
	if (rest.size == 0 || rest.at[0] == '#')
		return true;
	snprintf(where, sizeof where, "%s:%u: ", path, number);
	struct str name = str_trim(str_split(&rest, '='));
	const struct option_row *row = find_row(name);
	if (!row || !rest.at) {
		fprintf(stderr, "pmm-check: %s\"%.*s\": %s\n", where, (int)name.size, name.at,
			row ? "write NAME = VALUE" : "there is no option of that name");
		return false;
	}
	rest = str_trim(rest);
	char *value = strndup(rest.at, rest.size);
	bool good = value && set(settings, row, value, where);
	free(value);
	return good;
}

static bool read_file(struct settings *settings, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	bool good = true;
	if (!file) {
		fprintf(stderr, "pmm-check: %s: %s\n", path, strerror(errno));
		return false;
	}
	for (unsigned number = 1; good && getline(&line, &room, file) >= 0; number++)
		good = read_line(settings, path, number, line);
	if (good && !feof(file)) { // also where memory ran out
		fprintf(stderr, "pmm-check: %s: %s\n", path, strerror(errno));
		good = false;
	}
	free(line);
	fclose(file);
	return good;
}

enum { FLAG_HELP = ROW_COUNT, FLAG_CONFIG, FLAG_COUNT };

// Walks the flags once for --config and --help, once for all others, so that a
// flag wins over the file wherever it stands.
static enum settings_result walk_flags(
	struct settings *settings, int argc, char **argv, bool only_config)
{
	struct option flags[FLAG_COUNT + 1] = {
		[FLAG_HELP] = {"help", no_argument, NULL, FLAG_HELP},
		[FLAG_CONFIG] = {"config", required_argument, NULL, FLAG_CONFIG},
	};
	for (int i = 0; i < ROW_COUNT; i++)
		flags[i] = (struct option){rows[i].name, required_argument, NULL, i};
	optind = 0; // GNU: start over
	for (;;) {
		int flag = getopt_long(argc, argv, "h", flags, NULL);
		if (flag == -1)
			break;
		if (flag == '?')
			return SETTINGS_BAD;
		if (flag == 'h' || flag == FLAG_HELP)
			return SETTINGS_HELP;
		if (only_config ? flag == FLAG_CONFIG && !read_file(settings, optarg)
				: flag != FLAG_CONFIG && !set(settings, &rows[flag], optarg, "--"))
			return SETTINGS_BAD;
	}
	if (optind < argc) {
		fprintf(stderr,
			"pmm-check: serve takes options only; see pmm-check serve --help\n");
		return SETTINGS_BAD;
	}
	return SETTINGS_OK;
}

enum settings_result settings_read(struct settings *settings, int argc, char **argv)
{
	*settings = (struct settings){0};
	for (int i = 0; i < ROW_COUNT; i++)
		if (rows[i].kind != LIST && !set(settings, &rows[i], rows[i].fallback, ""))
			return SETTINGS_BAD;
	enum settings_result result = walk_flags(settings, argc, argv, true);
	return result == SETTINGS_OK ? walk_flags(settings, argc, argv, false) : result;
}

void settings_finish(struct settings *settings)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		void *field = (char *)settings + rows[i].offset;
		char **string = field;
		struct text_list *list = field;
		if (rows[i].kind == TEXT)
			free(*string);
		for (size_t k = 0; rows[i].kind == LIST && k < list->count; k++)
			free(list->items[k]);
		if (rows[i].kind == LIST)
			free(list->items);
	}
}

void settings_help(struct buf *to)
{
	for (int i = 0; i < ROW_COUNT; i++) {
		output_print(to, "  --%s %s", rows[i].name, rows[i].argument);
		if (rows[i].fallback[0])
			output_print(to, "  [%s]", rows[i].fallback);
		output_print(to, "\n      %s\n      %s\n", rows[i].help_id, rows[i].help_en);
	}
	buf_text(to, "  --config FILE\n"
		     "      Berkas berisi baris NAMA = NILAI dengan nama pilihan di atas.\n"
		     "      A file of lines NAME = VALUE with the names above; flags win over it.\n"
		     "  -h, --help\n");
}

// Text in which "*" and "_" are themselves and no markup of scdoc.
static void write_scdoc(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\*_", *text))
			fputc('\\', to);
		fputc(*text, to);
	}
}

void settings_man(FILE *to)
{
	for (int i = 0; i < ROW_COUNT; i++) {
		fprintf(to, "*--%s* _", rows[i].name);
		write_scdoc(to, rows[i].argument);
		fputs("_\n\t", to);
		write_scdoc(to, rows[i].help_en);
		if (rows[i].fallback[0])
			fprintf(to, " Default: %s.", rows[i].fallback);
		fprintf(to, "\n\n");
	}
}
