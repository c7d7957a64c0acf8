// SPDX-License-Identifier: MIT
// A strict reader of one JSON text: exactly RFC 8259, as a stream of tokens.
//
// It stands in front of cJSON, which accepts more (libraries are lenient with
// control characters, leading zeros, bad UTF-8, NUL): a text that this reader
// has seen to its end is safe to give to cJSON. A flat profile needs no tree,
// so the service reads profiles from the tokens directly.
//
// On top of RFC 8259 it refuses what profiles and rulebooks may not have: NUL (raw or as an
// escape), a member name twice in one object, and nesting over JSON_DEPTH_MAX.
// It builds nothing, converts no numbers and does not know what a profile is.
#pragma once

#include "arena.h"
#include "str.h"

#include <stdint.h>

enum { JSON_DEPTH_MAX = 32 };

// White space between tokens.
static inline bool json_is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

enum json_kind {
	JSON_END, // the text is over and was valid
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_NAME, // of the member whose value comes next
	JSON_STRING,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
	JSON_FAULT, // see reader->fault; every further call returns it again
};

enum json_fault {
	JSON_FAULT_NONE,
	JSON_FAULT_SYNTAX,
	JSON_FAULT_DEPTH,
	JSON_FAULT_UTF8,
	JSON_FAULT_NUL,
	JSON_FAULT_SURROGATE,
	JSON_FAULT_CONTROL, // a raw control character in a string
	JSON_FAULT_ENDED, // the text stops too early
	JSON_FAULT_TRAILING,
	JSON_FAULT_EMPTY,
	JSON_FAULT_DUPLICATE,
	JSON_FAULT_MEMORY,
};

struct json_token {
	enum json_kind kind;
	struct str raw; // names and strings: between the quotes; numbers: the digits
	bool escaped; // raw has escapes: see json_decode
	size_t offset; // bytes from the start of the text
};

// Private: a name of an object that is being read.
struct json_name {
	const char *at;
	uint32_t size;
	uint32_t offset;
};

enum { JSON_NAMES_FIRST = 16 };

struct json_reader {
	const char *start, *at, *end;
	struct arena *arena; // for member names once there are many
	enum json_fault fault; // after JSON_FAULT
	size_t fault_offset; // bytes from the start of the text
	struct str fault_name; // of JSON_FAULT_DUPLICATE
	unsigned depth_max; // levels allowed; json_open sets JSON_DEPTH_MAX
	unsigned depth; // private from here on
	int state;
	uint32_t is_object; // bit d: the container at depth d + 1 is an object
	uint32_t first_name[JSON_DEPTH_MAX];
	uint32_t names_count, names_room;
	struct json_name *names; // the first ones, or in the arena
	struct json_name first_names[JSON_NAMES_FIRST];
};

// Starts to read TEXT, which must outlive the reader; a leading byte-order
// mark is skipped. A reader must not be copied. ARENA serves for the names of large objects and for
// escaped names, and must outlive the reader too.
void json_open(struct json_reader *reader, struct str text, struct arena *arena);

// The next token. Never fails silently: JSON_FAULT says that the text is bad.
enum json_kind json_next(struct json_reader *reader, struct json_token *token);

// The way to the member of JSON_FAULT_DUPLICATE, or else to that at which the reader stands:
// the name at STEP (from 0), as long as the text or the arena. False: it ends before, with the
// member or with an array.
bool json_fault_path(const struct json_reader *reader, unsigned step, struct str *name);

// Reads past the value whose first token is TOKEN. Returns false at a fault.
bool json_skip(struct json_reader *reader, const struct json_token *token);

// Writes the characters of a name or string that json_next returned to TO,
// which must hold token->raw.size bytes, and returns how many there were.
size_t json_decode(const struct json_token *token, char *to);

// The same in memory of ARENA; at == NULL: there is none.
struct str json_unescape(const struct json_token *token, struct arena *arena);

// The same, in the token's own memory where it has no escapes, else in ARENA. False: out
// of memory.
static inline bool json_text(const struct json_token *token, struct arena *arena, struct str *text)
{
	const struct str found = token->escaped ? json_unescape(token, arena) : token->raw;
	if (!found.at)
		return false;
	*text = found;
	return true;
}

// Reads TEXT to its end. Returns the fault, with its offset where asked for.
enum json_fault json_check(struct str text, struct arena *arena, size_t *offset);
