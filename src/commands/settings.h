// SPDX-License-Identifier: MIT
// The options of the commands: from flags and, for serve, a configuration file, by one
// table for each command. What a value means beyond its form is for the command.
#pragma once

#include "base/base.h"

#include <stdio.h>

struct text_list {
	const char **items;
	size_t count;
};

// One field for each option of options.def: TEXT is a string, LIST a list, COUNT and
// SIZE a number, CHOICE the place of the word among its argument's.
struct settings {
	const char *listen;
	const char *rules;
	const char *tls_cert, *tls_key, *token_file; // empty: none
	struct text_list cors_origins;
	uint64_t threads, body_max, bulk_bytes_max, rows_max, bulk_max;
	uint64_t connections_max, address_max, drain_timeout_s;
	uint64_t header_timeout_s, stall_timeout_s, idle_timeout_s, rate_min;
	uint64_t log_format, has_access_log;
	uint64_t sandbox; // enum sandbox_mode
};

// Bytes that the texts of a configuration file may take.
enum { SETTINGS_BYTES_MAX = 1 << 20 };

// The same for check_options.def; SWITCH is 1 where the flag is given.
struct check_options {
	const char *rules;
	const char *as_of, *id_from; // NULL: not given
	struct text_list sets; // "fact=value"
	uint64_t from; // enum rows_format; FORMAT_UNKNOWN: as it looks
	uint64_t to; // enum shape; SHAPE_COUNT: the input's own
	uint64_t lang; // enum pmm_lang
	uint64_t is_full, ignores_unknown, is_pretty;
};

// The options of one command.
struct option_table;
extern const struct option_table options_of_serve, options_of_check;

// Sets *FIELDS, the struct of TABLE: the defaults, where there are any, then the file
// of --config, then the flags. Texts are ARGV's or in ARENA, which is to outlive the
// fields and be finished in any case. What is no option stands in ARGV from optind on.
// False if the command is over, after --help or a message: *STATUS is its exit status.
bool settings_read(const struct option_table *table, struct arena *arena, void *fields, int argc,
	char **argv, int *status);

// The options of COMMAND as scdoc for the man page. False: there are none.
bool settings_man(FILE *to, struct str command);
enum { SETTINGS_MAN_COUNT = 2 }; // commands that have options
