// SPDX-License-Identifier: MIT
// What follows from a profile alone for the rows of one answer: its decision, and
// the bytes behind a row's id. A snapshot keeps them all; here are those that the
// rows of a file have, each in a place of its own, so that a row is one look. Few
// profiles come again and again, so there are few places however large the space.
// One thread; it lives as long as its snapshot is held.
#ifndef BULK_ROW_CACHE_H
#define BULK_ROW_CACHE_H

#include "answer/answer.h"

struct tail {
	uint32_t index; // of the profile; UINT32_MAX: the place is free
	uint32_t decision; // its ordinal
	struct str text;
};

struct tails {
	struct snapshot *snapshot;
	enum pmm_lang lang;
	enum format format;
	struct tail *places;
	uint32_t mask;
};

// False: out of memory.
bool tails_init(
	struct tails *tails, struct snapshot *snapshot, enum pmm_lang lang, enum format format);
void tails_finish(struct tails *tails); // nothing was done yet is allowed

// The same, as the snapshot has it. NULL: it is not kept, see snapshot_part.
const struct tail *tails_fetch(struct tails *tails, uint32_t index);

static inline const struct tail *tails_find(struct tails *tails, uint32_t index)
{
	const struct tail *tail = &tails->places[index & tails->mask];
	return tail->index == index ? tail : tails_fetch(tails, index);
}

#endif
