// SPDX-License-Identifier: MIT
// The inside of strings: decoding, and that buf_json and the reader are each
// other's inverse; reading past values; indenting.
#include "base/base.h"
#include "base/json_string.h"
#include "base/utf8.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0, 1 << 24);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

// The one string that TEXT is.
static struct json_token read_string(struct str text)
{
	struct json_reader reader;
	struct json_token token, end;
	json_open(&reader, text, &arena);
	assert_int_equal(json_next(&reader, &token), JSON_STRING);
	assert_int_equal(json_next(&reader, &end), JSON_END);
	return token;
}

static void assert_decodes(struct str json, struct str wanted)
{
	struct json_token token = read_string(json);
	char *to = malloc(token.raw.size ? token.raw.size : 1); // just what it may need
	assert_non_null(to);
	size_t size = json_decode(&token, to);
	assert_int_equal(size, wanted.size);
	assert_memory_equal(to, wanted.at, size);
	free(to);
	struct str text = {NULL, 0};
	assert_true(json_text(&token, &arena, &text));
	assert_true(str_equal(text, wanted));
	if (!token.escaped)
		assert_ptr_equal(text.at, token.raw.at);
}

static void test_every_escape(void **state)
{
	(void)state;
	assert_decodes(STR("\"\""), STR(""));
	assert_decodes(STR("\"guru\""), STR("guru"));
	assert_decodes(STR("\"\\\"\""), STR("\""));
	assert_decodes(STR("\"\\\\\""), STR("\\"));
	assert_decodes(STR("\"\\/\""), STR("/"));
	assert_decodes(STR("\"\\b\""), STR("\b"));
	assert_decodes(STR("\"\\f\""), STR("\f"));
	assert_decodes(STR("\"\\n\""), STR("\n"));
	assert_decodes(STR("\"\\r\""), STR("\r"));
	assert_decodes(STR("\"\\t\""), STR("\t"));
	assert_decodes(STR("\"\\u0041\\u004a\\u004A\""), STR("AJJ"));
	assert_decodes(STR("\"\\u00e9\\u20AC\""), STR("\xC3\xA9\xE2\x82\xAC"));
	assert_decodes(STR("\"\\ud83d\\ude42\""), STR("\xF0\x9F\x99\x82"));
	assert_decodes(
		STR("\"\\ud800\\udc00\\uDBFF\\uDFFF\""), STR("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
	assert_decodes(STR("\"a\\\\nb\""), STR("a\\nb"));
	assert_decodes(STR("\"\\\\u0041\""), STR("\\u0041"));
	assert_decodes(STR("\"x\\ty\\nz\""), STR("x\ty\nz"));
	assert_decodes(STR("\"\xC3\xA9\\u0301\xC3\xA9\""), STR("\xC3\xA9\xCC\x81\xC3\xA9"));
}

static void test_every_unit_as_an_escape(void **state)
{
	(void)state;
	for (unsigned long code = 1; code <= 0x10FFFF; code += code < 0x10000 ? 1 : 97) {
		char json[32], wanted[4];
		if (code >= 0xD800 && code <= 0xDFFF)
			continue;
		if (code < 0x10000)
			sprintf(json, code % 2 ? "\"\\u%04lx\"" : "\"\\u%04lX\"", code);
		else
			sprintf(json, "\"\\u%04lx\\u%04lx\"", 0xD800 + ((code - 0x10000) >> 10),
				0xDC00 + ((code - 0x10000) & 0x3FF));
		assert_decodes(str_of(json), (struct str){wanted, utf8_put(wanted, code)});
		arena_reset(&arena);
	}
}

static void test_what_buf_json_writes_is_read_back(void **state)
{
	struct buf text = {0}, json = {0};
	(void)state;
	for (unsigned long code = 1; code < 0x3000; code++)
		text.size += utf8_put(buf_reserve(&text, 4), code >= 0xD800 ? 'x' : code);
	buf_json(&json, buf_view(&text));
	assert_decodes(buf_view(&json), buf_view(&text));
	for (size_t i = 0; i < text.size; i++) {
		size_t step = utf8_step(text.at + i, text.at + text.size);
		buf_reset(&json);
		buf_json(&json, (struct str){text.at + i, step});
		assert_decodes(buf_view(&json), (struct str){text.at + i, step});
		i += step - 1;
	}
	buf_finish(&text);
	buf_finish(&json);
}

static void test_text_without_memory(void **state)
{
	struct arena none;
	struct str text = {"untouched", 9};
	(void)state;
	arena_init(&none, NULL, 0, 0);
	struct json_token escaped = read_string(STR("\"a\\n\"")), plain = read_string(STR("\"a\""));
	assert_false(json_text(&escaped, &none, &text));
	assert_string_equal(text.at, "untouched");
	assert_true(json_text(&plain, &none, &text));
	assert_int_equal(text.size, 1);
	arena_finish(&none);
}

static void test_skip_reads_to_the_end_of_a_value(void **state)
{
	static const char *const values[] = {"1", "-1.5e3", "\"x\"", "\"]\"", "true", "false",
		"null", "{}", "[]", "[1,2]", "{\"a\":1}", "[[[]],{\"a\":[{}]},\"]\"]",
		"{\"a\":{\"b\":{\"c\":[1,{}]}},\"d\":\"}\"}"};
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		char text[200];
		struct json_reader reader;
		struct json_token token;
		snprintf(text, sizeof text, "{\"x\":[%s,%s,42]}", values[i], values[i]);
		json_open(&reader, str_of(text), &arena);
		assert_int_equal(json_next(&reader, &token), JSON_OBJECT);
		assert_int_equal(json_next(&reader, &token), JSON_NAME);
		assert_int_equal(json_next(&reader, &token), JSON_ARRAY);
		for (int k = 0; k < 2; k++) {
			json_next(&reader, &token);
			assert_true(json_skip(&reader, &token));
		}
		assert_int_equal(json_next(&reader, &token), JSON_NUMBER);
		assert_true(str_equal(token.raw, STR("42")));
		assert_int_equal(json_next(&reader, &token), JSON_ARRAY_END);
		assert_int_equal(json_next(&reader, &token), JSON_OBJECT_END);
		assert_int_equal(json_next(&reader, &token), JSON_END);
		json_open(&reader, str_of(text), &arena);
		json_next(&reader, &token);
		assert_true(json_skip(&reader, &token)); // the whole of it
		assert_int_equal(json_next(&reader, &token), JSON_END);
	}
}

static void test_skip_stops_at_a_fault(void **state)
{
	static const struct {
		const char *text;
		enum json_fault fault;
		size_t offset;
	} cases[] = {
		{"[[1,2,x]]", JSON_FAULT_SYNTAX, 6},
		{"[[1,2", JSON_FAULT_ENDED, 5},
		{"[{\"a\":1,\"a\":1}]", JSON_FAULT_DUPLICATE, 8},
		{"[}", JSON_FAULT_SYNTAX, 1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct json_reader reader;
		struct json_token token;
		json_open(&reader, str_of(cases[i].text), &arena);
		assert_int_equal(json_next(&reader, &token), JSON_ARRAY);
		json_next(&reader, &token);
		assert_false(json_skip(&reader, &token));
		assert_int_equal(reader.fault, cases[i].fault);
		assert_int_equal(reader.fault_offset, cases[i].offset);
	}
}

static void test_indent(void **state)
{
	static const struct {
		const char *compact, *indented;
	} cases[] = {
		{"1", "1"},
		{"\"a:b,c{d}[e]\"", "\"a:b,c{d}[e]\""},
		{"{}", "{}"},
		{"[]", "[]"},
		{"[1]", "[\n  1\n]"},
		{"[1,2]", "[\n  1,\n  2\n]"},
		{"{\"a\":1}", "{\n  \"a\": 1\n}"},
		{"{\"a\":{},\"b\":[]}", "{\n  \"a\": {},\n  \"b\": []\n}"},
		{"[[],{}]", "[\n  [],\n  {}\n]"},
		{"[[[]]]", "[\n  [\n    []\n  ]\n]"},
		{"{\"a\":[true,{\"b\":null}]}",
			"{\n  \"a\": [\n    true,\n    {\n      \"b\": null\n    }\n  ]\n}"},
		{"[\"\\\"\",\"\\\\\",\"\\\\\\\"]\"]",
			"[\n  \"\\\"\",\n  \"\\\\\",\n  \"\\\\\\\"]\"\n]"},
		{"{\"a\\\"b\":\"c\\\\\"}", "{\n  \"a\\\"b\": \"c\\\\\"\n}"},
		{"[\"\"]\n", "[\n  \"\"\n]\n"}, // the newline that ends a body stays
		{"", ""},
	};
	struct buf buf = {0};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_reset(&buf);
		json_indent(&buf, str_of(cases[i].compact), 0);
		assert_true(str_equal(buf_view(&buf), str_of(cases[i].indented)));
	}
	buf_finish(&buf);
}

static void test_indent_to_the_greatest_depth(void **state)
{
	char text[JSON_DEPTH_MAX * 2 + 1];
	struct buf buf = {0};
	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	json_indent(&buf, (struct str){text, sizeof text - 1}, 0);
	assert_int_equal(json_check(buf_view(&buf), &arena, NULL), JSON_FAULT_NONE);
	size_t compact = 0;
	for (size_t i = 0; i < buf.size; i++)
		compact += buf.at[i] == '[' || buf.at[i] == ']';
	assert_int_equal(compact, JSON_DEPTH_MAX * 2);
	buf_finish(&buf);
}

static const char *plain_end_byte_by_byte(const char *at, const char *end)
{
	while (at < end && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80 && *at != '"' &&
		*at != '\\')
		at++;
	return at;
}

// Every byte at every place of texts of every size, behind each of the bytes whose
// neighbour a borrow could reach.
static void test_the_end_of_plain_text(void **state)
{
	static const char fillers[] = {' ', '!', '#', '[', ']', '\x7F'};
	(void)state;
	for (size_t size = 1; size <= 20; size++) {
		for (size_t n = 0; n < size * 256 * sizeof fillers; n++) {
			size_t place = n % size;
			char *text = malloc(size); // just what may be read
			assert_non_null(text);
			memset(text, fillers[n / size / 256], size);
			text[place] = (char)(n / size % 256);
			assert_ptr_equal(json_plain_end(text, text + size),
				plain_end_byte_by_byte(text, text + size));
			free(text);
		}
	}
	const char none = 0;
	assert_ptr_equal(json_plain_end(&none, &none), &none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_escape),
		cmocka_unit_test(test_every_unit_as_an_escape),
		cmocka_unit_test(test_what_buf_json_writes_is_read_back),
		cmocka_unit_test(test_text_without_memory),
		cmocka_unit_test(test_skip_reads_to_the_end_of_a_value),
		cmocka_unit_test(test_skip_stops_at_a_fault),
		cmocka_unit_test(test_indent),
		cmocka_unit_test(test_indent_to_the_greatest_depth),
		cmocka_unit_test(test_the_end_of_plain_text),
	};
	return cmocka_run_group_tests_name("base/json text", tests, set_up, tear_down);
}
