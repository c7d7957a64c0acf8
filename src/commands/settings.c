// SPDX-License-Identifier: MIT
#include "settings.h"

#include "commands.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#define OPTION(name, field, kind, fallback, min, max, argument, help_id, help_en)                  \
	{#name, offsetof(struct FIELDS, field), KIND_##kind, fallback, min, max, argument,         \
		{help_id, help_en}},

// Of every command.
#define LANG_ROW                                                                                   \
	OPTION(lang, lang, CHOICE, NULL, 0, 0, "id|en",                                            \
		"Bahasa pesan dan kalimat. Tanpa ini: bahasa Indonesia, atau pesan dalam bahasa "  \
		"Inggris bila locale (LC_ALL, LC_MESSAGES, LANG) berawal en.",                     \
		"The language of messages and sentences. Else Indonesian, or English for "         \
		"messages where the locale (LC_ALL, LC_MESSAGES, LANG) begins with en.")

#define FIELDS settings
const struct option_table options_of_serve = {
	.command = "serve",
	.arguments = "",
	.head = {"Menjawab pertanyaan lewat HTTP sampai dihentikan (SIGTERM).",
		"Answers questions over HTTP until it is stopped (SIGTERM)."},
	.tail = {"  --config FILE\n"
		 "      Berkas berisi baris NAMA = NILAI dengan nama pilihan di atas; pilihan di "
		 "baris\n      perintah mengalahkannya.\n",
		"  --config FILE\n"
		"      A file of lines NAME = VALUE with the names above; options on the command "
		"line\n      win over it.\n"},
	.rows =
		(const struct option_row[]){
#include "options.def"
			LANG_ROW{0}},
};
#undef FIELDS

#define FIELDS check_options
#define ROWS_TAIL                                                                                          \
	{                                                                                                  \
		"\nStatus keluar: 0 semua baris diproses, 1 ada baris yang ditolak, 2 tidak dapat "        \
		"berjalan.\n",                                                                             \
			"\nExit status: 0 all rows evaluated, 1 some rows rejected, 2 it could not run.\n" \
	}
#define CHECK OPTION
#define SUMMARY(...)
#define DIFF(...)
#define COUNT(...)
#define ANSWER OPTION
const struct option_table options_of_check = {
	.command = "check",
	.arguments = " [FILE...]",
	.head = {"Menjawab profil dari berkas atau masukan standar; jawabannya sama dengan lewat "
		 "HTTP.",
		"Answers profiles from files or standard input, with the same bytes as over HTTP."},
	.tail = ROWS_TAIL,
	.takes_files = true,
	.rows =
		(const struct option_row[]){
#include "check_options.def"
			LANG_ROW{0}},
};

#undef CHECK
#undef SUMMARY
#undef COUNT
#define CHECK(...)
#define SUMMARY OPTION
#define COUNT   OPTION
const struct option_table options_of_summary = {
	.command = "summary",
	.arguments = " [FILE...]",
	.head = {"Menghitung profil dari berkas atau masukan standar, juga menurut kelompok; "
		 "jawabannya\nsama dengan POST /summary.",
		"Counts profiles from files or standard input, also by group, with the same bytes "
		"as\nPOST /summary."},
	.tail = ROWS_TAIL,
	.takes_files = true,
	.rows =
		(const struct option_row[]){
#include "check_options.def"
			LANG_ROW{0}},
};

#undef SUMMARY
#undef DIFF
#undef ANSWER
#define SUMMARY(...)
#define DIFF OPTION
#define ANSWER(...)
const struct option_table options_of_diff = {
	.command = "diff",
	.arguments = " OLD NEW [--rows FILE...]",
	.head = {"Membandingkan dua buku aturan: bagi siapa jawaban berubah, dan menurut aturan mana.",
		"Compares two rulebooks: for whom an answer changes, and by which rules."},
	.tail = {"\nStatus keluar: 0 sama, 1 berbeda, 2 tidak dapat berjalan.\n",
		"\nExit status: 0 the same, 1 different, 2 it could not run.\n"},
	.takes_files = true,
	.rows =
		(const struct option_row[]){
#include "check_options.def"
			LANG_ROW{0}},
};
#undef FIELDS

#define FIELDS verify_options
const struct option_table options_of_verify = {
	.command = "verify",
	.arguments = " FILE_OR_DIR...",
	.head = {"Membuktikan buku aturan dan menampilkan apa yang diputuskannya. Sebuah folder "
		 "diperiksa\njuga sebagai satu kumpulan, seperti oleh serve --rules.",
		"Proves rulebooks and shows what they decide. A directory is also checked as the "
		"set that\nserve --rules would make of it."},
	.tail = {"\nStatus keluar: 0 terbukti, 1 tidak terbukti, 2 tidak dapat dibaca.\n",
		"\nExit status: 0 it holds, 1 it does not, 2 it could not be read.\n"},
	.takes_files = true,
	.rows = (const struct option_row[]){OPTION(json, is_json, SWITCH, NULL, 0, 0, "",
		"Laporan sebagai satu dokumen JSON; berkas, temuan, dan kumpulannya.",
		"The report as one JSON document: files, findings, and the set.") LANG_ROW{0}},
};
#undef FIELDS

#define FIELDS replay_options
const struct option_table options_of_replay = {
	.command = "replay",
	.arguments = " ANSWER...",
	.head = {"Memutus lagi jawaban yang disimpan menurut buku aturan yang disebut digest-nya, "
		 "dan\nmembandingkannya byte demi byte. - berarti masukan standar.",
		"Decides stored answers again, by the rulebook of their digest, and compares them "
		"byte by\nbyte. - is standard input."},
	.tail = {"\nStatus keluar: 0 semua sama, 1 ada yang berbeda, 2 buku aturannya tidak ada atau "
		 "tidak dapat berjalan.\n",
		"\nExit status: 0 all are the same, 1 some differ, 2 no such rulebook, or it could "
		"not run.\n"},
	.takes_files = true,
	.rows = (const struct option_row[]){OPTION(rules, rules, TEXT, "", 0, 0, "FILE_OR_DIR",
		"Buku aturan yang dicari, juga yang sudah tidak berlaku; tanpa ini "
		"yang bawaan.",
		"The rulebooks to look in, also those not in force; else the "
		"built-in one.") LANG_ROW{0}},
};
#undef FIELDS

enum { OPTIONS_MAX = 32 };

// What is being read.
struct reading {
	const struct option_table *table;
	enum pmm_lang lang;
	struct arena *arena;
	char *fields;
	bool is_flag; // not of the file
	bool is_renewed[OPTIONS_MAX]; // lists that flags have begun anew
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

static bool refuse(const struct reading *reading, const struct option_row *row)
{
	const char *where = reading->where;
	if (row->kind == KIND_CHOICE)
		tell_trouble(reading->lang, "%s%s: pilih satu dari %s", "%s%s: one of %s is needed",
			where, row->name, row->argument);
	else if (row->kind == KIND_LIST)
		tell_trouble(reading->lang, "%s%s: paling banyak %d kali", "%s%s: at most %d times",
			where, row->name, TEXT_LIST_MAX);
	else
		tell_trouble(reading->lang, "%s%s: perlu angka dari %llu sampai %llu",
			"%s%s: a number from %llu to %llu is needed", where, row->name,
			(unsigned long long)row->min, (unsigned long long)row->max);
	return false;
}

static bool tell_shortage(const struct reading *reading, const struct option_row *row)
{
	tell_error(reading->lang, row->name, ENOMEM);
	return false;
}

// What the line or flag at hand gives ROW.
static bool add_item(struct reading *reading, const struct option_row *row, const char *text)
{
	struct text_list *list = (void *)(reading->fields + row->offset);
	bool *is_renewed = &reading->is_renewed[row - reading->table->rows];
	char where[sizeof reading->where + 32];
	if (reading->is_flag && !*is_renewed)
		list->count = 0; // a flag wins over the file
	*is_renewed = reading->is_flag;
	if (list->count == TEXT_LIST_MAX)
		return refuse(reading, row);
	snprintf(where, sizeof where, "%s%s", reading->where, row->name);
	list->items[list->count] = text;
	list->wheres[list->count] = arena_copy(reading->arena, str_of(where));
	return list->wheres[list->count++] || tell_shortage(reading, row);
}

// TEXT is to live as long as the fields. False after a message.
static bool set(struct reading *reading, const struct option_row *row, const char *text)
{
	void *field = reading->fields + row->offset;
	const char **string = field;
	uint64_t *number = field;
	switch (row->kind) {
	case KIND_TEXT: *string = text; return true;
	case KIND_LIST: return add_item(reading, row, text);
	case KIND_CHOICE: return read_choice(row, text, number) || refuse(reading, row);
	case KIND_SWITCH: *number = 1; return true;
	default: return read_number(row, text, number) || refuse(reading, row);
	}
}

// Says that there is no option NAME, and which is near, each behind DASHES.
static bool tell_unknown(const struct reading *reading, const char *dashes, struct str name)
{
	struct word_nearest nearest = {.word = name};
	const int size = (int)name.size;
	for (const struct option_row *row = reading->table->rows; row->name; row++)
		word_nearest_try(&nearest, row->name);
	if (nearest.text)
		tell_trouble(reading->lang, "%s%.*s: pilihan ini tidak ada; maksud Anda %s%s?",
			"%s%.*s: there is no such option; did you mean %s%s?", reading->where, size,
			name.at, dashes, nearest.text);
	else
		tell_trouble(reading->lang,
			"%s%.*s: pilihan ini tidak ada; lihat pmm-check %s --help",
			"%s%.*s: there is no such option; see pmm-check %s --help", reading->where,
			size, name.at, reading->table->command);
	return false;
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
	if (!rest.at) {
		tell_trouble(reading->lang, "%stidak ada tanda =; tulis NAMA = NILAI",
			"%sthere is no =; write NAME = VALUE", where);
		return false;
	}
	const struct option_row *row = reading->table->rows;
	while (row->name && !str_equal(str_of(row->name), name))
		row++;
	if (!row->name)
		return tell_unknown(reading, "", name);
	const char *value = arena_copy(reading->arena, str_trim(rest));
	if (!value)
		return tell_shortage(reading, row);
	return set(reading, row, value);
}

static bool read_config(struct reading *reading, const char *path)
{
	struct buf text = {0};
	int result = file_read(path, &text);
	struct str rest = buf_view(&text);
	bool good = result == 0;
	if (!good)
		tell_error(reading->lang, path, -result);
	for (unsigned number = 1; good && rest.size; number++)
		good = read_line(reading, path, number, str_split(&rest, '\n'));
	buf_finish(&text);
	return good;
}

enum { FLAG_CONFIG = OPTIONS_MAX, FLAG_HELP = 'h' };

// Says what is wrong with FLAG, at which getopt ended with RESULT.
static void refuse_flag(struct reading *reading, const char *flag, int result)
{
	const size_t dashes = strncmp(flag, "--", 2) == 0 ? 2 : 0;
	struct str rest = str_of(flag + dashes), name = str_split(&rest, '=');
	strcpy(reading->where, dashes ? "--" : "");
	if (result == ':')
		tell_trouble(reading->lang, "--%.*s: perlu nilai; lihat pmm-check %s --help",
			"--%.*s: it needs a value; see pmm-check %s --help", (int)name.size,
			name.at, reading->table->command);
	else if (dashes && optopt > 0)
		tell_trouble(reading->lang, "--%.*s: pilihan ini tidak memakai nilai",
			"--%.*s: this option takes no value", (int)name.size, name.at);
	else
		tell_unknown(reading, "--", name);
}

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
	reading->is_flag = !only_config;
	opterr = 0; // its messages would be in English
	optind = 0; // GNU: start over
	while ((flag = getopt_long(argc, argv, ":h", flags, NULL)) != -1) {
		if (flag == '?' || flag == ':')
			refuse_flag(reading, argv[optind - 1], flag);
		if (flag == '?' || flag == ':' || flag == FLAG_HELP)
			return flag;
		strcpy(reading->where, "--");
		if (only_config ? flag == FLAG_CONFIG && !read_config(reading, optarg)
				: flag != FLAG_CONFIG && !set(reading, &table->rows[flag], optarg))
			return '?';
	}
	return flag;
}

static int show_help(const struct option_table *table, enum pmm_lang lang)
{
	struct output output = {.lang = lang};
	struct buf *to = &output.buf;
	buf_print(to,
		lang_pick(lang, "Pemakaian: pmm-check %s [PILIHAN...]%s\n\n%s\n\n",
			"Usage: pmm-check %s [OPTION...]%s\n\n%s\n\n"),
		table->command, table->arguments, table->head[lang]);
	for (const struct option_row *row = table->rows; row->name; row++) {
		buf_print(to, "  --%s%s%s", row->name, row->argument[0] ? " " : "", row->argument);
		if (row->fallback && row->fallback[0])
			buf_print(to, "  [%s]", row->fallback);
		buf_print(to, "\n      %s\n", row->help[lang]);
	}
	buf_print(to, "  -h, --help\n%s", table->tail[lang]);
	return output_end(&output, EXIT_OK);
}

bool settings_read(const struct option_table *table, enum pmm_lang lang, struct arena *arena,
	void *fields, int argc, char **argv, int *status)
{
	struct reading reading = {.table = table, .lang = lang, .arena = arena, .fields = fields};
	for (const struct option_row *row = table->rows; row->name; row++)
		if (row->kind != KIND_LIST && row->fallback)
			set(&reading, row, row->fallback);
	int end = table->takes_files ? -1 : walk_flags(&reading, argc, argv, true);
	if (end == -1)
		end = walk_flags(&reading, argc, argv, false);
	if (end == -1 && (table->takes_files || optind == argc))
		return true;
	if (end == -1)
		tell_trouble(lang, "%s hanya memakai pilihan; lihat pmm-check %s --help",
			"%s takes options only; see pmm-check %s --help", table->command,
			table->command);
	*status = end == FLAG_HELP ? show_help(table, lang) : EXIT_TROUBLE;
	return false;
}
