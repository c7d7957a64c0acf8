// SPDX-License-Identifier: MIT
// What is kept of a bulk request until its upload is over: for each row five
// bytes and its id. Answers are written from it while they are sent.
#ifndef SERVICE_STORE_H
#define SERVICE_STORE_H

#include "str.h"

#include <stdint.h>

struct store_block;

struct store {
	struct store_block *first, *last;
	uint64_t count;
};

struct store_cursor {
	const struct store_block *block;
	size_t at;
};

// Adds a row; ID has at most 255 bytes. False: out of memory.
bool store_add(struct store *store, uint32_t tag, struct str id);
void store_finish(struct store *store);

// Walks the rows in order: false at the end. The id lives as long as the store.
struct store_cursor store_start(const struct store *store);
bool store_next(struct store_cursor *cursor, uint32_t *tag, struct str *id);

// A set of texts, each kept once, up to a number of bytes in all.
struct texts {
	char *bytes; // one behind the other
	size_t size, room;
	struct text_entry *entries;
	uint32_t count, entries_room;
	uint32_t *slots;
	uint32_t slot_room;
};

// The ordinal of TEXT, or UINT32_MAX when out of memory.
uint32_t texts_add(struct texts *texts, struct str text);
struct str texts_at(const struct texts *texts, uint32_t ordinal);
void texts_finish(struct texts *texts);

#endif
