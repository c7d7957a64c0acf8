// SPDX-License-Identifier: MIT
#include "date.h"

static const char shape[] = "dddd-dd-dd";

static int32_t two_digits(const char *at)
{
	return (at[0] - '0') * 10 + at[1] - '0';
}

bool date_has_shape(struct str text)
{
	if (text.size != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.at[i];
		if (shape[i] == 'd' ? c < '0' || c > '9' : c != shape[i])
			return false;
	}
	return true;
}

static bool is_leap(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

// Days before YEAR in the proleptic calendar, from the year 0, which is a leap year.
static int32_t days_before(int32_t year)
{
	return year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

bool date_read(struct str text, int32_t *day)
{
	static const int32_t days_of[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (!date_has_shape(text))
		return false;
	int32_t year = two_digits(text.at) * 100 + two_digits(text.at + 2);
	int32_t month = two_digits(text.at + 5), date = two_digits(text.at + 8);
	if (month < 1 || month > 12 || date < 1)
		return false;
	int32_t days = days_before(year) - days_before(1970) + date - 1;
	for (int32_t m = 0; m < month - 1; m++)
		days += days_of[m] + (m == 1 && is_leap(year));
	if (date > days_of[month - 1] + (month == 2 && is_leap(year)))
		return false;
	*day = days;
	return true;
}

int32_t date_in_jakarta(int64_t seconds)
{
	static const int64_t hour = 3600;
	const int64_t offset = 7 * hour, day = 24 * hour;
	int64_t local = seconds + offset;
	return (int32_t)(local / day - (local % day < 0));
}
