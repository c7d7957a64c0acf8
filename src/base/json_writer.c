// SPDX-License-Identifier: MIT
#include "json_writer.h"

static void break_line(struct buf *buf, unsigned depth)
{
	buf_char(buf, '\n');
	for (unsigned level = 0; level < depth; level++)
		buf_add(buf, "  ", 2);
}

static inline void begin_item(struct json_writer *json)
{
	if (json->place == JSON_PLACE_FURTHER)
		buf_char(json->buf, ',');
	if (json->place != JSON_PLACE_ALONE && json->is_pretty)
		break_line(json->buf, json->depth);
	json->place = JSON_PLACE_FURTHER;
}

// TEXT in quotes, and of what may follow a name as much as asked for.
static inline void add_plain(struct buf *buf, struct str text, size_t behind)
{
	char *to = buf_reserve(buf, 1 + text.size + sizeof "\": " - 1);
	if (!to)
		return;
	*to = '"';
	memcpy(to + 1, text.at, text.size);
	memcpy(to + 1 + text.size, "\": ", sizeof "\": " - 1);
	buf->size += 1 + text.size + behind;
}

struct json_writer *json_name_plain(struct json_writer *json, struct str name)
{
	begin_item(json);
	add_plain(json->buf, name, json->is_pretty ? 3 : 2);
	json->place = JSON_PLACE_ALONE;
	return json;
}

void json_word(struct json_writer *json, const char *word)
{
	begin_item(json);
	add_plain(json->buf, str_of(word), 1);
}

struct json_writer *json_name_str(struct json_writer *json, struct str name)
{
	begin_item(json);
	buf_json(json->buf, name);
	buf_text(json->buf, json->is_pretty ? ": " : ":");
	json->place = JSON_PLACE_ALONE;
	return json;
}

void json_str(struct json_writer *json, struct str text)
{
	begin_item(json);
	buf_json(json->buf, text);
}

void json_string(struct json_writer *json, const char *text)
{
	json_str(json, str_of(text));
}

void json_number(struct json_writer *json, uint64_t number)
{
	begin_item(json);
	buf_uint(json->buf, number);
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
			break_line(buf, --depth);
		buf_char(buf, c);
		if (empty)
			buf_char(buf, compact.at[++i]);
		else if (opens)
			break_line(buf, ++depth);
		else if (c == ',')
			break_line(buf, depth);
		else if (c == ':')
			buf_char(buf, ' ');
		i++;
	}
}

void json_fragment(struct json_writer *json, struct str compact)
{
	if (json->is_pretty) {
		begin_item(json);
		json_indent(json->buf, compact, json->depth);
		return;
	}
	// The comma and the bytes with one look at the room: answers consist of fragments.
	const bool is_further = json->place == JSON_PLACE_FURTHER;
	char *to = buf_reserve(json->buf, 1 + compact.size);
	json->place = JSON_PLACE_FURTHER;
	if (!to)
		return;
	*to = ',';
	memcpy(to + is_further, compact.at, compact.size);
	json->buf->size += is_further + compact.size;
}

void json_bool(struct json_writer *json, bool value)
{
	json_fragment(json, value ? STR("true") : STR("false"));
}

void json_null(struct json_writer *json)
{
	json_fragment(json, STR("null"));
}

static void open_container(struct json_writer *json, char bracket)
{
	begin_item(json);
	buf_char(json->buf, bracket);
	json->depth++;
	json->place = JSON_PLACE_FIRST;
}

static void close_container(struct json_writer *json, char bracket)
{
	json->depth--;
	if (json->place == JSON_PLACE_FURTHER && json->is_pretty)
		break_line(json->buf, json->depth);
	buf_char(json->buf, bracket);
	json->place = JSON_PLACE_FURTHER;
}

void json_object(struct json_writer *json)
{
	open_container(json, '{');
}

void json_object_end(struct json_writer *json)
{
	close_container(json, '}');
}

void json_array(struct json_writer *json)
{
	open_container(json, '[');
}

void json_array_end(struct json_writer *json)
{
	close_container(json, ']');
}
