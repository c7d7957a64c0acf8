// SPDX-License-Identifier: MIT
#include "intern.h"

#include "bytes.h"
#include "word.h"

#include <errno.h>
#include <stdlib.h>

static bool is_item(const struct intern *set, uint32_t ordinal, struct str item)
{
	const struct str other = intern_at(set, ordinal);
	return other.size == item.size && bytes_same(other.at, item.at, item.size);
}

static uint32_t *find_slot(const struct intern *set, struct str item)
{
	for (uint32_t i = word_hash(0, item);; i++) {
		uint32_t *slot = &set->slots[i & (set->room * 2 - 1)];
		if (*slot == 0 || is_item(set, *slot - 1, item))
			return slot;
	}
}

// A larger block in place of AT, or NULL, and AT is still there.
static void *resize(struct intern *set, void *at, size_t old_size, size_t size)
{
	if (set->left && size - old_size > *set->left)
		return NULL;
	void *larger = realloc(at, size);
	if (larger && set->left)
		*set->left -= size - old_size;
	return larger;
}

// Twice the room for items. The slots are made anew from them.
static bool grow_items(struct intern *set)
{
	const size_t old_room = set->room, room = old_room ? old_room * 2 : 64;
	uint32_t *ends = resize(set, set->ends, old_room * sizeof *ends, room * sizeof *ends);
	if (!ends)
		return false;
	set->ends = ends;
	uint32_t *slots = resize(
		set, set->slots, old_room * 2 * sizeof *slots, room * 2 * sizeof *slots);
	if (!slots)
		return false;
	memset(slots, 0, room * 2 * sizeof *slots);
	set->slots = slots;
	set->room = (uint32_t)room;
	for (uint32_t i = 0; i < set->count; i++)
		*find_slot(set, intern_at(set, i)) = i + 1;
	return true;
}

static bool grow_bytes(struct intern *set, size_t size)
{
	size_t room = set->bytes_room ? set->bytes_room : 1024;
	while (room < size)
		room *= 2;
	char *bytes = resize(set, set->bytes, set->bytes_room, room);
	if (!bytes)
		return false;
	set->bytes = bytes;
	set->bytes_room = room;
	return true;
}

int intern_add(struct intern *set, struct str item, uint32_t *ordinal)
{
	if (set->count && is_item(set, set->last, item)) {
		*ordinal = set->last;
		return 0;
	}
	if (set->count == set->room && !grow_items(set))
		return -ENOMEM;
	uint32_t *slot = find_slot(set, item);
	if (*slot == 0) {
		const size_t from = set->count ? set->ends[set->count - 1] : 0;
		const size_t end = from + item.size;
		if (end > UINT32_MAX || (end > set->bytes_room && !grow_bytes(set, end)))
			return -ENOMEM;
		if (item.size)
			memcpy(set->bytes + from, item.at, item.size);
		set->ends[set->count] = (uint32_t)end;
		*slot = ++set->count;
	}
	*ordinal = set->last = *slot - 1;
	return 0;
}

void intern_close(struct intern *set)
{
	free(set->slots);
	set->slots = NULL;
	if (set->left)
		*set->left += (size_t)set->room * 2 * sizeof *set->slots;
}

void intern_finish(struct intern *set)
{
	free(set->bytes);
	free(set->ends);
	free(set->slots);
	*set = (struct intern){0};
}
