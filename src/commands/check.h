// SPDX-License-Identifier: MIT
// Private to pmm-check check: what its parts share.
#pragma once

#include "api/api.h"
#include "bulk/bulk.h"
#include "commands.h"

#include <signal.h>

enum { CHECK_SINGLE_MAX = 1 << 20 }; // bytes of a document that is answered as one request

// ---- the input: a file or standard input, read in pieces (input.c) ----

enum { INPUT_PIECE_BYTES = 64 << 10 };

struct input {
	const char *name; // for messages
	enum pmm_lang lang; // of messages
	int fd;
	char bytes[INPUT_PIECE_BYTES];
	size_t size; // of what was read and not yet given on
	uint64_t read; // bytes in all
	uint64_t total; // bytes of a regular file; 0: not known
	bool flows; // nothing has to be told by the first piece
	bool is_over;
	int error; // errno of the read that failed, or 0; then it is over, too
	bool has_bar; // standard error is a terminal
	uint64_t start_ns;
	uint64_t shown_ns; // when the bar was last drawn
};

// SIGINT or SIGTERM came: finish the row and stop. A second one kills.
extern volatile sig_atomic_t input_is_interrupted;

// NAME "-" is standard input. EXIT_TROUBLE after a message; else it needs input_close.
int input_open(struct input *input, enum pmm_lang lang, const char *name);
void input_close(struct input *input); // and takes the bar away

// Fills up BYTES with what is there; as far as it goes, for the first piece that
// tells the format. Short reads, interruptions and a descriptor that does not block
// are no failures.
void input_fill(struct input *input);

// Draws the bar anew, a few times a second at most; ROWS were answered.
void input_show_progress(struct input *input, uint64_t rows);

// By the name, else by the first piece: an enum rows_format, or this if memory ran out.
enum { FORMAT_UNKNOWN = ROWS_CSV + 1 };
uint64_t input_tell_format(const struct input *input);

// Whether the first piece begins a JSON array.
bool input_is_array(const struct input *input);

// ---- the answer ----

struct check {
	bool is_summary; // rows are counted instead of answered
	enum code (*take)(void *check, const struct row *row); // what is done with each
	void (*end)(struct check *check, const struct rows_header *header); // what is written last
	int (*begin)(struct check *check, char ***files); // what comes first; NULL: that of check
	enum pmm_lang lang; // of messages; that of answers is an option
	struct check_options options;
	int32_t as_of; // if that was asked
	struct str id_from, group_by; // folded, in the texts
	char id_from_text[WORD_MAX], group_by_text[WORD_MAX];
	struct service *service;
	struct rulebook_set *set;
	struct snapshot *snapshot; // of the set
	uint8_t defaults[PMM_FACTS_MAX];
	struct input input; // the file at hand
	struct output output;
	struct results results;
	uint16_t columns[RESULTS_COLUMNS_MAX]; // of the results
	struct summary *summary; // or NULL
	bool is_one_of_many; // files
	struct rows *rows; // of the file at hand
	bool is_one; // person, of whom --set says all, since a terminal is the input
	bool has_rows; // the answer, even if there are none
	bool has_head; // that was written
	struct row_counts counts;
	struct told_header told; // of CSV files
	uint64_t rows_before; // of the files before, skipped ones too
	struct buf error;
};

// All of a command: reads the options by TABLE into CHECK, whose first members are set,
// and does with the files what they say. Returns the exit status.
int check_run(struct check *check, enum pmm_lang lang, const struct option_table *table, int argc,
	char **argv);

// All of these return EXIT_OK or, after a message, EXIT_TROUBLE.
//
// Once the options are read: fills what hangs together.
int check_judge_options(struct check *check);
// What --set says, for rows that do not give the fact: read as the facts of an address.
int check_read_defaults(struct check *check);
// What the answer comes as, and with which columns; USUAL unless one was asked for.
int check_settle_shape(struct check *check, enum shape usual);

// Answers or counts the rows of a file; EXIT_NO where it is one document that is refused.
int check_file(struct check *check, const char *name);

// One profile: the whole answer or the problem, as HTTP gives it. TEXT is all of
// the input. EXIT_OK, EXIT_NO or, after a message, EXIT_TROUBLE.
int check_single(struct check *check, struct str text);
