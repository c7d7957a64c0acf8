// SPDX-License-Identifier: MIT
// Lines of the log, byte for byte, in both formats: what is escaped, what is cut,
// and that every line ends as it should. How they get out is in log_write.c.
#include "log/line.h"
#include "unit.h"

#include <stdio.h>

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const int64_t wall_ms = 1795500641123; // 2026-11-24T06:10:41.123Z

static char bytes[LOG_LINE_MAX + 1];

// The line with one text, and nothing behind it.
static const char *text_line(enum log_format format, struct str text)
{
	struct line_clock clock = {.second = INT64_MIN};
	struct line line;
	line_begin(&line, bytes, format, &clock, wall_ms, LOG_WARN, "uji");
	line_text(&line, "x", text);
	bytes[line_end(&line)] = '\0';
	return bytes;
}

static const char *access_line(enum log_format format, const struct log_access *record)
{
	struct line_clock clock = {.second = INT64_MIN};
	bytes[line_access(bytes, format, &clock, wall_ms, record)] = '\0';
	return bytes;
}

static void test_requests(void **state)
{
	struct log_access record = {.id = {.process = 0xABC, .connection = 0x12345, .request = 16},
		.method = "POST",
		.route = "/check",
		.status = 200,
		.bytes = 987,
		.duration_ns = 12999,
		.digest = DIGEST};
	(void)state;
	assert_string_equal(access_line(LOG_LOGFMT, &record),
		"time=2026-11-24T06:10:41.123Z level=info event=request id=00000abc-12345-10 "
		"method=POST route=/check status=200 bytes=987 duration_us=12 digest=" DIGEST "\n");
	assert_string_equal(access_line(LOG_JSON, &record),
		"{\"time\":\"2026-11-24T06:10:41.123Z\",\"level\":\"info\",\"event\":\"request\","
		"\"id\":\"00000abc-12345-10\",\"method\":\"POST\",\"route\":\"/check\","
		"\"status\":200,\"bytes\":987,\"duration_us\":12,\"digest\":\"" DIGEST "\"}\n");
	record.code = "not_found";
	assert_non_null(
		strstr(access_line(LOG_LOGFMT, &record), " status=200 code=not_found bytes=987 "));
}

static void test_requests_that_got_nowhere(void **state)
{
	const struct log_access record = {
		.id = {.process = UINT32_MAX, .connection = UINT64_MAX, .request = UINT32_MAX},
		.bytes = UINT64_MAX,
		.duration_ns = UINT64_MAX};
	(void)state;
	assert_string_equal(access_line(LOG_JSON, &record),
		"{\"time\":\"2026-11-24T06:10:41.123Z\",\"level\":\"info\",\"event\":\"request\","
		"\"id\":\"ffffffff-ffffffffffffffff-ffffffff\",\"status\":0,"
		"\"bytes\":18446744073709551615,\"duration_us\":18446744073709551}\n");
}

static void test_the_clock_turns(void **state)
{
	struct line_clock clock = {.second = INT64_MIN};
	static const struct {
		int64_t wall_ms;
		const char *text;
	} rows[] = {
		{0, "time=1970-01-01T00:00:00.000Z "},
		{999, "time=1970-01-01T00:00:00.999Z "},
		{1000, "time=1970-01-01T00:00:01.000Z "},
		{951782400000, "time=2000-02-29T00:00:00.000Z "},
		{951782400007, "time=2000-02-29T00:00:00.007Z "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line;
		line_begin(&line, bytes, LOG_LOGFMT, &clock, rows[i].wall_ms, LOG_INFO, "e");
		assert_memory_equal(bytes, rows[i].text, strlen(rows[i].text));
	}
}

static const struct {
	const char *text, *logfmt, *json; // json without its quotes
} texts[] = {
	{"plain", "plain", "plain"},
	{"/a:b,c;d(e)", "/a:b,c;d(e)", "/a:b,c;d(e)"},
	{"", "\"\"", ""},
	{"two words", "\"two words\"", "two words"},
	{"a=b", "\"a=b\"", "a=b"},
	{"say \"x\"", "\"say \\\"x\\\"\"", "say \\\"x\\\""},
	{"back\\slash", "\"back\\\\slash\"", "back\\\\slash"},
	{"a\nlevel=error", "\"a\\nlevel=error\"", "a\\nlevel=error"},
	{"\r\t\x01\x1F", "\"\\r\\t\\u0001\\u001f\"", "\\r\\t\\u0001\\u001f"},
	{"\x1B[31m\x7F", "\"\\u001b[31m\\u007f\"", "\\u001b[31m\\u007f"},
	{"Rén", "\"Rén\"", "Rén"},
	{"\xC2\x80\xC2\x9F\xC2\xA0", "\"\\u0080\\u009f\xC2\xA0\"", "\\u0080\\u009f\xC2\xA0"},
	// NOLINTNEXTLINE(misc-misleading-bidirectional): that is what it is about
	{"\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xAE\xE2\x80\xAF",
		"\"\xE2\x80\xA7\\u2028\\u202e\xE2\x80\xAF\"",
		"\xE2\x80\xA7\\u2028\\u202e\xE2\x80\xAF"},
	{"\xE2\x81\xA5\xE2\x81\xA6\xE2\x81\xA9\xE2\x81\xAA",
		"\"\xE2\x81\xA5\\u2066\\u2069\xE2\x81\xAA\"",
		"\xE2\x81\xA5\\u2066\\u2069\xE2\x81\xAA"},
	{"\x80", "\"\\ufffd\"", "\\ufffd"},
	{"\xC0\x8A\xFF", "\"\\ufffd\\ufffd\\ufffd\"", "\\ufffd\\ufffd\\ufffd"},
	{"\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\"", "\\ufffd\\ufffd\\ufffd"}, // a surrogate
	{"\xE2\x80", "\"\\ufffd\\ufffd\"", "\\ufffd\\ufffd"}, // the end is missing
	{"\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\"", "\xF0\x9F\x98\x80"},
};

static void test_texts_are_escaped(void **state)
{
	char expected[256];
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		snprintf(expected, sizeof expected,
			"time=2026-11-24T06:10:41.123Z level=warn event=uji x=%s\n",
			texts[i].logfmt);
		assert_string_equal(text_line(LOG_LOGFMT, str_of(texts[i].text)), expected);
		snprintf(expected, sizeof expected,
			"{\"time\":\"2026-11-24T06:10:41.123Z\",\"level\":\"warn\",\"event\":\"uji\","
			"\"x\":\"%s\"}\n",
			texts[i].json);
		assert_string_equal(text_line(LOG_JSON, str_of(texts[i].text)), expected);
	}
}

// No byte may stand in a line as it is if it could end it or steer a terminal.
static void test_every_byte_is_harmless(void **state)
{
	(void)state;
	for (int format = LOG_LOGFMT; format <= LOG_JSON; format++) {
		for (int byte = 0; byte < 256; byte++) {
			const char text[] = {'a', (char)byte, 'b'};
			const char *line = text_line(
				(enum log_format)format, (struct str){text, sizeof text});
			for (size_t i = 0; line[i + 1]; i++)
				assert_in_range((unsigned char)line[i], 0x20, 0x7E);
			assert_int_equal(line[strlen(line) - 1], '\n');
		}
	}
}

static void test_long_texts_are_cut(void **state)
{
	static char text[2 * LOG_TEXT_MAX];
	char tail[LOG_TEXT_MAX + 8];
	(void)state;
	memset(text, 'a', sizeof text);
	// At the limit, and one past it.
	const char *line = text_line(LOG_LOGFMT, (struct str){text, LOG_TEXT_MAX});
	assert_null(strstr(line, "\xE2\x80\xA6"));
	assert_memory_equal(strstr(line, " x=") + 3, text, LOG_TEXT_MAX);
	snprintf(tail, sizeof tail, "%.*s\xE2\x80\xA6\"", LOG_TEXT_MAX, text);
	for (size_t size = LOG_TEXT_MAX + 1; size <= sizeof text; size += 511) {
		line = text_line(LOG_JSON, (struct str){text, size});
		assert_memory_equal(strstr(line, "\"x\":\"") + 5, tail, strlen(tail));
	}
	// An escape is not cut in two: six bytes each, 170 of them fit.
	memset(text, '\x01', sizeof text);
	line = text_line(LOG_JSON, (struct str){text, 200});
	assert_non_null(strstr(line, "\\u0001\xE2\x80\xA6\"}\n"));
	assert_int_equal(strlen(strstr(line, "\\u0001")), 170 * 6 + 3 + 3);
}

// However full a line gets, it ends, and what does not fit is not begun.
static void test_lines_have_an_end(void **state)
{
	static char text[LOG_TEXT_MAX];
	static char line_bytes[LOG_LINE_MAX + 1];
	(void)state;
	memset(text, 'a', sizeof text);
	for (size_t last = 0; last <= LOG_TEXT_MAX; last++) {
		struct line_clock clock = {.second = INT64_MIN};
		struct line line;
		line_begin(&line, line_bytes, LOG_JSON, &clock, wall_ms, LOG_INFO, "uji");
		for (int i = 0; i < 3; i++)
			line_text(&line, "n", (struct str){text, sizeof text});
		line_text(&line, "o", (struct str){text, last});
		line_text(&line, "p", (struct str){text, sizeof text});
		line_text(&line, "q", STR("plain"));
		line_number(&line, "r", UINT64_MAX);
		size_t size = line_end(&line);
		assert_in_range(size, 1, LOG_LINE_MAX);
		line_bytes[size] = '\0';
		assert_int_equal(strlen(line_bytes), size);
		const char *end = line_bytes + size - 2;
		assert_string_equal(end, "}\n");
		assert_true(end[-1] == '"' || (end[-1] >= '0' && end[-1] <= '9'));
		int quotes = 0;
		for (const char *at = line_bytes; *at; at++)
			quotes += *at == '"';
		assert_int_equal(quotes % 2, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_requests_that_got_nowhere),
		cmocka_unit_test(test_the_clock_turns),
		cmocka_unit_test(test_texts_are_escaped),
		cmocka_unit_test(test_every_byte_is_harmless),
		cmocka_unit_test(test_long_texts_are_cut),
		cmocka_unit_test(test_lines_have_an_end),
	};
	return cmocka_run_group_tests_name("log line", tests, NULL, NULL);
}
