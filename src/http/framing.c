// SPDX-License-Identifier: MIT
#include "framing.h"

#include "base/base.h"

// What a byte may be part of.
enum { TOKEN = 1, HOST = 2, TARGET = 4, VALUE = 8 };

// Of the visible bytes a target lacks only "#", whose fragment no client sends;
// quotes and braces do no harm, and people type them. Bytes that are not ASCII are
// left to whoever reads the target or the value.
static const unsigned char parts_of[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, // controls
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // controls
	8, 15, 12, 9, 15, 15, 15, 15, 14, 14, 15, 15, 14, 15, 15, 12, // space to /
	15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 14, 12, 14, 12, 12, // 0 to ?
	12, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, // @ to O
	15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 12, 14, 13, 15, // P to _
	13, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, // ` to o
	15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 12, 13, 12, 15, 0, // p to DEL
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, // not ASCII
};

static bool is_all(struct str text, unsigned part)
{
	unsigned all = part;
	for (size_t i = 0; i < text.size; i++)
		all &= parts_of[(unsigned char)text.at[i]];
	return all != 0;
}

static bool is_token(struct str text)
{
	return text.size > 0 && is_all(text, TOKEN);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// uri-host [ ":" port ], RFC 9110, section 7.2. An empty host is one: RFC 9112,
// section 3.2, has it sent where the target has none.
static bool is_host(struct str text)
{
	if (!is_all(text, HOST))
		return false;
	// RFC 3986, section 2.1: two digits behind each percent sign.
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] == '%' && (text.size - i < 3 || hex_value(text.at[i + 1]) < 0 ||
						 hex_value(text.at[i + 2]) < 0))
			return false;
	size_t i = 0;
	if (text.size && text.at[0] == '[') {
		for (i = 1; i < text.size && text.at[i] != ']'; i++)
			if (hex_value(text.at[i]) < 0 && text.at[i] != ':' && text.at[i] != '.')
				return false;
		if (i == text.size || i == 1)
			return false;
		i++;
	} else {
		while (i < text.size && text.at[i] != ':' && text.at[i] != '[' && text.at[i] != ']')
			i++;
	}
	if (i == text.size)
		return true;
	if (text.at[i] != ':')
		return false;
	while (++i < text.size)
		if (!is_digit(text.at[i]))
			return false;
	return true;
}

// RFC 9112, section 3.2: a path, or a whole URI of ours; "*" asks about the server.
static bool is_target(struct str method, struct str target)
{
	static const struct str schemes[] = {{"http://", 7}, {"https://", 8}};
	if (target.size == 0 || !is_all(target, TARGET))
		return false;
	if (target.at[0] == '/')
		return true;
	if (str_equal(target, STR("*")))
		return str_equal(method, STR("OPTIONS"));
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		size_t size = schemes[i].size;
		if (target.size <= size ||
			!str_equal_nocase((struct str){target.at, size}, schemes[i]))
			continue;
		struct str host = {target.at + size, 0};
		while (size + host.size < target.size && host.at[host.size] != '/' &&
			host.at[host.size] != '?')
			host.size++;
		return host.size > 0 && host.at[0] != ':' && is_host(host);
	}
	return false;
}

// Digits alone; leading zeros are allowed by the grammar, and no reader takes them
// for anything else.
static bool read_length(struct str text, uint64_t *length)
{
	uint64_t number = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (!is_digit(text.at[i]))
			return false;
		unsigned digit = (unsigned)(text.at[i] - '0');
		if (number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	if (text.size == 0)
		return false;
	*length = number;
	return true;
}

void framing_begin(
	struct framing *framing, struct str method, struct str target, struct str version)
{
	*framing = (struct framing){.is_old = str_equal(version, STR("HTTP/1.0"))};
	// What follows a CONNECT may belong to the tunnel that it asked for.
	framing->is_bad = !is_token(method) || str_equal(method, STR("CONNECT")) ||
			  !is_target(method, target);
}

static void expect_at(struct framing *framing, const char *at)
{
	framing->is_bad |= framing->next && framing->next != at;
}

enum { LINE_END = sizeof "\r\n" - 1 };

void framing_place(
	struct framing *framing, struct str method, struct str target, struct str version)
{
	framing->next = method.at + method.size + 1;
	expect_at(framing, target.at);
	framing->next = target.at + target.size + 1;
	expect_at(framing, version.at);
	framing->next = version.at + version.size + LINE_END;
}

void framing_field(struct framing *framing, struct str name, struct str value)
{
	framing->is_bad |= !is_token(name) || !is_all(value, VALUE);
	if (framing->next) {
		expect_at(framing, name.at);
		framing->next = value.at + value.size + LINE_END;
	}
	if (str_equal_nocase(name, STR("Host"))) {
		framing->is_bad |= !is_host(str_trim(value));
		framing->hosts++;
	} else if (str_equal_nocase(name, STR("Content-Length"))) {
		framing->is_bad |= !read_length(value, &framing->length);
		framing->lengths++;
	} else if (str_equal_nocase(name, STR("Transfer-Encoding"))) {
		// Not trimmed: the library that leaves a blank there does not know the
		// coding then. RFC 9112, section 6.1: none before HTTP/1.1.
		framing->is_bad |= !str_equal_nocase(value, STR("chunked")) || framing->is_old;
		framing->codings++;
	}
}

bool framing_end(const struct framing *framing, const char *end)
{
	return framing->is_bad || framing->lengths + framing->codings > 1 || framing->hosts > 1 ||
	       (framing->hosts == 0 && !framing->is_old) ||
	       (framing->next && framing->next + LINE_END != end);
}

bool framing_allows_trailer(struct str name, struct str value)
{
	return is_token(name) && is_all(value, VALUE);
}
