// SPDX-License-Identifier: MIT
// A pool from which memory is only taken, and given back all at once: one
// per rulebook, one per request. Not thread-safe; it has one owner at a time.
#pragma once

#include "str.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; // heap blocks, newest first
	char *at, *end; // what is free in the current block
	char *first, *first_end; // the caller's own block, kept over resets
	size_t used; // bytes handed out, for the limit
	size_t limit; // most bytes ever handed out
};

// The caller's block (may be NULL, 0) must outlive the arena. Past LIMIT
// bytes arena_take fails just as it does when the heap is exhausted.
void arena_init(struct arena *arena, void *block, size_t size, size_t limit);

// Gives everything back; the arena may be used again.
void arena_reset(struct arena *arena);

// The same, for good.
static inline void arena_finish(struct arena *arena)
{
	arena_reset(arena);
}

// SIZE bytes, zeroed, aligned for any type, valid until reset or finish;
// NULL when there are none.
void *arena_take(struct arena *arena, size_t size);

// COUNT * SIZE bytes with the multiplication checked.
void *arena_array(struct arena *arena, size_t count, size_t size);

// A NUL-terminated copy of S, or NULL.
char *arena_copy(struct arena *arena, struct str s);
