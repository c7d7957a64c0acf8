// SPDX-License-Identifier: MIT
// The output buffer: growth, failure that sticks, and what it writes. That what
// it writes as JSON is read back the same is in base_json_text.c.
#include "base/buf.h"
#include "failing.h"
#include "unit.h"

#include <stdio.h>

static void assert_view(const struct buf *buf, const char *text)
{
	struct str view = buf_view(buf);
	assert_false(buf->failed);
	assert_int_equal(view.size, strlen(text));
	assert_memory_equal(view.at ? view.at : "", text, view.size);
}

static void test_an_empty_one_is_all_zero(void **state)
{
	struct buf buf = {0};
	(void)state;
	assert_int_equal(buf_view(&buf).size, 0);
	buf_add(&buf, NULL, 0);
	buf_text(&buf, "");
	buf_str(&buf, (struct str){NULL, 0});
	assert_view(&buf, "");
	buf_finish(&buf);
	buf_finish(&buf);
}

static void test_keeps_order_while_it_grows(void **state)
{
	struct buf buf = {0};
	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_char(&buf, (char)('a' + i % 26));
	assert_int_equal(buf.size, 100000);
	assert_true(buf.room >= buf.size);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(buf.at[i], 'a' + i % 26);
	buf_finish(&buf);
	assert_null(buf.at);
	assert_int_equal(buf.room, 0);
}

static void test_adds_pieces_of_every_size(void **state)
{
	static char piece[5000];
	(void)state;
	memset(piece, 'x', sizeof piece);
	for (size_t size = 0; size < sizeof piece; size += 7) {
		struct buf buf = {0};
		buf_char(&buf, 'a');
		buf_add(&buf, piece, size);
		buf_char(&buf, 'z');
		assert_int_equal(buf.size, size + 2);
		assert_memory_equal(buf.at + 1, piece, size);
		assert_int_equal(buf.at[size + 1], 'z');
		buf_finish(&buf);
	}
}

static void test_reserve_gives_room_for_exactly_that(void **state)
{
	struct buf buf = {0};
	(void)state;
	char *to = buf_reserve(&buf, 1000);
	assert_non_null(to);
	assert_int_equal(buf.size, 0); // reserving writes nothing
	memset(to, 'r', 1000);
	buf.size += 1000;
	assert_ptr_equal(buf_reserve(&buf, buf.room - buf.size), buf.at + 1000);
	assert_int_equal(buf.at[999], 'r');
	buf_finish(&buf);
}

static void test_reset_keeps_the_memory(void **state)
{
	struct buf buf = {0};
	(void)state;
	buf_text(&buf, "first");
	char *at = buf.at;
	buf_reset(&buf);
	assert_view(&buf, "");
	buf_text(&buf, "second");
	assert_view(&buf, "second");
	assert_ptr_equal(buf.at, at);
	buf_finish(&buf);
}

static void test_failure_sticks_until_reset(void **state)
{
	static char large[4096];
	struct buf buf = {0};
	(void)state;
	buf_text(&buf, "kept");
	failing_start(0, FAILING_ONCE);
	buf_add(&buf, large, sizeof large);
	assert_true(failing_stop());
	assert_true(buf.failed);
	buf_char(&buf, 'x'); // there is room, but the text would have a hole
	buf_uint(&buf, 1);
	buf_json(&buf, STR("x"));
	buf_padded(&buf, "x", 3);
	assert_null(buf_reserve(&buf, 1));
	assert_true(buf.failed);
	assert_int_equal(buf.size, 4);
	assert_memory_equal(buf.at, "kept", 4);
	buf_reset(&buf);
	buf_text(&buf, "again");
	assert_view(&buf, "again");
	buf_finish(&buf);
}

static void test_failure_of_the_first_block(void **state)
{
	struct buf buf = {0};
	(void)state;
	failing_start(0, FAILING_ONCE);
	buf_char(&buf, 'x');
	assert_true(failing_stop());
	assert_true(buf.failed);
	assert_null(buf.at);
	assert_int_equal(buf.size, 0);
	buf_finish(&buf);
}

static void test_sizes_beyond_memory_fail(void **state)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buf buf = {0};
		buf_text(&buf, "abc");
		assert_null(buf_reserve(&buf, sizes[i]));
		assert_true(buf.failed);
		buf_finish(&buf);
	}
}

static void test_numbers(void **state)
{
	static const struct {
		uint64_t number;
		const char *text;
	} cases[] = {
		{0, "0"},
		{7, "7"},
		{9, "9"},
		{10, "10"},
		{99, "99"},
		{100, "100"},
		{1000000, "1000000"},
		{UINT32_MAX, "4294967295"},
		{UINT64_MAX, "18446744073709551615"},
		{UINT64_C(10000000000000000000), "10000000000000000000"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf buf = {0};
		buf_uint(&buf, cases[i].number);
		assert_view(&buf, cases[i].text);
		buf_finish(&buf);
	}
}

// Around every power of ten and of two.
static void test_numbers_at_their_place(void **state)
{
	(void)state;
	for (unsigned power = 0; power < 128; power++) {
		uint64_t middle = 1;
		for (unsigned i = 0; i < power / 2 && middle < UINT64_MAX / 10; i++)
			middle *= power % 2 ? 10 : 2;
		for (uint64_t number = middle - 1; number <= middle + 1; number++) {
			char wanted[32], place[32];
			int size = snprintf(
				wanted, sizeof wanted, "%llu", (unsigned long long)number);
			assert_int_equal(uint_width(number), size);
			assert_ptr_equal(uint_put(place, number), place + size);
			assert_memory_equal(place, wanted, (size_t)size);
			char room[UINT_DIGITS_MAX];
			assert_true(str_equal(
				uint_digits(room, number), (struct str){wanted, (size_t)size}));
		}
	}
}

static void test_padding_counts_characters(void **state)
{
	static const struct {
		const char *text;
		size_t width;
		const char *padded;
	} cases[] = {
		{"", 0, ""},
		{"", 3, "   "},
		{"abc", 5, "abc  "},
		{"abc", 3, "abc"},
		{"abc", 2, "abc"}, // never cut
		{"\xC3\xA9t\xC3\xA9", 5, "\xC3\xA9t\xC3\xA9  "},
		{"\xE2\x82\xAC", 2, "\xE2\x82\xAC "},
		{"\xF0\x9F\x99\x82", 2, "\xF0\x9F\x99\x82 "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf buf = {0};
		buf_padded(&buf, cases[i].text, cases[i].width);
		assert_view(&buf, cases[i].padded);
		buf_finish(&buf);
	}
	assert_int_equal(utf8_width(STR("")), 0);
	assert_int_equal(utf8_width(STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82")), 4);
}

// RFC 8785, section 3.2.2.2: short escapes where there are any, \u00xx in lower
// case for the other controls, and everything else as it is.
static void test_json_escapes_what_jcs_escapes(void **state)
{
	static const char *const controls[32] = {"\\u0000", "\\u0001", "\\u0002", "\\u0003",
		"\\u0004", "\\u0005", "\\u0006", "\\u0007", "\\b", "\\t", "\\n", "\\u000b", "\\f",
		"\\r", "\\u000e", "\\u000f", "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014",
		"\\u0015", "\\u0016", "\\u0017", "\\u0018", "\\u0019", "\\u001a", "\\u001b",
		"\\u001c", "\\u001d", "\\u001e", "\\u001f"};
	(void)state;
	for (unsigned c = 0; c < 0x80; c++) {
		char expected[16], byte = (char)c;
		struct buf buf = {0};
		if (c < 32)
			snprintf(expected, sizeof expected, "\"%s\"", controls[c]);
		else if (c == '"' || c == '\\')
			snprintf(expected, sizeof expected, "\"\\%c\"", (char)c);
		else
			snprintf(expected, sizeof expected, "\"%c\"", (char)c);
		buf_json(&buf, (struct str){&byte, 1});
		assert_view(&buf, expected);
		buf_finish(&buf);
	}
}

static void test_json_texts(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{"", "\"\""}, {"guru", "\"guru\""}, {"GTY/PTY", "\"GTY/PTY\""}, {"\"", "\"\\\"\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""}, {"\n\n", "\"\\n\\n\""}, {"x\ty", "\"x\\ty\""},
		{"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x99\x82",
			"\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x99\x82\""},
		{"\xE2\x80\xA8", "\"\xE2\x80\xA8\""}, // U+2028 stays
	};
	struct buf buf = {0};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_reset(&buf);
		buf_json(&buf, str_of(cases[i].text));
		assert_view(&buf, cases[i].json);
	}
	buf_reset(&buf);
	buf_json(&buf, (struct str){NULL, 0});
	assert_view(&buf, "\"\"");
	buf_finish(&buf);
}

// For a terminal: nothing that could steer it comes through, in either form.
static void test_quoted_texts(void **state)
{
	static const struct {
		const char *text, *quoted;
		bool is_printable;
	} cases[] = {
		{"", "\"\"", true},
		{"guru", "\"guru\"", true},
		{"a\"b\\c/", "\"a\\\"b\\\\c/\"", true},
		{"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x99\x82",
			"\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x99\x82\"", true},
		{"\xC2\xA0\xC2\xBF", "\"\xC2\xA0\xC2\xBF\"", true}, // behind C1
		{"\n", "\"\\u000a\"", false},
		{"\x1B[2J", "\"\\u001b[2J\"", false},
		{"\x7F", "\"\\u007f\"", false},
		{"a\xC2\x80"
		 "b",
			"\"a\\u0080b\"", false},
		{"\xC2\x9B"
		 "2J",
			"\"\\u009b2J\"", false},
		{"\xC2\x9F", "\"\\u009f\"", false},
		{"x\x01", "\"x\\u0001\"", false},
		// what is not seen, or turns what is
		{"\xE2\x80\xA8\xE2\x80\xA9", "\"\\u2028\\u2029\"", false},
		{"a\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", "\"a\\u200e\\u200f\\u061c\"", false},
		{"\xE2\x80\xAE\xE2\x81\xA6\xE2\x81\xA9", "\"\\u202e\\u2066\\u2069\"", false},
		{"\xE2\x80\x8B\xE2\x80\x8D\xE2\x81\xA0", "\"\\u200b\\u200d\\u2060\"", false},
		{"\xEF\xBB\xBF\xC2\xAD", "\"\\ufeff\\u00ad\"", false},
		{"\xF3\xA0\x81\x81", "\"\\udb40\\udc41\"", false},
		{"\xE3\x85\xA4\xE1\xA0\x8E", "\"\\u3164\\u180e\"", false},
		{"\xE2\x80\x8A\xE2\x80\x90\xE2\x80\xAF\xC2\xAC\xC2\xAE",
			"\"\xE2\x80\x8A\xE2\x80\x90\xE2\x80\xAF\xC2\xAC\xC2\xAE\"", true},
	};
	struct buf buf = {0};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_reset(&buf);
		buf_quoted(&buf, str_of(cases[i].text));
		assert_view(&buf, cases[i].quoted);
		assert_int_equal(buf_is_printable(str_of(cases[i].text)), cases[i].is_printable);
	}
	buf_finish(&buf);
	assert_true(buf_is_printable((struct str){NULL, 0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_one_is_all_zero),
		cmocka_unit_test(test_keeps_order_while_it_grows),
		cmocka_unit_test(test_adds_pieces_of_every_size),
		cmocka_unit_test(test_reserve_gives_room_for_exactly_that),
		cmocka_unit_test(test_reset_keeps_the_memory),
		cmocka_unit_test(test_failure_sticks_until_reset),
		cmocka_unit_test(test_failure_of_the_first_block),
		cmocka_unit_test(test_sizes_beyond_memory_fail),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_numbers_at_their_place),
		cmocka_unit_test(test_padding_counts_characters),
		cmocka_unit_test(test_json_escapes_what_jcs_escapes),
		cmocka_unit_test(test_json_texts),
		cmocka_unit_test(test_quoted_texts),
	};
	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
