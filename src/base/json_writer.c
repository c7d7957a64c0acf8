// SPDX-License-Identifier: MIT
#include "json_writer.h"

static void break_line(struct json_writer *json)
{
	if (!json->is_pretty)
		return;
	buf_char(json->buf, '\n');
	for (unsigned level = 0; level < json->depth; level++)
		buf_text(json->buf, "  ");
}

// What stands between the last item of a container and its next one.
static void begin_item(struct json_writer *json)
{
	const uint32_t bit = UINT32_C(1) << (json->depth - 1);
	if (json->has_items & bit)
		buf_char(json->buf, ',');
	json->has_items |= bit;
	break_line(json);
}

static inline void separate(struct json_writer *json)
{
	if (json->follows_name || json->depth == 0)
		json->follows_name = false;
	else
		begin_item(json);
}

struct json_writer *json_name(struct json_writer *json, const char *name)
{
	return json_name_str(json, str_of(name));
}

struct json_writer *json_name_str(struct json_writer *json, struct str name)
{
	separate(json);
	buf_json(json->buf, name);
	buf_char(json->buf, ':');
	if (json->is_pretty)
		buf_char(json->buf, ' ');
	json->follows_name = true;
	return json;
}

void json_str(struct json_writer *json, struct str text)
{
	separate(json);
	buf_json(json->buf, text);
}

void json_string(struct json_writer *json, const char *text)
{
	json_str(json, str_of(text));
}

void json_number(struct json_writer *json, uint64_t number)
{
	separate(json);
	buf_uint(json->buf, number);
}

void json_fragment(struct json_writer *json, struct str compact)
{
	separate(json);
	if (json->is_pretty)
		json_indent(json->buf, compact, json->depth);
	else
		buf_str(json->buf, compact);
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
	separate(json);
	buf_char(json->buf, bracket);
	json->depth++;
	json->has_items &= ~(UINT32_C(1) << (json->depth - 1));
}

static void close_container(struct json_writer *json, char bracket)
{
	const bool is_empty = !(json->has_items >> (json->depth - 1) & 1);
	json->depth--;
	if (!is_empty)
		break_line(json);
	buf_char(json->buf, bracket);
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
