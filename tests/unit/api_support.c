// SPDX-License-Identifier: MIT
#include "api_support.h"

#include <stdio.h>
#include <stdlib.h>

static struct buf rulebook_text, streamed;
static struct reply last; // of ask()

void support_open(int argc, char **argv)
{
	FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
	if (!file) {
		fprintf(stderr, "the first argument must be the path of a rulebook\n");
		exit(2);
	}
	for (size_t size = 1; size > 0; rulebook_text.size += size) {
		char *to = buf_reserve(&rulebook_text, 65536);
		size = to ? fread(to, 1, 65536, file) : 0;
	}
	fclose(file);
}

void support_close(void)
{
	buf_finish(&rulebook_text);
	buf_finish(&streamed);
}

struct str support_text(void)
{
	return buf_view(&rulebook_text);
}

static void show_finding(void *cls, const struct pmm_finding *finding)
{
	(void)cls;
	if (finding->is_error)
		print_error("%s %s: %s\n", finding->code, finding->where, finding->message);
}

struct pmm_rulebook *support_load(struct str text)
{
	const struct pmm_listener listener = {.finding = show_finding};
	struct pmm_rulebook *rulebook = NULL;
	assert_int_equal(
		pmm_rulebook_create(&rulebook, text.at, text.size, PMM_MEMORY_MAX, &listener), 0);
	return rulebook;
}

int support_publish(struct service *service, struct pmm_rulebook *rulebook)
{
	return service_publish(service, &rulebook, 1);
}

struct service *support_service(const struct service_options *options)
{
	static const struct service_options usual = {USUAL_LIMITS};
	struct service *service = NULL;
	assert_int_equal(service_create(&service, options ? options : &usual), 0);
	assert_int_equal(support_publish(service, support_load(support_text())), 0);
	return service;
}

struct request support_request(const struct question *q)
{
	struct str body = q->text ? str_of(q->text) : q->body;
	bool has_body = body.size > 0;
	const char *type = q->type ? q->type : has_body ? "application/json" : "";
	struct request request = {
		.method = str_of(q->method  ? q->method
				 : has_body ? "POST"
					    : "GET"),
		.target = str_of(q->target ? q->target : "/check"),
		.content_type = str_of(type),
		.accept = str_of(q->accept ? q->accept : ""),
		.accept_language = str_of(q->language ? q->language : ""),
		.if_none_match = str_of(q->if_none_match ? q->if_none_match : ""),
		.origin = str_of(q->origin ? q->origin : ""),
		.access_control_request_method = str_of(q->preflight ? q->preflight : ""),
		.authorization = str_of(q->authorization ? q->authorization : ""),
		.authorization_count = q->authorization != NULL,
		.header_bytes = 200,
		.has_body = has_body,
		.has_length = !q->chunked,
		.content_length = q->chunked ? 0 : body.size,
	};
	return request;
}

bool is_json(struct str text)
{
	struct arena arena;
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	enum json_fault fault = json_check(text, &arena, NULL);
	arena_finish(&arena);
	return fault == JSON_FAULT_NONE;
}

const char *header(const struct reply *reply, const char *name)
{
	const char *value = NULL;
	for (size_t i = 0; i < reply->header_count; i++) {
		if (strcmp(reply->headers[i].name, name) != 0)
			continue;
		if (value)
			fail_msg("%s stands twice", name);
		value = reply->headers[i].value;
	}
	return value;
}

// What holds for every answer to every request.
static void check_all(const struct reply *reply)
{
	const char *type = header(reply, "Content-Type");
	struct str body = reply->body;
	assert_true(reply->status >= 200 && reply->status < 600 && reply->status != 500);
	assert_true(reply->header_count <= REPLY_HEADERS_MAX);
	for (size_t i = 0; i < reply->header_count; i++) {
		assert_non_null(reply->headers[i].value);
		header(reply, reply->headers[i].name);
	}
	if (reply->status == 204 || reply->status == 304) {
		assert_int_equal(body.size, 0);
		assert_null(type);
		return;
	}
	assert_non_null(type);
	assert_string_equal(header(reply, "X-Content-Type-Options"), "nosniff");
	assert_true(body.size > 1);
	assert_int_equal(body.at[body.size - 1], '\n'); // one line feed, and one only
	assert_int_not_equal(body.at[body.size - 2], '\n');
	bool lines = strstr(type, "ndjson");
	for (struct str rest = body; lines && rest.size;)
		assert_true(is_json(str_split(&rest, '\n')));
	if (!lines && strstr(type, "json") && !is_json(body))
		fail_msg("no JSON: %.*s", (int)body.size, body.at);
	if (reply->cached)
		assert_ptr_equal(body.at, reply->cached->body.at);
}

// Reads in rooms of all sizes; the size was promised before.
static void read_stream(struct exchange *x, struct reply *reply)
{
	long size;
	size_t room = 1;
	buf_reset(&streamed);
	do {
		char *to = buf_reserve(&streamed, room);
		assert_non_null(to);
		size = exchange_read(x, to, room);
		assert_true(size >= 0 && (size_t)size <= room);
		streamed.size += (size_t)size;
		room = room % 5000 + 7;
	} while (size > 0);
	assert_int_equal(streamed.size, reply->stream_size);
	reply->body = buf_view(&streamed);
}

bool support_begin(struct exchange *x, const struct request *request)
{
	exchange_reset(x);
	bool wants = exchange_begin(x, request);
	assert_true(wants || x->replied); // both: the first bytes may change what is replied
	return wants;
}

void support_feed(struct exchange *x, struct str piece)
{
	if (piece.size == 0)
		return; // the transport never has nothing to say
	char *bytes = malloc(piece.size); // gone after the call, as the transport's are
	assert_non_null(bytes);
	memcpy(bytes, piece.at, piece.size);
	assert_true(exchange_feed(x, bytes, piece.size));
	free(bytes);
}

const struct reply *support_finish(struct exchange *x)
{
	const struct reply *reply = exchange_finish(x);
	assert_non_null(reply);
	last = *reply;
	if (reply->is_stream)
		read_stream(x, &last);
	check_all(&last);
	return &last;
}

const struct reply *ask(struct exchange *x, const struct question *question)
{
	struct str body = question->text ? str_of(question->text) : question->body;
	struct request request = support_request(question);
	size_t piece = question->piece ? question->piece : body.size;
	support_begin(x, &request);
	for (size_t at = 0; at < body.size; at += piece)
		support_feed(x, (struct str){body.at + at,
					body.size - at < piece ? body.size - at : piece});
	return support_finish(x);
}

bool has(const struct reply *reply, const char *text)
{
	return memmem(reply->body.at, reply->body.size, text, strlen(text)) != NULL;
}

void assert_status(const struct reply *reply, unsigned status)
{
	if (reply->status != status)
		fail_msg("status %u, not %u: %.*s", reply->status, status, (int)reply->body.size,
			reply->body.at ? reply->body.at : "");
}

void assert_has(const struct reply *reply, const char *text)
{
	if (!has(reply, text))
		fail_msg("%s is not in: %.*s", text, (int)reply->body.size, reply->body.at);
}

void assert_header(const struct reply *reply, const char *name, const char *value)
{
	const char *found = header(reply, name);
	if (!found != !value || (value && strcmp(found, value) != 0))
		fail_msg("%s: %s, not %s", name, found ? found : "none", value ? value : "none");
}

void assert_body(const struct reply *reply, struct str body)
{
	if (!str_equal(reply->body, body))
		fail_msg("%.*s\nis not\n%.*s", (int)reply->body.size, reply->body.at,
			(int)body.size, body.at);
}

void assert_problem(const struct reply *reply, unsigned status, const char *code)
{
	char text[200];
	assert_status(reply, status);
	assert_header(reply, "Content-Type", "application/problem+json");
	assert_header(reply, "Cache-Control", "no-store");
	snprintf(text, sizeof text, "{\"type\":\"/problems/%s\",\"title\":\"", code);
	assert_has(reply, text);
	snprintf(text, sizeof text, "\"status\":%u,\"detail\":\"", status);
	assert_has(reply, text);
	snprintf(text, sizeof text, "\"code\":\"%s\"", code);
	assert_has(reply, text);
}

struct str copy_body(const struct reply *reply)
{
	char *copy = malloc(reply->body.size + 1);
	assert_non_null(copy);
	if (reply->body.size)
		memcpy(copy, reply->body.at, reply->body.size);
	return (struct str){copy, reply->body.size};
}
