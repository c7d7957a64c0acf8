// SPDX-License-Identifier: MIT
#include "access.h"

#include <string.h>

// Bytes of the body that is sent: none to HEAD, nor with these statuses.
static uint64_t count_bytes(const struct reply *reply, const struct exchange_facts *facts)
{
	if (strcmp(facts->method, "HEAD") == 0 || reply->status == 204 || reply->status == 304)
		return 0;
	return reply->is_stream ? reply->stream_size : reply->body.size;
}

// What the service knows of a request that has begun.
static void add_facts(struct log_access *record, struct connection *c)
{
	struct exchange_facts facts;
	exchange_tell(c->exchange, &facts);
	record->method = facts.method;
	record->route = facts.route;
	record->code = facts.code;
	record->digest = facts.digest;
	if (!c->has_reply)
		return;
	const struct reply *reply = exchange_finish(c->exchange);
	record->status = facts.status;
	record->bytes = reply ? count_bytes(reply, &facts) : 0;
}

void access_log(struct connection *c, uint64_t ended_ns)
{
	if (!log_has_access(c->http->options.log))
		return;
	struct log_access record = {.id = c->id, .duration_ns = ended_ns - c->begun_ns};
	if (c->has_begun)
		add_facts(&record, c);
	log_access(c->http->options.log, &record);
}
