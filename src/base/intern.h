// SPDX-License-Identifier: MIT
// A set of runs of bytes that keeps each distinct one once and gives it an ordinal, from
// 0 on in the order in which they came. It is how things that are the same come to be
// shared. One that is all zero is empty and has no limit. Not thread-safe.
#pragma once

#include "str.h"

#include <stdint.h>

struct intern {
	size_t *left; // bytes that may still be taken; other sets may share it. NULL: any
	char *bytes; // of all items, one behind the other
	size_t bytes_room;
	uint32_t *ends; // where each item ends
	uint32_t count, room; // items
	uint32_t last; // the ordinal that was asked for last, and often is again
	uint32_t *slots; // [2 * room], by hash: ordinal + 1, or 0
};

// The ordinal of ITEM, which is copied if it is new. 0 or -ENOMEM; all items have at
// most 4 GiB.
int intern_add(struct intern *set, struct str item, uint32_t *ordinal);

// Nothing will be added any more: what is needed for that goes.
void intern_close(struct intern *set);

// Frees everything; the set is then empty, without a limit.
void intern_finish(struct intern *set);

// An item that was added. Valid until the next is.
static inline struct str intern_at(const struct intern *set, uint32_t ordinal)
{
	const uint32_t from = ordinal ? set->ends[ordinal - 1] : 0;
	return (struct str){set->bytes + from, set->ends[ordinal] - from};
}
