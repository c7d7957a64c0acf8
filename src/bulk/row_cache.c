// SPDX-License-Identifier: MIT
#include "row_cache.h"

#include <stdlib.h>

enum { PLACES_MAX = 1024 };

bool tails_init(
	struct tails *tails, struct snapshot *snapshot, enum pmm_lang lang, enum format format)
{
	const uint32_t space = pmm_rulebook_info(snapshot_rulebook(snapshot))->space;
	uint32_t count = 1;
	while (count < space && count < PLACES_MAX)
		count *= 2;
	*tails = (struct tails){
		snapshot, lang, format, malloc(count * sizeof *tails->places), count - 1};
	if (!tails->places)
		return false;
	for (uint32_t i = 0; i < count; i++)
		tails->places[i].index = UINT32_MAX;
	return true;
}

void tails_finish(struct tails *tails)
{
	free(tails->places);
	*tails = (struct tails){.places = NULL};
}

const struct tail *tails_fetch(struct tails *tails, uint32_t index)
{
	const struct cached_response *cached = snapshot_cached(
		tails->snapshot, index, tails->lang, tails->format);
	if (!cached)
		return NULL;
	struct tail *tail = &tails->places[index & tails->mask];
	*tail = (struct tail){.index = index,
		.decision = pmm_decide(snapshot_rulebook(tails->snapshot), index)->ordinal,
		.text = cached->body};
	return tail;
}
