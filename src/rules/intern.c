// SPDX-License-Identifier: MIT
#include "intern.h"

#include "base/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void intern_init(struct intern *set, size_t *left, size_t item_size)
{
	*set = (struct intern){.item_size = item_size};
	set->left = left;
}

// Eight bytes at a time are enough mixing here.
static uint32_t hash_item(const struct intern *set, const void *item)
{
	uint64_t hash = 0x9E3779B97F4A7C15;
	for (size_t i = 0; i < set->item_size; i += BYTES_WORD) {
		hash = (hash ^ bytes_load((const char *)item + i)) * 0xFF51AFD7ED558CCD;
		hash ^= hash >> 32;
	}
	return (uint32_t)hash;
}

static uint32_t *find_slot(const struct intern *set, const void *item)
{
	for (uint32_t i = hash_item(set, item);; i++) {
		uint32_t *slot = &set->slots[i & (set->room * 2 - 1)];
		if (*slot == 0 || bytes_same(intern_item(set, *slot - 1), item, set->item_size))
			return slot;
	}
}

static size_t slots_size(const struct intern *set)
{
	return (size_t)set->room * 2 * sizeof *set->slots;
}

// Twice the room. The items move at most, and the slots are made anew from
// them, so that there is never more than one of both.
static int grow(struct intern *set)
{
	uint32_t room = set->room ? set->room * 2 : 64;
	size_t more = (room - set->room) * (set->item_size + 2 * sizeof *set->slots);
	if (more > *set->left)
		return -ENOMEM;
	char *items = realloc(set->items, room * set->item_size);
	if (!items)
		return -ENOMEM;
	set->items = items;
	free(set->slots);
	set->slots = calloc((size_t)room * 2, sizeof *set->slots);
	if (!set->slots)
		return -ENOMEM;
	set->room = room;
	*set->left -= more;
	for (uint32_t i = 0; i < set->count; i++)
		*find_slot(set, intern_item(set, i)) = i + 1;
	return 0;
}

int intern_add(struct intern *set, const void *item, uint32_t *ordinal)
{
	if (set->count == set->room && grow(set))
		return -ENOMEM;
	uint32_t *slot = find_slot(set, item);
	if (*slot == 0) {
		memcpy(set->items + (size_t)set->count * set->item_size, item, set->item_size);
		*slot = ++set->count;
	}
	*ordinal = *slot - 1;
	return 0;
}

void intern_close(struct intern *set)
{
	free(set->slots);
	set->slots = NULL;
	*set->left += slots_size(set);
}

void intern_finish(struct intern *set)
{
	free(set->items);
	free(set->slots);
}
