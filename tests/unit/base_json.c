// SPDX-License-Identifier: MIT
// The strict reader: what it refuses, for which reason and at which byte, and
// the tokens of what it accepts. Names in base_json_names.c, the inside of
// strings in base_json_text.c, all short texts in base_json_all.c.
#include "base/json.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const fault_names[] = {"none", "syntax", "depth", "utf8", "nul", "surrogate",
	"control", "ended", "trailing", "empty", "duplicate", "memory"};

static enum json_fault check(struct str text, size_t *offset)
{
	struct arena arena;
	char *copy = malloc(text.size ? text.size : 1); // a read past the end is seen
	assert_non_null(copy);
	memcpy(copy, text.at, text.size);
	arena_init(&arena, NULL, 0, 1 << 20);
	enum json_fault fault = json_check((struct str){copy, text.size}, &arena, offset);
	arena_finish(&arena);
	free(copy);
	return fault;
}

static void assert_fault(struct str text, enum json_fault fault, size_t offset)
{
	size_t found_offset = SIZE_MAX;
	enum json_fault found = check(text, &found_offset);
	if (found != fault || (fault != JSON_FAULT_NONE && found_offset != offset))
		fail_msg("%.*s: %s at %zu, not %s at %zu", (int)text.size, text.at,
			fault_names[found], found_offset, fault_names[fault], offset);
}

// STR is no constant, so it cannot stand in a table.
#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

static void test_valid_texts(void **state)
{
	static const struct str texts[] = {
		TEXT("{}"),
		TEXT("[]"),
		TEXT("0"),
		TEXT("-0"),
		TEXT("1"),
		TEXT("-12"),
		TEXT("10.50"),
		TEXT("0.0"),
		TEXT("1e0"),
		TEXT("1E+09"),
		TEXT("-0.1e-10"),
		TEXT("1e999"),
		TEXT("123456789012345678901234567890123456789012345678901234567890123456789"),
		TEXT("true"),
		TEXT("false"),
		TEXT("null"),
		TEXT("\"\""),
		TEXT("\" \""),
		TEXT("\"\x7F\""),
		TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
		TEXT("\"\\u0001\""),
		TEXT("\"\\uABCD\\uabcd\""),
		TEXT("\"\\ud83d\\ude42\""),
		TEXT("\"\\uDBFF\\uDFFF\""),
		TEXT("\"\\uffff\""),
		TEXT("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82\""),
		TEXT("\"'\""),
		TEXT("\"//\""),
		TEXT("[[],[[]],{}]"),
		TEXT("[1,-1,\"a\",null]"),
		TEXT("{\"a\":{\"a\":[{\"a\":1}]}}"),
		TEXT("{\"\":1}"),
		TEXT("{\"a\":1,\"b\":1}"),
		TEXT(" \t\r\n{ \t\r\n\"a\" \t\r\n: \t\r\n1 \t\r\n, \"b\":[ ] } \t\r\n"),
		TEXT("\xEF\xBB\xBF{}"),
		TEXT("\xEF\xBB\xBF\xEF\xBB\xBF{}"),
		TEXT("\xEF\xBB\xBF \"\xEF\xBB\xBF\""),
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_fault(texts[i], JSON_FAULT_NONE, 0);
}

struct refusal {
	struct str text;
	enum json_fault fault;
	size_t offset;
};

static void assert_refusals(const struct refusal *refusals, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_fault(refusals[i].text, refusals[i].fault, refusals[i].offset);
}

#define REFUSED(text, fault, offset)                                                               \
	{                                                                                          \
		{text, sizeof(text) - 1}, JSON_FAULT_##fault, offset                               \
	}
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_nothing_in_it(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("", EMPTY, 0),
		REFUSED(" \t\r\n", EMPTY, 4),
		REFUSED("\xEF\xBB\xBF", EMPTY, 3),
		REFUSED("\xEF\xBB\xBF \n", EMPTY, 5),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
	struct arena arena;
	arena_init(&arena, NULL, 0, 1 << 20);
	assert_int_equal(json_check((struct str){NULL, 0}, &arena, NULL), JSON_FAULT_EMPTY);
	arena_finish(&arena);
}

static void test_characters_out_of_place(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("]", SYNTAX, 0),
		REFUSED("}", SYNTAX, 0),
		REFUSED(",", SYNTAX, 0),
		REFUSED(":", SYNTAX, 0),
		REFUSED("[}", SYNTAX, 1),
		REFUSED("{]", SYNTAX, 1),
		REFUSED("[1}", SYNTAX, 2),
		REFUSED("{\"a\":1]", SYNTAX, 6),
		REFUSED("[1 2]", SYNTAX, 3),
		REFUSED("[1,]", SYNTAX, 3),
		REFUSED("[,1]", SYNTAX, 1),
		REFUSED("[1,,2]", SYNTAX, 3),
		REFUSED("[\"a\":1]", SYNTAX, 4),
		REFUSED("{,}", SYNTAX, 1),
		REFUSED("{\"a\" 1}", SYNTAX, 5),
		REFUSED("{\"a\":1,}", SYNTAX, 7),
		REFUSED("{\"a\":1, }", SYNTAX, 8),
		REFUSED("{\"a\":1 \"b\":2}", SYNTAX, 7),
		REFUSED("{\"a\":}", SYNTAX, 5),
		REFUSED("{\"a\"}", SYNTAX, 4),
		REFUSED("{\"a\",1}", SYNTAX, 4),
		REFUSED("{\"a\"::1}", SYNTAX, 5),
		REFUSED("{1:2}", SYNTAX, 1),
		REFUSED("{a:1}", SYNTAX, 1),
		REFUSED("{'a':1}", SYNTAX, 1),
		REFUSED("{null:1}", SYNTAX, 1),
		REFUSED("{[]:1}", SYNTAX, 1),
		REFUSED("{\"a\":1,{}}", SYNTAX, 7),
		REFUSED("'a'", SYNTAX, 0),
		REFUSED("a", SYNTAX, 0),
		REFUSED("\\", SYNTAX, 0),
		REFUSED("//c\n1", SYNTAX, 0),
		REFUSED("[1/**/]", SYNTAX, 2),
		REFUSED("#c\n1", SYNTAX, 0),
		REFUSED("[\f1]", SYNTAX, 1),
		REFUSED("[\v1]", SYNTAX, 1),
		REFUSED("[\xC2\xA0]", SYNTAX, 1),
		REFUSED("[1\xE2\x80\x83]", SYNTAX, 2),
		REFUSED("\xFF\xFE[", SYNTAX, 0),
		REFUSED("\xFF", SYNTAX, 0),
		REFUSED("\xEF\xBB[]", SYNTAX, 0),
		REFUSED("\xEF\xBB\xBF\xEF\xBB\xBF\xEF\xBB\xBF{}", SYNTAX, 6),
		REFUSED(" \xEF\xBB\xBF{}", SYNTAX, 1),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
}

static void test_bad_numbers_and_words(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("[01]", SYNTAX, 2),
		REFUSED("[-01]", SYNTAX, 3),
		REFUSED("[00]", SYNTAX, 2),
		REFUSED("[1.]", SYNTAX, 3),
		REFUSED("[1.e1]", SYNTAX, 3),
		REFUSED("[.5]", SYNTAX, 1),
		REFUSED("[-.5]", SYNTAX, 2),
		REFUSED("[+1]", SYNTAX, 1),
		REFUSED("[-]", SYNTAX, 2),
		REFUSED("[--1]", SYNTAX, 2),
		REFUSED("[- 1]", SYNTAX, 2),
		REFUSED("[1e]", SYNTAX, 3),
		REFUSED("[1e+]", SYNTAX, 4),
		REFUSED("[1E-]", SYNTAX, 4),
		REFUSED("[1e1.5]", SYNTAX, 4),
		REFUSED("[1e1e1]", SYNTAX, 4),
		REFUSED("[1.2.3]", SYNTAX, 4),
		REFUSED("[0x1]", SYNTAX, 2),
		REFUSED("[1_0]", SYNTAX, 2),
		REFUSED("[1a]", SYNTAX, 2),
		REFUSED("[NaN]", SYNTAX, 1),
		REFUSED("[Infinity]", SYNTAX, 1),
		REFUSED("[-Infinity]", SYNTAX, 2),
		REFUSED("[0e]", SYNTAX, 3),
		REFUSED("[1/2]", SYNTAX, 2),
		REFUSED("[1:2]", SYNTAX, 2),
		REFUSED("[True]", SYNTAX, 1),
		REFUSED("[truE]", SYNTAX, 4),
		REFUSED("[nul]", SYNTAX, 4),
		REFUSED("[fals]", SYNTAX, 5),
		REFUSED("[truex]", SYNTAX, 5),
		REFUSED("[nulll]", SYNTAX, 5),
		REFUSED("012", TRAILING, 1),
		REFUSED("-", ENDED, 1),
		REFUSED("1.", ENDED, 2),
		REFUSED("1e", ENDED, 2),
		REFUSED("1e+", ENDED, 3),
		REFUSED("nul", ENDED, 3),
		REFUSED("t", ENDED, 1),
		REFUSED("-x", SYNTAX, 1),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
}

static void test_something_after_the_value(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("{}}", TRAILING, 2),
		REFUSED("[]]", TRAILING, 2),
		REFUSED("1 1", TRAILING, 2),
		REFUSED("null x", TRAILING, 5),
		REFUSED("{},", TRAILING, 2),
		REFUSED("{} {}", TRAILING, 3),
		REFUSED("\"a\"\"b\"", TRAILING, 3),
		REFUSED("true:", TRAILING, 4),
		REFUSED("1\xEF\xBB\xBF", TRAILING, 1),
		REFUSED("{}\f", TRAILING, 2),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
}

static void test_nul_wherever_it_stands(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("\0", NUL, 0),
		REFUSED(" \0", NUL, 1),
		REFUSED("{}\0", NUL, 2),
		REFUSED("[\0]", NUL, 1),
		REFUSED("[1\0]", NUL, 2),
		REFUSED("[1,\0]", NUL, 3),
		REFUSED("{\0}", NUL, 1),
		REFUSED("{\"a\"\0:1}", NUL, 4),
		REFUSED("{\"a\":\0}", NUL, 5),
		REFUSED("{\"a\":1,\0}", NUL, 7),
		REFUSED("tr\0e", NUL, 2),
		REFUSED("-\0", NUL, 1),
		REFUSED("1.\0", NUL, 2),
		REFUSED("1e\0", NUL, 2),
		REFUSED("\"a\0b\"", NUL, 2),
		REFUSED("\"\\\0\"", NUL, 2),
		REFUSED("\"\\u0000\"", NUL, 1),
		REFUSED("{\"ab\\u0000\":1}", NUL, 4),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
}

static void test_bad_strings(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("\"", ENDED, 1),
		REFUSED("\"a", ENDED, 2),
		REFUSED("\"\\", ENDED, 2),
		REFUSED("\"\\\"", ENDED, 3),
		REFUSED("\"\\u", ENDED, 3),
		REFUSED("\"\\u123", ENDED, 6),
		REFUSED("{\"a", ENDED, 3),
		REFUSED("\"\\x41\"", SYNTAX, 2),
		REFUSED("\"\\'\"", SYNTAX, 2),
		REFUSED("\"\\U0041\"", SYNTAX, 2),
		REFUSED("\"\\0\"", SYNTAX, 2),
		REFUSED("\"\\\n\"", SYNTAX, 2),
		REFUSED("\"\\ \"", SYNTAX, 2),
		REFUSED("\"\\N\"", SYNTAX, 2),
		REFUSED("\"\\\xC3\xA9\"", SYNTAX, 2),
		REFUSED("\"\\u\"", SYNTAX, 3),
		REFUSED("\"\\ug123\"", SYNTAX, 3),
		REFUSED("\"\\u12g4\"", SYNTAX, 5),
		REFUSED("\"\\u12:4\"", SYNTAX, 5),
		REFUSED("\"\\u123`\"", SYNTAX, 6),
		REFUSED("\"\\u123@\"", SYNTAX, 6),
		REFUSED("\"\\u00/0\"", SYNTAX, 5),
		REFUSED("\"\\u+041\"", SYNTAX, 3),
		REFUSED("\"a\nb\"", CONTROL, 2),
		REFUSED("\"\t\"", CONTROL, 1),
		REFUSED("\"\x01\"", CONTROL, 1),
		REFUSED("\"ab\x1F\"", CONTROL, 3),
		REFUSED("{\"a\tb\":1}", CONTROL, 3),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
}

static void test_halves_of_pairs(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("\"\\ud800\"", SURROGATE, 1),
		REFUSED("\"\\udbff\"", SURROGATE, 1),
		REFUSED("\"\\udc00\"", SURROGATE, 1),
		REFUSED("\"\\uDFFF\"", SURROGATE, 1),
		REFUSED("\"ab\\ud83d\"", SURROGATE, 3),
		REFUSED("\"\\ud800x\"", SURROGATE, 1),
		REFUSED("\"\\ud800xudc00\"", SURROGATE, 1),
		REFUSED("\"\\ud800\\n\"", SURROGATE, 1),
		REFUSED("\"\\ud800\\u0041\"", SURROGATE, 1),
		REFUSED("\"\\ud800\\ud800\"", SURROGATE, 1),
		REFUSED("\"\\ud800\\ue000\"", SURROGATE, 1),
		REFUSED("\"\\ud800\\udbff\"", SURROGATE, 1),
		REFUSED("\"\\ude42\\ud83d\"", SURROGATE, 1),
		REFUSED("{\"\\ud800\":1}", SURROGATE, 2),
		REFUSED("\"\\ud83d\\ude42\\ud83d\"", SURROGATE, 13),
		REFUSED("\"\\ud800\\u12", ENDED, 11),
		REFUSED("\"\\ud800\\u1z00\"", SYNTAX, 10),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
}

static void test_bad_utf8_in_strings(void **state)
{
	static const struct refusal refusals[] = {
		REFUSED("\"\x80\"", UTF8, 1),
		REFUSED("\"\xBF\"", UTF8, 1),
		REFUSED("\"\xC0\x80\"", UTF8, 1),
		REFUSED("\"\xC1\xBF\"", UTF8, 1),
		REFUSED("\"\xC3\"", UTF8, 1),
		REFUSED("\"\xC3", UTF8, 1),
		REFUSED("\"\xE0\x9F\xBF\"", UTF8, 1),
		REFUSED("\"\xE2\x82\"", UTF8, 1),
		REFUSED("\"\xED\xA0\x80\"", UTF8, 1),
		REFUSED("\"\xF0\x8F\xBF\xBF\"", UTF8, 1),
		REFUSED("\"\xF4\x90\x80\x80\"", UTF8, 1),
		REFUSED("\"\xF5\x80\x80\x80\"", UTF8, 1),
		REFUSED("\"\xFF\"", UTF8, 1),
		REFUSED("\"caf\xE9\"", UTF8, 4),
		REFUSED("{\"caf\xE9\":1}", UTF8, 5),
		REFUSED("\"\xC3\xA9\xC3\"", UTF8, 3),
	};
	(void)state;
	assert_refusals(refusals, COUNT(refusals));
}

static void test_text_that_stops_early(void **state)
{
	static const char text[] = " {\"a b\" : [1.5e+3, -0, true, false, null, \"x\\n\\u0041\"],"
				   " \"c\": {\"d\": {}}, \"e\": []}";
	(void)state;
	assert_fault(str_of(text), JSON_FAULT_NONE, 0);
	assert_fault((struct str){text, 1}, JSON_FAULT_EMPTY, 1);
	for (size_t size = 2; size < sizeof text - 1; size++)
		assert_fault((struct str){text, size}, JSON_FAULT_ENDED, size);
}

// TIMES opening brackets of the KINDS in turn, and as many closing ones.
static struct str nest(char *text, unsigned times, const char *kinds)
{
	char *at = text;
	for (unsigned i = 0; i < times; i++)
		at += sprintf(at, "%s", kinds[i % strlen(kinds)] == '[' ? "[" : "{\"a\":");
	*at++ = '1';
	for (unsigned i = times; i-- > 0;)
		*at++ = kinds[i % strlen(kinds)] == '[' ? ']' : '}';
	return (struct str){text, (size_t)(at - text)};
}

static void test_depth(void **state)
{
	char text[1000];
	(void)state;
	assert_int_equal(JSON_DEPTH_MAX, 32); // contract, section 6
	for (unsigned times = 1; times <= JSON_DEPTH_MAX; times++) {
		assert_fault(nest(text, times, "["), JSON_FAULT_NONE, 0);
		assert_fault(nest(text, times, "{"), JSON_FAULT_NONE, 0);
		assert_fault(nest(text, times, "[{"), JSON_FAULT_NONE, 0);
		assert_fault(nest(text, times, "{{["), JSON_FAULT_NONE, 0);
	}
	assert_fault(nest(text, 33, "["), JSON_FAULT_DEPTH, 32);
	assert_fault(nest(text, 33, "{"), JSON_FAULT_DEPTH, 160);
	assert_fault(nest(text, 33, "[{"), JSON_FAULT_DEPTH, 96);
	assert_fault(nest(text, 100, "["), JSON_FAULT_DEPTH, 32);
	// Depth is not size: what was closed does not count.
	struct str wide = STR("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
			      "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],{},{},{}]");
	assert_fault(wide, JSON_FAULT_NONE, 0);
}

struct wanted_token {
	const char *raw; // NULL where it does not matter
	size_t offset;
	enum json_kind kind;
	bool escaped;
};

static void test_tokens(void **state)
{
	static const char text[] = "\xEF\xBB\xBF {\"a\\t\": [1, -2.5E3 ,\"x\",true],"
				   "\"\" :{}, \"n\":null, \"f\":false, \"e\":[]} ";
	static const struct wanted_token wanted[] = {
		{NULL, 4, JSON_OBJECT, false}, {"a\\t", 5, JSON_NAME, true},
		{NULL, 12, JSON_ARRAY, false}, {"1", 13, JSON_NUMBER, false},
		{"-2.5E3", 16, JSON_NUMBER, false}, {"x", 24, JSON_STRING, false},
		{NULL, 28, JSON_TRUE, false}, {NULL, 32, JSON_ARRAY_END, false},
		{"", 34, JSON_NAME, false}, {NULL, 38, JSON_OBJECT, false},
		{NULL, 39, JSON_OBJECT_END, false}, {"n", 42, JSON_NAME, false},
		{NULL, 46, JSON_NULL, false}, {"f", 52, JSON_NAME, false},
		{NULL, 56, JSON_FALSE, false}, {"e", 63, JSON_NAME, false},
		{NULL, 67, JSON_ARRAY, false}, {NULL, 68, JSON_ARRAY_END, false},
		{NULL, 69, JSON_OBJECT_END, false}, {NULL, 71, JSON_END, false},
		{NULL, 71, JSON_END, false}, // it stays over
	};
	struct json_reader reader;
	struct json_token token;
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, 1 << 20);
	json_open(&reader, str_of(text), &arena);
	for (size_t i = 0; i < COUNT(wanted); i++) {
		assert_int_equal(json_next(&reader, &token), wanted[i].kind);
		assert_int_equal(token.kind, wanted[i].kind);
		assert_int_equal(token.offset, wanted[i].offset);
		assert_int_equal(token.escaped, wanted[i].escaped);
		if (wanted[i].raw)
			assert_true(str_equal(token.raw, str_of(wanted[i].raw)));
	}
	arena_finish(&arena);
}

static void test_a_fault_stays(void **state)
{
	struct json_reader reader;
	struct json_token token;
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, 1 << 20);
	json_open(&reader, STR("[1,?,2]"), &arena);
	assert_int_equal(json_next(&reader, &token), JSON_ARRAY);
	assert_int_equal(json_next(&reader, &token), JSON_NUMBER);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(json_next(&reader, &token), JSON_FAULT);
		assert_int_equal(token.kind, JSON_FAULT);
		assert_int_equal(reader.fault, JSON_FAULT_SYNTAX);
		assert_int_equal(reader.fault_offset, 3);
	}
	json_open(&reader, STR("1"), &arena); // a reader can be used again
	assert_int_equal(json_next(&reader, &token), JSON_NUMBER);
	assert_int_equal(json_next(&reader, &token), JSON_END);
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_texts),
		cmocka_unit_test(test_nothing_in_it),
		cmocka_unit_test(test_characters_out_of_place),
		cmocka_unit_test(test_bad_numbers_and_words),
		cmocka_unit_test(test_something_after_the_value),
		cmocka_unit_test(test_nul_wherever_it_stands),
		cmocka_unit_test(test_bad_strings),
		cmocka_unit_test(test_halves_of_pairs),
		cmocka_unit_test(test_bad_utf8_in_strings),
		cmocka_unit_test(test_text_that_stops_early),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_a_fault_stays),
	};
	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
