// SPDX-License-Identifier: MIT
#include "code.h"

static const struct code_info codes[CODE_COUNT] = {
#define CODE(name, status, title_id, title_en, help_id, help_en)                                   \
	[CODE_##name] = {#name, status, {title_id, title_en}, {help_id, help_en}},
#include "codes.def"
#undef CODE
};

const struct code_info *code_info(enum code code)
{
	return &codes[code];
}

enum code code_find(struct str name)
{
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		if (str_equal(str_of(codes[code].name), name))
			return (enum code)code;
	return CODE_none;
}
