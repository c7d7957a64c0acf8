// SPDX-License-Identifier: MIT
// Days as numbers: every day of eight centuries in turn, what is no day, and
// where a day begins in Jakarta.
#include "base/date.h"
#include "unit.h"

#include <stdio.h>

static int32_t day_of(const char *text)
{
	int32_t day = -1;
	if (!date_read(str_of(text), &day))
		fail_msg("%s is refused", text);
	return day;
}

static void test_known_days(void **state)
{
	static const struct {
		const char *text;
		int32_t day;
	} cases[] = {
		{"1970-01-01", 0},
		{"1969-12-31", -1},
		{"1970-03-01", 59},
		{"2000-02-29", 11016},
		{"2000-03-01", 11017},
		{"2024-02-02", 19755},
		{"2024-12-31", 20088},
		{"0000-01-01", -719528},
		{"0001-01-01", -719162},
		{"9999-12-31", 2932896},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(day_of(cases[i].text), cases[i].day);
}

// Goes through the calendar as one tears off its leaves, by rules of its own.
static void test_every_day_follows_the_last(void **state)
{
	int32_t next = day_of("1600-01-01");
	(void)state;
	for (int year = 1600; year < 2400; year++) {
		bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
		for (int month = 1; month <= 12; month++) {
			bool is_short = month == 4 || month == 6 || month == 9 || month == 11;
			int days = month == 2 ? 28 + leap : is_short ? 30 : 31;
			for (int date = 0; date <= 32; date++) {
				char text[16];
				int32_t day = -9;
				snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, date);
				bool is_day = date_read(str_of(text), &day);
				assert_int_equal(is_day, date >= 1 && date <= days);
				assert_int_equal(day, is_day ? next : -9);
				next += is_day;
				char back[DATE_TEXT_SIZE] = "";
				if (is_day)
					date_write(back, day);
				assert_string_equal(back, is_day ? text : "");
			}
		}
	}
	assert_int_equal(next, day_of("2400-01-01"));
}

static void test_what_is_no_day(void **state)
{
	static const char *const texts[] = {"", "2024", "2024-2-1", "2024-02-1", "24-02-01",
		"2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00",
		"2024-01-32", "2024-04-31", "2024/02/02", "20240202", "2024-02-02 ", " 2024-02-02",
		"2024-02-021", "2024-02-0x", "x024-02-02", "-024-02-02", "+024-02-02", "2024-02:02",
		"2024-02-02T00:00:00Z", "today"};
	int32_t day = 7;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (date_read(str_of(texts[i]), &day))
			fail_msg("%s is taken", texts[i]);
	assert_false(date_read((struct str){NULL, 0}, &day));
	assert_false(date_read(STR("2024-02\0002"), &day));
	assert_int_equal(day, 7);
}

static void test_a_day_begins_in_jakarta(void **state)
{
	const int64_t utc = (int64_t)day_of("2024-02-02") * 86400;
	(void)state;
	assert_int_equal(date_in_jakarta(utc), day_of("2024-02-02"));
	assert_int_equal(date_in_jakarta(utc + 17 * 3600 - 1), day_of("2024-02-02"));
	assert_int_equal(date_in_jakarta(utc + 17 * 3600), day_of("2024-02-03"));
	assert_int_equal(date_in_jakarta(utc - 7 * 3600), day_of("2024-02-02"));
	assert_int_equal(date_in_jakarta(utc - 7 * 3600 - 1), day_of("2024-02-01"));
	assert_int_equal(date_in_jakarta(0), 0);
	assert_int_equal(date_in_jakarta(-7 * 3600), 0);
	assert_int_equal(date_in_jakarta(-7 * 3600 - 1), -1);
	assert_int_equal(date_in_jakarta(-31 * 3600), -1);
	assert_int_equal(date_in_jakarta(-31 * 3600 - 1), -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_days),
		cmocka_unit_test(test_every_day_follows_the_last),
		cmocka_unit_test(test_what_is_no_day),
		cmocka_unit_test(test_a_day_begins_in_jakarta),
	};
	return cmocka_run_group_tests_name("base/date", tests, NULL, NULL);
}
