// SPDX-License-Identifier: MIT
// The JSON writer: each text is written compact and pretty, and the reader must take both.
#include "base/base.h"
#include "failing.h"
#include "unit.h"

static void assert_written(
	void (*write)(struct json_writer *json), const char *compact, const char *pretty)
{
	const char *const wanted[] = {compact, pretty};
	for (int is_pretty = 0; is_pretty < 2; is_pretty++) {
		struct buf buf = {0};
		struct arena arena;
		struct json_writer json = json_writer_of(&buf, is_pretty);
		arena_init(&arena, NULL, 0, 1 << 20);
		write(&json);
		assert_false(buf.failed);
		assert_int_equal(json.depth, 0);
		assert_true(str_equal(buf_view(&buf), str_of(wanted[is_pretty])));
		assert_int_equal(json_check(buf_view(&buf), &arena, NULL), JSON_FAULT_NONE);
		arena_finish(&arena);
		buf_finish(&buf);
	}
}

static void write_values(struct json_writer *json)
{
	json_object(json);
	json_string(json_name_str(json, STR("a \"name\"")), "tab\t");
	json_str(json_name(json, ""), (struct str){NULL, 0});
	json_number(json_name(json, "number"), UINT64_MAX);
	json_array(json_name(json, "words"));
	json_bool(json, true);
	json_bool(json, false);
	json_null(json);
	json_array_end(json);
	json_object_end(json);
}

static void test_writes_every_kind_of_value(void **state)
{
	(void)state;
	assert_written(write_values,
		"{\"a \\\"name\\\"\":\"tab\\t\",\"\":\"\",\"number\":18446744073709551615,"
		"\"words\":[true,false,null]}",
		"{\n"
		"  \"a \\\"name\\\"\": \"tab\\t\",\n"
		"  \"\": \"\",\n"
		"  \"number\": 18446744073709551615,\n"
		"  \"words\": [\n"
		"    true,\n"
		"    false,\n"
		"    null\n"
		"  ]\n"
		"}");
}

static void write_alone(struct json_writer *json)
{
	json_string(json, "alone");
}

static void write_empty(struct json_writer *json)
{
	json_array(json);
	json_array_end(json);
}

static void write_empty_ones(struct json_writer *json)
{
	json_array(json);
	json_object(json);
	json_object_end(json);
	json_array(json);
	json_array_end(json);
	json_object(json);
	json_array(json_name(json, "none"));
	json_array_end(json);
	json_object_end(json);
	json_array_end(json);
}

static void test_leaves_empty_containers_on_one_line(void **state)
{
	(void)state;
	assert_written(write_alone, "\"alone\"", "\"alone\"");
	assert_written(write_empty, "[]", "[]");
	assert_written(write_empty_ones, "[{},[],{\"none\":[]}]",
		"[\n"
		"  {},\n"
		"  [],\n"
		"  {\n"
		"    \"none\": []\n"
		"  }\n"
		"]");
}

static void write_fragments(struct json_writer *json)
{
	json_object(json);
	json_fragment(json_name(json, "kept"), STR("{\"a\":[1,2],\"b\":{}}"));
	json_array(json_name(json, "list"));
	json_fragment(json, STR("[]"));
	json_fragment(json, STR("[\"}\"]"));
	json_array_end(json);
	json_number(json_name(json, "after"), 0);
	json_object_end(json);
}

static void test_lays_fragments_out_at_their_depth(void **state)
{
	(void)state;
	assert_written(write_fragments,
		"{\"kept\":{\"a\":[1,2],\"b\":{}},\"list\":[[],[\"}\"]],\"after\":0}",
		"{\n"
		"  \"kept\": {\n"
		"    \"a\": [\n"
		"      1,\n"
		"      2\n"
		"    ],\n"
		"    \"b\": {}\n"
		"  },\n"
		"  \"list\": [\n"
		"    [],\n"
		"    [\n"
		"      \"}\"\n"
		"    ]\n"
		"  ],\n"
		"  \"after\": 0\n"
		"}");
}

// An outer container goes on where an inner one of the same kind was, at every depth.
static void test_nests_as_deep_as_the_reader(void **state)
{
	struct buf buf = {0};
	struct arena arena;
	struct json_writer json = json_writer_of(&buf, false);
	(void)state;
	arena_init(&arena, NULL, 0, 1 << 20);
	for (int depth = 0; depth < JSON_DEPTH_MAX; depth++) {
		json_array(&json);
		json_number(&json, (uint64_t)depth);
	}
	for (int depth = 0; depth < JSON_DEPTH_MAX; depth++) {
		json_number(&json, 0);
		json_array_end(&json);
	}
	assert_int_equal(json_check(buf_view(&buf), &arena, NULL), JSON_FAULT_NONE);
	assert_true(str_starts(buf_view(&buf), STR("[0,[1,[2,")));
	assert_memory_equal(buf.at + buf.size - 9, ",0],0],0]", 9);
	arena_finish(&arena);
	buf_finish(&buf);
}

static void test_failure_is_that_of_the_buffer(void **state)
{
	(void)state;
	for (int is_pretty = 0; is_pretty < 2; is_pretty++) {
		struct buf buf = {0};
		struct json_writer json = json_writer_of(&buf, is_pretty);
		failing_start(0, FAILING_ON);
		write_values(&json);
		assert_true(failing_stop());
		assert_true(buf.failed);
		write_fragments(&json);
		assert_true(buf.failed);
		assert_int_equal(buf.size, 0);
		buf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_every_kind_of_value),
		cmocka_unit_test(test_leaves_empty_containers_on_one_line),
		cmocka_unit_test(test_lays_fragments_out_at_their_depth),
		cmocka_unit_test(test_nests_as_deep_as_the_reader),
		cmocka_unit_test(test_failure_is_that_of_the_buffer),
	};
	return cmocka_run_group_tests_name("base/json_writer", tests, NULL, NULL);
}
