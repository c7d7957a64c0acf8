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

enum code code_of_head(struct str head)
{
	static const struct {
		struct str bytes;
		enum code code;
	} files[] = {
		{{"PK\3\4", 4}, CODE_spreadsheet_file}, // .xlsx and .ods are ZIP archives
		{{"PK\5\6", 4}, CODE_spreadsheet_file}, // one with nothing in it
		{{"\xD0\xCF\x11\xE0", 4}, CODE_spreadsheet_file}, // .xls
		{{"\x1F\x8B", 2}, CODE_compressed_file}, // gzip
		{{"\x28\xB5\x2F\xFD", 4}, CODE_compressed_file}, // zstd
		{{"\3757zXZ", 5}, CODE_compressed_file}, // xz
	};
	for (size_t i = 0; head.size && i < sizeof files / sizeof files[0]; i++)
		if (head.at[0] == files[i].bytes.at[0] && str_starts(head, files[i].bytes))
			return files[i].code;
	return CODE_none;
}
