// SPDX-License-Identifier: MIT
#include "word.h"

#include "bytes.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

// What each byte is folded to. Separators become "_", and nothing else does.
static const char folds[128] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, '_', '_', '_', '_', '_', 14, 15, // controls
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, // controls
	'_', '!', '"', '#', '$', '%', '&', '\'', '(', ')', '*', '+', ',', '_', '.', '/', //
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
	'@', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '[', '\\', ']', '^', '_', //
	'`', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '{', '|', '}', '~', 127, //
};

// Bytes that are not ASCII stay.
static char fold(char c)
{
	unsigned char byte = (unsigned char)c;
	return byte < sizeof folds ? folds[byte] : c;
}

static struct str trim_blanks(struct str text)
{
	while (text.size && is_blank(text.at[0])) {
		text.at++;
		text.size--;
	}
	while (text.size && is_blank(text.at[text.size - 1]))
		text.size--;
	return text;
}

size_t word_fold(char to[WORD_MAX], struct str text)
{
	size_t size = 0;
	text = trim_blanks(text);
	for (const char *at = text.at, *end = at + text.size; at < end; at++) {
		const char c = fold(*at);
		if (c == '_') {
			while (at + 1 < end && fold(at[1]) == '_')
				at++;
			if ((size && to[size - 1] == '/') || (at + 1 < end && at[1] == '/'))
				continue;
		}
		if (size == WORD_MAX)
			return WORD_MAX + 1;
		to[size++] = c;
	}
	return size;
}

static uint64_t read_4(const char *at)
{
	uint32_t bytes;
	memcpy(&bytes, at, sizeof bytes);
	return bytes;
}

// The bytes of a word shorter than 8 as a number; its size is mixed in elsewhere.
static uint64_t read_few(const char *at, size_t size)
{
	if (size >= 4)
		return read_4(at) << 32 | read_4(at + size - 4);
	if (size == 0)
		return 0;
	return (uint64_t)(unsigned char)at[0] << 16 | (uint64_t)(unsigned char)at[size / 2] << 8 |
	       (unsigned char)at[size - 1];
}

static uint64_t mix(uint64_t hash, uint64_t bytes)
{
	hash = (hash ^ bytes) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

// A multiplication carries upwards only: tables look at the low bits, so they get what
// has come to the top.
static uint32_t finish(uint64_t hash)
{
	return (uint32_t)(hash * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

// Eight bytes at a time; the last eight may overlap those before them.
uint32_t word_hash(uint32_t seed, struct str word)
{
	uint64_t hash = mix(seed, word.size);
	if (word.size < 8)
		return finish(mix(hash, read_few(word.at, word.size)));
	for (size_t i = 0; i + 8 < word.size; i += 8)
		hash = mix(hash, bytes_load(word.at + i));
	return finish(mix(hash, bytes_load(word.at + word.size - 8)));
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

// Optimal string alignment, with the three rows that a swap needs.
unsigned word_distance(struct str a, struct str b, unsigned most)
{
	size_t gap = a.size > b.size ? a.size - b.size : b.size - a.size;
	if (gap > most)
		return most + 1;
	unsigned rows[3][WORD_MAX + 1];
	for (unsigned j = 0; j <= b.size; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.size; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b.size; j++) {
			bool same = a.at[i - 1] == b.at[j - 1];
			unsigned best = least(up[j], row[j - 1]) + 1;
			best = least(best, up[j - 1] + !same);
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
				a.at[i - 2] == b.at[j - 1])
				best = least(best, up2[j - 2] + 1);
			row[j] = best;
		}
	}
	return least(rows[a.size % 3][b.size], most + 1);
}

unsigned word_tolerance(size_t size)
{
	return size < 3 ? 0 : size < 5 ? 1 : size < 9 ? 2 : 3;
}
