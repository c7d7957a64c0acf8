// SPDX-License-Identifier: MIT
// RFC 3629, held against a reading of its definition: the code point is put
// together from the bits and then judged, where the product judges the bytes.
#include "base/utf8.h"
#include "unit.h"

#include <stdlib.h>

// Bytes of the character at the start of BYTES, or 0.
static size_t oracle(const unsigned char *bytes, size_t size)
{
	static const struct {
		unsigned mask, lead;
		unsigned long least;
	} forms[] = {
		{0x80, 0x00, 0},
		{0xE0, 0xC0, 0x80},
		{0xF0, 0xE0, 0x800},
		{0xF8, 0xF0, 0x10000},
	};
	for (size_t tails = 0; tails < 4; tails++) {
		if ((bytes[0] & forms[tails].mask) != forms[tails].lead)
			continue;
		unsigned long code = bytes[0] & ~forms[tails].mask;
		if (size <= tails)
			return 0;
		for (size_t i = 1; i <= tails; i++) {
			if (bytes[i] >> 6 != 2)
				return 0;
			code = code << 6 | (bytes[i] & 0x3F);
		}
		bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
		return code < forms[tails].least || is_surrogate || code > 0x10FFFF ? 0 : tails + 1;
	}
	return 0;
}

static void check(const unsigned char *bytes, size_t size)
{
	size_t step = utf8_step((const char *)bytes, (const char *)bytes + size);
	if (step != oracle(bytes, size))
		fail_msg("%02X %02X %02X %02X (%zu bytes): %zu", bytes[0], bytes[1], bytes[2],
			bytes[3], size, step);
}

static void test_all_short_sequences(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 1u << 24; n++) {
		unsigned char bytes[4] = {
			(unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n, 0};
		check(bytes, 3);
		if ((n & 0xFF) == 0)
			check(bytes, 2);
		if ((n & 0xFFFF) == 0)
			check(bytes, 1);
	}
}

static void test_long_sequences(void **state)
{
	static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xED, 0xFF};
	(void)state;
	for (unsigned lead = 0xE8; lead <= 0xFF; lead++) {
		for (unsigned second = 0; second <= 0xFF; second++) {
			for (size_t i = 0; i < sizeof edges * sizeof edges; i++) {
				const unsigned char bytes[4] = {(unsigned char)lead,
					(unsigned char)second, edges[i / sizeof edges],
					edges[i % sizeof edges]};
				check(bytes, 4);
			}
		}
	}
}

static void test_every_code_point_goes_there_and_back(void **state)
{
	(void)state;
	for (unsigned long code = 0; code <= 0x10FFFF; code++) {
		char bytes[4] = {0};
		if (code >= 0xD800 && code <= 0xDFFF)
			continue;
		size_t size = utf8_put(bytes, code);
		size_t wanted = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		assert_int_equal(size, wanted);
		assert_int_equal(utf8_step(bytes, bytes + size), size);
		assert_int_equal(oracle((unsigned char *)bytes, size), size);
		assert_true(utf8_valid((struct str){bytes, size}));
		for (size_t cut = 1; cut < size; cut++)
			assert_false(utf8_valid((struct str){bytes, cut}));
	}
}

// Whole texts, each class that RFC 3629 names. Every one is put at the end of
// its own piece of the heap, so that a read past it is seen.
static void test_texts(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"", true},
		{"guru", true},
		{"\x7F", true},
		{"\xC2\x80 \xDF\xBF", true},
		{"\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF", true},
		{"\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF", true},
		{"\xEF\xBB\xBFx", true}, // a byte-order mark is a character like any other
		{"\x80", false},
		{"\xBF", false},
		{"a\x80", false},
		{"\xC0\x80", false}, // NUL, overlong
		{"\xC1\xBF", false},
		{"\xE0\x80\x80", false},
		{"\xE0\x9F\xBF", false},
		{"\xF0\x80\x80\x80", false},
		{"\xF0\x8F\xBF\xBF", false},
		{"\xED\xA0\x80", false}, // U+D800
		{"\xED\xBF\xBF", false}, // U+DFFF
		{"\xED\xA0\xBD\xED\xB9\x82", false}, // CESU-8
		{"\xF4\x90\x80\x80", false}, // U+110000
		{"\xF5\x80\x80\x80", false},
		{"\xF8\x88\x80\x80\x80", false},
		{"\xFC\x84\x80\x80\x80\x80", false},
		{"\xFE", false},
		{"\xFF", false},
		{"\xC2", false},
		{"\xE2\x82", false},
		{"\xF0\x9F\x99", false},
		{"\xC2\x41", false},
		{"\xE2\x82\x41", false},
		{"\xE2\x41\x82", false},
		{"\xF0\x9F\x99\x41", false},
		{"ok\xC3\xA9\xC3", false},
		{"Latin-1: caf\xE9", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t size = strlen(cases[i].text);
		char *copy = malloc(size ? size : 1);
		assert_non_null(copy);
		memcpy(copy, cases[i].text, size);
		if (utf8_valid((struct str){copy, size}) != cases[i].valid)
			fail_msg("case %zu", i);
		free(copy);
	}
	assert_true(utf8_valid((struct str){NULL, 0}));
	assert_true(utf8_valid((struct str){"a\0b", 3})); // NUL is for others to refuse
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_short_sequences),
		cmocka_unit_test(test_long_sequences),
		cmocka_unit_test(test_every_code_point_goes_there_and_back),
		cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
