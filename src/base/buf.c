// SPDX-License-Identifier: MIT
#include "buf.h"

#include "hex.h"
#include "json_string.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_finish(struct buf *buf)
{
	free(buf->at);
	*buf = (struct buf){0};
}

char *buf_grow(struct buf *buf, size_t size)
{
	if (buf->failed)
		return NULL;
	size_t room = buf->room ? buf->room : 512;
	while (room - buf->size < size) {
		if (room > SIZE_MAX / 4) {
			buf->failed = true;
			return NULL;
		}
		room *= 2;
	}
	char *at = realloc(buf->at, room);
	if (!at) {
		buf->failed = true;
		return NULL;
	}
	buf->at = at;
	buf->room = room;
	return at + buf->size;
}

const uint64_t uint_powers[UINT_DIGITS_MAX] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
	100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
	100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
	1000000000000000000, 10000000000000000000U};

// Writes digits that end at END, two at a time and the last ones first; where they
// begin.
static size_t put_digits(char *to, size_t end, uint64_t number)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	for (; number >= 100; number /= 100) {
		end -= 2;
		memcpy(to + end, pairs + number % 100 * 2, 2);
	}
	if (number < 10) {
		to[--end] = (char)('0' + number);
		return end;
	}
	end -= 2;
	memcpy(to + end, pairs + number * 2, 2);
	return end;
}

struct str uint_digits(char room[UINT_DIGITS_MAX], uint64_t number)
{
	size_t at = put_digits(room, UINT_DIGITS_MAX, number);
	return (struct str){room + at, UINT_DIGITS_MAX - at};
}

char *uint_put(char *to, uint64_t number)
{
	const size_t width = uint_width(number);
	put_digits(to, width, number);
	return to + width;
}

void buf_uint(struct buf *buf, uint64_t number)
{
	char room[UINT_DIGITS_MAX];
	buf_str(buf, uint_digits(room, number));
}

void buf_print(struct buf *buf, const char *format, ...)
{
	va_list values, again;
	va_start(values, format);
	va_copy(again, values);
	int size = vsnprintf(NULL, 0, format, values);
	char *at = size < 0 ? NULL : buf_reserve(buf, (size_t)size + 1);
	if (at)
		buf->size += (size_t)vsnprintf(at, (size_t)size + 1, format, again);
	else
		buf->failed = true;
	va_end(again);
	va_end(values);
}

size_t utf8_width(struct str text)
{
	size_t width = 0;
	for (size_t i = 0; i < text.size; i++)
		width += (text.at[i] & 0xC0) != 0x80;
	return width;
}

void buf_padded(struct buf *buf, const char *text, size_t width)
{
	buf_text(buf, text);
	for (size_t used = utf8_width(str_of(text)); used < width; used++)
		buf_char(buf, ' ');
}

// The short escape of a byte, 'u' for the long one, or 0 for none.
static char json_escape(unsigned char c)
{
	const char *at = c ? strchr(json_escaped, c) : NULL;
	return at ? json_escapes[at - json_escaped] : c < 0x20 ? 'u' : 0;
}

void buf_json(struct buf *buf, struct str s)
{
	const char *from = s.at, *end = from + s.size;
	buf_char(buf, '"');
	for (const char *at = from; (at = json_plain_end(at, end)) < end; at++) {
		const char escape = json_escape((unsigned char)*at);
		if (!escape)
			continue; // not ASCII
		char text[6] = {'\\', escape};
		hex_put(text + 2, (unsigned char)*at, 4);
		buf_add(buf, from, (size_t)(at - from));
		buf_add(buf, text, escape == 'u' ? 6 : 2);
		from = at + 1;
	}
	buf_add(buf, from, (size_t)(end - from));
	buf_char(buf, '"');
}

// Controls, line and paragraph separators, marks of direction, and what Unicode calls
// default ignorable: it has no picture of its own.
static const struct {
	uint32_t first, last;
} hidden[] = {{0, 0x1F}, {0x7F, 0x9F}, {0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C},
	{0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E},
	{0x2060, 0x206F}, {0x2800, 0x2800}, {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
	{0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
	{0xE0000, 0xE0FFF}};

// Whether the character at I is one of these. Sets *CODE and its *SIZE; a byte that is no
// UTF-8 counts as a character.
static bool is_hidden(struct str s, size_t i, uint32_t *code, size_t *size)
{
	*size = utf8_read(s.at + i, s.at + s.size, code);
	if (*size == 0) {
		*size = 1;
		*code = (unsigned char)s.at[i];
	}
	for (size_t h = 0; h < sizeof hidden / sizeof hidden[0]; h++)
		if (*code <= hidden[h].last)
			return *code >= hidden[h].first;
	return false;
}

bool buf_is_printable(struct str s)
{
	uint32_t code;
	size_t size;
	for (size_t i = 0; i < s.size; i += size)
		if (is_hidden(s, i, &code, &size))
			return false;
	return true;
}

static void add_unit(struct buf *buf, uint32_t unit)
{
	char text[6] = {'\\', 'u'};
	hex_put(text + 2, unit, 4);
	buf_add(buf, text, sizeof text);
}

void buf_quoted(struct buf *buf, struct str s)
{
	uint32_t code;
	size_t size;
	buf_char(buf, '"');
	for (size_t i = 0; i < s.size; i += size) {
		if (!is_hidden(s, i, &code, &size)) {
			if (s.at[i] == '"' || s.at[i] == '\\')
				buf_char(buf, '\\');
			buf_add(buf, s.at + i, size);
			continue;
		}
		if (code > 0xFFFF) {
			add_unit(buf, 0xD7C0 + (code >> 10));
			code = 0xDC00 | (code & 0x3FF);
		}
		add_unit(buf, code);
	}
	buf_char(buf, '"');
}
