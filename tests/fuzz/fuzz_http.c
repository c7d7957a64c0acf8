// SPDX-License-Identifier: MIT
// Whole requests as bytes, through the daemon and its library. Whatever comes in,
// what goes out is a sequence of well-formed responses, none of them a 500, and as
// many as there are requests, of which an ambiguous one is the last; at the end of
// input the connection is closed; and it makes no difference whether the bytes
// came at once or in two parts.
//
// The input's first line is a number, the size of the first part, and perhaps "r":
// then a byte 1 further on, a character and two more stand for a run, see input.h.
// The rest is what the client sends.
#include "body.h"
#include "fuzz.h"
#include "input.h"
#include "loopback.h"
#include "requests.h"
#include "responses.h"

enum { SENT_MAX = 256 << 10 };

// Adds what is the same each time: not the id of the request, nor metrics, which
// count requests.
static void add_response(struct buf *buf, const struct response *response)
{
	if (str_starts(response->type, STR("text/plain; version=")))
		return;
	for (struct str head = response->head; head.size;) {
		struct str line = str_split(&head, '\n');
		if (!str_starts(line, STR("X-Request-Id:")))
			buf_str(buf, line);
	}
	buf_str(buf, response->body);
}

// Whether an answer may depend on how the bytes came. A client is told to go on
// with its body only if that has not come already. What the library refuses itself,
// which has no type, it may refuse in silence when its memory is used up, and that
// depends on what it could read at once; so does whether it or the service is the
// first to refuse what this target does not understand either.
static bool may_vary(const struct response *response, const struct requests *requests)
{
	bool is_refusal = response->status >= 400 &&
			  (response->type.size == 0 || (requests->is_unknown && response->closes));
	return response->status == 100 || is_refusal;
}

// Reads ANSWERS. Returns how many are final, and the last of them in LAST; those
// that may not vary are added to FIXED.
static unsigned read_answers(struct str answers, bool may_be_head, const struct requests *requests,
	struct buf *fixed, struct response *last)
{
	struct response response;
	unsigned count = 0;
	while (response_next(&answers, may_be_head, &response)) {
		FUZZ_ASSERT(count == 0 || !last->closes);
		FUZZ_ASSERT(response.status != 500 && response.status != 503);
		FUZZ_ASSERT(response.status == 100 || response.status >= 200);
		body_check(response.type, response.body);
		if (!may_vary(&response, requests))
			add_response(fixed, &response);
		if (response.status == 100)
			continue;
		*last = response;
		count++;
	}
	FUZZ_ASSERT(!fixed->failed);
	return count;
}

// No request without its answer, no answer without its request.
static void check_count(
	const struct requests *requests, unsigned count, const struct response *last)
{
	bool has_closed = count && last->closes;
	if (!requests->is_unknown)
		FUZZ_ASSERT(count <= requests->complete + requests->has_last);
	if (!has_closed) // or it may have ended sooner
		FUZZ_ASSERT(count >= requests->complete + requests->is_ambiguous);
	if (requests->has_last && count > requests->complete)
		FUZZ_ASSERT(has_closed && (!requests->is_ambiguous || last->status >= 400));
}

static void send_and_read(struct str sent, size_t split, struct buf *fixed)
{
	struct buf answers = {0};
	struct response last = {0};
	struct requests requests;
	bool may_be_head = sent.size && memmem(sent.at, sent.size, "HEAD ", 5);
	loopback_send(sent, split, &answers);
	requests_read(sent, &requests);
	unsigned count = read_answers(buf_view(&answers), may_be_head, &requests, fixed, &last);
	check_count(&requests, count, &last);
	buf_finish(&answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf sent = {0}, whole = {0}, parts = {0};
	struct str rest = {(const char *)data, size}, line = str_split(&rest, '\n');
	size_t split = 0, at = 0;
	for (; at < line.size && line.at[at] >= '0' && line.at[at] <= '9' && at < 6; at++)
		split = split * 10 + (size_t)(line.at[at] - '0');
	if (at < line.size && line.at[at] == 'r')
		input_expand(&sent, rest, SENT_MAX);
	else
		buf_str(&sent, rest);
	FUZZ_ASSERT(!sent.failed);
	split %= sent.size + 1;
	send_and_read(buf_view(&sent), sent.size, &whole);
	send_and_read(buf_view(&sent), split, &parts);
	if (!str_equal(buf_view(&whole), buf_view(&parts))) {
		fprintf(stderr, "at once:\n%.*s\nin two parts:\n%.*s\n", (int)whole.size,
			whole.size ? whole.at : "", (int)parts.size, parts.size ? parts.at : "");
		abort();
	}
	buf_finish(&sent);
	buf_finish(&whole);
	buf_finish(&parts);
	return 0;
}
