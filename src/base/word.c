// SPDX-License-Identifier: MIT
#include "word.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_separator(char c)
{
	return is_blank(c) || c == '_' || c == '-';
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
	text = trim_blanks(text);
	size_t size = 0;
	for (size_t i = 0; i < text.size;) {
		char c = ascii_lower(text.at[i]);
		if (is_separator(c)) {
			while (i < text.size && is_separator(text.at[i]))
				i++;
			bool beside_slash = (size && to[size - 1] == '/') ||
					    (i < text.size && text.at[i] == '/');
			if (beside_slash)
				continue;
			c = '_';
		} else {
			i++;
		}
		if (size == WORD_MAX)
			return WORD_MAX + 1;
		to[size++] = c;
	}
	return size;
}

uint32_t word_hash(uint32_t seed, struct str word)
{
	uint32_t hash = UINT32_C(2166136261) ^ seed;
	for (size_t i = 0; i < word.size; i++)
		hash = (hash ^ (unsigned char)word.at[i]) * UINT32_C(16777619);
	return hash ^ hash >> 15;
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
