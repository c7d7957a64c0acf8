// SPDX-License-Identifier: MIT
// The framing of the framing as a function (RFC 9112): request lines, lengths,
// hosts, fields, how often they may come, and where a library that cuts a block in
// place leaves the lines. What is on the wire is in tests/http/30-framing-*.
#include "http/framing.h"
#include "unit.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

// The verdict on a request; FIELDS is "name\0value\0name\0value\0", and "\0" ends it.
static bool is_refused(
	const char *method, const char *target, const char *version, const char *fields)
{
	struct framing framing;
	framing_begin(&framing, str_of(method), str_of(target), str_of(version));
	for (const char *name = fields, *value; *name; name = value + strlen(value) + 1) {
		value = name + strlen(name) + 1;
		framing_field(&framing, str_of(name), str_of(value));
	}
	return framing_end(&framing, NULL);
}

static void test_lines(void **state)
{
	static const struct {
		const char *method, *target;
		bool is_good;
	} cases[] = {
		{"GET", "/", true},
		{"BREW", "/a?b=c&d#e", false},
		{"!#$%&'*+-.^_`|~09azAZ", "/a?b=c&d", true},
		{"GET", "/\"<>[\\]^`{|}", true}, // people type these
		{"GET", "/\xC3\xA9\xFF", true},
		{"GET", "/ ", false},
		{"GET", "/\t", false},
		{"GET", "/\x01", false},
		{"GET", "/\x1F", false},
		{"GET", "/\x7F", false},
		{"", "/", false},
		{"GET", "", false},
		{"G T", "/", false},
		{"G\x7FT", "/", false},
		{"G\xC3\x89T", "/", false},
		{"G:T", "/", false},
		{"GET", "a", false},
		{"GET", "?a", false},
		{"OPTIONS", "*", true},
		{"GET", "*", false},
		{"OPTIONS", "**", false},
		{"CONNECT", "a:80", false},
		{"CONNECT", "/", false},
		{"GET", "http://a", true},
		{"GET", "HTTPS://a:1?b", true},
		{"GET", "http://[::1]:1/b@c", true},
		{"GET", "http://", false},
		{"GET", "http:///", false},
		{"GET", "http://?", false},
		{"GET", "http://:1/", false},
		{"GET", "http://a@b/", false},
		{"GET", "http://a:b/", false},
		{"GET", "ftp://a/", false},
		{"GET", "http:/a", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (is_refused(cases[i].method, cases[i].target, "HTTP/1.1", "Host\0a\0") ==
			cases[i].is_good)
			fail_msg("%s %s", cases[i].method, cases[i].target);
}

static void test_hosts(void **state)
{
	static const char *const good[] = {"", "a", "a:", "a:80", "127.0.0.1", "[::1]", "[::1]:80",
		"[::ffff:1.2.3.4]", "a.", "a_b~c-d", "a%2Fb", "!$&'()*+,;=", " a\t", "A%aF"};
	static const char *const bad[] = {"a b", "a@b", "a/b", "a?", "a#", "a:b", "a:1:2", "a:-1",
		"[", "[]", "[::1", "::1", "[g]", "[::1]a", "[::1]]", "a[::1]", "a]", "%", "%2",
		"%2g", "%g2", "a%", "a\\b", "a|b", "\"a\"", "<a>", "a\x7F", "\xC3\xA9", "a\x01"};
	(void)state;
	for (int i = 0; i < (int)(COUNT(good) + COUNT(bad)); i++) {
		bool is_good = i < (int)COUNT(good);
		const char *host = is_good ? good[i] : bad[i - (int)COUNT(good)];
		struct framing framing;
		framing_begin(&framing, STR("GET"), STR("/"), STR("HTTP/1.1"));
		framing_field(&framing, STR("hOST"), str_of(host));
		if (framing_end(&framing, NULL) == is_good)
			fail_msg("%s", host);
	}
}

static void test_lengths(void **state)
{
	static const struct {
		const char *text;
		bool is_good;
		uint64_t length;
	} cases[] = {
		{"0", true, 0},
		{"15", true, 15},
		{"000000000000000000000000000015", true, 15},
		{"18446744073709551615", true, UINT64_MAX},
		{"018446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"18446744073709551620", false, 0},
		{"184467440737095516150", false, 0},
		{"", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"+1", false, 0},
		{"-1", false, 0},
		{"0x1", false, 0},
		{"1,1", false, 0},
		{"1.0", false, 0},
		{"/", false, 0}, // the neighbours of the digits
		{":", false, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct framing framing;
		framing_begin(&framing, STR("GET"), STR("/"), STR("HTTP/1.0"));
		framing_field(&framing, STR("content-LENGTH"), str_of(cases[i].text));
		if (framing_end(&framing, NULL) == cases[i].is_good ||
			framing.length != cases[i].length)
			fail_msg("%s", cases[i].text);
	}
}

static void test_fields(void **state)
{
	static const struct {
		const char *version, *fields;
		bool is_good;
	} cases[] = {
		{"HTTP/1.1", "Host\0a\0", true},
		{"HTTP/1.1", "", false},
		{"HTTP/1.0", "", true},
		{"HTTP/1.2", "", false},
		{"HTTP/1.1", "Host\0a\0Host\0a\0", false},
		{"HTTP/1.0", "Host\0a\0Host\0a\0", false},
		{"HTTP/1.1", "Host\0a\0X\0 a\tb \xFF\0", true},
		{"HTTP/1.1", "Host\0a\0X \0a\0", false},
		{"HTTP/1.1", "Host\0a\0X:\0a\0", false},
		{"HTTP/1.1", "Host\0a\0X\xC3\0a\0", false},
		{"HTTP/1.1", "Host\0a\0X\0a\x01\0", false},
		{"HTTP/1.1", "Host\0a\0X\0a\x7F\0", false},
		{"HTTP/1.1", "Host\0a\0X\0a\r\0", false},
		{"HTTP/1.1", "Host\0a\0Transfer-Encoding\0CHUNKED\0", true},
		{"HTTP/1.0", "Host\0a\0Transfer-Encoding\0chunked\0", false},
		{"HTTP/1.1", "Host\0a\0Transfer-Encoding\0chunked \0", false},
		{"HTTP/1.1", "Host\0a\0Transfer-Encoding\0gzip, chunked\0", false},
		{"HTTP/1.1", "Host\0a\0Transfer-Encoding\0\0", false},
		{"HTTP/1.1", "Host\0a\0transfer-encoding\0chunked\0Transfer-Encoding\0chunked\0",
			false},
		{"HTTP/1.1", "Host\0a\0Content-Length\0001\0", true},
		{"HTTP/1.1", "Host\0a\0Content-Length\0001\0Content-Length\0001\0", false},
		{"HTTP/1.1", "Host\0a\0Content-Length\0001\0Transfer-Encoding\0chunked\0", false},
		{"HTTP/1.1", "Host\0a\0Transfer-Encoding\0chunked\0Content-Length\0000\0", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (is_refused("GET", "/", cases[i].version, cases[i].fields) == cases[i].is_good)
			fail_msg("fields %zu", i);
	struct framing framing; // an empty name, which the table cannot hold
	framing_begin(&framing, STR("GET"), STR("/"), STR("HTTP/1.0"));
	framing_field(&framing, STR(""), STR("a"));
	assert_true(framing_end(&framing, NULL));
}

static void test_trailers(void **state)
{
	(void)state;
	assert_true(framing_allows_trailer(STR("Content-Length"), STR("1")));
	assert_true(framing_allows_trailer(STR("X"), STR("")));
	assert_false(framing_allows_trailer(STR(""), STR("a")));
	assert_false(framing_allows_trailer(STR("X "), STR("a")));
	assert_false(framing_allows_trailer(STR("X"), STR("a\x01")));
}

// --- places

// Ends the line at AT as libmicrohttpd 0.9.75 does, and returns the next one.
static char *cut_line(char *at)
{
	char *end = at;
	while (*end != '\n')
		end++;
	*end = '\0';
	if (end > at && end[-1] == '\r')
		end[-1] = '\0';
	return end + 1;
}

// Reads a whole header block in place, as that library does: a C string ends at a
// NUL, LF alone ends a line, the first empty string ends the block, and a line that
// begins with a blank goes to another place in memory, so nothing is left of it here.
static bool is_refused_in_place(const char *text, size_t size)
{
	char *block = malloc(size + 1);
	assert_non_null(block);
	memcpy(block, text, size);
	block[size] = '\n'; // so that cut_line ends
	char *line = block, *next = cut_line(line);
	char *target = strchr(line, ' ') + 1;
	char *version = (char *)memrchr(line, ' ', (size_t)(next - line)) + 1;
	target[-1] = version[-1] = '\0';
	target += strspn(target, " ");
	struct framing framing;
	framing_begin(&framing, str_of(line), str_of(target), str_of(version));
	framing_place(&framing, str_of(line), str_of(target), str_of(version));
	for (line = next; next = cut_line(line), *line; line = next) {
		char *colon = strchr(line, ':');
		if (!colon || *line == ' ')
			continue;
		*colon = '\0';
		framing_field(&framing, str_of(line), str_of(colon + 1 + strspn(colon + 1, " \t")));
	}
	bool result = framing_end(&framing, next);
	free(block);
	return result;
}

static void test_places(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		bool is_good;
	} cases[] = {
#define BLOCK(text) (text), sizeof(text) - 1
		{BLOCK("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), true},
		{BLOCK("GET / HTTP/1.0\r\n\r\n"), true},
		{BLOCK("GET / HTTP/1.1\r\nHost:a\r\nX:\r\nY: \t \r\nZ:  b \r\n\r\n"), true},
		{BLOCK("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), false},
		{BLOCK("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\nHost: a\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\0\r\nHost: a\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\r\n\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\0\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\0b\r\nX: b\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\r\n\0\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\r\n\0X: b\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\r\nX: a\r\n b\r\nHost: a\r\n\r\n"), false},
		{BLOCK("GET / HTTP/1.1\n\n"), false},
		// Two bytes that are 0 in either case: this one cannot be told from CR LF.
		{BLOCK("GET / HTTP/1.1\r\nHost: a\0\n\r\n"), true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (is_refused_in_place(cases[i].text, cases[i].size) == cases[i].is_good)
			fail_msg("block %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_trailers),
		cmocka_unit_test(test_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
