// SPDX-License-Identifier: MIT
// Private to json: the inside of a JSON string.
#pragma once

#include "bytes.h"
#include "json.h"

// Scans from *AT, just past the opening quote, and leaves *AT on the closing
// quote; at a fault, on the byte that is to blame. Sets *ESCAPED if there was
// any escape.
enum json_fault json_string_scan(const char **at, const char *end, bool *escaped);

// The letters of short escapes, and what they stand for. A slash need not be escaped.
static const char json_escapes[] = "\"\\bfnrt/", json_escaped[] = "\"\\\b\f\n\r\t/";

// Quote, backslash, controls and everything that is not ASCII are not plain.
static inline bool json_is_plain(char c)
{
	unsigned char byte = (unsigned char)c;
	return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// Marks the bytes that are not plain. Below 0x80 a sum of two bytes has the mark or
// not, and carries nothing; above the lowest mark nothing counts.
static inline uint64_t json_mark_odd(uint64_t word)
{
	uint64_t no_quote = (word ^ BYTES_ALL('"')) + BYTES_ALL(0x7F);
	uint64_t no_backslash = (word ^ BYTES_ALL('\\')) + BYTES_ALL(0x7F);
	uint64_t no_control = word + BYTES_ALL(0x80 - 0x20);
	return (~(no_quote & no_backslash & no_control) | word) & BYTES_MARKS;
}

// The first byte from AT on that is not plain text: a quote, a backslash, a control
// or not ASCII. END if there is none.
static inline const char *json_plain_end(const char *at, const char *end)
{
	for (; end - at >= BYTES_WORD; at += BYTES_WORD) {
		uint64_t odd = json_mark_odd(bytes_load(at));
		if (odd)
			return at + bytes_first(odd);
	}
	while (at < end && json_is_plain(*at))
		at++;
	return at;
}
