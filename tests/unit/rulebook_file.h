// SPDX-License-Identifier: MIT
// Rulebooks from files, for tests. Says on stderr what went wrong.
#pragma once

#include <pmm/rules.h>

// Reads at most ROOM bytes to TO. Returns how many there were; 0 is a failure.
size_t rulebook_file_read(const char *path, char *to, size_t room);

// Loads a rulebook, to be destroyed by the caller, or returns NULL.
struct pmm_rulebook *rulebook_file_load(const char *path);
