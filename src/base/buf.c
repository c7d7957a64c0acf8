// SPDX-License-Identifier: MIT
#include "buf.h"

#include "hex.h"
#include "json_string.h"

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

size_t utf8_width(const char *text)
{
	size_t width = 0;
	for (; *text; text++)
		width += ((unsigned char)*text & 0xC0) != 0x80;
	return width;
}

void buf_padded(struct buf *buf, const char *text, size_t width)
{
	buf_text(buf, text);
	for (size_t used = utf8_width(text); used < width; used++)
		buf_char(buf, ' ');
}

// The short escape of a byte, 'u' for the long one, or 0 for none.
static char json_escape(unsigned char c)
{
	switch (c) {
	case '"': return '"';
	case '\\': return '\\';
	case '\b': return 'b';
	case '\f': return 'f';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\t': return 't';
	default: return c < 0x20 ? 'u' : 0;
	}
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

// Whether a character that steers a terminal begins at I: C0, DEL, or one of C1,
// which take two bytes in UTF-8. Sets *CODE and *SIZE.
static bool is_steering(struct str s, size_t i, unsigned *code, size_t *size)
{
	unsigned char c = (unsigned char)s.at[i];
	unsigned char next = i + 1 < s.size ? (unsigned char)s.at[i + 1] : 0;
	bool is_c1 = c == 0xC2 && next >= 0x80 && next < 0xA0;
	*code = is_c1 ? next : c;
	*size = is_c1 ? 2 : 1;
	return is_c1 || c < 0x20 || c == 0x7F;
}

bool buf_is_printable(struct str s)
{
	unsigned code;
	size_t size;
	for (size_t i = 0; i < s.size; i++)
		if (is_steering(s, i, &code, &size))
			return false;
	return true;
}

void buf_quoted(struct buf *buf, struct str s)
{
	unsigned code;
	size_t size;
	buf_char(buf, '"');
	for (size_t i = 0; i < s.size; i += size) {
		if (is_steering(s, i, &code, &size)) {
			char text[6] = {'\\', 'u'};
			hex_put(text + 2, code, 4);
			buf_add(buf, text, sizeof text);
			continue;
		}
		if (s.at[i] == '"' || s.at[i] == '\\')
			buf_char(buf, '\\');
		buf_char(buf, s.at[i]);
	}
	buf_char(buf, '"');
}
