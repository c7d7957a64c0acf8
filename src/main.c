// SPDX-License-Identifier: MIT
// pmm-check: chooses the command. What each does is in src/commands.
#include "commands/commands.h"

#include <string.h>

static int command_help(enum pmm_lang lang, int argc, char **argv);

static const struct {
	const char *name;
	int (*run)(enum pmm_lang lang, int argc, char **argv);
	const char *help[PMM_LANG_COUNT]; // NULL: not in the list
} commands[] = {
	{"serve", command_serve, {"menjawab lewat HTTP", "answers over HTTP"}},
	{"check", command_check, {"menjawab berkas tanpa jaringan", "answers files, offline"}},
	{"summary", command_summary,
		{"menghitung isi berkas tanpa jaringan", "counts what files say, offline"}},
	{"verify", command_verify, {"membuktikan buku aturan", "proves rulebooks"}},
	{"replay", command_replay,
		{"memutus lagi jawaban yang disimpan", "decides stored answers again"}},
	{"diff", command_diff, {"membandingkan dua buku aturan", "compares two rulebooks"}},
	{"help", command_help, {"menjelaskan sebuah perintah", "explains a command"}},
	{"--version", command_version, {"menyebutkan versi", "tells the version"}},
	{"--help", command_help, {0}},
	{"-h", command_help, {0}},
	{"version", command_version, {0}},
	{"-V", command_version, {0}},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(enum pmm_lang lang, struct buf *to)
{
	buf_text(to,
		lang_pick(lang,
			"Pemakaian: pmm-check PERINTAH [PILIHAN...]\n\nSiapa wajib memakai fitur "
			"PMM yang mana, menurut SE 0559/2024.\n\n",
			"Usage: pmm-check COMMAND [OPTION...]\n\nWho must use which features of "
			"PMM, under SE 0559/2024.\n\n"));
	for (int i = 0; i < COMMAND_COUNT && commands[i].help[lang]; i++)
		buf_print(to, "  %-9s  %s\n", commands[i].name, commands[i].help[lang]);
	buf_text(to,
		lang_pick(lang,
			"\nPilihannya: pmm-check PERINTAH --help. Dalam bahasa Inggris: --lang en.\n",
			"\nIts options: pmm-check COMMAND --help. In Indonesian: --lang id.\n"));
}

static int run_command(enum pmm_lang lang, const char *name, int argc, char **argv)
{
	struct str rest = str_of(name);
	struct word_nearest nearest = {.word = str_split(&rest, '=')};
	const char *what = name[0] == '-' ? lang_pick(lang, "pilihan", "option")
					  : lang_pick(lang, "perintah", "command");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(lang, argc, argv);
		word_nearest_try(&nearest, commands[i].name);
	}
	word_nearest_try(&nearest, "--lang");
	if (nearest.text)
		return tell_trouble(lang, "%s itu tidak ada; maksud Anda %s?",
			"there is no such %s; did you mean %s?", what, nearest.text);
	return tell_trouble(lang, "%s itu tidak ada; lihat pmm-check --help",
		"there is no such %s; see pmm-check --help", what);
}

// The place of the first argument from AT on that is no --lang.
static int skip_lang(int argc, char **argv, int at)
{
	while (at < argc && strncmp(argv[at], "--lang", 6) == 0 && strchr("=", argv[at][6]))
		at += argv[at][6] == '=' ? 1 : 2;
	return at;
}

static int command_help(enum pmm_lang lang, int argc, char **argv)
{
	static char help[] = "--help";
	char *only_help[] = {argv[0], help, NULL};
	struct output output = {.lang = lang};
	const int at = skip_lang(argc, argv, 1);
	if (at < argc && argv[at][0] != '-')
		return run_command(lang, argv[at], 2, only_help);
	print_usage(lang, &output.buf);
	return output_end(&output, EXIT_OK);
}

int main(int argc, char **argv)
{
	static char name[] = "pmm-check";
	if (!output_prepare())
		return EXIT_TROUBLE;
	const enum pmm_lang lang = lang_find(argv);
	const int at = skip_lang(argc, argv, 1);
	if (at < argc) {
		char *command = argv[at];
		memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv); // behind the command
		argv[1] = name;
		return run_command(lang, command, argc - 1, argv + 1);
	}
	if (at > argc)
		return tell_trouble(
			lang, "--lang: pilih satu dari id|en", "--lang: one of id|en is needed");
	struct buf text = {0};
	print_usage(lang, &text);
	// Nobody is left to tell if this cannot be written.
	fprintf(stderr, "%.*s", (int)text.size, text.size ? text.at : "");
	buf_finish(&text);
	return EXIT_TROUBLE;
}
