// SPDX-License-Identifier: MIT
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

// Large enough that a usual rulebook takes a handful of blocks.
static const size_t block_bytes = 16384;

struct arena_block {
	struct arena_block *next;
	alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena, void *block, size_t size, size_t limit)
{
	char *first = block;
	*arena = (struct arena){
		.at = first,
		.end = first ? first + size : NULL,
		.first = first,
		.first_end = first ? first + size : NULL,
		.limit = limit,
	};
}

void arena_reset(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
	arena->at = arena->first;
	arena->end = arena->first_end;
	arena->used = 0;
}

// Makes room for SIZE more bytes in a fresh block.
static bool arena_grow(struct arena *arena, size_t size)
{
	size_t room = size > block_bytes ? size : block_bytes;
	struct arena_block *block = malloc(sizeof *block + room);
	if (!block)
		return false;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->at = block->bytes;
	arena->end = block->bytes + room;
	return true;
}

void *arena_take(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	if (size == 0)
		size = 1; // so that NULL always means that there is no memory
	if (size > arena->limit - arena->used || size > SIZE_MAX / 2)
		return NULL; // the half leaves room for the rounding
	size = (size + align - 1) & ~(align - 1);
	size_t pad = (size_t)(-(uintptr_t)arena->at & (align - 1));
	if (pad + size > (size_t)(arena->end - arena->at)) {
		if (!arena_grow(arena, size))
			return NULL;
		pad = 0;
	}
	void *taken = arena->at + pad;
	arena->at += pad + size;
	arena->used = size > arena->limit - arena->used ? arena->limit : arena->used + size;
	return memset(taken, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		return NULL;
	return arena_take(arena, count * size);
}

char *arena_copy(struct arena *arena, struct str s)
{
	char *copy = arena_take(arena, s.size + 1);
	if (copy && s.size)
		memcpy(copy, s.at, s.size);
	return copy;
}
