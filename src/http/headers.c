// SPDX-License-Identifier: MIT
// From the library's header fields to a struct request, and to the framing check.
#include "connection.h"

#include "framing.h"

// What one walk over the fields gathers.
struct walk {
	struct request *request;
	struct exchange *exchange;
	struct framing framing;
	bool is_short; // of memory
};

// Keeps a field's value. Of those that stand again lists are joined (RFC 9110, section 5.3),
// and of others the first counts, or, where they must not, that is noted.
static void keep_field(struct walk *walk, struct str name, struct str value)
{
	static const struct {
		struct str name;
		size_t offset;
		enum { FIRST, LIST, ONCE } kind;
	} fields[] = {
		{{"Content-Type", 12}, offsetof(struct request, content_type), ONCE},
		{{"Content-Encoding", 16}, offsetof(struct request, content_encoding), ONCE},
		{{"Accept", 6}, offsetof(struct request, accept), LIST},
		{{"Accept-Language", 15}, offsetof(struct request, accept_language), LIST},
		{{"Accept-Encoding", 15}, offsetof(struct request, accept_encoding), LIST},
		{{"If-None-Match", 13}, offsetof(struct request, if_none_match), LIST},
		{{"Origin", 6}, offsetof(struct request, origin), FIRST},
		{{"Authorization", 13}, offsetof(struct request, authorization), FIRST},
		{{"Access-Control-Request-Method", 29},
			offsetof(struct request, access_control_request_method), FIRST},
		{{"Access-Control-Request-Headers", 30},
			offsetof(struct request, access_control_request_headers), LIST},
	};
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (!str_equal_nocase(name, fields[i].name))
			continue;
		struct str *to = (struct str *)((char *)walk->request + fields[i].offset);
		walk->request->repeats |= fields[i].kind == ONCE && to->at;
		if (to->size == 0)
			*to = (struct str){value.at ? value.at : name.at, value.size};
		else if (fields[i].kind == LIST && value.size &&
			 walk->request->header_bytes <= SERVICE_HEADERS_MAX)
			walk->is_short |= !exchange_join(walk->exchange, to, value);
		return;
	}
}

static enum MHD_Result walk_field(void *cls, enum MHD_ValueKind kind, const char *name,
	size_t name_size, const char *value, size_t value_size)
{
	struct walk *walk = cls;
	struct str n = {name, name_size}, v = {value, value ? value_size : 0};
	(void)kind;
	walk->request->header_bytes += n.size + v.size + sizeof ": \r\n" - 1;
	framing_field(&walk->framing, n, v);
	keep_field(walk, n, v);
	walk->request->authorization_count += str_equal_nocase(n, STR("Authorization"));
	return MHD_YES;
}

bool headers_read(struct MHD_Connection *connection, struct exchange *exchange,
	struct request *request, const char *version, const char *raw_target)
{
	struct walk walk = {.request = request, .exchange = exchange};
	struct framing *framing = &walk.framing;
	const char *end = NULL;
	framing_begin(framing, request->method, request->target, str_of(version));
	if (raw_target)
		framing_place(framing, request->method,
			(struct str){raw_target, request->target.size}, str_of(version));
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, walk_field, &walk);
	if (framing->next) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
		end = info ? request->method.at + info->header_size : NULL;
	}
	request->is_ambiguous = framing_end(framing, end);
	request->content_length = framing->length;
	request->has_body = framing->codings > 0 || framing->length > 0;
	// Without either field there is no body (RFC 9112, section 6.3).
	request->has_length = framing->codings == 0;
	return !walk.is_short;
}

static enum MHD_Result walk_trailer(void *cls, enum MHD_ValueKind kind, const char *name,
	size_t name_size, const char *value, size_t value_size)
{
	bool *is_good = cls;
	(void)kind;
	*is_good &= framing_allows_trailer(
		(struct str){name, name_size}, (struct str){value, value ? value_size : 0});
	return MHD_YES;
}

bool headers_check_trailer(struct MHD_Connection *connection)
{
	bool is_good = true;
	MHD_get_connection_values_n(connection, MHD_FOOTER_KIND, walk_trailer, &is_good);
	return is_good;
}

bool headers_hide_lines(void)
{
	return strcmp(MHD_get_version(), "0.9.75") == 0;
}
