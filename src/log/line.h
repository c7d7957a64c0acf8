// SPDX-License-Identifier: MIT
// Private to log: one line, field by field, in either format. It writes into
// the caller's storage, allocates nothing and always ends in one whole line.
#pragma once

#include "base/base.h"
#include "log.h"

struct line {
	char *at;
	size_t used, room; // bytes; room leaves out what line_end needs
	enum log_format format;
	bool is_full; // the field in progress does not fit
};

// The time of day as text, kept for as long as the second is the same. One that has
// no time yet: {.second = INT64_MIN}.
struct line_clock {
	int64_t second; // since 1970
	char text[sizeof "2026-11-24T06:10:41"];
};

// Begins a line with its first three fields. AT has LOG_LINE_MAX bytes of room; WALL_MS
// is the time since 1970.
void line_begin(struct line *line, char *at, enum log_format format, struct line_clock *clock,
	int64_t wall_ms, enum log_level level, const char *event);

// Any text: escaped, and cut with an ellipsis where it or the line gets too long.
void line_text(struct line *line, const char *name, struct str text);

void line_number(struct line *line, const char *name, uint64_t number);

// Ends the line and returns its bytes, the line feed included.
size_t line_end(struct line *line);

// The whole line of a request; AT and WALL_MS as above. Returns the line's bytes.
size_t line_access(char *at, enum log_format format, struct line_clock *clock, int64_t wall_ms,
	const struct log_access *record);
