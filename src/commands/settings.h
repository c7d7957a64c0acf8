// SPDX-License-Identifier: MIT
// The daemon's settings: from flags and the configuration file, by the one
// table in options.def.
#ifndef COMMANDS_SETTINGS_H
#define COMMANDS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct text_list {
	char **items; // heap, each of them too
	size_t count;
};

// One field for each option: TEXT is a heap string, LIST a list, COUNT and SIZE
// a uint64_t, CHOICE a uint64_t too: the place of the word among its argument's.
struct settings {
	char *listen;
	char *rules;
	char *tls_cert, *tls_key, *token_file; // empty: none
	struct text_list cors_origins;
	uint64_t threads, body_max, bulk_bytes_max, rows_max, bulk_max;
	uint64_t connections_max, address_max, drain_timeout_s;
	uint64_t header_timeout_s, stall_timeout_s, idle_timeout_s, rate_min;
	uint64_t log_format, has_access_log;
	uint64_t sandbox; // enum sandbox_mode
};

struct buf;

enum settings_result { SETTINGS_OK, SETTINGS_BAD, SETTINGS_HELP };

// Sets the defaults, then the file of --config if there is one, then the flags.
// SETTINGS_BAD after a message on stderr. Needs settings_finish in any case.
enum settings_result settings_read(struct settings *settings, int argc, char **argv);
void settings_finish(struct settings *settings);

// The flags as text for --help; as scdoc for the man page.
void settings_help(struct buf *to);
void settings_man(FILE *to);

#endif
