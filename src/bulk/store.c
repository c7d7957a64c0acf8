// SPDX-License-Identifier: MIT
#include "store.h"

#include "base/base.h"

#include <stdlib.h>

bool store_grow(struct store *store)
{
	struct store_block *block = malloc(sizeof *block);
	if (!block)
		return false;
	block->next = NULL;
	block->size = 0;
	if (store->last)
		store->last->next = block;
	else
		store->first = block;
	store->last = block;
	return true;
}

void store_finish(struct store *store)
{
	while (store->first) {
		struct store_block *next = store->first->next;
		free(store->first);
		store->first = next;
	}
	*store = (struct store){0};
}

struct text_entry {
	size_t from, size;
};

struct str texts_at(const struct texts *texts, uint32_t ordinal)
{
	struct text_entry entry = texts->entries[ordinal];
	return (struct str){texts->bytes + entry.from, entry.size};
}

static uint32_t *find_slot(const struct texts *texts, struct str text)
{
	for (uint32_t i = word_hash(0, text);; i++) {
		uint32_t *slot = &texts->slots[i & (texts->slot_room - 1)];
		if (*slot == 0 || str_equal(texts_at(texts, *slot - 1), text))
			return slot;
	}
}

static bool grow_entries(struct texts *texts)
{
	uint32_t room = texts->entries_room ? texts->entries_room * 2 : 64;
	struct text_entry *entries = realloc(texts->entries, room * sizeof *entries);
	if (!entries)
		return false;
	texts->entries = entries;
	uint32_t *slots = calloc((size_t)room * 2, sizeof *slots);
	if (!slots)
		return false;
	free(texts->slots);
	texts->slots = slots;
	texts->slot_room = room * 2;
	texts->entries_room = room;
	for (uint32_t i = 0; i < texts->count; i++)
		*find_slot(texts, texts_at(texts, i)) = i + 1;
	return true;
}

static bool grow_bytes(struct texts *texts, size_t size)
{
	size_t room = texts->room ? texts->room : 4096;
	while (room - texts->size < size)
		room *= 2;
	char *bytes = realloc(texts->bytes, room);
	if (!bytes)
		return false;
	texts->bytes = bytes;
	texts->room = room;
	return true;
}

uint32_t texts_add(struct texts *texts, struct str text)
{
	if (texts->count == texts->entries_room && !grow_entries(texts))
		return UINT32_MAX;
	uint32_t *slot = find_slot(texts, text);
	if (*slot)
		return *slot - 1;
	if (texts->room - texts->size < text.size && !grow_bytes(texts, text.size))
		return UINT32_MAX;
	memcpy(texts->bytes + texts->size, text.at, text.size);
	texts->entries[texts->count] = (struct text_entry){texts->size, text.size};
	texts->size += text.size;
	*slot = ++texts->count;
	return *slot - 1;
}

void texts_finish(struct texts *texts)
{
	free(texts->bytes);
	free(texts->entries);
	free(texts->slots);
	*texts = (struct texts){0};
}
