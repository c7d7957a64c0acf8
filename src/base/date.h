// SPDX-License-Identifier: MIT
// Days of the Gregorian calendar as numbers that can be compared. It knows no
// clock: what time it is, is for the caller to say.
#pragma once

#include "str.h"

#include <stdint.h>

// A day beyond all that can be written.
#define DATE_MAX INT32_MAX

// Whether TEXT has the form of a day, which need not exist.
bool date_has_shape(struct str text);

// Reads YYYY-MM-DD, a day that exists, as the number of days since 1970-01-01.
// False if TEXT is anything else; *DAY is then untouched.
bool date_read(struct str text, int32_t *day);

enum { DATE_TEXT_SIZE = sizeof "YYYY-MM-DD" };

// Writes DAY, one that date_read gives, as it reads it.
void date_write(char to[DATE_TEXT_SIZE], int32_t day);

// The day in western Indonesia (WIB, UTC+7 all the year), where the documents
// that rulebooks cite are issued. SECONDS since 1970-01-01, UTC.
int32_t date_in_jakarta(int64_t seconds);
