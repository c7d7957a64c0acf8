// SPDX-License-Identifier: MIT
// pmm-check: chooses the command. What each does is in src/commands.
#include "commands/commands.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(enum pmm_lang lang, int argc, char **argv);
	const char *help[PMM_LANG_COUNT];
} commands[] = {
	{"serve", command_serve, {"menjawab lewat HTTP", "answers over HTTP"}},
	{"check", command_check, {"menjawab berkas tanpa jaringan", "answers files, offline"}},
	{"verify", command_verify, {"membuktikan buku aturan", "proves rulebooks"}},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(enum pmm_lang lang, struct buf *to)
{
	buf_text(
		to, lang_pick(lang,
			    "Pemakaian: pmm-check PERINTAH [PILIHAN...]\n\n"
			    "Fitur PMM mana yang wajib dipakai guru dan kepala sekolah, menurut SE "
			    "0559/2024.\n\n",
			    "Usage: pmm-check COMMAND [OPTION...]\n\n"
			    "Which PMM features teachers and principals must use, under SE "
			    "0559/2024.\n\n"));
	for (int i = 0; i < COMMAND_COUNT; i++)
		buf_print(to, "  %-8s  %s\n", commands[i].name, commands[i].help[lang]);
	buf_text(to,
		lang_pick(lang,
			"\nPilihan setiap perintah: pmm-check PERINTAH --help. Versi: pmm-check "
			"--version.\nDalam bahasa Inggris: --lang en.\n",
			"\nThe options of a command: pmm-check COMMAND --help. The version: "
			"pmm-check --version.\nIn Indonesian: --lang id.\n"));
}

static int show_usage(enum pmm_lang lang)
{
	struct output output = {.lang = lang};
	print_usage(lang, &output.buf);
	return output_end(&output, EXIT_OK);
}

static int complain(enum pmm_lang lang)
{
	struct buf text = {0};
	print_usage(lang, &text);
	// Nobody is left to tell if this cannot be written.
	fprintf(stderr, "%.*s", (int)text.size, text.size ? text.at : "");
	buf_finish(&text);
	return EXIT_TROUBLE;
}

static int run_command(enum pmm_lang lang, const char *name, int argc, char **argv)
{
	struct nearest nearest = {.word = str_of(name)};
	for (int i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(lang, argc, argv);
		nearest_try(&nearest, commands[i].name);
	}
	if (nearest.text)
		return tell_trouble(lang, "perintah itu tidak ada; maksud Anda %s?",
			"there is no such command; did you mean %s?", nearest.text);
	return tell_trouble(lang, "perintah itu tidak ada; lihat pmm-check --help",
		"there is no such command; see pmm-check --help");
}

static bool is_one_of(const char *text, const char *const *words)
{
	while (*words && strcmp(*words, text) != 0)
		words++;
	return *words;
}

// The place of the first argument from AT on that is no --lang.
static int skip_lang(int argc, char **argv, int at)
{
	while (at < argc && strncmp(argv[at], "--lang", 6) == 0)
		at += argv[at][6] == '=' ? 1 : 2;
	return at;
}

int main(int argc, char **argv)
{
	static char name[] = "pmm-check", help[] = "--help";
	static const char *const helps[] = {"help", "--help", "-h", NULL};
	static const char *const versions[] = {"version", "--version", "-V", NULL};
	if (!output_prepare())
		return EXIT_TROUBLE;
	const enum pmm_lang lang = lang_find(argv);
	int at = skip_lang(argc, argv, 1);
	if (at >= argc)
		return complain(lang);
	char *command = argv[at];
	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv); // behind the command
	argv[1] = name;
	if (is_one_of(command, versions))
		return command_version(lang);
	if (!is_one_of(command, helps))
		return run_command(lang, command, argc - 1, argv + 1);
	char *only_help[] = {name, help, NULL};
	at = skip_lang(argc, argv, 2);
	if (at < argc && argv[at][0] != '-')
		return run_command(lang, argv[at], 2, only_help);
	return show_usage(lang);
}
