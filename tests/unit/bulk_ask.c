// SPDX-License-Identifier: MIT
#include "bulk_ask.h"

#include "api/api.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

const char *rulebook_path;
static struct service *service;
static struct exchange *exchange;

int ask_start(void **state)
{
	static char text[1 << 20];
	struct pmm_rulebook *rulebook;
	const struct service_options options = {
		.body_max = 1 << 20, .bulk_bytes_max = 1 << 30, .rows_max = 1000000};
	(void)state;
	FILE *file = fopen(rulebook_path, "rb");
	if (!file)
		return -1;
	size_t size = fread(text, 1, sizeof text, file);
	fclose(file);
	if (pmm_rulebook_create(&rulebook, text, size, PMM_MEMORY_MAX, NULL) ||
		service_create(&service, &options) || service_publish(service, rulebook))
		return -1;
	exchange = exchange_create(service);
	return exchange ? 0 : -1;
}

int ask_stop(void **state)
{
	(void)state;
	exchange_destroy(exchange);
	service_destroy(service);
	return 0;
}

// A piece in a block of its own, so that a sanitizer sees every byte read
// before or behind it.
static void feed(const char *bytes, size_t size)
{
	char *copy = malloc(size ? size : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, size);
	assert_true(exchange_feed(exchange, copy, size));
	free(copy);
}

static void read_stream(struct answer *answer, size_t size)
{
	size_t at = 0;
	long count;
	answer->body = malloc(size + 1);
	assert_non_null(answer->body);
	while ((count = exchange_read(exchange, answer->body + at, size + 1 - at)) > 0)
		at += (size_t)count;
	assert_int_equal(count, 0);
	assert_int_equal(at, size); // what was announced
	answer->size = at;
}

static void read_reply(struct answer *answer)
{
	const struct reply *reply = exchange_finish(exchange);
	assert_non_null(reply);
	*answer = (struct answer){.status = reply->status};
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcmp(reply->headers[i].name, "Content-Type") == 0)
			snprintf(answer->type, sizeof answer->type, "%s", reply->headers[i].value);
	if (reply->is_stream) {
		read_stream(answer, reply->stream_size);
		return;
	}
	answer->size = reply->body.size;
	answer->body = malloc(answer->size + 1);
	assert_non_null(answer->body);
	memcpy(answer->body, reply->body.at, answer->size);
}

void ask(const struct question *question, const size_t *cuts, size_t count, struct answer *answer)
{
	const struct request request = {
		.method = STR("POST"),
		.target = str_of(question->target),
		.content_type = str_of(question->content_type),
		.accept = question->accept ? str_of(question->accept) : (struct str){NULL, 0},
		.has_body = true,
	};
	size_t at = 0;
	if (exchange_begin(exchange, &request)) {
		for (size_t i = 0; i <= count; i++) {
			size_t to = i < count ? cuts[i] : question->body.size;
			if (to > at)
				feed(question->body.at + at, to - at);
			at = to;
		}
	}
	read_reply(answer);
	exchange_reset(exchange);
}
