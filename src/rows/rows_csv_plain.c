// SPDX-License-Identifier: MIT
// A row of CSV as nearly all are: nothing is quoted, every word is known, and its
// texts are plain ASCII. Everything else is left to the profile.
#include "base/base.h"
#include "rows_fast.h"

// Marks what is not plain ASCII.
static uint64_t mark_odd(uint64_t word)
{
	return bytes_below(word, 0x20) | bytes_equal(word, 0x7F) | bytes_high(word);
}

static inline bool is_plain(struct str text)
{
	size_t at = 0;
	while (text.size - at >= BYTES_WORD && !mark_odd(bytes_load(text.at + at)))
		at += BYTES_WORD;
	while (at < text.size && text.at[at] >= 0x20 && text.at[at] < 0x7F)
		at++;
	return at == text.size;
}

bool csv_is_clean(struct str text)
{
	return is_plain(text) || (utf8_valid(text) && !memchr(text.at, '\0', text.size));
}

// The field at *AT and the place behind its delimiter, NULL behind the last one.
static struct str plain_field(const char **at, const char *end, char delimiter)
{
	const char *from = *at, *stop = bytes_find(from, end, delimiter);
	*at = stop < end ? stop + 1 : NULL;
	return (struct str){from, (size_t)(stop - from)};
}

bool csv_take_plain(struct rows *rows, struct str line, bool *taken)
{
	const char *at = line.at, *end = line.at + line.size;
	const struct column *column = rows->columns, *last = column + rows->column_count;
	struct fast fast = {.index = rows->unset_index};
	*taken = false;
	for (; column < last && at; column++) {
		struct str field = plain_field(&at, end, rows->delimiter);
		int digit = PMM_DIGIT_UNKNOWN;
		if (column->meaning.member && !fast_is_known(column, field, end, &digit))
			digit = fast_look_up(rows, column, field);
		if (column->meaning.member && !fast_take_digit(rows, &fast, column, digit))
			return true;
		if ((column->meaning.is_id || column->meaning.is_group) &&
			!(csv_is_clean(field) && fast_keep(&fast, column, field)))
			return true;
	}
	return fast_take(rows, &fast, taken);
}
