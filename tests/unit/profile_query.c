// SPDX-License-Identifier: MIT
// name=value pairs of queries and forms: decoding, and the limits that a
// profile sets on them. Which names mean something is service_profile.c's.
#include "api_support.h"
#include "profile/query.h"

#include <errno.h>
#include <stdio.h>

static struct arena arena;
static struct pmm_rulebook *rulebook;

static int reset(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

// The pairs as "name=value;", also without "="; or the errno of a fault.
static int read_all(struct str text, struct buf *pairs)
{
	struct query_pair pair;
	int result;
	while ((result = query_next(&text, &arena, &pair)) == 1) {
		buf_str(pairs, pair.name);
		buf_char(pairs, '=');
		buf_str(pairs, pair.value);
		buf_char(pairs, ';');
	}
	return result;
}

static const struct {
	const char *text, *pairs;
} pair_cases[] = {
	{"", ""},
	{"&", ""},
	{"&&&", ""},
	{"a=b", "a=b;"},
	{"a=b&c=d", "a=b;c=d;"},
	{"&a=b&&c=d&", "a=b;c=d;"},
	{"a", "a=;"},
	{"a=", "a=;"},
	{"=", "=;"},
	{"=b", "=b;"},
	{"a=b=c", "a=b=c;"},
	{"a==", "a==;"},
	{"a&b", "a=;b=;"},
	{"a+b=c+d+", "a b=c d ;"},
	{"a%2Bb=%2b", "a+b=+;"},
	{"%61=%41", "a=A;"},
	{"a=%26%3D%25", "a=&=%;"},
	{"a=%zz", NULL},
	{"a=%4", NULL},
	{"a=%", NULL},
	{"a=%4g", NULL},
	{"a=%g4", NULL},
	{"a=%:0", NULL},
	{"a=%0/", NULL},
	{"a=%@1", NULL},
	{"a=%1`", NULL},
	{"%=1", NULL},
	{"a%4=1", NULL},
	{"a=%%41", NULL},
	{"a=%00", NULL},
	{"a%00=b", NULL},
	{"a=b%00c", NULL},
	{"a=%C3%A9", "a=\xC3\xA9;"},
	{"a=\xC3\xA9", "a=\xC3\xA9;"},
	{"a=\xC3%A9", "a=\xC3\xA9;"},
	{"a=%F0%9F%99%82", "a=\xF0\x9F\x99\x82;"},
	{"a=%E9", NULL},
	{"a=\xE9", NULL},
	{"a=%C3", NULL},
	{"a=%C3&b=%A9", NULL},
	{"a=%ED%A0%80", NULL},
	{"a=%FF", NULL},
	{"%FF=a", NULL},
	{"a=%0A%09", "a=\n\t;"},
	{"ok=1&a=%", NULL},
};

static void test_pairs(void **state)
{
	struct buf pairs = {0};
	(void)state;
	for (size_t i = 0; i < sizeof pair_cases / sizeof pair_cases[0]; i++) {
		buf_reset(&pairs);
		int result = read_all(str_of(pair_cases[i].text), &pairs);
		assert_int_equal(result, pair_cases[i].pairs ? 0 : -EINVAL);
		if (pair_cases[i].pairs &&
			!str_equal(buf_view(&pairs), str_of(pair_cases[i].pairs)))
			fail_msg("%s: %.*s", pair_cases[i].text, (int)pairs.size, pairs.at);
	}
	assert_int_equal(read_all((struct str){NULL, 0}, &pairs), 0);
	assert_int_equal(read_all(STR("a\0b=c"), &pairs), -EINVAL);
	buf_finish(&pairs);
}

static void test_every_byte_as_an_escape(void **state)
{
	struct buf pairs = {0};
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		char lower[4], upper[4], text[3] = {(char)byte, '=', ';'};
		snprintf(lower, sizeof lower, "%%%02x", byte);
		snprintf(upper, sizeof upper, "%%%02X", byte);
		bool valid = byte > 0 && byte < 0x80;
		for (int i = 0; i < 2; i++) {
			buf_reset(&pairs);
			int result = read_all(str_of(i ? upper : lower), &pairs);
			assert_int_equal(result, valid ? 0 : -EINVAL);
			if (valid)
				assert_true(str_equal(buf_view(&pairs), (struct str){text, 3}));
		}
	}
	buf_finish(&pairs);
}

static void test_no_memory(void **state)
{
	struct arena none;
	struct str text = STR("a=b");
	struct query_pair pair;
	(void)state;
	arena_init(&none, NULL, 0, 0);
	assert_int_equal(query_next(&text, &none, &pair), -ENOMEM);
	arena_finish(&none);
	arena_init(&none, NULL, 0, 16); // for the name only
	text = STR("a=b");
	assert_int_equal(query_next(&text, &none, &pair), -ENOMEM);
	arena_finish(&none);
}

static int read_profile(struct str text, struct profile *profile)
{
	profile_init(profile, rulebook, &arena);
	return profile_read_pairs(profile, text, NULL, NULL);
}

static void test_a_name_twice(void **state)
{
	static const struct {
		const char *text;
		int result;
	} cases[] = {
		{"role=guru&role=guru", -EEXIST}, {"role=guru&%72ole=guru", -EEXIST},
		{"role&role=guru", -EEXIST}, {"x=1&x=1", -EEXIST}, {"=1&=1", -EEXIST},
		{"role=guru&employment=ASN&role=", -EEXIST},
		{"role=guru&Role=guru", 0}, // another spelling is another name
		{"role=guru&jabatan=guru", 0},
		{"role=%&role=guru", -EINVAL}, // the first fault counts
	};
	struct profile profile;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(read_profile(str_of(cases[i].text), &profile), cases[i].result);
}

static void test_the_limit_of_pairs(void **state)
{
	struct profile profile;
	struct buf text = {0};
	(void)state;
	for (unsigned i = 0; i < PROFILE_PAIRS_MAX; i++) {
		buf_text(&text, "x");
		buf_uint(&text, i);
		buf_text(&text, "=1&");
	}
	assert_int_equal(read_profile(buf_view(&text), &profile), 0);
	assert_int_equal(profile.error_count, PROFILE_PAIRS_MAX);
	buf_text(&text, "role=guru");
	assert_int_equal(read_profile(buf_view(&text), &profile), -E2BIG);
	buf_finish(&text);
}

static void test_memory_for_names(void **state)
{
	struct profile profile;
	struct arena small;
	bool failed = false;
	(void)state;
	for (size_t limit = 0; limit < 400; limit += 16) {
		arena_init(&small, NULL, 0, limit);
		profile_init(&profile, rulebook, &small);
		int result = profile_read_pairs(
			&profile, STR("role=guru&employment=ASN"), NULL, NULL);
		failed |= result == -ENOMEM;
		assert_true(result == 0 || result == -ENOMEM);
		arena_finish(&small);
	}
	assert_true(failed);
}

static int take_some(void *cls, struct str name, struct str value)
{
	int *calls = cls;
	++*calls;
	if (str_equal(name, STR("mine")))
		return 1;
	if (str_equal(name, STR("bad")))
		return -EINVAL;
	(void)value;
	return 0;
}

static void test_pairs_that_are_somebody_elses(void **state)
{
	struct profile profile;
	int calls = 0;
	(void)state;
	profile_init(&profile, rulebook, &arena);
	assert_int_equal(
		profile_read_pairs(&profile, STR("mine=1&role=guru&mine2"), take_some, &calls), 0);
	assert_int_equal(calls, 3);
	assert_int_equal(profile.given_count, 1);
	assert_int_equal(profile.error_count, 1);
	assert_true(str_equal(profile.errors->name, STR("mine2")));
	profile_init(&profile, rulebook, &arena);
	assert_int_equal(
		profile_read_pairs(&profile, STR("bad&role=guru"), take_some, &calls), -EINVAL);
	assert_int_equal(calls, 4);
	assert_int_equal(profile.given_count, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_pairs, reset),
		cmocka_unit_test_setup(test_every_byte_as_an_escape, reset),
		cmocka_unit_test_setup(test_no_memory, reset),
		cmocka_unit_test_setup(test_a_name_twice, reset),
		cmocka_unit_test_setup(test_the_limit_of_pairs, reset),
		cmocka_unit_test_setup(test_memory_for_names, reset),
		cmocka_unit_test_setup(test_pairs_that_are_somebody_elses, reset),
	};
	support_open(argc, argv);
	arena_init(&arena, NULL, 0, 1 << 20);
	rulebook = support_load(support_text());
	int failed = cmocka_run_group_tests_name("service/query", tests, NULL, NULL);
	pmm_rulebook_destroy(rulebook);
	arena_finish(&arena);
	support_close();
	return failed;
}
