// SPDX-License-Identifier: MIT
// The error codes of codes.def as an enum and a table.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

enum code {
	CODE_none,
#define CODE(name, status, title_id, title_en, help_id, help_en) CODE_##name,
#include "codes.def"
#undef CODE
	CODE_COUNT,
};

struct code_info {
	const char *name;
	unsigned status; // of HTTP; 0: never a whole answer
	const char *title[PMM_LANG_COUNT];
	const char *help[PMM_LANG_COUNT];
};

// CODE must be one of the enum but CODE_none.
const struct code_info *code_info(enum code code);

// CODE_none if there is none of that name.
enum code code_find(struct str name);

// The code of a file that is none of ours, told by HEAD, its first bytes, as many as there
// are; CODE_none: it may be one of ours, or HEAD is too short to tell.
enum { CODE_HEAD_MAX = 5 };
enum code code_of_head(struct str head);
