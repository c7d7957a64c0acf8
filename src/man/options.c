// SPDX-License-Identifier: MIT
// For the build only: copies the source of the man page from stdin to stdout and
// puts the options of a command where a line @OPTIONS COMMAND@ stands.
#include "commands/commands.h"

#include <string.h>

// Text in which "*" and "_" are themselves and no markup of scdoc.
static void write_plain(const char *text)
{
	for (; *text; text++) {
		if (strchr("\\*_", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void write_options(const struct option_table *table)
{
	for (const struct option_row *row = table->rows; row->name; row++) {
		printf("*--%s*", row->name);
		if (row->argument[0]) {
			fputs(" _", stdout);
			write_plain(row->argument);
			putchar('_');
		}
		fputs("\n\t", stdout);
		write_plain(row->help[PMM_LANG_EN]);
		if (row->fallback && row->fallback[0])
			printf(" Default: %s.", row->fallback);
		fputs("\n\n", stdout);
	}
}

int main(void)
{
	static const struct option_table *const tables[] = {&options_of_serve, &options_of_check,
		&options_of_summary, &options_of_verify, &options_of_replay, &options_of_diff};
	enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };
	char line[1024], command[16];
	int places = 0;
	while (fgets(line, sizeof line, stdin)) {
		if (sscanf(line, "@OPTIONS %15[^@]@", command) != 1) {
			fputs(line, stdout);
			continue;
		}
		for (int i = 0; i < TABLE_COUNT; i++)
			if (strcmp(tables[i]->command, command) == 0) {
				write_options(tables[i]);
				places++;
			}
	}
	// A page without its options must not be built unnoticed.
	return places != TABLE_COUNT || ferror(stdin) || fflush(stdout) || ferror(stdout);
}
