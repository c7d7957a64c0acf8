// SPDX-License-Identifier: MIT
// Member names: one that stands twice is refused, in small objects and in large
// ones, whatever its spelling; and what happens when their memory runs out.
#include "base/base.h"
#include "unit.h"

#include <stdio.h>

static enum json_fault check(struct str text, size_t limit, size_t *offset)
{
	struct arena arena;
	arena_init(&arena, NULL, 0, limit);
	enum json_fault fault = json_check(text, &arena, offset);
	arena_finish(&arena);
	return fault;
}

static void test_same_names(void **state)
{
	static const struct {
		const char *text;
		size_t offset; // of the later one; 0: there is none
	} cases[] = {
		{"{\"a\":1,\"a\":1}", 7}, {"{\"a\":1 , \"a\":1}", 9}, {"{\"\":1,\"\":2}", 6},
		{"{\"a\":1,\"b\":2,\"a\":3}", 13}, {"{\"a\":1,\"a\":2,\"b\":3,\"b\":4}", 7},
		{"{\"a\":1,\"\\u0061\":2}", 7}, {"{\"\\u0061\":1,\"a\":2}", 12},
		{"{\"\\u0061\":1,\"\\u0061\":2}", 12}, {"{\"/\":1,\"\\/\":2}", 7},
		{"{\"\xC3\xA9\":1,\"\\u00e9\":2}", 8},
		{"{\"\xF0\x9F\x99\x82\":1,\"\\ud83d\\uDE42\":2}", 10},
		{"[{\"a\":1},{\"b\":1,\"b\":1}]", 16}, {"{\"o\":{\"a\":1,\"a\":1}}", 12},
		{"{\"a\":{\"b\":1},\"b\":1,\"a\":1}", 19}, {"{\"a\":{\"a\":{\"a\":1}}}", 0},
		{"{\"a\":{\"b\":1},\"b\":1}", 0}, {"[{\"a\":1},{\"a\":1}]", 0},
		{"{\"a\":1,\"A\":1,\"a \":1,\" a\":1,\"ab\":1,\"\":1}", 0}, // no folding here
		{"{\"a\":[\"a\",\"a\"],\"b\":\"a\"}", 0},
		{"{\"\xC3\xA9\":1,\"e\xCC\x81\":2}", 0}, // no normalisation either
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t offset = 0;
		enum json_fault fault = check(str_of(cases[i].text), 1 << 20, &offset);
		assert_int_equal(fault, cases[i].offset ? JSON_FAULT_DUPLICATE : JSON_FAULT_NONE);
		assert_int_equal(offset, cases[i].offset);
	}
}

// An object of COUNT members; member J is named like member I. Odd ones are
// written with an escape. Returns the offset of J's name.
static size_t make_object(char *text, unsigned count, unsigned i, unsigned j)
{
	size_t found = 0;
	char *at = text;
	*at++ = '{';
	for (unsigned n = 0; n < count; n++) {
		unsigned name = n == j ? i : n;
		if (n)
			*at++ = ',';
		if (n == j)
			found = (size_t)(at - text);
		at += sprintf(at, n % 2 ? "\"\\u006e%u\":%u" : "\"n%u\":%u", name, n);
	}
	sprintf(at, "}");
	return found;
}

static void test_every_place_in_objects_of_many_sizes(void **state)
{
	static const unsigned counts[] = {2, 3, 16, 17, 31, 32, 33, 34, 64, 65, 100};
	static char text[4000];
	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
		unsigned count = counts[c];
		make_object(text, count, count, count); // all different
		assert_int_equal(check(str_of(text), 1 << 20, NULL), JSON_FAULT_NONE);
		for (unsigned j = 1; j < count; j++) {
			for (unsigned i = 0; i < j; i++) {
				size_t offset = 0, wanted = make_object(text, count, i, j);
				assert_int_equal(check(str_of(text), 1 << 20, &offset),
					JSON_FAULT_DUPLICATE);
				assert_int_equal(offset, wanted);
			}
		}
	}
}

static void test_the_first_of_several_is_named(void **state)
{
	static char text[4000];
	size_t offset = 0;
	(void)state;
	make_object(text, 40, 40, 40);
	size_t size = strlen(text) - 1; // without its brace
	sprintf(text + size, ",\"n39\":0,\"n38\":0,\"n0\":0,\"n39\":0}");
	assert_int_equal(check(str_of(text), 1 << 20, &offset), JSON_FAULT_DUPLICATE);
	assert_int_equal(offset, size + 1);
}

// A large object inside another one: each has its own names.
static void test_large_objects_in_one_another(void **state)
{
	static char inner[4000], text[20000];
	size_t offset = 0;
	(void)state;
	make_object(inner, 50, 50, 50);
	snprintf(text, sizeof text, "{\"x\":[%s,%s],\"n1\":%s,\"n2\":1,\"y\":%s}", inner, inner,
		inner, inner);
	assert_int_equal(check(str_of(text), 1 << 20, NULL), JSON_FAULT_NONE);
	int before = snprintf(text, sizeof text, "{\"n2\":1,\"x\":%s,", inner);
	snprintf(text + before, sizeof text - (size_t)before, "\"n2\":%s}", inner);
	assert_int_equal(check(str_of(text), 1 << 20, &offset), JSON_FAULT_DUPLICATE);
	assert_int_equal(offset, before);
	make_object(inner, 50, 3, 45);
	snprintf(text, sizeof text, "[{\"n3\":%s}]", inner);
	assert_int_equal(check(str_of(text), 1 << 20, &offset), JSON_FAULT_DUPLICATE);
}

// Names that share a beginning, a length or nothing, all in one large object.
static void test_names_that_are_alike(void **state)
{
	struct buf text = {0};
	size_t offset = 0;
	(void)state;
	buf_char(&text, '{');
	for (size_t length = 0; length < 100; length++) {
		static const char *const ends[] = {"\":1,", "y\":1,", "\\n\":1,"};
		for (size_t i = 0; i < 3; i++) {
			buf_char(&text, '"');
			for (size_t x = 0; x < length; x++)
				buf_char(&text, 'x');
			buf_text(&text, ends[i]);
		}
	}
	size_t before = text.size;
	buf_text(&text, "\"end\":1}");
	assert_int_equal(check(buf_view(&text), 1 << 20, NULL), JSON_FAULT_NONE);
	text.size = before;
	buf_text(&text, "\"xxxxxy\":1}");
	assert_int_equal(check(buf_view(&text), 1 << 20, &offset), JSON_FAULT_DUPLICATE);
	assert_int_equal(offset, before);
	buf_finish(&text);
}

static void test_memory_of_names_is_bounded(void **state)
{
	static char text[4000];
	(void)state;
	make_object(text, 100, 100, 100);
	bool passed = false;
	for (size_t limit = 0; limit < 16000 && !passed; limit += 16) {
		enum json_fault fault = check(str_of(text), limit, NULL);
		passed = fault == JSON_FAULT_NONE;
		if (!passed)
			assert_int_equal(fault, JSON_FAULT_MEMORY);
	}
	assert_true(passed);
	assert_int_equal(check(STR("[1,\"\\n\",[]]"), 0, NULL), JSON_FAULT_NONE);
	// A few names without escapes need none.
	assert_int_equal(JSON_NAMES_FIRST, 16);
	assert_int_equal(check(STR("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,"
				   "\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,"
				   "\"o\":{\"p\":1}}"),
				 0, NULL),
		JSON_FAULT_NONE);
	assert_int_equal(check(STR("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,"
				   "\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,"
				   "\"o\":{\"p\":1,\"q\":1}}"),
				 0, NULL),
		JSON_FAULT_MEMORY);
}

// The memory of a closed object serves the next one.
static void test_many_objects_take_no_more_than_one(void **state)
{
	enum { OBJECTS = 10000 };
	(void)state;
	static char text[OBJECTS * 20 + 10];
	char *at = text;
	*at++ = '[';
	for (int i = 0; i < OBJECTS; i++)
		at += sprintf(at, "{\"a\":1,\"b\":{}},");
	sprintf(at - 1, "]");
	assert_int_equal(check(str_of(text), 1024, NULL), JSON_FAULT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_names),
		cmocka_unit_test(test_every_place_in_objects_of_many_sizes),
		cmocka_unit_test(test_the_first_of_several_is_named),
		cmocka_unit_test(test_large_objects_in_one_another),
		cmocka_unit_test(test_names_that_are_alike),
		cmocka_unit_test(test_memory_of_names_is_bounded),
		cmocka_unit_test(test_many_objects_take_no_more_than_one),
	};
	return cmocka_run_group_tests_name("base/json names", tests, NULL, NULL);
}
