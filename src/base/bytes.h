// SPDX-License-Identifier: MIT
// Eight bytes at a time, for texts so short that a call to memchr or memcmp costs
// more than the look. Never reads outside of what it is given, and knows nothing
// of encodings. A mark is the high bit of a byte's place in a word.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BYTES_WORD = 8 };

#define BYTES_ALL(byte) (UINT64_C(0x0101010101010101) * (byte))
#define BYTES_MARKS     BYTES_ALL(0x80)

// Eight bytes, the first one lowest.
static inline uint64_t bytes_load(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

// The first bytes of a text of SIZE of them, as bytes_load gives them, with zeros
// behind a shorter one. Up to END may be read, which is not before the text's own.
static inline uint64_t bytes_head(const char *at, size_t size, const char *end)
{
	if (end - at >= BYTES_WORD)
		return bytes_load(at) &
		       (size < BYTES_WORD ? (UINT64_C(1) << 8 * size) - 1 : UINT64_MAX);
	uint64_t word = 0;
	for (size_t i = 0; i < size; i++)
		word |= (uint64_t)(unsigned char)at[i] << 8 * i;
	return word;
}

// Marks the bytes below LEAST, which is at most 0x80. Exact up to the lowest
// mark; above it a byte may be marked that should not be.
static inline uint64_t bytes_below(uint64_t word, unsigned char least)
{
	return (word - BYTES_ALL(least)) & ~word & BYTES_MARKS;
}

// Marks the bytes that are BYTE; exact in the same way.
static inline uint64_t bytes_equal(uint64_t word, unsigned char byte)
{
	return bytes_below(word ^ BYTES_ALL(byte), 1);
}

// Marks the bytes from 0x80 on.
static inline uint64_t bytes_high(uint64_t word)
{
	return word & BYTES_MARKS;
}

// Which byte the lowest of MARKS belongs to; there is one.
static inline size_t bytes_first(uint64_t marks)
{
	return (size_t)__builtin_ctzll(marks) / 8;
}

// The first BYTE from AT on, or END.
static inline const char *bytes_find(const char *at, const char *end, char byte)
{
	for (; end - at >= BYTES_WORD; at += BYTES_WORD) {
		uint64_t marks = bytes_equal(bytes_load(at), (unsigned char)byte);
		if (marks)
			return at + bytes_first(marks);
	}
	while (at < end && *at != byte)
		at++;
	return at;
}

// Whether SIZE bytes are the same, without a call; the two ends may overlap.
static inline bool bytes_same(const char *a, const char *b, size_t size)
{
	if (size >= BYTES_WORD) {
		const size_t last = size - BYTES_WORD;
		for (size_t i = 0; i < last; i += BYTES_WORD)
			if (bytes_load(a + i) != bytes_load(b + i))
				return false;
		return bytes_load(a + last) == bytes_load(b + last);
	}
	if (size >= 4) {
		uint32_t head[2], tail[2];
		memcpy(&head[0], a, 4);
		memcpy(&head[1], b, 4);
		memcpy(&tail[0], a + size - 4, 4);
		memcpy(&tail[1], b + size - 4, 4);
		return head[0] == head[1] && tail[0] == tail[1];
	}
	for (size_t i = 0; i < size; i++)
		if (a[i] != b[i])
			return false;
	return true;
}
