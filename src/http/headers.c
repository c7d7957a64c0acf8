// SPDX-License-Identifier: MIT
#include "headers.h"

// What one walk over the fields gathers besides the request.
struct walk {
	struct request *request;
	struct str transfer_encoding;
	unsigned lengths, codings, hosts;
	bool is_bad;
};

static bool is_token(struct str name)
{
	for (size_t i = 0; i < name.size; i++) {
		unsigned char c = (unsigned char)name.at[i];
		if (c <= ' ' || c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", c))
			return false;
	}
	return name.size > 0;
}

static bool has_control(struct str value)
{
	for (size_t i = 0; i < value.size; i++) {
		unsigned char c = (unsigned char)value.at[i];
		if ((c < 0x20 && c != '\t') || c == 0x7F)
			return true;
	}
	return false;
}

static bool read_length(struct str text, uint64_t *length)
{
	*length = 0;
	if (text.size == 0 || text.size > 18) // 18 digits fit in 64 bits
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		*length = *length * 10 + (uint64_t)(text.at[i] - '0');
	}
	return true;
}

static void read_framing(struct walk *walk, struct str name, struct str value)
{
	if (str_equal_nocase(name, STR("Content-Length"))) {
		walk->is_bad |= !read_length(value, &walk->request->content_length);
		walk->request->has_length = true;
		walk->lengths++;
	} else if (str_equal_nocase(name, STR("Transfer-Encoding"))) {
		walk->transfer_encoding = value;
		walk->codings++;
	} else if (str_equal_nocase(name, STR("Host"))) {
		walk->hosts++;
	}
}

static void keep_field(struct request *request, struct str name, struct str value)
{
	static const struct {
		struct str name;
		size_t offset;
	} fields[] = {
		{{"Content-Type", 12}, offsetof(struct request, content_type)},
		{{"Accept", 6}, offsetof(struct request, accept)},
		{{"Accept-Language", 15}, offsetof(struct request, accept_language)},
		{{"If-None-Match", 13}, offsetof(struct request, if_none_match)},
		{{"Origin", 6}, offsetof(struct request, origin)},
		{{"Access-Control-Request-Method", 29},
			offsetof(struct request, access_control_request_method)},
	};
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (!str_equal_nocase(name, fields[i].name))
			continue;
		struct str *to = (struct str *)((char *)request + fields[i].offset);
		if (to->size == 0) // a repeated field: the first one counts
			*to = value;
	}
}

static enum MHD_Result walk_field(void *cls, enum MHD_ValueKind kind, const char *name,
	size_t name_size, const char *value, size_t value_size)
{
	struct walk *walk = cls;
	struct str n = {name, name_size}, v = {value, value ? value_size : 0};
	(void)kind;
	walk->request->header_bytes += n.size + v.size + sizeof ": \r\n" - 1;
	walk->is_bad |= !is_token(n) || has_control(v);
	read_framing(walk, n, v);
	keep_field(walk->request, n, v);
	return MHD_YES;
}

void headers_read(struct MHD_Connection *connection, const char *method, const char *version,
	struct request *request)
{
	struct walk walk = {.request = request};
	*request = (struct request){.method = str_of(method)};
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, walk_field, &walk);
	bool is_new = strcmp(version, "HTTP/1.0") != 0;
	bool is_chunked = walk.codings > 0;
	request->is_ambiguous = walk.is_bad || walk.lengths > 1 || walk.codings > 1 ||
				(walk.lengths && walk.codings) || walk.hosts > 1 ||
				(is_new && walk.hosts == 0) ||
				(is_chunked && !str_equal_nocase(
						       walk.transfer_encoding, STR("chunked"))) ||
				!is_token(request->method);
	request->has_body = is_chunked || (request->has_length && request->content_length > 0);
	// Without either field there is no body (RFC 9112, section 6.3).
	request->has_length |= !is_chunked;
}
