// SPDX-License-Identifier: MIT
#include "utf8.h"

size_t utf8_read(const char *at, const char *end, uint32_t *code_point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; // of that many bytes
	const unsigned char lead = (unsigned char)*at;
	const size_t size = lead < 0x80   ? 1
			    : lead < 0xC0 ? 0
			    : lead < 0xE0 ? 2
			    : lead < 0xF0 ? 3
					  : 4;
	uint32_t code = size > 1 ? lead & (0xFFU >> size) : lead;
	if (size == 0 || (size_t)(end - at) < size)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)at[i] & 0xC0) != 0x80)
			return 0;
		code = code << 6 | ((unsigned char)at[i] & 0x3F);
	}
	if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return 0;
	*code_point = code;
	return size;
}

bool utf8_valid(struct str s)
{
	const char *end = s.at + s.size;
	for (const char *at = s.at; at < end;) {
		size_t step = utf8_step(at, end);
		if (step == 0)
			return false;
		at += step;
	}
	return true;
}

size_t utf8_put(char *to, unsigned long code_point)
{
	static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
	const size_t size = 1U + (code_point >= 0x80) + (code_point >= 0x800) +
			    (code_point >= 0x10000);
	for (size_t i = size; --i > 0; code_point >>= 6)
		to[i] = (char)(0x80 | (code_point & 0x3F));
	to[0] = (char)(leads[size] | code_point);
	return size;
}

struct utf8_place utf8_place(struct str text, size_t offset)
{
	struct utf8_place place = {1, 1};
	const char *line = utf8_skip_mark(text).at, *end = text.at + offset;
	for (const char *at = line; at < end; at++) {
		if (*at != '\n')
			continue;
		place.line++;
		line = at + 1;
	}
	for (size_t step; line < end; line += step ? step : 1, place.column++)
		step = utf8_step(line, end);
	return place;
}
