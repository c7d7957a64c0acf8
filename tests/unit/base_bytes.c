// SPDX-License-Identifier: MIT
// Eight bytes at a time say what a look at each byte says, and nothing outside of
// a text is read: texts lie on the heap, exactly as large as they are.
#include "base/bytes.h"
#include "unit.h"

#include <stdlib.h>

static char *copy(const char *at, size_t size)
{
	char *to = malloc(size ? size : 1);
	assert_non_null(to);
	memcpy(to, at, size);
	return to;
}

static void test_marks(void **state)
{
	static const unsigned char bytes[] = {0, 1, 0x1F, ' ', '!', '"', '#', '\\', 0x7E, 0x7F,
		0x80, 0x9F, 0xA2, 0xDC, 0xFE, 0xFF};
	enum { COUNT = sizeof bytes };
	(void)state;
	for (unsigned first = 0; first < COUNT; first++) {
		for (unsigned second = 0; second < COUNT; second++) {
			for (size_t place = 0; place < BYTES_WORD - 1; place++) {
				char text[BYTES_WORD] = "aaaaaaa";
				text[7] = 'a';
				text[place] = (char)bytes[first];
				text[place + 1] = (char)bytes[second];
				uint64_t word = bytes_load(text);
				size_t quote = 0, control = 0, high = 0;
				while (quote < BYTES_WORD && text[quote] != '"')
					quote++;
				while (control < BYTES_WORD && (unsigned char)text[control] >= ' ')
					control++;
				while (high < BYTES_WORD && (unsigned char)text[high] < 0x80)
					high++;
				uint64_t marks = bytes_equal(word, '"');
				assert_int_equal(marks ? bytes_first(marks) : BYTES_WORD, quote);
				marks = bytes_below(word, ' ');
				assert_int_equal(marks ? bytes_first(marks) : BYTES_WORD, control);
				marks = bytes_high(word);
				assert_int_equal(marks ? bytes_first(marks) : BYTES_WORD, high);
			}
		}
	}
}

static void test_same(void **state)
{
	(void)state;
	for (size_t size = 0; size <= 40; size++) {
		char text[40] = {0};
		for (size_t i = 0; i < size; i++)
			text[i] = (char)('a' + i % 26);
		char *a = copy(text, size), *b = copy(text, size);
		assert_true(bytes_same(a, b, size));
		for (size_t i = 0; i < size; i++) {
			b[i] ^= (char)0x80;
			assert_false(bytes_same(a, b, size));
			b[i] ^= (char)0x80;
		}
		free(a);
		free(b);
	}
}

// One byte at every place of texts of every size, and none.
static void test_find(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 20; size++) {
		for (size_t place = 0; place <= size; place++) {
			char text[20] = {0};
			memset(text, place % 2 ? 'b' : 0x23, size); // neighbours of what is sought
			if (place < size)
				text[place] = '"';
			char *a = copy(text, size);
			assert_ptr_equal(bytes_find(a, a + size, '"'), a + place);
			free(a);
		}
	}
}

static void test_head(void **state)
{
	(void)state;
	for (size_t size = 0; size <= 10; size++) {
		char wanted[BYTES_WORD] = {0};
		memcpy(wanted, "abcdefghij", size < BYTES_WORD ? size : BYTES_WORD);
		for (size_t more = 0; more <= 10; more++) { // that may be read
			char text[20] = "abcdefghij";
			memset(text + size, 'x', more);
			char *at = copy(text, size + more);
			assert_int_equal(
				bytes_head(at, size, at + size + more), bytes_load(wanted));
			free(at);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_head),
	};
	return cmocka_run_group_tests_name("base/bytes", tests, NULL, NULL);
}
