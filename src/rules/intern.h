// SPDX-License-Identifier: MIT
// A set of equal-sized items that gives each distinct one an ordinal. It is how
// profiles with the same outcome come to share it.
#ifndef RULES_INTERN_H
#define RULES_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct intern {
	size_t *left; // bytes that may still be taken; other sets may share it
	size_t item_size; // bytes, a multiple of 8; items must have no padding
	char *items; // [count], in the order of their ordinals
	uint32_t count, room;
	uint32_t *slots; // [2 * room]: ordinal + 1, or 0
};

void intern_init(struct intern *set, size_t *left, size_t item_size);

// The ordinal of ITEM, which is copied if it is new. 0 or -ENOMEM.
int intern_add(struct intern *set, const void *item, uint32_t *ordinal);

// Nothing will be added any more: what is needed for that goes.
void intern_close(struct intern *set);

// Frees everything; one that was only zeroed is allowed.
void intern_finish(struct intern *set);

static inline const void *intern_item(const struct intern *set, uint32_t ordinal)
{
	return set->items + (size_t)ordinal * set->item_size;
}

#endif
