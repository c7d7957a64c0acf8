// SPDX-License-Identifier: MIT
// Compact JSON to JSON for people. It trusts its input: the service's own.
#include "json.h"

static void new_line(struct buf *buf, unsigned depth)
{
	buf_char(buf, '\n');
	for (unsigned i = 0; i < depth; i++)
		buf_add(buf, "  ", 2);
}

// The end of the string whose opening quote is at FROM.
static size_t string_end(struct str compact, size_t from)
{
	size_t i = from + 1;
	while (compact.at[i] != '"')
		i += compact.at[i] == '\\' ? 2 : 1;
	return i + 1;
}

void json_indent(struct buf *buf, struct str compact, unsigned depth)
{
	for (size_t i = 0; i < compact.size;) {
		char c = compact.at[i];
		if (c == '"') {
			size_t end = string_end(compact, i);
			buf_add(buf, compact.at + i, end - i);
			i = end;
			continue;
		}
		bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
		bool empty = opens && (compact.at[i + 1] == '}' || compact.at[i + 1] == ']');
		if (closes)
			new_line(buf, --depth);
		buf_char(buf, c);
		if (empty)
			buf_char(buf, compact.at[++i]);
		else if (opens)
			new_line(buf, ++depth);
		else if (c == ',')
			new_line(buf, depth);
		else if (c == ':')
			buf_char(buf, ' ');
		i++;
	}
}
