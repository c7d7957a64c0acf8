// SPDX-License-Identifier: MIT
// The commands of the binary, and what they share. Each takes its own arguments
// (argv[0] is its name) and returns the exit status.
#pragma once

#include "output.h"
#include "settings.h"

#include <pmm/rules.h>
#include <stdio.h>
#include <time.h>

enum { EXIT_OK = 0, EXIT_NO = 1, EXIT_TROUBLE = 2 };

int command_serve(enum pmm_lang lang, int argc, char **argv);
int command_check(enum pmm_lang lang, int argc, char **argv);
int command_summary(enum pmm_lang lang, int argc, char **argv);
int command_diff(enum pmm_lang lang, int argc, char **argv);
int command_verify(enum pmm_lang lang, int argc, char **argv);
int command_replay(enum pmm_lang lang, int argc, char **argv);
int command_version(enum pmm_lang lang, int argc, char **argv);

// The SE 0559/2024 rulebook, compiled in (builtin.c, made from config/rules).
extern const char builtin_rulebook[];
extern const size_t builtin_rulebook_size;

// ---- what people read, in one language (text.c) ----

// Of --lang, wherever it stands in ARGV (up to NULL), or else of the locale: English
// where that begins with "en", Indonesian otherwise.
enum pmm_lang lang_find(char *const *argv);

__attribute__((format_arg(2), format_arg(3))) static inline const char *lang_pick(
	enum pmm_lang lang, const char *id, const char *en)
{
	return lang == PMM_LANG_EN ? en : id;
}

// Says on stderr what is wrong and what to do, a line; ID and EN are formats as of printf
// for the same values. EXIT_TROUBLE.
__attribute__((format(printf, 2, 4), format(printf, 3, 4))) int tell_trouble(
	enum pmm_lang lang, const char *id, const char *en, ...);

// What errno ERROR means, to stand behind the name of a file or an address; says it so.
const char *error_text(enum pmm_lang lang, int error);
int tell_error(enum pmm_lang lang, const char *name, int error);

// Adds a whole file to TEXT. 0, or a negative errno (-EFBIG past 64 MiB).
int file_read(const char *path, struct buf *text);

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = {0};
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
