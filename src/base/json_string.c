// SPDX-License-Identifier: MIT
#include "json_string.h"

#include "hex.h"
#include "utf8.h"

// Reads "XXXX" at *AT and moves past it. Leaves *AT on the first bad byte.
static enum json_fault scan_unit(const char **at, const char *end, unsigned *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++, (*at)++) {
		if (*at == end)
			return JSON_FAULT_ENDED;
		int digit = hex_value(**at);
		if (digit < 0)
			return JSON_FAULT_SYNTAX;
		*unit = *unit << 4 | (unsigned)digit;
	}
	return JSON_FAULT_NONE;
}

static bool is_high(unsigned unit)
{
	return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(unsigned unit)
{
	return unit >= 0xDC00 && unit < 0xE000;
}

// *AT is on the backslash of "\uXXXX"; the second half of a pair belongs to it.
static enum json_fault scan_unicode(const char **at, const char *end)
{
	const char *from = *at, *next = from + 2;
	unsigned unit, low;
	enum json_fault fault = scan_unit(&next, end, &unit);
	*at = next;
	if (fault != JSON_FAULT_NONE)
		return fault;
	if (unit == 0 || is_low(unit)) {
		*at = from;
		return unit == 0 ? JSON_FAULT_NUL : JSON_FAULT_SURROGATE;
	}
	if (!is_high(unit))
		return JSON_FAULT_NONE;
	if (end - next < 2 || next[0] != '\\' || next[1] != 'u') {
		*at = from;
		return JSON_FAULT_SURROGATE;
	}
	next += 2;
	fault = scan_unit(&next, end, &low);
	*at = next;
	if (fault == JSON_FAULT_NONE && !is_low(low)) {
		*at = from;
		return JSON_FAULT_SURROGATE;
	}
	return fault;
}

static enum json_fault scan_escape(const char **at, const char *end)
{
	if (*at + 1 == end) {
		*at = end;
		return JSON_FAULT_ENDED;
	}
	if ((*at)[1] == 'u')
		return scan_unicode(at, end);
	if ((*at)[1] && strchr(json_escapes, (*at)[1])) {
		*at += 2;
		return JSON_FAULT_NONE;
	}
	*at += 1;
	return **at == '\0' ? JSON_FAULT_NUL : JSON_FAULT_SYNTAX;
}

enum json_fault json_string_scan(const char **at, const char *end, bool *escaped)
{
	for (;;) {
		const char *p = json_plain_end(*at, end);
		*at = p;
		if (p == end)
			return JSON_FAULT_ENDED;
		unsigned char c = (unsigned char)*p;
		if (c == '"')
			return JSON_FAULT_NONE;
		if (c < 0x20)
			return c == 0 ? JSON_FAULT_NUL : JSON_FAULT_CONTROL;
		if (c == '\\') {
			*escaped = true;
			enum json_fault fault = scan_escape(at, end);
			if (fault != JSON_FAULT_NONE)
				return fault;
		} else {
			size_t step = utf8_step(p, end);
			if (step == 0)
				return JSON_FAULT_UTF8;
			*at = p + step;
		}
	}
}

// Decodes "\uXXXX" or a pair of them at FROM, which the scan has found valid.
static const char *decode_unicode(const char *from, const char *end, char **to)
{
	unsigned unit, low;
	from += 2;
	scan_unit(&from, end, &unit);
	unsigned long code_point = unit;
	if (is_high(unit)) {
		from += 2;
		scan_unit(&from, end, &low);
		code_point = 0x10000 + ((unsigned long)(unit - 0xD800) << 10) + (low - 0xDC00);
	}
	*to += utf8_put(*to, code_point);
	return from;
}

size_t json_decode(const struct json_token *token, char *to)
{
	const char *from = token->raw.at, *end = from + token->raw.size;
	char *start = to;
	while (from < end) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'u') {
			from = decode_unicode(from, end, &to);
		} else {
			*to++ = json_escaped[strchr(json_escapes, from[1]) - json_escapes];
			from += 2;
		}
	}
	return (size_t)(to - start);
}

struct str json_unescape(const struct json_token *token, struct arena *arena)
{
	char *to = arena_take(arena, token->raw.size);
	return (struct str){to, to ? json_decode(token, to) : 0};
}
