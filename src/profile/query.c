// SPDX-License-Identifier: MIT
#include "query.h"

#include "base/base.h"

#include <errno.h>

// Decodes one byte at *AT and moves past it, or returns -1.
static int decode_byte(struct str text, size_t *at)
{
	char c = text.at[(*at)++];
	if (c == '+')
		return ' ';
	if (c != '%')
		return (unsigned char)c;
	if (text.size - *at < 2)
		return -1;
	int high = hex_value(text.at[*at]), low = hex_value(text.at[*at + 1]);
	*at += 2;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static int decode(struct str text, struct arena *arena, struct str *decoded)
{
	char *to = arena_take(arena, text.size);
	size_t size = 0;
	if (!to)
		return -ENOMEM;
	for (size_t at = 0; at < text.size;) {
		int byte = decode_byte(text, &at);
		if (byte <= 0)
			return -EINVAL;
		to[size++] = (char)byte;
	}
	if (!utf8_valid((struct str){to, size}))
		return -EINVAL;
	*decoded = (struct str){to, size};
	return 0;
}

int query_next(struct str *rest, struct arena *arena, struct query_pair *pair)
{
	while (rest->size) {
		struct str value = str_split(rest, '&');
		if (value.size == 0)
			continue;
		pair->name = str_split(&value, '=');
		int result = decode(pair->name, arena, &pair->name);
		pair->is_named = result == 0;
		result = result ? result : decode(value, arena, &pair->value);
		return result ? result : 1;
	}
	return 0;
}
