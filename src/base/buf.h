// SPDX-License-Identifier: MIT
// A growing run of output bytes. Failure is sticky: after the heap gave out
// every call does nothing, and buf_failed() tells it once at the end. Not
// thread-safe.
#pragma once

#include "str.h"

#include <stdint.h>

struct buf {
	char *at; // heap, owned by the buffer; not NUL-terminated
	size_t size; // bytes written
	size_t room; // bytes allocated
	bool failed; // out of memory at some point
};

void buf_finish(struct buf *buf);

// Forgets the content, keeps the memory for the next use.
static inline void buf_reset(struct buf *buf)
{
	buf->size = 0;
	buf->failed = false;
}

// buf_reserve where there is no room yet.
char *buf_grow(struct buf *buf, size_t size);

// Makes room for SIZE more bytes and returns where they go, or NULL.
static inline char *buf_reserve(struct buf *buf, size_t size)
{
	const bool fits = size <= buf->room - buf->size && !buf->failed;
	return fits ? buf->at + buf->size : buf_grow(buf, size);
}

static inline void buf_add(struct buf *buf, const void *bytes, size_t size)
{
	char *to = size ? buf_reserve(buf, size) : NULL;
	if (!to)
		return;
	memcpy(to, bytes, size);
	buf->size += size;
}

static inline void buf_str(struct buf *buf, struct str s)
{
	buf_add(buf, s.at, s.size);
}

static inline void buf_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

static inline void buf_char(struct buf *buf, char c)
{
	char *to = buf_reserve(buf, 1);
	if (!to)
		return;
	*to = c;
	buf->size++;
}

enum { UINT_DIGITS_MAX = 20 }; // of a number of 64 bits

// The digits of NUMBER, which stand at the end of ROOM.
struct str uint_digits(char room[UINT_DIGITS_MAX], uint64_t number);

void buf_uint(struct buf *buf, uint64_t number);

extern const uint64_t uint_powers[UINT_DIGITS_MAX]; // of ten, from 1

// How many digits NUMBER has.
static inline size_t uint_width(uint64_t number)
{
	// From its bits, for the logarithm of 2 is nearly 1233/4096: right, or one too
	// many.
	const unsigned bits = 64 - (unsigned)__builtin_clzll(number | 1);
	const size_t most = (bits * 1233 >> 12) + 1;
	return most - (most > 1 && number < uint_powers[most - 1]);
}

// Writes the digits of NUMBER to TO, which has room for them; where they end.
char *uint_put(char *to, uint64_t number);

// Adds text as printf makes it.
__attribute__((format(printf, 2, 3))) void buf_print(struct buf *buf, const char *format, ...);

// Adds TEXT and blanks up to WIDTH characters (code points, not bytes).
void buf_padded(struct buf *buf, const char *text, size_t width);

// The same content as a JSON string with its quotes, escaped as RFC 8785
// (JCS) wants it. S must be UTF-8.
void buf_json(struct buf *buf, struct str s);

// The same for text on a terminal: what steers it, is not seen, or turns the order of what
// is, is escaped too, so that S is what it looks like.
void buf_quoted(struct buf *buf, struct str s);

// Whether S has no character of that kind.
bool buf_is_printable(struct str s);

static inline struct str buf_view(const struct buf *buf)
{
	return (struct str){buf->at, buf->size};
}

// Code points of a UTF-8 text, for alignment on a terminal.
size_t utf8_width(struct str text);
