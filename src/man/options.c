// SPDX-License-Identifier: MIT
// For the build only: copies the source of the man page from stdin to stdout and
// puts the options of a command where a line @OPTIONS COMMAND@ stands. It does not
// know scdoc's rules; settings_man() writes what scdoc reads.
#include "commands/commands.h"

#include <string.h>

int main(void)
{
	static const char mark[] = "@OPTIONS ";
	char line[1024];
	int places = 0;
	while (fgets(line, sizeof line, stdin)) {
		struct str rest = str_of(line);
		if (!str_starts(rest, str_of(mark))) {
			fputs(line, stdout);
			continue;
		}
		rest.at += sizeof mark - 1;
		rest.size -= sizeof mark - 1;
		if (settings_man(stdout, str_split(&rest, '@')))
			places++;
	}
	// A page without its options must not be built unnoticed.
	return places != SETTINGS_MAN_COUNT || ferror(stdin) || fflush(stdout) || ferror(stdout);
}
