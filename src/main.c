// SPDX-License-Identifier: MIT
// pmm-check: chooses the command. What each does is in src/commands.
#include "commands/commands.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help_id, *help_en;
} commands[] = {
	{"serve", command_serve, "menjawab lewat HTTP", "answer over HTTP"},
	{"check", command_check, "menjawab berkas tanpa jaringan", "answer files, offline"},
	{"verify", command_verify, "membuktikan buku aturan", "prove a rulebook"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(struct buf *to)
{
	buf_text(to,
		"Usage: pmm-check COMMAND [OPTION...]\n\n"
		"Fitur PMM mana yang harus dipakai guru dan kepala sekolah, menurut SE 0559/2024.\n"
		"Which PMM features teachers and principals must use, under SE 0559/2024.\n\n");
	for (int i = 0; i < COMMAND_COUNT; i++)
		buf_print(to, "  %-8s  %s / %s\n", commands[i].name, commands[i].help_id,
			commands[i].help_en);
	buf_text(to, "\n  pmm-check COMMAND --help, pmm-check --version\n");
}

static int show_usage(void)
{
	struct output output = {0};
	print_usage(&output.buf);
	return output_end(&output, EXIT_OK);
}

int main(int argc, char **argv)
{
	static char name[] = "pmm-check"; // with which getopt begins its messages
	if (!output_prepare())
		return EXIT_TROUBLE;
	if (argc < 2) {
		struct buf text = {0};
		print_usage(&text);
		// Nobody is left to tell if this cannot be written.
		fprintf(stderr, "%.*s", (int)text.size, text.size ? text.at : "");
		buf_finish(&text);
		return EXIT_TROUBLE;
	}
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0) {
			argv[1] = name;
			return commands[i].run(argc - 1, argv + 1);
		}
	if (strcmp(argv[1], "--version") == 0)
		return command_version();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return show_usage();
	return tell_trouble("there is no such command; see pmm-check --help\n");
}
