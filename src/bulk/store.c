// SPDX-License-Identifier: MIT
#include "store.h"

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
