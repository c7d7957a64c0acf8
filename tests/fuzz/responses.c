// SPDX-License-Identifier: MIT
#include "responses.h"

#include "fuzz.h"

// Takes a line off *REST without its CRLF, which must be there.
static struct str take_line(struct str *rest)
{
	const char *end = rest->size ? memmem(rest->at, rest->size, "\r\n", 2) : NULL;
	FUZZ_ASSERT(end);
	struct str line = {rest->at, (size_t)(end - rest->at)};
	FUZZ_ASSERT(!line.size || !memchr(line.at, '\n', line.size));
	FUZZ_ASSERT(!line.size || !memchr(line.at, '\r', line.size));
	*rest = (struct str){end + 2, rest->size - line.size - 2};
	return line;
}

static unsigned take_status(struct str line)
{
	// "HTTP/1.1 200 OK"; to a client of HTTP/1.0 the library says 1.0.
	FUZZ_ASSERT(line.size >= 13 && line.at[8] == ' ' && line.at[12] == ' ');
	FUZZ_ASSERT(memcmp(line.at, "HTTP/1.1", 8) == 0 || memcmp(line.at, "HTTP/1.0", 8) == 0);
	unsigned status = 0;
	for (size_t i = 9; i < 12; i++) {
		FUZZ_ASSERT(line.at[i] >= '0' && line.at[i] <= '9');
		status = status * 10 + (unsigned)(line.at[i] - '0');
	}
	return status;
}

static void check_value(struct str value)
{
	for (size_t i = 0; i < value.size; i++) {
		unsigned char c = (unsigned char)value.at[i];
		FUZZ_ASSERT((c >= ' ' || c == '\t') && c != 0x7F);
	}
}

static size_t read_length(struct str value)
{
	size_t length = 0;
	FUZZ_ASSERT(value.size > 0 && value.size < 12);
	for (size_t i = 0; i < value.size; i++) {
		FUZZ_ASSERT(value.at[i] >= '0' && value.at[i] <= '9');
		length = length * 10 + (size_t)(value.at[i] - '0');
	}
	return length;
}

// Reads the fields up to the empty line. Returns whether there was a length.
static bool read_fields(struct str *rest, struct response *response, size_t *length)
{
	bool has_length = false;
	for (struct str line; (line = take_line(rest)).size;) {
		struct str name = str_split(&line, ':'), value = str_trim(line);
		FUZZ_ASSERT(name.size && value.size && !memchr(name.at, ' ', name.size));
		check_value(value);
		if (str_equal_nocase(name, STR("Content-Length"))) {
			FUZZ_ASSERT(!has_length);
			has_length = true;
			*length = read_length(value);
		} else if (str_equal_nocase(name, STR("Content-Type"))) {
			response->type = value;
		} else if (str_equal_nocase(name, STR("Connection"))) {
			response->closes |= str_equal_nocase(value, STR("close"));
		}
		// Every length is known beforehand.
		FUZZ_ASSERT(!str_equal_nocase(name, STR("Transfer-Encoding")));
	}
	return has_length;
}

bool response_next(struct str *rest, bool may_be_head, struct response *response)
{
	const char *start = rest->at;
	size_t length = 0;
	if (rest->size == 0)
		return false;
	*response = (struct response){.status = take_status(take_line(rest))};
	bool has_length = read_fields(rest, response, &length);
	response->head = (struct str){start, (size_t)(rest->at - start)};
	if (response->status < 200 || response->status == 204 || response->status == 304)
		return true;
	FUZZ_ASSERT(has_length);
	// libmicrohttpd 0.9.75 writes the head of its own refusal of a Content-Length
	// twice; with that, all is said.
	if (response->closes && str_starts(*rest, response->head))
		*rest = (struct str){
			rest->at + response->head.size, rest->size - response->head.size};
	bool is_empty = rest->size == 0 || str_starts(*rest, STR("HTTP/1."));
	if (length == 0 || (may_be_head && is_empty))
		return true;
	FUZZ_ASSERT(length <= rest->size);
	response->body = (struct str){rest->at, length};
	*rest = (struct str){rest->at + length, rest->size - length};
	return true;
}
