// SPDX-License-Identifier: MIT
// Private to pmm-check check: what its parts share.
#ifndef COMMANDS_CHECK_H
#define COMMANDS_CHECK_H

#include "api/api.h"
#include "bulk/bulk.h"
#include "input.h"
#include "output.h"
#include "progress.h"

#include <signal.h>

struct check_options {
	const char *rules;
	const char *as_of; // YYYY-MM-DD, or NULL for today
	enum input_format from; // INPUT_UNKNOWN: told by suffix and content
	int to; // enum shape, or -1 for the input's own
	enum pmm_lang lang;
	bool full, pretty, ignore_unknown;
	struct str id_from; // folded, in id_from_text
	char id_from_text[128];
	const char *const *sets; // "fact=value"
	size_t set_count;
};

// EXIT_OK, -1 after --help, EXIT_TROUBLE after a message. *FIRST is the index of
// the first file. SETS needs argc entries and must outlive the options.
int check_options_read(
	struct check_options *options, const char **sets, int argc, char **argv, int *first);

struct check {
	struct check_options options;
	struct service *service;
	struct snapshot *snapshot;
	uint8_t defaults[PMM_FACTS_MAX];
	struct output output;
	struct progress progress;
	struct results results;
	bool is_one_of_many; // files
	bool has_shape, has_head; // of the answer
	struct results_counts counts;
	struct buf error;
};

// SIGINT or SIGTERM came: finish the line and stop. A second one kills.
extern volatile sig_atomic_t check_is_interrupted;

// One profile: the whole answer or the problem, as HTTP gives it. TEXT is all of
// the input. EXIT_OK, EXIT_NO or, after a message, EXIT_TROUBLE.
int check_single(struct check *check, struct str text);

#endif
