// SPDX-License-Identifier: MIT
// Whole requests, without a socket. The first bytes choose method, address,
// types and languages, the next ones how the body is cut; the rest is the body.
// Nothing a client sends may make the service fail, JSON answers are JSON, a
// stream is as long as it said, and how a body arrives makes no difference.
#include "api/exchange.h"
#include "base/utf8.h"
#include "body.h"
#include "fuzz.h"

// Made from config/rules (src/commands/embed.py).
extern const char builtin_rulebook[];
extern const size_t builtin_rulebook_size;

enum { CHOICES = 8 }; // bytes before the body

static const char *const methods[] = {
	"GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "POST", "POST"};
static const char *const paths[] = {"/check", "/check", "/check", "/summary", "/", "/rulebook",
	"/schema/profile.json", "/readyz", "/problems/", "/rulebook/", "/check", "/summary"};
static const char *const options[] = {"", "?pretty", "?lang=en", "?unknown=ignore", "?detail=full",
	"?id_from=nama", "?group_by=kecamatan", "?belajar_id=true",
	"?pretty&unknown=ignore&detail=full&lang=en", "?role=guru&employment=x"};
static const char *const types[] = {"application/json", "application/x-www-form-urlencoded",
	"application/x-ndjson", "text/csv", "application/json; charset=utf-8", "", "text/plain",
	"application/jsonl"};
static const char *const accepts[] = {"", "*/*", "text/plain", "application/json", "text/csv",
	"application/x-ndjson", "image/png", "text/html"};

#define PICK(list, byte) ((list)[(byte) % (sizeof(list) / sizeof(list)[0])])

static struct service *service;

static void open_service(void)
{
	static const char *const origins[] = {"https://a.example"};
	static const struct service_options limits = {.body_max = 1 << 16,
		.bulk_bytes_max = 1 << 18,
		.rows_max = 300,
		.cors_origins = origins,
		.cors_count = 1};
	struct pmm_rulebook *rulebook;
	FUZZ_ASSERT(service_create(&service, &limits) == 0);
	FUZZ_ASSERT(pmm_rulebook_create(&rulebook, builtin_rulebook, builtin_rulebook_size,
			    PMM_MEMORY_MAX, NULL) == 0);
	FUZZ_ASSERT(service_publish(service, &rulebook, 1) == 0);
}

// The address is a fixed one, or for some choices starts the input.
static struct str make_target(struct buf *buf, const uint8_t *choices, struct str *input)
{
	buf_text(buf, PICK(paths, choices[1]));
	if (choices[7] & 1) {
		buf_char(buf, choices[7] & 2 ? '?' : '&');
		buf_str(buf, str_split(input, '\n'));
	} else {
		buf_text(buf, PICK(options, choices[2]));
	}
	return buf_view(buf);
}

static struct str read_stream(struct exchange *x, struct buf *buf, size_t room)
{
	long size;
	do {
		char *to = buf_reserve(buf, room);
		size = exchange_read(x, to, room);
		FUZZ_ASSERT(size >= 0 && (size_t)size <= room);
		buf->size += (size_t)size;
	} while (size > 0);
	return buf_view(buf);
}

static void check_body(const struct reply *reply, struct str body)
{
	const char *type = "";
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcmp(reply->headers[i].name, "Content-Type") == 0)
			type = reply->headers[i].value;
	if (reply->status == 204 || reply->status == 304) {
		FUZZ_ASSERT(body.size == 0);
		return;
	}
	FUZZ_ASSERT(body.size && body.at[body.size - 1] == '\n');
	FUZZ_ASSERT(utf8_valid(body));
	body_check(str_of(type), body);
}

// Runs the request with its body in pieces of PIECE bytes and writes status and
// body of the answer to BUF.
static void run(struct exchange *x, const struct request *request, struct str body, size_t piece,
	struct buf *buf)
{
	exchange_reset(x);
	exchange_begin(x, request);
	for (size_t at = 0; at < body.size; at += piece) {
		size_t size = body.size - at < piece ? body.size - at : piece;
		char *bytes = malloc(size); // gone afterwards, as in the server
		if (!bytes)
			abort();
		memcpy(bytes, body.at + at, size);
		FUZZ_ASSERT(exchange_feed(x, bytes, size));
		free(bytes);
	}
	const struct reply *reply = exchange_finish(x);
	FUZZ_ASSERT(reply);
	FUZZ_ASSERT(reply->status >= 200 && reply->status < 500 && reply->status != 408);
	FUZZ_ASSERT(reply->header_count <= REPLY_HEADERS_MAX);
	struct str text = reply->is_stream ? read_stream(x, buf, piece + 16) : reply->body;
	FUZZ_ASSERT(!reply->is_stream || text.size == reply->stream_size);
	check_body(reply, text);
	if (!reply->is_stream)
		buf_str(buf, text);
	buf_uint(buf, reply->status);
	FUZZ_ASSERT(!buf->failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf target = {0}, whole = {0}, cut = {0};
	if (!service)
		open_service();
	if (size < CHOICES)
		return 0;
	struct exchange *x = exchange_create(service);
	FUZZ_ASSERT(x);
	struct str body = {(const char *)data + CHOICES, size - CHOICES};
	struct request request = {
		.method = str_of(PICK(methods, data[0])),
		.target = make_target(&target, data, &body),
		.content_type = str_of(PICK(types, data[3])),
		.accept = str_of(PICK(accepts, data[4])),
		.accept_language = str_of(data[5] & 1 ? "en" : ""),
		.origin = str_of(data[5] & 2 ? "https://a.example" : ""),
		.access_control_request_method = str_of(data[5] & 4 ? "POST" : ""),
		.if_none_match = str_of(data[5] & 8 ? "*" : ""),
		.has_body = body.size > 0,
		.has_length = !(data[5] & 16),
	};
	request.content_length = request.has_length ? body.size : 0;
	run(x, &request, body, body.size ? body.size : 1, &whole);
	run(x, &request, body, data[6] % 64 + 1u, &cut);
	if (!str_equal(buf_view(&whole), buf_view(&cut)))
		fprintf(stderr, "%.*s\n%.*s\n", (int)whole.size, whole.at, (int)cut.size, cut.at);
	FUZZ_ASSERT(str_equal(buf_view(&whole), buf_view(&cut)));
	exchange_destroy(x);
	buf_finish(&target);
	buf_finish(&whole);
	buf_finish(&cut);
	return 0;
}
