// SPDX-License-Identifier: MIT
// The floors: what cJSON alone takes for the bytes that a step reads, with hooks
// that hand out memory and never take it back.
#include "bench.h"

#include <cjson/cJSON.h>

enum { ARENA_BYTES = 1 << 20 };

static struct {
	size_t used;
	_Alignas(max_align_t) char bytes[ARENA_BYTES];
} arena;

static void *take(size_t size)
{
	size = (size + 15) & ~(size_t)15;
	if (size > ARENA_BYTES - arena.used)
		return NULL;
	void *taken = arena.bytes + arena.used;
	arena.used += size;
	return taken;
}

static void give(void *taken)
{
	(void)taken;
}

void floor_hooks(bool on)
{
	cJSON_Hooks hooks = {take, give};
	cJSON_InitHooks(on ? &hooks : NULL);
}

static void parse(const char *text, size_t size)
{
	arena.used = 0;
	cJSON *root = cJSON_ParseWithLength(text, size);
	if (!root)
		bench_give_up("cJSON does not parse it");
	bench_sink += (uint64_t)root->type;
}

void floor_profile(void)
{
	parse(bench.profile.at, bench.profile.size);
}

void floor_rows(void)
{
	const char *line = bench.ndjson.at, *end = line + bench.ndjson.size;
	while (line < end) {
		const char *feed = memchr(line, '\n', (size_t)(end - line));
		parse(line, (size_t)(feed - line));
		line = feed + 1;
	}
}

void floor_rulebook(void)
{
	parse(bench.rulebook_text.at, bench.rulebook_text.size);
}
