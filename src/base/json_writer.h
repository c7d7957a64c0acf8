// SPDX-License-Identifier: MIT
// Writes one JSON text into a buffer. Commas, colons, nesting and, where asked for,
// line breaks are its own affair, so that whoever writes says what, never where. It
// does not see to it that names are unique, nor that a name comes before each value of
// an object. Failure is the buffer's, and sticky. One thread.
//
//     json_object(json);
//     json_string(json_name(json, "code"), "too_long");
//     json_number(json_name(json, "offset"), 7);
//     json_object_end(json);                            {"code":"too_long","offset":7}
#pragma once

#include "buf.h"
#include "json.h"

// What was written last, and so what goes before the next item.
enum json_place {
	JSON_PLACE_ALONE, // nothing, or a name
	JSON_PLACE_FIRST, // an opening bracket
	JSON_PLACE_FURTHER, // an item
};

struct json_writer {
	struct buf *buf; // outlives it
	bool is_pretty; // line breaks, and two blanks a level
	unsigned depth; // containers that are open, at most JSON_DEPTH_MAX
	enum json_place place;
};

static inline struct json_writer json_writer_of(struct buf *buf, bool is_pretty)
{
	return (struct json_writer){.buf = buf, .is_pretty = is_pretty};
}

// One that goes on where DEPTH containers are open, written by another; HAS_ITEMS: the
// innermost of them has something in it.
static inline struct json_writer json_writer_within(
	struct buf *buf, bool is_pretty, unsigned depth, bool has_items)
{
	return (struct json_writer){
		buf, is_pretty, depth, has_items ? JSON_PLACE_FURTHER : JSON_PLACE_FIRST};
}

// The name of the member whose value comes next; one that needs no escapes, such as ours
// and those of a rulebook. Returns JSON, to be written on.
struct json_writer *json_name_plain(struct json_writer *json, struct str name);
static inline struct json_writer *json_name(struct json_writer *json, const char *name)
{
	return json_name_plain(json, str_of(name));
}

// The same with any name.
struct json_writer *json_name_str(struct json_writer *json, struct str name);

// Values. A string is escaped as buf_json does it; a word needs no escapes.
void json_word(struct json_writer *json, const char *word);
void json_string(struct json_writer *json, const char *text);
void json_str(struct json_writer *json, struct str text);
void json_number(struct json_writer *json, uint64_t number);
void json_bool(struct json_writer *json, bool value);
void json_null(struct json_writer *json);

// A value that was written before: valid JSON without line breaks.
void json_fragment(struct json_writer *json, struct str compact);

void json_object(struct json_writer *json);
void json_object_end(struct json_writer *json);
void json_array(struct json_writer *json);
void json_array_end(struct json_writer *json);

// Writes valid compact JSON again with line breaks and two blanks a level. DEPTH
// is how many levels it stands inside.
void json_indent(struct buf *buf, struct str compact, unsigned depth);
