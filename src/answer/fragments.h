// SPDX-License-Identifier: MIT
// What answers are put together from: each outcome, and each value of a fact,
// is written once when a rulebook begins to answer. So an answer that was not
// asked for before costs copies, and however large the space is, this is not.
#ifndef ANSWER_FRAGMENTS_H
#define ANSWER_FRAGMENTS_H

#include "base/base.h"

#include <pmm/rules.h>

// What an outcome is written as.
enum piece_kind {
	PIECE_ID = PMM_LANG_ID, // "feature":{...} with the sentences
	PIECE_EN = PMM_LANG_EN,
	PIECE_ROW, // "feature":{...} of the values alone
	PIECE_CSV, // ,value,value
	PIECE_KINDS,
};

struct piece {
	uint32_t from, size; // in the text
};

struct pieces {
	const struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	struct buf text; // all of them, one behind the other
	struct piece *outcomes; // [outcome * PIECE_KINDS + kind]
	struct piece names[PMM_FACTS_MAX]; // "role"
	struct piece facts[PMM_FACTS_MAX][PMM_VALUES_MAX]; // "role":"guru"
};

// RULEBOOK outlives them. False: out of memory; they must be finished then, too.
bool pieces_init(struct pieces *pieces, const struct pmm_rulebook *rulebook);
void pieces_finish(struct pieces *pieces); // zeroed ones are allowed

// Each adds to BUF. The facts of a profile as JSON, {"role":"guru"}.
void pieces_add_facts(const struct pieces *pieces, struct buf *buf, uint32_t index);
// The outcomes of all features, with SEPARATOR ('\0': none) between them.
void pieces_add_outcomes(const struct pieces *pieces, struct buf *buf,
	const struct pmm_decision *decision, enum piece_kind kind, char separator);
// A list of names of facts, ["role"].
void pieces_add_missing(const struct pieces *pieces, struct buf *buf, uint32_t missing);
// FORMAT_ROW and FORMAT_ROW_CSV (snapshot.h).
void pieces_add_row(const struct pieces *pieces, struct buf *buf, uint32_t index);
void pieces_add_csv(const struct pieces *pieces, struct buf *buf, uint32_t index);

#endif
