// SPDX-License-Identifier: MIT
#include "intern.h"

#include <errno.h>

void intern_init(struct intern *set, struct arena *arena, size_t item_size)
{
	*set = (struct intern){.arena = arena, .item_size = item_size};
}

// Items are a multiple of four bytes; four at a time are enough mixing here.
static uint32_t hash_item(const struct intern *set, const void *item)
{
	uint64_t hash = 0x9E3779B97F4A7C15;
	const char *at = item;
	for (size_t i = 0; i < set->item_size; i += sizeof(uint32_t)) {
		uint32_t word;
		memcpy(&word, at + i, sizeof word);
		hash = (hash ^ word) * 0xFF51AFD7ED558CCD;
		hash ^= hash >> 32;
	}
	return (uint32_t)hash;
}

static uint32_t *find_slot(const struct intern *set, const void *item)
{
	for (uint32_t i = hash_item(set, item);; i++) {
		uint32_t *slot = &set->slots[i & (set->slot_room - 1)];
		if (*slot == 0 || memcmp(intern_item(set, *slot - 1), item, set->item_size) == 0)
			return slot;
	}
}

// Twice the room. The old memory stays with the arena: at most as much again.
static int grow(struct intern *set)
{
	uint32_t room = set->room ? set->room * 2 : 64;
	char *items = arena_array(set->arena, room, set->item_size);
	uint32_t *slots = arena_array(set->arena, (size_t)room * 2, sizeof *slots);
	if (!items || !slots)
		return -ENOMEM;
	if (set->count)
		memcpy(items, set->items, set->count * set->item_size);
	set->items = items;
	set->slots = slots;
	set->room = room;
	set->slot_room = room * 2;
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
