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

static const int32_t days_of[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static int32_t days_in(int32_t year, int32_t month)
{
	return days_of[month - 1] + (month == 2 && is_leap(year));
}

bool date_read(struct str text, int32_t *day)
{
	if (!date_has_shape(text))
		return false;
	int32_t year = two_digits(text.at) * 100 + two_digits(text.at + 2);
	int32_t month = two_digits(text.at + 5), date = two_digits(text.at + 8);
	if (month < 1 || month > 12 || date < 1)
		return false;
	int32_t days = days_before(year) - days_before(1970) + date - 1;
	for (int32_t m = 1; m < month; m++)
		days += days_in(year, m);
	if (date > days_in(year, month))
		return false;
	*day = days;
	return true;
}

static void put_number(char *to, unsigned size, int32_t number)
{
	for (; size-- > 0; number /= 10)
		to[size] = (char)('0' + number % 10);
}

void date_write(char to[DATE_TEXT_SIZE], int32_t day)
{
	const int32_t days = day + days_before(1970);
	int32_t year = days / 366, month = 1; // or a later one
	while (days_before(year + 1) <= days)
		year++;
	int32_t date = days - days_before(year);
	for (; date >= days_in(year, month); month++)
		date -= days_in(year, month);
	memcpy(to, shape, DATE_TEXT_SIZE);
	put_number(to, 4, year);
	put_number(to + 5, 2, month);
	put_number(to + 8, 2, date + 1);
}

int32_t date_in_jakarta(int64_t seconds)
{
	static const int64_t hour = 3600;
	const int64_t offset = 7 * hour, day = 24 * hour;
	int64_t local = seconds + offset;
	return (int32_t)(local / day - (local % day < 0));
}
