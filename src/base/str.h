// SPDX-License-Identifier: MIT
// A slice of bytes that somebody else owns. Not a string type: it never
// allocates, is not NUL-terminated, and says nothing about encoding.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *at; // may be NULL when size is 0
	size_t size; // bytes
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})

static inline struct str str_of(const char *text)
{
	return (struct str){text, strlen(text)};
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.size >= prefix.size &&
	       (prefix.size == 0 || memcmp(s.at, prefix.at, prefix.size) == 0);
}

// Lowers one ASCII letter; every other byte stays.
static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

// Compares without regard to ASCII case, as HTTP does with tokens. Most write them
// in the same case.
static inline bool str_equal_nocase(struct str a, struct str b)
{
	if (a.size != b.size)
		return false;
	if (str_equal(a, b))
		return true;
	for (size_t i = 0; i < a.size; i++)
		if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
			return false;
	return true;
}

// Drops spaces and tabs at both ends (HTTP's OWS).
static inline struct str str_trim(struct str s)
{
	while (s.size && (s.at[0] == ' ' || s.at[0] == '\t')) {
		s.at++;
		s.size--;
	}
	while (s.size && (s.at[s.size - 1] == ' ' || s.at[s.size - 1] == '\t'))
		s.size--;
	return s;
}

// Takes what stands before the first SEP off *rest, and the SEP with it.
static inline struct str str_split(struct str *rest, char sep)
{
	const char *at = rest->size ? memchr(rest->at, sep, rest->size) : NULL;
	struct str head = *rest;
	if (!at) {
		*rest = (struct str){NULL, 0};
		return head;
	}
	head.size = (size_t)(at - rest->at);
	rest->at += head.size + 1;
	rest->size -= head.size + 1;
	return head;
}
