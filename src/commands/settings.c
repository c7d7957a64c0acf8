// SPDX-License-Identifier: MIT
#include "settings.h"

#include "commands.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#define OPTION(name, field, kind, fallback, min, max, argument, help_id, help_en)                  \
	{#name, offsetof(struct FIELDS, field), KIND_##kind, fallback, min, max, argument,         \
		help_id, help_en},

#define FIELDS settings
const struct option_table options_of_serve = {
	.command = "serve",
	.head = "Usage: pmm-check serve [OPTION...]\n"
		"\n"
		"Menjawab pertanyaan lewat HTTP sampai dihentikan (SIGTERM).\n"
		"Answers questions over HTTP until it is stopped (SIGTERM).\n"
		"\n",
	.tail = "  --config FILE\n"
		"      Berkas berisi baris NAMA = NILAI dengan nama pilihan di atas.\n"
		"      A file of lines NAME = VALUE with the names above; flags win over it.\n"
		"  -h, --help\n",
	.rows =
		(const struct option_row[]){
#include "options.def"
			{0}},
};
#undef FIELDS

#define FIELDS check_options
const struct option_table options_of_check = {
	.command = "check",
	.head = "Usage: pmm-check check [OPTION...] [FILE...]\n"
		"\n"
		"Menjawab profil dari berkas atau masukan standar; jawabannya sama dengan lewat "
		"HTTP.\n"
		"Answers profiles from files or standard input, with the same bytes as over "
		"HTTP.\n"
		"\n",
	.tail = "  -h, --help\n"
		"\n"
		"Exit status: 0 all rows answered, 1 some rows rejected, 2 it could not run.\n",
	.refusal = "no such value; see pmm-check check --help",
	.takes_files = true,
	.rows =
		(const struct option_row[]){
#include "check_options.def"
			{0}},
};

// What is being read.
struct reading {
	const struct option_table *table;
	struct arena *arena;
	char *fields;
	char where[512]; // says whose a value is, for messages
};

static bool read_number(const struct option_row *row, const char *text, uint64_t *number)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (end == text || errno || text[0] < '0' || text[0] > '9')
		return false;
	unsigned shift = 0;
	if (row->kind == KIND_SIZE && *end)
		shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
	end += shift > 0;
	if (*end || value > UINT64_MAX >> shift)
		return false;
	*number = (uint64_t)value << shift;
	return *number >= row->min && *number <= row->max;
}

// A choice is the place of TEXT among the words of its argument, "this|that".
static bool read_choice(const struct option_row *row, const char *text, uint64_t *choice)
{
	struct str words = str_of(row->argument);
	for (uint64_t i = 0; words.at; i++)
		if (str_equal(str_split(&words, '|'), str_of(text))) {
			*choice = i;
			return true;
		}
	return false;
}

static bool add_item(struct arena *arena, struct text_list *list, const char *text)
{
	if ((list->count & (list->count - 1)) == 0) { // a power of two, or none: it is full
		const char **items = arena_array(arena, 2 * list->count + 1, sizeof *items);
		if (!items)
			return false;
		if (list->count)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
	}
	list->items[list->count++] = text;
	return true;
}

static bool refuse(const struct reading *reading, const struct option_row *row)
{
	const char *where = reading->where;
	if (reading->table->refusal)
		tell_trouble("%s%s: %s\n", where, row->name, reading->table->refusal);
	else if (row->kind == KIND_CHOICE)
		tell_trouble("%s%s: one of %s is needed\n", where, row->name, row->argument);
	else
		tell_trouble("%s%s: a number from %llu to %llu is needed\n", where, row->name,
			(unsigned long long)row->min, (unsigned long long)row->max);
	return false;
}

// TEXT is to live as long as the fields. False after a message.
static bool set(const struct reading *reading, const struct option_row *row, const char *text)
{
	void *field = reading->fields + row->offset;
	const char **string = field;
	uint64_t *number = field;
	switch (row->kind) {
	case KIND_TEXT: *string = text; return true;
	case KIND_LIST:
		if (add_item(reading->arena, field, text))
			return true;
		tell_trouble("%s%s: not enough memory\n", reading->where, row->name);
		return false;
	case KIND_CHOICE: return read_choice(row, text, number) || refuse(reading, row);
	case KIND_SWITCH: *number = 1; return true;
	default: return read_number(row, text, number) || refuse(reading, row);
	}
}

// One line "name = value" of the file; blank lines and "# ..." are skipped.
static bool read_line(struct reading *reading, const char *path, unsigned number, struct str line)
{
	char *where = reading->where;
	while (line.size && line.at[line.size - 1] == '\r')
		line.size--;
	struct str rest = str_trim(line);
	if (rest.size == 0 || rest.at[0] == '#')
		return true;
	snprintf(where, sizeof reading->where, "%s:%u: ", path, number);
	struct str name = str_trim(str_split(&rest, '='));
	const struct option_row *row = reading->table->rows;
	while (row->name && !str_equal(str_of(row->name), name))
		row++;
	if (!row->name || !rest.at) {
		tell_trouble("%s\"%.*s\": %s\n", where, (int)name.size, name.at,
			row->name ? "write NAME = VALUE" : "there is no option of that name");
		return false;
	}
	const char *value = arena_copy(reading->arena, str_trim(rest));
	if (!value)
		tell_trouble("%s%s: not enough memory\n", where, row->name);
	return value && set(reading, row, value);
}

static bool read_config(struct reading *reading, const char *path)
{
	struct buf text = {0};
	int result = file_read(path, &text);
	struct str rest = buf_view(&text);
	bool good = result == 0;
	if (!good)
		tell_trouble("%s: %s\n", path, strerror(-result));
	for (unsigned number = 1; good && rest.size; number++)
		good = read_line(reading, path, number, str_split(&rest, '\n'));
	buf_finish(&text);
	return good;
}

enum { OPTIONS_MAX = 32, FLAG_CONFIG = OPTIONS_MAX, FLAG_HELP = 'h' };

// Walks the flags once for --config and --help, once for all others, so that a
// flag wins over the file wherever it stands. Returns how it ended: -1, '?' or FLAG_HELP.
static int walk_flags(struct reading *reading, int argc, char **argv, bool only_config)
{
	const struct option_table *table = reading->table;
	struct option flags[OPTIONS_MAX + 3] = {0};
	int count = 0, flag;
	for (; table->rows[count].name; count++)
		flags[count] = (struct option){table->rows[count].name,
			table->rows[count].kind == KIND_SWITCH ? no_argument : required_argument,
			NULL, count};
	flags[count++] = (struct option){"help", no_argument, NULL, FLAG_HELP};
	if (!table->takes_files)
		flags[count] = (struct option){"config", required_argument, NULL, FLAG_CONFIG};
	optind = 0; // GNU: start over
	while ((flag = getopt_long(argc, argv, "h", flags, NULL)) != -1) {
		if (flag == '?' || flag == FLAG_HELP)
			return flag;
		strcpy(reading->where, "--");
		if (only_config ? flag == FLAG_CONFIG && !read_config(reading, optarg)
				: flag != FLAG_CONFIG && !set(reading, &table->rows[flag], optarg))
			return '?';
	}
	return flag;
}

static int show_help(const struct option_table *table)
{
	struct output output = {0};
	struct buf *to = &output.buf;
	buf_text(to, table->head);
	for (const struct option_row *row = table->rows; row->name; row++) {
		buf_print(to, "  --%s%s%s", row->name, row->argument[0] ? " " : "", row->argument);
		if (row->fallback && row->fallback[0])
			buf_print(to, "  [%s]", row->fallback);
		buf_print(to, "\n      %s\n      %s\n", row->help_id, row->help_en);
	}
	buf_text(to, table->tail);
	return output_end(&output, EXIT_OK);
}

bool settings_read(const struct option_table *table, struct arena *arena, void *fields, int argc,
	char **argv, int *status)
{
	struct reading reading = {.table = table, .arena = arena, .fields = fields};
	for (const struct option_row *row = table->rows; row->name; row++)
		if (row->kind != KIND_LIST && row->fallback)
			set(&reading, row, row->fallback);
	int end = table->takes_files ? -1 : walk_flags(&reading, argc, argv, true);
	if (end == -1)
		end = walk_flags(&reading, argc, argv, false);
	if (end == -1 && (table->takes_files || optind == argc))
		return true;
	if (end == -1)
		tell_trouble("%s takes options only; see pmm-check %s --help\n", table->command,
			table->command);
	*status = end == FLAG_HELP ? show_help(table) : EXIT_TROUBLE;
	return false;
}
