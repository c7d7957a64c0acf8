// SPDX-License-Identifier: MIT
// Where a part of a rulebook stands in its text. A tree does not know, and a rulebook that
// holds need not: so the text is read once more, up to the value that comes as many values
// after the first as the node after the root. And text for people, as paths are.
#include "loader.h"

#include <stdio.h>

size_t loader_text_as(char *to, size_t room, size_t used, const char *format, va_list values)
{
	int size = vsnprintf(to + used, room - used, format, values);
	size_t wanted = used + (size_t)(size > 0 ? size : 0);
	if (wanted >= room) {
		wanted = room - 1;
		while (!utf8_valid((struct str){to, wanted}))
			wanted--; // the beginning of a character, of which there is no more
		to[wanted] = '\0';
	}
	return wanted;
}

size_t loader_text(char *to, size_t room, size_t used, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	used = loader_text_as(to, room, used, format, values);
	va_end(values);
	return used;
}

struct search {
	const cJSON *node;
	size_t before; // values in front of it
	unsigned depth;
	const cJSON *way[JSON_DEPTH_MAX + 2]; // from the root to it
};

static bool search(struct search *state, const cJSON *at)
{
	state->way[state->depth] = at;
	if (at == state->node)
		return true;
	state->before++;
	state->depth++;
	for (const cJSON *child = at->child; child; child = child->next)
		if (search(state, child))
			return true;
	state->depth--;
	return false;
}

static void write_path(const struct search *search, struct place *place)
{
	size_t used = 0;
	for (unsigned d = 1; d <= search->depth; d++) {
		const cJSON *item = search->way[d];
		size_t i = 0;
		for (const cJSON *other = search->way[d - 1]->child; other != item; i++)
			other = other->next;
		if (item->string)
			used = loader_text(place->path, sizeof place->path, used, "%s%s",
				d > 1 ? "." : "", item->string);
		else
			used = loader_text(place->path, sizeof place->path, used, "[%zu]", i);
	}
}

// The byte at which the value begins that has BEFORE others before it, or its name.
static size_t find_offset(struct str text, size_t before, bool is_name)
{
	struct json_reader reader;
	struct json_token token;
	struct arena arena;
	size_t name = 0, found = 0;
	arena_init(&arena, NULL, 0, PMM_MEMORY_MAX);
	json_open(&reader, text, &arena);
	while (json_next(&reader, &token) != JSON_END && token.kind != JSON_FAULT) {
		if (token.kind == JSON_NAME) {
			name = token.offset;
		} else if (token.kind != JSON_OBJECT_END && token.kind != JSON_ARRAY_END) {
			found = is_name ? name : token.offset;
			if (before-- == 0)
				break;
		}
	}
	arena_finish(&arena);
	return found;
}

void place_find(const struct loader *loader, const cJSON *node, bool is_name, struct place *place)
{
	struct search found = {.node = node};
	*place = (struct place){0};
	if (!search(&found, loader->root))
		return;
	write_path(&found, place);
	place->at = utf8_place(loader->text, find_offset(loader->text, found.before, is_name));
}
