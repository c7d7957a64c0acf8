// SPDX-License-Identifier: MIT
// The commands of the binary. Each takes its own arguments (argv[0] is its
// name) and returns the exit status. Source: contract, section 1.
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "output.h"
#include "settings.h"

#include <pmm/rules.h>
#include <stdio.h>

enum { EXIT_OK = 0, EXIT_NO = 1, EXIT_TROUBLE = 2 };

int command_serve(int argc, char **argv);
int command_check(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_version(void);

// The SE 0559/2024 rulebook, compiled in (builtin.c, made from config/rules).
extern const char builtin_rulebook[];
extern const size_t builtin_rulebook_size;

// Reads a whole file; *TEXT is to be freed. 0, or a negative errno (-EFBIG past
// 64 MiB).
int file_read(const char *path, char **text, size_t *size);

// A listener that writes findings to stderr, one paragraph each; CLS is the name
// of the file. Overlaps are left out.
void finding_print(void *cls, const struct pmm_finding *finding);

#endif
