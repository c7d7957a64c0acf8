// SPDX-License-Identifier: MIT
// The language of what people read at the command line, and what is said in it. Answers,
// log events and findings about rulebooks are not its matter.
#include "commands.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

enum pmm_lang lang_find(char *const *argv)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"}; // as POSIX asks them
	const char *locale = NULL, *asked = NULL;
	for (; *argv && strcmp(*argv, "--") != 0; argv++)
		if (strncmp(*argv, "--lang=", 7) == 0)
			asked = *argv + 7;
		else if (strcmp(*argv, "--lang") == 0 && argv[1])
			asked = argv[1];
	for (int i = 0; i < 3 && !(locale && *locale); i++)
		locale = getenv(names[i]);
	if (asked)
		return strcmp(asked, "en") == 0 ? PMM_LANG_EN : PMM_LANG_ID;
	return locale && strncmp(locale, "en", 2) == 0 ? PMM_LANG_EN : PMM_LANG_ID;
}

int tell_trouble(enum pmm_lang lang, const char *id, const char *en, ...)
{
	va_list values;
	va_start(values, en);
	flockfile(stderr);
	fputs("pmm-check: ", stderr);
	vfprintf(stderr, lang_pick(lang, id, en), values);
	putc('\n', stderr);
	funlockfile(stderr);
	va_end(values);
	return EXIT_TROUBLE; // whether the message could be written changes nothing
}

const char *error_text(enum pmm_lang lang, int error)
{
	static const struct {
		int error;
		const char *id, *en; // NULL: what the system says
	} texts[] = {
		{ENOENT, "tidak ada; periksa nama dan foldernya",
			"no such file; check the name and the folder"},
		{E2BIG, "terlalu banyak profil untuk dibandingkan; samakan nama fakta di keduanya",
			"too many profiles to compare; give facts one name in both"},
		{EFBIG, "terlalu besar", "it is too large"},
		{EISDIR, "ini folder; sebutkan berkas di dalamnya",
			"this is a directory; name the files in it"},
		{EACCES, "tidak boleh dibuka; periksa izinnya",
			"it may not be opened; check its permissions"},
		{ENOMEM, "memori tidak cukup", "not enough memory"},
		{ENOSPC, "tempat penyimpanan penuh", NULL},
		{EADDRINUSE, "sudah dipakai; hentikan pemakainya atau pilih port lain",
			"it is in use; stop what uses it, or choose another port"},
		{EADDRNOTAVAIL, "komputer ini tidak punya alamat itu",
			"this computer has no such address"},
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].error == error)
			return lang_pick(
				lang, texts[i].id, texts[i].en ? texts[i].en : strerror(error));
	return strerror(error);
}

int tell_error(enum pmm_lang lang, const char *name, int error)
{
	return tell_trouble(lang, "%s: %s", "%s: %s", name, error_text(lang, error));
}
