// SPDX-License-Identifier: MIT
#include "word.h"

#include "bytes.h"
#include "utf8.h"

// What each ASCII byte is folded to; a blank, which nothing else is folded to, for what
// only separates.
static const char folds[128] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, ' ', ' ', ' ', ' ', ' ', 14, 15, // controls
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, // controls
	' ', '!', ' ', '#', '$', '%', '&', ' ', '(', ')', ' ', '+', ',', ' ', ' ', '/', //
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', ';', '<', '=', '>', '?', //
	'@', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '[', '\\', ']', '^', ' ', //
	' ', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '{', '|', '}', '~', 127, //
};

enum { INVISIBLE = 1 }; // a separator that ends no word

// Of the characters beyond ASCII those that only separate, and what stands for them.
static const struct {
	uint16_t first, last;
	char kind;
} separators[] = {{0x0085, 0x0085, '\n'}, {0x00A0, 0x00A0, ' '}, {0x00AB, 0x00AB, '"'},
	{0x00AD, 0x00AD, INVISIBLE}, {0x00BB, 0x00BB, '"'}, {0x1680, 0x1680, ' '},
	{0x180E, 0x180E, INVISIBLE}, {0x2000, 0x200A, ' '}, {0x200B, 0x200F, INVISIBLE},
	{0x2010, 0x2015, '-'}, {0x2018, 0x201F, '"'}, {0x2028, 0x2029, '\n'},
	{0x202A, 0x202E, INVISIBLE}, {0x202F, 0x202F, ' '}, {0x205F, 0x205F, ' '},
	{0x2060, 0x2060, INVISIBLE}, {0x3000, 0x3000, ' '}, {0xFEFF, 0xFEFF, INVISIBLE}};

// What stands for the character of *SIZE bytes at AT, whose first is not ASCII; 0: it
// does not separate, and *SIZE is 1.
static char separator_at(const char *at, size_t left, size_t *size)
{
	const unsigned char *b = (const unsigned char *)at;
	const size_t step = utf8_step(at, at + left);
	unsigned point = 0;
	if (step == 2)
		point = (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu);
	else if (step == 3)
		point = (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
	for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
		if (point >= separators[i].first && point <= separators[i].last) {
			*size = step;
			return separators[i].kind;
		}
	}
	*size = 1;
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// Of a folded byte. What is not ASCII counts as letters.
static bool is_letter(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

// Folds, and where MARKS is not NULL says of each byte, and of the end, what stands for
// the boundary before it (word.h).
static inline size_t fold(char *to, char *marks, size_t room, struct str text)
{
	const char *at = text.at, *end = at + text.size;
	size_t size = 0, step;
	char mark = ' '; // what separates the last byte from the next
	bool is_behind_letter = false;
	for (; at < end; at += step) {
		const char c = (unsigned char)*at < sizeof folds ? folds[(unsigned char)*at] : *at;
		char kind = 0, kept = c;
		step = 1;
		if (c == ' ')
			kind = *at >= '\t' && *at <= '\r' ? '\n' : *at;
		else if ((unsigned char)c >= 0x80)
			kind = separator_at(at, (size_t)(end - at), &step);
		if (kind == '-' && !is_behind_letter && at + step < end && is_digit(at[step])) {
			kind = 0; // a sign
			kept = '-';
		}
		if (kind) {
			mark = kind == INVISIBLE || mark == '\n' ? mark : kind;
			is_behind_letter &= kind == INVISIBLE;
			continue;
		}
		if (size == room)
			return room + 1;
		is_behind_letter = is_letter(kept);
		if (marks)
			marks[size] = (char)(mark || is_behind_letter ? mark : kept);
		mark = is_behind_letter ? 0 : kept;
		to[size++] = kept;
	}
	if (marks)
		marks[size] = ' ';
	return size;
}

size_t word_fold(char to[WORD_MAX], struct str text)
{
	return fold(to, NULL, WORD_MAX, text);
}

bool word_read(struct word_text *to, struct str text)
{
	to->size = fold(to->at, to->marks, WORD_TEXT_MAX, text);
	return to->size <= WORD_TEXT_MAX;
}

size_t word_end(const char *marks, size_t size, size_t at)
{
	do
		at++;
	while (at < size && !marks[at]);
	return at;
}

bool word_says_something(struct str folded)
{
	for (size_t i = 0; i < folded.size; i++)
		if (is_letter(folded.at[i]))
			return true;
	return false;
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

// Whether A, one word, may be a misspelt B. Few letters are soon another word: of three
// only the order may be wrong, which leaves their sum, or one is written twice.
static bool is_near(struct str a, struct str b)
{
	const char *longer = a.size > b.size ? a.at : b.at;
	const size_t size = a.size > b.size ? a.size : b.size;
	if (str_equal(a, b))
		return true;
	if (size > 3)
		return word_distance(a, b, 2) <= (size < 9 ? 1 : 2);
	if (size != 3 || word_distance(a, b, 1) != 1)
		return false;
	return a.size == b.size ? a.at[0] + a.at[1] + a.at[2] == b.at[0] + b.at[1] + b.at[2]
				: longer[1] == longer[0] || longer[1] == longer[2];
}

static struct str next_word(const struct word_text *text, size_t *at)
{
	const size_t from = *at;
	*at = word_end(text->marks, text->size, from);
	return (struct str){text->at + from, *at - from};
}

bool word_is_meant(const struct word_text *a, const struct word_text *b)
{
	size_t i = 0, j = 0;
	bool each_is = true;
	if (!is_near((struct str){a->at, a->size}, (struct str){b->at, b->size}))
		return false;
	while (i < a->size && j < b->size)
		each_is &= is_near(next_word(a, &i), next_word(b, &j));
	// Where one is written in more words than the other, letters are all there is.
	return each_is || i < a->size || j < b->size;
}

void word_nearest_try(struct word_nearest *nearest, const char *candidate)
{
	char folded[WORD_MAX], other[WORD_MAX];
	const struct str word = {folded, word_fold(folded, nearest->word)};
	const struct str tried = {other, word_fold(other, str_of(candidate))};
	const unsigned slips = word.size < 3 ? 0 : word.size < 6 ? 1 : 2; // that are forgiven
	const unsigned most = nearest->is_found ? nearest->distance : slips;
	if (word.size > WORD_MAX || tried.size > WORD_MAX)
		return;
	const unsigned distance = word_distance(word, tried, most);
	if (distance > most)
		return;
	const bool is_shared = nearest->is_found && distance == nearest->distance;
	nearest->text = is_shared ? NULL : candidate;
	nearest->is_found = true;
	nearest->distance = distance;
}
