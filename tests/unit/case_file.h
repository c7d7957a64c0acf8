// SPDX-License-Identifier: MIT
// Reads tests/cases/*.case (the format stands at the top of 10-circular.case).
// It knows the form of the lines; what they expect is for the reader to check.
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum { CASE_LINES_MAX = 128, CASE_MEMBERS_MAX = 16 };

// Lines as they stand in the file, without the line break.
struct case_lines {
	char *text[CASE_LINES_MAX];
	size_t count;
};

struct case_entry {
	const char *path;
	char *title;
	struct case_lines profiles; // what stands behind `profile`
	struct case_lines expected; // with their verbs
};

// Calls RUN with each case of a file. Returns false, after a message, if the
// file cannot be read or understood.
bool case_file_read(const char *path, void (*run)(const struct case_entry *entry));

struct case_member {
	char *name;
	cJSON *value; // a string where it was written as text
};

struct case_profile {
	struct case_member members[CASE_MEMBERS_MAX];
	size_t count;
};

// Reads NAME = VALUE | NAME := JSON. Returns false if TEXT is not that. To be
// given to case_profile_finish in either case.
bool case_profile_read(struct case_profile *profile, const char *text);
void case_profile_finish(struct case_profile *profile);
