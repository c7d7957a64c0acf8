// SPDX-License-Identifier: MIT
#include "requests.h"

#include <stdint.h>

// One head, as far as framing goes.
struct head {
	bool is_new; // HTTP/1.1
	bool is_bad; // it breaks a rule that the service promises to hold to
	unsigned lengths, codings, hosts;
	uint64_t length;
};

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		char c = s.at[i];
		bool is_letter = ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
		if (!is_letter && (c < '0' || c > '9') &&
			(c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return s.size > 0;
}

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return s.size > 0;
}

static bool is_visible(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (s.at[i] <= ' ' || s.at[i] >= 0x7F)
			return false;
	return s.size > 0;
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (((unsigned char)s.at[i] < ' ' && s.at[i] != '\t') || s.at[i] == 0x7F)
			return true;
	return false;
}

// "METHOD TARGET HTTP/1.1" or 1.0. Any other line is not for this to judge.
static bool read_request_line(struct str line, struct head *head)
{
	struct str method = str_split(&line, ' '), target = str_split(&line, ' ');
	head->is_new = str_equal(line, STR("HTTP/1.1"));
	return is_token(method) && is_visible(target) &&
	       (head->is_new || str_equal(line, STR("HTTP/1.0")));
}

static void read_field(struct str line, struct head *head)
{
	bool has_colon = line.size && memchr(line.at, ':', line.size);
	struct str name = str_split(&line, ':'), value = str_trim(line);
	head->is_bad |= !has_colon || !is_token(name) || has_control(value);
	if (str_equal_nocase(name, STR("Content-Length"))) {
		head->lengths++;
		head->is_bad |= !is_digits(value);
		while (value.size && value.at[0] == '0')
			value = (struct str){value.at + 1, value.size - 1};
		head->is_bad |= value.size > 18; // or refused for its size
		for (size_t i = 0; !head->is_bad && i < value.size; i++)
			head->length = head->length * 10 + (uint64_t)(value.at[i] - '0');
	} else if (str_equal_nocase(name, STR("Transfer-Encoding"))) {
		head->codings++;
		head->is_bad |= !str_equal_nocase(value, STR("chunked"));
	} else if (str_equal_nocase(name, STR("Host"))) {
		head->hosts++;
	}
}

// Lines end in CRLF, there are no other line ends, no NUL and no folded fields.
// And none without a name, which 0.9.75 does not show to anybody.
static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.at[i], next = i + 1 < text.size ? text.at[i + 1] : '\0';
		char after = i + 2 < text.size ? text.at[i + 2] : '\0';
		if (c == '\0' || (c == '\r') != (next == '\n'))
			return false;
		if (c == '\r' && (after == ' ' || after == '\t' || after == ':'))
			return false;
	}
	return true;
}

static struct str take_line(struct str *rest)
{
	const char *end = rest->size ? memmem(rest->at, rest->size, "\r\n", 2) : NULL;
	struct str line = {NULL, 0};
	if (!end)
		return line;
	line = (struct str){rest->at, (size_t)(end - rest->at)};
	*rest = (struct str){end + 2, rest->size - line.size - 2};
	return line;
}

enum outcome { WHOLE, CUT_SHORT, UNKNOWN };

// A head that is not complete may be refused already for what there is of it, or
// for being longer than any memory for it.
static enum outcome take_head(struct str *rest, struct head *head)
{
	enum { LONG = 4 << 10 };
	const char *end = rest->size ? memmem(rest->at, rest->size, "\r\n\r\n", 4) : NULL;
	struct str text = {rest->at, end ? (size_t)(end - rest->at) + 2 : rest->size};
	*head = (struct head){0};
	if (!is_plain(text) || text.size > LONG)
		return UNKNOWN;
	struct str line = take_line(&text);
	if (line.at && !read_request_line(line, head))
		return UNKNOWN;
	while ((line = take_line(&text)).at)
		read_field(line, head);
	if (!end)
		return head->is_bad ? UNKNOWN : CUT_SHORT;
	*rest = (struct str){end + 4, (size_t)(rest->at + rest->size - end) - 4};
	head->is_bad |= head->lengths + head->codings > 1 || head->hosts > 1 ||
			(head->is_new && head->hosts == 0);
	return WHOLE;
}

static enum outcome take_bytes(struct str *rest, uint64_t size)
{
	if (size > rest->size)
		return CUT_SHORT;
	*rest = (struct str){rest->at + size, rest->size - (size_t)size};
	return WHOLE;
}

// A chunk's size: up to six hexadecimal digits, and no extension.
static bool read_chunk_size(struct str line, size_t *size)
{
	static const char hex[] = "0123456789abcdef";
	*size = 0;
	for (size_t i = 0; i < line.size; i++) {
		const char *digit = line.at[i] ? strchr(hex, ascii_lower(line.at[i])) : NULL;
		if (!digit)
			return false;
		*size = *size * 16 + (size_t)(digit - hex);
	}
	return line.size > 0 && line.size <= 6;
}

static enum outcome take_chunks(struct str *rest)
{
	size_t size = 1;
	while (size > 0) {
		struct str line = take_line(rest);
		if (!line.at)
			return rest->size < 8 ? CUT_SHORT : UNKNOWN;
		if (!read_chunk_size(line, &size))
			return UNKNOWN;
		if (take_bytes(rest, size) != WHOLE || rest->size < 2)
			return CUT_SHORT;
		if (size > 0 && !str_starts(*rest, STR("\r\n")))
			return UNKNOWN;
		if (size > 0)
			take_bytes(rest, 2);
	}
	if (!str_starts(*rest, STR("\r\n")))
		return UNKNOWN; // trailer fields
	return take_bytes(rest, 2);
}

void requests_read(struct str sent, struct requests *requests)
{
	struct head head;
	enum outcome outcome = WHOLE;
	*requests = (struct requests){0};
	while (sent.size && outcome == WHOLE && !requests->has_last) {
		outcome = take_head(&sent, &head);
		if (outcome != WHOLE)
			break;
		if (head.is_bad) {
			requests->has_last = requests->is_ambiguous = true;
			break;
		}
		outcome = head.codings ? take_chunks(&sent) : take_bytes(&sent, head.length);
		requests->has_last = outcome == CUT_SHORT;
		requests->complete += outcome == WHOLE;
	}
	requests->is_unknown = outcome == UNKNOWN;
}
