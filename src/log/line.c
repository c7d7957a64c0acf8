// SPDX-License-Identifier: MIT
// How an event and a request are written as a line. It reads no clock and knows
// nothing of where lines go.
#include "line.h"

#include <stdio.h>
#include <time.h>

#define ELLIPSIS "\xE2\x80\xA6"

// What line_end writes: "}" and a line feed.
enum { END_ROOM = 2 };

// --- any line

static void add(struct line *line, const char *bytes, size_t size)
{
	line->is_full |= size > line->room - line->used;
	if (line->is_full)
		return;
	memcpy(line->at + line->used, bytes, size);
	line->used += size;
}

static void add_text(struct line *line, const char *text)
{
	add(line, text, strlen(text));
}

// The name of a field with what stands before and behind it.
static void add_name(struct line *line, const char *name)
{
	const bool is_json = line->format == LOG_JSON;
	add_text(line, is_json ? ",\"" : " ");
	add_text(line, name);
	add_text(line, is_json ? "\":" : "=");
}

// Writes the time and returns its end.
static char *put_time(char *to, struct line_clock *clock, int64_t wall_ms)
{
	const unsigned ms = (unsigned)(wall_ms % 1000);
	const time_t second = (time_t)(wall_ms / 1000);
	struct tm parts;
	if (second != clock->second && gmtime_r(&second, &parts)) {
		strftime(clock->text, sizeof clock->text, "%Y-%m-%dT%H:%M:%S", &parts);
		clock->second = second;
	}
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
	*line = (struct line){.at = at, .room = LOG_LINE_MAX - END_ROOM, .format = format};
	add_text(line, format == LOG_JSON ? "{\"time\":\"" : "time=");
	line->used = (size_t)(put_time(at + line->used, clock, wall_ms) - at);
	add_text(line, format == LOG_JSON ? "\"" : "");
	line_text(line, "level", str_of(levels[level]));
	line_text(line, "event", str_of(event));
}

void line_number(struct line *line, const char *name, uint64_t number)
{
	const struct line before = *line;
	char room[UINT_DIGITS_MAX];
	struct str digits = uint_digits(room, number);
	add_name(line, name);
	add(line, digits.at, digits.size);
	if (line->is_full)
		*line = before;
}

// Whether a character could end a line, turn the direction of text, or steer a
// terminal: the controls, C1 too, and Unicode's separators and directions.
static bool is_control(unsigned code_point)
{
	return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
	       (code_point >= 0x2028 && code_point <= 0x202E) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

enum { ESCAPE_ROOM = sizeof "\\u0000" };

// Writes the next character of a text into TO and returns its size there.
// *STEP is what it takes in the text.
static size_t escape(const char *at, const char *end, char to[ESCAPE_ROOM], size_t *step)
{
	uint32_t code_point = 0xFFFD; // for each byte that is not UTF-8
	const size_t size = utf8_read(at, end, &code_point);
	*step = size ? size : 1;
	if (size && !is_control(code_point) && *at != '"' && *at != '\\') {
		memcpy(to, at, size);
		return size;
	}
	char letter = *at == '\n' ? 'n' : *at == '\r' ? 'r' : *at == '\t' ? 't' : *at;
	if (letter != *at || letter == '"' || letter == '\\') {
		to[0] = '\\';
		to[1] = letter;
		return 2;
	}
	return (size_t)snprintf(to, ESCAPE_ROOM, "\\u%04x", code_point);
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
	const struct line before = *line;
	const size_t ends = sizeof ELLIPSIS - 1 + 1; // and a quote
	const char *at = text.at, *end = at + text.size;
	bool is_long = text.size > LOG_TEXT_MAX || text.size > (line->room - line->used) / 2;
	bool quotes = line->format == LOG_JSON || is_long || needs_quotes(text);
	add_name(line, name);
	add_text(line, quotes ? "\"" : "");
	line->is_full |= line->room - line->used < ends;
	size_t left = line->is_full ? 0 : line->room - line->used - ends;
	if (left > LOG_TEXT_MAX)
		left = LOG_TEXT_MAX;
	while (at < end) {
		char escaped[ESCAPE_ROOM];
		size_t step, size = escape(at, end, escaped, &step);
		if (size > left) {
			add_text(line, ELLIPSIS);
			break;
		}
		add(line, escaped, size);
		left -= size;
		at += step;
	}
	add_text(line, quotes ? "\"" : "");
	if (line->is_full)
		*line = before;
}

size_t line_end(struct line *line)
{
	if (line->format == LOG_JSON)
		line->at[line->used++] = '}';
	line->at[line->used++] = '\n';
	return line->used;
}

// --- the line of a request. There is one for each, so it is written by itself: with the
// functions above a request would take 80 % more instructions to log.

static inline char *put(char *to, const char *text, size_t size)
{
	memcpy(to, text, size);
	return to + size;
}

// Constants, whose size the compiler knows.
static inline char *put_text(char *to, const char *text)
{
	return put(to, text, strlen(text));
}

static char *put_hex(char *to, uint64_t number)
{
	return hex_put(to, number, (67 - (unsigned)__builtin_clzll(number | 1)) / 4);
}

size_t log_id_write(char to[LOG_ID_MAX], const struct log_id *id)
{
	char *end = hex_put(to, id->process, 8);
	*end++ = '-';
	end = put_hex(end, id->connection);
	*end++ = '-';
	end = put_hex(end, id->request);
	*end = '\0';
	return (size_t)(end - to);
}

// The name of a field and what stands around it, with what a word has before it.
#define PUT_NAME(to, name, quote)                                                                  \
	(is_json ? put_text(to, ",\"" name "\":" quote) : put_text(to, " " name "="))

static inline bool is_given(const char *word)
{
	return word && word[0];
}

static inline char *put_word(char *to, const char *word, bool is_json)
{
	to = put(to, word, strnlen(word, LOG_WORD_MAX));
	*to = '"';
	return to + is_json;
}

size_t line_access(char *at, enum log_format format, struct line_clock *clock, int64_t wall_ms,
	const struct log_access *record)
{
	const bool is_json = format == LOG_JSON;
	char *to = is_json ? put_text(at, "{\"time\":\"") : put_text(at, "time=");
	to = put_time(to, clock, wall_ms);
	to = is_json ? put_text(to, "\",\"level\":\"info\",\"event\":\"request\",\"id\":\"")
		     : put_text(to, " level=info event=request id=");
	to += log_id_write(to, &record->id);
	*to = '"';
	to += is_json;
	if (is_given(record->method))
		to = put_word(PUT_NAME(to, "method", "\""), record->method, is_json);
	if (is_given(record->route))
		to = put_word(PUT_NAME(to, "route", "\""), record->route, is_json);
	to = uint_put(PUT_NAME(to, "status", ""), record->status);
	if (is_given(record->code))
		to = put_word(PUT_NAME(to, "code", "\""), record->code, is_json);
	to = uint_put(PUT_NAME(to, "bytes", ""), record->bytes);
	to = uint_put(PUT_NAME(to, "duration_us", ""), record->duration_ns / 1000);
	if (is_given(record->digest))
		to = put_word(PUT_NAME(to, "digest", "\""), record->digest, is_json);
	to = is_json ? put_text(to, "}\n") : put_text(to, "\n");
	return (size_t)(to - at);
}
