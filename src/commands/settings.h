// SPDX-License-Identifier: MIT
// The options of the commands: from flags and, for serve, a configuration file, by one
// table for each command. What a value means beyond its form is for the command.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// How often an option may be given.
enum { TEXT_LIST_MAX = 64 };

// WHERES says of each item where it stands, for messages: "--listen", or
// "FILE:LINE: listen".
struct text_list {
	const char *items[TEXT_LIST_MAX], *wheres[TEXT_LIST_MAX];
	size_t count;
};

// One field for each option of options.def: TEXT is a string, LIST a list, COUNT and
// SIZE a number, CHOICE the place of the word among its argument's.
struct settings {
	struct text_list listen; // none: the default
	const char *rules;
	const char *tls_cert, *tls_key, *token_file; // empty: none
	struct text_list cors_origins, frame_origins;
	const char *public_url; // empty: none
	uint64_t threads, body_max, bulk_bytes_max, rows_max, bulk_max;
	uint64_t connections_max, address_max, drain_timeout_s;
	uint64_t header_timeout_s, stall_timeout_s, idle_timeout_s, rate_min;
	uint64_t log_format, has_access_log;
	uint64_t sandbox; // enum sandbox_mode
	uint64_t lang; // enum pmm_lang, of what stands on stderr before the log does
};

// Bytes that the texts of a configuration file may take.
enum { SETTINGS_BYTES_MAX = 1 << 20 };

// The same for check_options.def, of check, summary and diff; SWITCH is 1 where the flag is given.
struct check_options {
	const char *rules;
	const char *as_of, *id_from, *group_by, *columns; // NULL: not given
	struct text_list sets; // "fact=value"
	struct text_list row_files;
	uint64_t from; // enum rows_format; FORMAT_UNKNOWN: as it looks
	uint64_t to; // enum shape; SHAPE_COUNT: not given
	uint64_t lang; // enum pmm_lang; PMM_LANG_COUNT: not given
	uint64_t is_full, is_explained, ignores_unknown, is_pretty, is_json;
};

// What each of these, and the members of a row, are is said in options.def.
enum option_kind { KIND_TEXT, KIND_LIST, KIND_COUNT, KIND_SIZE, KIND_CHOICE, KIND_SWITCH };

struct option_row {
	const char *name;
	size_t offset; // of the field in the command's struct
	enum option_kind kind;
	const char *fallback;
	uint64_t min, max;
	const char *argument, *help[PMM_LANG_COUNT];
};

// The options of one command.
struct option_table {
	const char *command;
	const char *arguments; // that are no options
	const char *head[PMM_LANG_COUNT], *tail[PMM_LANG_COUNT]; // of the help
	bool takes_files; // else it has --config
	const struct option_row *rows; // up to one without a name
};

struct verify_options {
	uint64_t lang; // enum pmm_lang
	uint64_t is_json;
};

// And of replay.
struct replay_options {
	const char *rules;
	uint64_t lang;
};

extern const struct option_table options_of_serve, options_of_check, options_of_summary,
	options_of_diff, options_of_verify, options_of_replay;

// Sets *FIELDS, the struct of TABLE: the defaults, where there are any, then the file
// of --config, then the flags. Texts are ARGV's or in ARENA, which is to outlive the
// fields and be finished in any case; a table without --config and lists needs none. What is no
// option stands in ARGV from optind on. False if the command is over, after --help or a message:
// *STATUS is its exit status. LANG is the language of both.
bool settings_read(const struct option_table *table, enum pmm_lang lang, struct arena *arena,
	void *fields, int argc, char **argv, int *status);
