// SPDX-License-Identifier: MIT
// What is kept of a bulk request until its upload is over: for each row five bytes and its
// id, and where it is unless that follows. Answers are written from it while they are sent.
#pragma once

#include "base/base.h"

#include <stdint.h>

// Large enough that the heap takes it from the system and gives it back.
enum { STORE_BLOCK_BYTES = 256 << 10 };

struct store_block {
	struct store_block *next;
	size_t size;
	unsigned char bytes[STORE_BLOCK_BYTES];
};

struct store {
	struct store_block *first, *last;
};

struct store_cursor {
	const struct store_block *block;
	size_t at; // in its bytes
};

// A block for more rows. False: out of memory.
bool store_grow(struct store *store);
void store_finish(struct store *store);

// Adds a row; ID has at most 255 bytes. False: out of memory.
static inline bool store_add(struct store *store, uint32_t tag, struct str id)
{
	const size_t size = sizeof tag + 1 + id.size;
	struct store_block *block = store->last;
	if (!block || STORE_BLOCK_BYTES - block->size < size) {
		if (!store_grow(store))
			return false;
		block = store->last;
	}
	unsigned char *to = block->bytes + block->size;
	memcpy(to, &tag, sizeof tag);
	to[sizeof tag] = (unsigned char)id.size;
	if (id.size)
		memcpy(to + sizeof tag + 1, id.at, id.size);
	block->size += size;
	return true;
}

// Walks the rows in order, from one at the first block: false at the end. The id lives as long as
// the store.
static inline bool store_next(struct store_cursor *cursor, uint32_t *tag, struct str *id)
{
	if (cursor->block && cursor->at == cursor->block->size)
		*cursor = (struct store_cursor){cursor->block->next, 0};
	if (!cursor->block)
		return false;
	const unsigned char *from = cursor->block->bytes + cursor->at;
	memcpy(tag, from, sizeof *tag);
	*id = (struct str){(const char *)from + sizeof *tag + 1, from[sizeof *tag]};
	cursor->at += sizeof *tag + 1 + id->size;
	return true;
}
