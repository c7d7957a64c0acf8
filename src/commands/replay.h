// SPDX-License-Identifier: MIT
// Private to pmm-check replay: a file of stored answers while it is gone through.
#pragma once

#include "check.h"

struct replay {
	enum pmm_lang lang; // of what is told
	int status; // the worst so far
	struct output output;
	struct snapshot *snapshots[RULEBOOK_SET_MAX];
	size_t count;
	const char *name; // of the input
	FILE *file;
	bool failed; // for want of memory
	bool is_over; // there is no use in reading on
	bool is_cut; // what is at hand, or indented otherwise: told already
	bool is_brief; // a row without a digest is among those whose end has not come
	struct buf text, compact, head, expected;
	struct arena arena; // of the line
	uint64_t number; // of the line, or of the result in a document
	uint64_t same, differ, errors;
	// Of the answer with many results that is at hand:
	struct results results;
	struct row_counts counts;
	uint64_t last_row;
	const struct snapshot *of_rows; // that decided those before; NULL: there are none
	struct str digest; // for rows in brief; at == NULL: not known
};

// Says of the text at hand that it cannot be decided, and why, with MORE behind it.
void replay_tell_undecided(struct replay *replay, const char *id, const char *en, struct str more);

// Or that it differs AT a byte from TEXT. The place is a JSON Pointer, as far as an array.
void replay_tell_difference(struct replay *replay, struct str text, size_t at);

// Decides again what TEXT says, compact and without its line feed: an answer, a row, the end of
// rows, or all of them in one document. It is counted, or told.
void replay_judge(struct replay *replay, struct str text);
