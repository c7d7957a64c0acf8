// SPDX-License-Identifier: MIT
// All short texts over the characters that JSON gives a meaning, and all short
// rows of its tokens, against a recursive reading of the grammar (RFC 8259).
#include "base/json.h"
#include "unit.h"

static struct arena arena;

static bool accepts(struct str text)
{
	arena_reset(&arena);
	return json_check(text, &arena, NULL) == JSON_FAULT_NONE;
}

// --- the grammar on characters; each returns what is left, or NULL

static const char *read_value(const char *at);

static const char *read_digits(const char *at)
{
	const char *from = at;
	while (*at == '0' || *at == '1')
		at++;
	return at > from ? at : NULL;
}

static const char *read_number(const char *at)
{
	at += *at == '-';
	at = *at == '0' ? at + 1 : read_digits(at);
	if (at && *at == '.')
		at = read_digits(at + 1);
	if (at && *at == 'e')
		at = read_digits(at + 1 + (at[1] == '-'));
	return at;
}

static const char *read_string(const char *at)
{
	if (*at++ != '"')
		return NULL;
	while (*at && *at != '"')
		at++;
	return *at ? at + 1 : NULL;
}

static const char *read_items(const char *at, char close, bool named)
{
	if (*at == close)
		return at + 1;
	for (;;) {
		if (named) {
			at = read_string(at);
			if (!at || *at++ != ':')
				return NULL;
		}
		at = read_value(at);
		if (!at)
			return NULL;
		if (*at == close)
			return at + 1;
		if (*at++ != ',')
			return NULL;
	}
}

static const char *read_value(const char *at)
{
	switch (*at) {
	case '{': return read_items(at + 1, '}', true);
	case '[': return read_items(at + 1, ']', false);
	case '"': return read_string(at);
	default: return read_number(at);
	}
}

static void test_all_short_texts(void **state)
{
	static const char letters[] = "{}[]\",:01.-e";
	enum { LETTERS = sizeof letters - 1 };
	unsigned accepted = 0, count = 1;
	(void)state;
	for (size_t size = 1; size <= 6; size++) {
		count *= LETTERS;
		for (unsigned n = 0; n < count; n++) {
			char text[8] = {0};
			unsigned rest = n;
			for (size_t i = 0; i < size; i++, rest /= LETTERS)
				text[i] = letters[rest % LETTERS];
			const char *end = read_value(text);
			bool wanted = end && *end == '\0';
			accepted += wanted;
			if (accepts((struct str){text, size}) != wanted)
				fail_msg("%s", text);
		}
	}
	assert_true(accepted > 1000); // the oracle is not simply strict
}

// --- the grammar on tokens, with names that may stand twice

enum {
	NAME_A,
	NAME_A_ESCAPED,
	NAME_B,
	VALUE,
	COMMA,
	OPEN_OBJECT,
	CLOSE_OBJECT,
	OPEN_ARRAY,
	CLOSE_ARRAY,
	TOKENS
};

static const int *read_tokens(const int *at, const int *end);

static const int *read_members(const int *at, const int *end)
{
	bool seen[2] = {false};
	if (at < end && *at == CLOSE_OBJECT)
		return at + 1;
	for (;;) {
		if (at == end || *at > NAME_B || seen[*at == NAME_B])
			return NULL;
		seen[*at == NAME_B] = true;
		at = read_tokens(at + 1, end);
		if (!at || at == end)
			return NULL;
		if (*at == CLOSE_OBJECT)
			return at + 1;
		if (*at++ != COMMA)
			return NULL;
	}
}

static const int *read_elements(const int *at, const int *end)
{
	if (at < end && *at == CLOSE_ARRAY)
		return at + 1;
	for (;;) {
		at = read_tokens(at, end);
		if (!at || at == end)
			return NULL;
		if (*at == CLOSE_ARRAY)
			return at + 1;
		if (*at++ != COMMA)
			return NULL;
	}
}

static const int *read_tokens(const int *at, const int *end)
{
	if (at == end)
		return NULL;
	switch (*at) {
	case VALUE: return at + 1;
	case OPEN_OBJECT: return read_members(at + 1, end);
	case OPEN_ARRAY: return read_elements(at + 1, end);
	default: return NULL;
	}
}

static bool check_row(const int *row, size_t size)
{
	static const char *const texts[TOKENS] = {
		"\"a\":", "\"\\u0061\" :", " \"b\":", "true", " ,", "{", "}", "[", "]"};
	char text[100];
	size_t length = 0;
	for (size_t i = 0; i < size; i++) {
		size_t more = strlen(texts[row[i]]);
		memcpy(text + length, texts[row[i]], more);
		length += more;
	}
	bool wanted = read_tokens(row, row + size) == row + size;
	if (accepts((struct str){text, length}) != wanted)
		fail_msg("%.*s", (int)length, text);
	return wanted;
}

static void test_all_short_rows_of_tokens(void **state)
{
	unsigned accepted = 0, count = 1;
	(void)state;
	for (size_t size = 1; size <= 6; size++) {
		count *= TOKENS;
		for (unsigned n = 0; n < count; n++) {
			int row[6];
			for (unsigned i = 0, rest = n; i < size; i++, rest /= TOKENS)
				row[i] = (int)(rest % TOKENS);
			accepted += check_row(row, size);
		}
	}
	assert_true(accepted > 20);
}

// Two members take seven tokens; the first and the last are certain.
static void test_all_objects_of_two_members(void **state)
{
	unsigned accepted = 0;
	(void)state;
	for (unsigned n = 0; n < TOKENS * TOKENS * TOKENS * TOKENS * TOKENS; n++) {
		int row[7] = {OPEN_OBJECT, 0, 0, 0, 0, 0, CLOSE_OBJECT};
		for (unsigned i = 1, rest = n; i < 6; i++, rest /= TOKENS)
			row[i] = (int)(rest % TOKENS);
		accepted += check_row(row, 7);
	}
	assert_true(accepted >= 4); // two spellings of "a", before or after "b"
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_short_texts),
		cmocka_unit_test(test_all_short_rows_of_tokens),
		cmocka_unit_test(test_all_objects_of_two_members),
	};
	arena_init(&arena, NULL, 0, 1 << 20);
	int failed = cmocka_run_group_tests_name("base/json, all texts", tests, NULL, NULL);
	arena_finish(&arena);
	return failed;
}
