// SPDX-License-Identifier: MIT
// For the build only: copies the source of the man page from stdin to stdout and
// puts the options, as options.def has them, where the line @OPTIONS@ stands. It
// does not know scdoc's rules; settings_man() writes what scdoc reads.
#include "commands/commands.h"

#include <string.h>

int main(void)
{
	char line[1024];
	int places = 0;
	while (fgets(line, sizeof line, stdin)) {
		if (strcmp(line, "@OPTIONS@\n") == 0) {
			settings_man(stdout);
			places++;
		} else {
			fputs(line, stdout);
		}
	}
	// A page without its options must not be built unnoticed.
	return places != 1 || ferror(stdin) || fflush(stdout) || ferror(stdout);
}
