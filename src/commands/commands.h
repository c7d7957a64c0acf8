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

int command_serve(int argc, char **argv);
int command_check(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_version(void);

// The SE 0559/2024 rulebook, compiled in (builtin.c, made from config/rules).
extern const char builtin_rulebook[];
extern const size_t builtin_rulebook_size;

// Says on stderr what is wrong, as printf writes it; EXIT_TROUBLE.
#define tell_trouble(...) trouble_after(fprintf(stderr, "pmm-check: " __VA_ARGS__))

// Whether the message could be written changes nothing.
static inline int trouble_after(int printed)
{
	(void)printed;
	return EXIT_TROUBLE;
}

// Adds a whole file to TEXT. 0, or a negative errno (-EFBIG past 64 MiB).
int file_read(const char *path, struct buf *text);

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = {0};
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
