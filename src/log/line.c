// SPDX-License-Identifier: MIT
#include "line.h"

#include "base/base.h"

#include <stdio.h>
#include <time.h>

#define ELLIPSIS "\xE2\x80\xA6"

// What line_end writes: "}" and a line feed.
enum { END_ROOM = 2 };

static bool add(struct line *line, const char *bytes, size_t size)
{
	if (size > line->room - line->used)
		return false;
	memcpy(line->at + line->used, bytes, size);
	line->used += size;
	return true;
}

static bool add_digits(struct line *line, uint64_t number)
{
	char room[UINT_DIGITS_MAX];
	struct str digits = uint_digits(room, number);
	return add(line, digits.at, digits.size);
}

// The name of a field with what stands before and behind it.
static bool add_name(struct line *line, const char *name)
{
	size_t size = strlen(name);
	if (line->format == LOG_LOGFMT)
		return add(line, " ", 1) && add(line, name, size) && add(line, "=", 1);
	return add(line, ",\"", 2) && add(line, name, size) && add(line, "\":", 2);
}

static void write_second(struct line_clock *clock, int64_t second)
{
	struct tm parts;
	time_t time = (time_t)second;
	if (gmtime_r(&time, &parts))
		strftime(clock->text, sizeof clock->text, "%Y-%m-%dT%H:%M:%S", &parts);
	clock->second = second;
}

char *line_time(char *to, struct line_clock *clock, int64_t wall_ms)
{
	const unsigned ms = (unsigned)(wall_ms % 1000);
	if (wall_ms / 1000 != clock->second)
		write_second(clock, wall_ms / 1000);
	memcpy(to, clock->text, sizeof clock->text - 1);
	to += sizeof clock->text - 1;
	*to++ = '.';
	*to++ = (char)('0' + ms / 100);
	*to++ = (char)('0' + ms / 10 % 10);
	*to++ = (char)('0' + ms % 10);
	*to++ = 'Z';
	return to;
}

void line_begin(struct line *line, char *at, enum log_format format, struct line_clock *clock,
	int64_t wall_ms, enum log_level level, const char *event)
{
	static const char *const levels[] = {
		[LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};
	char time[LINE_TIME_SIZE];
	line->at = at;
	line->used = 0;
	line->room = LOG_LINE_MAX - END_ROOM;
	line->format = format;
	line_time(time, clock, wall_ms);
	if (format == LOG_LOGFMT)
		add(line, "time=", 5);
	else
		add(line, "{\"time\":\"", 9);
	add(line, time, sizeof time);
	if (format == LOG_JSON)
		add(line, "\"", 1);
	line_plain(line, "level", levels[level]);
	line_plain(line, "event", event);
}

void line_plain(struct line *line, const char *name, const char *text)
{
	size_t mark = line->used;
	if (!text || !text[0])
		return;
	bool quotes = line->format == LOG_JSON;
	if (!add_name(line, name) || (quotes && !add(line, "\"", 1)) ||
		!add(line, text, strlen(text)) || (quotes && !add(line, "\"", 1)))
		line->used = mark;
}

void line_number(struct line *line, const char *name, uint64_t number)
{
	size_t mark = line->used;
	if (!add_name(line, name) || !add_digits(line, number))
		line->used = mark;
}

// Whether the character of STEP bytes at AT could end a line, turn the direction
// of text, or steer a terminal: the controls, C1 too, and Unicode's separators
// and directions (U+2028 to U+202E, U+2066 to U+2069).
static bool is_control(const char *at, size_t step)
{
	const unsigned char *c = (const unsigned char *)at;
	switch (step) {
	case 1: return c[0] < 0x20 || c[0] == 0x7F;
	case 2: return c[0] == 0xC2 && c[1] < 0xA0;
	case 3:
		return c[0] == 0xE2 && ((c[1] == 0x80 && c[2] >= 0xA8 && c[2] <= 0xAE) ||
					       (c[1] == 0x81 && c[2] >= 0xA6 && c[2] <= 0xA9));
	default: return false;
	}
}

static size_t write_escape(char to[6], unsigned code_point)
{
	to[0] = '\\';
	to[1] = 'u';
	return (size_t)(hex_put(to + 2, code_point, 4) - to);
}

// The code point of a character that is_control.
static unsigned decode(const char *at, size_t step)
{
	const unsigned char *c = (const unsigned char *)at;
	if (step == 1)
		return c[0];
	if (step == 2)
		return (c[0] & 0x1FU) << 6 | (c[1] & 0x3FU);
	return (c[0] & 0x0FU) << 12 | (c[1] & 0x3FU) << 6 | (c[2] & 0x3FU);
}

// Writes the next character of a text into TO and returns its size there.
// *STEP is what it takes in the text.
static size_t escape(const char *at, const char *end, char to[6], size_t *step)
{
	*step = utf8_step(at, end);
	if (*step == 0) { // each byte that is not UTF-8 becomes U+FFFD
		*step = 1;
		return write_escape(to, 0xFFFD);
	}
	char letter = *at == '\n' ? 'n' : *at == '\r' ? 'r' : *at == '\t' ? 't' : *at;
	if (letter != *at || letter == '"' || letter == '\\') {
		to[0] = '\\';
		to[1] = letter;
		return 2;
	}
	if (is_control(at, *step))
		return write_escape(to, decode(at, *step));
	memcpy(to, at, *step);
	return *step;
}

// logfmt leaves the quotes away where nothing could be misread.
static bool needs_quotes(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\')
			return true;
	}
	return text.size == 0;
}

void line_text(struct line *line, const char *name, struct str text)
{
	const size_t mark = line->used, ends = sizeof ELLIPSIS - 1 + 1; // and a quote
	const char *at = text.at, *end = at + text.size;
	bool is_long = text.size > LOG_TEXT_MAX || text.size > (line->room - mark) / 2;
	bool quotes = line->format == LOG_JSON || is_long || needs_quotes(text);
	if (!add_name(line, name) || (quotes && !add(line, "\"", 1)) ||
		line->room - line->used < ends) {
		line->used = mark;
		return;
	}
	size_t left = line->room - line->used - ends;
	if (left > LOG_TEXT_MAX)
		left = LOG_TEXT_MAX;
	while (at < end) {
		char escaped[6];
		size_t step, size = escape(at, end, escaped, &step);
		if (size > left) {
			add(line, ELLIPSIS, sizeof ELLIPSIS - 1);
			break;
		}
		add(line, escaped, size);
		left -= size;
		at += step;
	}
	if (quotes)
		add(line, "\"", 1);
}

size_t line_end(struct line *line)
{
	if (line->format == LOG_JSON)
		line->at[line->used++] = '}';
	line->at[line->used++] = '\n';
	return line->used;
}

static unsigned count_hex(uint64_t number)
{
	unsigned digits = 1;
	while (number >>= 4)
		digits++;
	return digits;
}

size_t log_id_write(char to[LOG_ID_MAX], const struct log_id *id)
{
	char *at = hex_put(to, id->process, 8);
	*at++ = '-';
	at = hex_put(at, id->connection, count_hex(id->connection));
	*at++ = '-';
	at = hex_put(at, id->request, count_hex(id->request));
	*at = '\0';
	return (size_t)(at - to);
}
