// SPDX-License-Identifier: MIT
#include "utf8.h"

static bool is_tail(const char *at)
{
	return ((unsigned char)*at & 0xC0) == 0x80;
}

// The second byte of some leads is bound more tightly (RFC 3629, section 4).
static bool second_fits(unsigned char lead, unsigned char second)
{
	switch (lead) {
	case 0xE0: return second >= 0xA0;
	case 0xED: return second <= 0x9F;
	case 0xF0: return second >= 0x90;
	case 0xF4: return second <= 0x8F;
	default: return true;
	}
}

size_t utf8_step(const char *at, const char *end)
{
	unsigned char lead = (unsigned char)*at;
	if (lead < 0x80)
		return 1;
	size_t size = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
	if (size == 0 || (size_t)(end - at) < size)
		return 0;
	for (size_t i = 1; i < size; i++)
		if (!is_tail(at + i))
			return 0;
	return second_fits(lead, (unsigned char)at[1]) ? size : 0;
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
	if (code_point < 0x80) {
		to[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		to[0] = (char)(0xC0 | code_point >> 6);
		to[1] = (char)(0x80 | (code_point & 0x3F));
		return 2;
	}
	if (code_point < 0x10000) {
		to[0] = (char)(0xE0 | code_point >> 12);
		to[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
		to[2] = (char)(0x80 | (code_point & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | code_point >> 18);
	to[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
	to[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
	to[3] = (char)(0x80 | (code_point & 0x3F));
	return 4;
}
