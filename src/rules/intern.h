// SPDX-License-Identifier: MIT
// A set of equal-sized items that gives each distinct one an ordinal. It is how
// profiles with the same outcome come to share it.
#ifndef RULES_INTERN_H
#define RULES_INTERN_H

#include "arena.h"

#include <stdint.h>

struct intern {
	struct arena *arena;
	size_t item_size; // bytes; items must have no padding
	char *items; // [count], in the order of their ordinals
	uint32_t count, room;
	uint32_t *slots; // ordinal + 1, or 0
	uint32_t slot_room;
};

void intern_init(struct intern *set, struct arena *arena, size_t item_size);

// The ordinal of ITEM, which is copied if it is new. 0 or -ENOMEM.
int intern_add(struct intern *set, const void *item, uint32_t *ordinal);

static inline const void *intern_item(const struct intern *set, uint32_t ordinal)
{
	return set->items + (size_t)ordinal * set->item_size;
}

#endif
