// SPDX-License-Identifier: MIT
#include "ask.h"

#include "fuzz.h"

#include <string.h>

// Made from config/rules (src/commands/embed.py).
extern const char builtin_rulebook[];
extern const size_t builtin_rulebook_size;

struct service *ask_open_service(void (*release)(void *handle))
{
	static const char *const origins[] = {"https://a.example"};
	const struct service_options options = {.body_max = ASK_BODY_MAX,
		.bulk_bytes_max = ASK_BULK_MAX,
		.rows_max = ASK_ROWS_MAX,
		.cors_origins = origins,
		.cors_count = 1,
		.release = release};
	struct service *service;
	struct pmm_rulebook *rulebook;
	FUZZ_ASSERT(service_create(&service, &options) == 0);
	FUZZ_ASSERT(pmm_rulebook_create(&rulebook, builtin_rulebook, builtin_rulebook_size,
			    PMM_MEMORY_MAX, NULL) == 0);
	FUZZ_ASSERT(service_publish(service, &rulebook, 1) == 0);
	return service;
}

static void read_stream(struct exchange *x, struct buf *buf, size_t room)
{
	long size;
	do {
		char *to = buf_reserve(buf, room);
		FUZZ_ASSERT(to);
		size = exchange_read(x, to, room);
		FUZZ_ASSERT(size >= 0 && (size_t)size <= room);
		buf->size += (size_t)size;
	} while (size > 0);
}

static void read_reply(struct exchange *x, size_t room, struct answer *answer)
{
	const struct reply *reply = exchange_finish(x);
	FUZZ_ASSERT(reply);
	FUZZ_ASSERT(reply->status >= 200 && reply->status < 500 && reply->status != 408);
	FUZZ_ASSERT(reply->header_count <= REPLY_HEADERS_MAX);
	answer->status = reply->status;
	answer->type[0] = '\0';
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcmp(reply->headers[i].name, "Content-Type") == 0)
			snprintf(answer->type, sizeof answer->type, "%s", reply->headers[i].value);
	answer->is_stream = reply->is_stream;
	buf_reset(&answer->body);
	if (reply->is_stream) {
		read_stream(x, &answer->body, room);
		FUZZ_ASSERT(answer->body.size == reply->stream_size);
	} else {
		buf_str(&answer->body, reply->body);
	}
	FUZZ_ASSERT(!answer->body.failed);
}

// Each piece is gone afterwards, and a sanitizer sees what is read beside it.
// False: the service hangs up, as it may past a limit.
static bool feed(struct exchange *x, struct str body, struct pieces pieces)
{
	bool goes_on = true;
	for (size_t at = 0, i = 0; goes_on && at < body.size; i++) {
		size_t size = body.size - at;
		if (pieces.count && pieces.sizes[i % pieces.count] < size)
			size = pieces.sizes[i % pieces.count];
		char *bytes = malloc(size);
		FUZZ_ASSERT(bytes); // cppcheck-suppress uninitdata; its value alone is looked at
		memcpy(bytes, body.at + at, size);
		goes_on = exchange_feed(x, bytes, size);
		FUZZ_ASSERT(goes_on || at + size > ASK_BULK_MAX);
		free(bytes);
		at += size;
	}
	return goes_on;
}

void ask(const struct question *question, struct pieces pieces, struct answer *answer)
{
	static struct exchange *x;
	struct buf target = {0};
	if (!x)
		x = exchange_create(ask_open_service(NULL));
	FUZZ_ASSERT(x);
	buf_str(&target, question->path);
	if (question->query.size)
		buf_char(&target, '?');
	buf_str(&target, question->query);
	const struct request request = {
		.method = STR("POST"),
		.target = buf_view(&target),
		.content_type = question->content_type,
		.accept = question->accept,
		.has_body = question->body.size > 0,
		.has_length = !question->is_chunked,
		.content_length = question->is_chunked ? 0 : question->body.size,
	};
	exchange_begin(x, &request);
	answer->is_cut_off = !feed(x, question->body, pieces);
	read_reply(x, pieces.count ? pieces.sizes[0] + 16 : (size_t)64 << 10, answer);
	exchange_reset(x);
	buf_finish(&target);
}

void answer_finish(struct answer *answer)
{
	buf_finish(&answer->body);
}
