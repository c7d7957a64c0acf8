// SPDX-License-Identifier: MIT
// The strict reader on any bytes. What it accepts cJSON must read as the very
// same values, and indenting must not change them: so a text that passed the
// reader is safe to give to the other. That it refuses enough is for the unit
// tests to say, and for JSONTestSuite.
#include "base/base.h"
#include "fuzz.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

// cJSON copies a number into so many bytes and reads no further.
enum { CJSON_NUMBER_MAX = 63 };

static struct arena arena;

static bool has_long_number(struct str text)
{
	struct json_reader reader;
	struct json_token token;
	json_open(&reader, text, &arena);
	do {
		json_next(&reader, &token);
		if (token.kind == JSON_NUMBER && token.raw.size > CJSON_NUMBER_MAX)
			return true;
	} while (token.kind != JSON_END);
	return false;
}

static void compare_text(const struct json_token *token, const char *other)
{
	struct str text;
	FUZZ_ASSERT(json_text(token, &arena, &text));
	FUZZ_ASSERT(other && str_equal(text, str_of(other)));
}

// Reads one value and holds it against NODE.
static void compare(struct json_reader *reader, const struct json_token *token, const cJSON *node)
{
	struct json_token next;
	const cJSON *child = node->child;
	switch (token->kind) {
	case JSON_TRUE: FUZZ_ASSERT(cJSON_IsTrue(node)); return;
	case JSON_FALSE: FUZZ_ASSERT(cJSON_IsFalse(node)); return;
	case JSON_NULL: FUZZ_ASSERT(cJSON_IsNull(node)); return;
	case JSON_NUMBER: FUZZ_ASSERT(cJSON_IsNumber(node)); return;
	case JSON_STRING: compare_text(token, node->valuestring); return;
	default: break;
	}
	bool is_object = token->kind == JSON_OBJECT;
	FUZZ_ASSERT(is_object ? cJSON_IsObject(node) : cJSON_IsArray(node));
	json_next(reader, &next);
	for (; child; child = child->next) {
		if (is_object) {
			FUZZ_ASSERT(next.kind == JSON_NAME);
			compare_text(&next, child->string);
			json_next(reader, &next);
		}
		compare(reader, &next, child);
		json_next(reader, &next);
	}
	FUZZ_ASSERT(next.kind == (is_object ? JSON_OBJECT_END : JSON_ARRAY_END));
}

// Without a byte-order mark, which cJSON skips only before longer texts.
static void compare_with_cjson(struct str text)
{
	struct json_reader reader;
	struct json_token token;
	if (str_starts(text, (struct str){"\xEF\xBB\xBF", 3}))
		text = (struct str){text.at + 3, text.size - 3};
	cJSON *root = cJSON_ParseWithLength(text.at, text.size);
	FUZZ_ASSERT(root);
	json_open(&reader, text, &arena);
	json_next(&reader, &token);
	compare(&reader, &token, root);
	FUZZ_ASSERT(json_next(&reader, &token) == JSON_END);
	cJSON_Delete(root);
}

// The text without blanks between its tokens.
static void make_compact(struct buf *buf, struct str text)
{
	struct json_reader reader;
	struct json_token token;
	static const char *const words[] = {[JSON_OBJECT] = "{",
		[JSON_OBJECT_END] = "}",
		[JSON_ARRAY] = "[",
		[JSON_ARRAY_END] = "]",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null"};
	bool needs_comma = false;
	json_open(&reader, text, &arena);
	while (json_next(&reader, &token) != JSON_END) {
		bool closes = token.kind == JSON_OBJECT_END || token.kind == JSON_ARRAY_END;
		bool is_text = token.kind == JSON_NAME || token.kind == JSON_STRING;
		if (needs_comma && !closes)
			buf_char(buf, ',');
		needs_comma = token.kind != JSON_NAME && token.kind != JSON_OBJECT &&
			      token.kind != JSON_ARRAY;
		if (is_text)
			buf_char(buf, '"');
		if (is_text || token.kind == JSON_NUMBER)
			buf_str(buf, token.raw);
		else
			buf_text(buf, words[token.kind]);
		buf_text(buf, token.kind == JSON_NAME ? "\":" : is_text ? "\"" : "");
	}
}

static void check_indenting(struct str text)
{
	struct buf compact = {0}, indented = {0}, again = {0};
	make_compact(&compact, text);
	json_indent(&indented, buf_view(&compact), 0);
	FUZZ_ASSERT(json_check(buf_view(&indented), &arena, NULL) == JSON_FAULT_NONE);
	make_compact(&again, buf_view(&indented));
	FUZZ_ASSERT(str_equal(buf_view(&again), buf_view(&compact)));
	buf_finish(&compact);
	buf_finish(&indented);
	buf_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	size_t offset = SIZE_MAX;
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	enum json_fault fault = json_check(text, &arena, &offset);
	if (fault == JSON_FAULT_NONE) {
		if (!has_long_number(text))
			compare_with_cjson(text);
		check_indenting(text);
	} else {
		FUZZ_ASSERT(offset <= size);
		FUZZ_ASSERT(fault != JSON_FAULT_MEMORY);
	}
	arena_finish(&arena);
	return 0;
}
