// SPDX-License-Identifier: MIT
// A request's course through the callbacks of the library: target, first call with
// the headers, calls with the body, last call, completion. A response can be queued
// only in the first or in the last call.
#include "canned.h"
#include "connection.h"

#include <string.h>

// Enters a phase, unless the acceptor has given the connection up.
static bool enter(struct connection *c, enum phase phase)
{
	uint64_t state = atomic_load_explicit(&c->state, memory_order_relaxed);
	uint64_t next = ((state >> 8) + 1) << 8 | phase;
	return (state & 0xFF) != PHASE_CUT &&
	       atomic_compare_exchange_strong(&c->state, &state, next);
}

void *request_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct http *http = cls;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct connection *c = info ? info->socket_context : NULL;
	if (!c)
		return NULL; // and the connection ends
	struct worker *worker = &http->workers[c->worker];
	c->exchange = worker->spare_count ? worker->spares[--worker->spare_count]
					  : exchange_create(http->service);
	if (!c->exchange)
		return NULL;
	enter(c, PHASE_HEAD);
	c->has_begun = false;
	c->has_reply = c->has_sent = false;
	c->id.request++;
	c->begun_ns = clock_now_ns();
	c->target = (struct str){exchange_copy(c->exchange, str_of(uri)), strlen(uri)};
	// The library would now take its own copy of the query apart, with a record
	// in the connection's pool for each parameter; a few hundred of them exhaust
	// it and the request hangs. Nobody needs them: leave it an empty query.
	const char *query = strchr(uri, '?');
	if (query && query[1])
		*(char *)(uintptr_t)(query + 1) = '\0';
	return c;
}

// --- its answer

// Bytes that a streamed reply is asked for at a time. 32 KiB cost 4 % more CPU for a
// row of NDJSON, 512 KiB 20 %: then the block no longer fits beside it in the cache.
enum { STREAM_BLOCK = 128 << 10 };

static ssize_t read_stream(void *cls, uint64_t at, char *to, size_t room)
{
	struct connection *c = cls;
	long size = exchange_read(c->exchange, to, room);
	atomic_fetch_add_explicit(&c->calls, 1, memory_order_relaxed);
	(void)at; // it is asked for in order
	if (size < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return size ? (ssize_t)size : MHD_CONTENT_READER_END_OF_STREAM;
}

static struct MHD_Response *create_response(struct connection *c, const struct reply *reply)
{
	char id[LOG_ID_MAX];
	struct MHD_Response *response = reply->is_stream
						? MHD_create_response_from_callback(
							  reply->stream_size, STREAM_BLOCK,
							  read_stream, c, NULL)
						: MHD_create_response_from_buffer(reply->body.size,
							  (void *)(uintptr_t)reply->body.at,
							  MHD_RESPMEM_PERSISTENT);
	bool is_good = response != NULL;
	for (size_t i = 0; is_good && i < reply->header_count; i++)
		is_good = MHD_add_response_header(response, reply->headers[i].name,
				  reply->headers[i].value) == MHD_YES;
	if (is_good && !reply->cached) { // a cached response is everybody's
		log_id_write(id, &c->id);
		is_good = MHD_add_response_header(response, "X-Request-Id", id) == MHD_YES;
	}
	if (is_good && reply->close)
		is_good = MHD_add_response_header(response, "Connection", "close") == MHD_YES;
	if (is_good)
		return response;
	if (response)
		MHD_destroy_response(response);
	return NULL;
}

// The response to a cached reply, made once and shared by all connections.
static struct MHD_Response *cached_response(struct connection *c, const struct reply *reply)
{
	_Atomic(void *) *handle = &reply->cached->handle[reply->use];
	void *kept = atomic_load_explicit(handle, memory_order_acquire);
	if (kept)
		return kept;
	struct MHD_Response *response = create_response(c, reply);
	if (response && !atomic_compare_exchange_strong(handle, &kept, response)) {
		MHD_destroy_response(response); // another thread was faster
		response = kept;
	}
	return response;
}

static enum MHD_Result send_reply(
	struct connection *c, struct MHD_Connection *connection, const struct reply *reply)
{
	if (!reply || !enter(c, PHASE_ANSWER))
		return MHD_NO; // no memory for any answer, or no time left: hang up
	struct MHD_Response *response = reply->cached ? cached_response(c, reply)
						      : create_response(c, reply);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
	c->has_reply = result == MHD_YES;
	if (!reply->cached)
		MHD_destroy_response(response);
	return result;
}

// The last answer of a connection.
static enum MHD_Result send_last(
	struct connection *c, struct MHD_Connection *connection, const struct reply *reply)
{
	if (!reply)
		return MHD_NO;
	struct reply last = *reply;
	last.close = true;
	last.cached = NULL;
	c->must_linger = true;
	return send_reply(c, connection, &last);
}

// The last answer in the middle of a body, where the library would take none: it is
// written past it, and the library is told to hang up.
static void send_early(
	struct connection *c, struct MHD_Connection *connection, const struct reply *reply)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	struct canned_response canned = {0};
	if (reply && enter(c, PHASE_ANSWER) && canned_init(&canned, reply) == 0) {
		canned_send(&canned, c->fd, info ? info->tls_session : NULL);
		c->has_reply = c->has_sent = c->must_linger = true;
	}
	buf_finish(&canned.bytes);
}

// --- its calls

// The first one. An answer that does not wait for the body goes out here only if it has
// to: a small body is read first, so that the connection can live on; before a large one
// the answer goes out at once and the connection ends, for the next request would start
// inside it.
static enum MHD_Result begin(struct connection *c, struct MHD_Connection *connection,
	struct request *request, const char *version, const char *raw_target)
{
	if (!enter(c, PHASE_BODY))
		return MHD_NO;
	if (!headers_read(connection, c->exchange, request, version, raw_target))
		return MHD_NO;
	c->is_chunked = !request->has_length;
	const bool is_wanted = exchange_begin(c->exchange, request);
	if (is_wanted && request->has_body)
		return MHD_YES;
	// Whether the client holds its body back until it is told to go on. Where there is
	// no body, the library would ask for it all the same, and take the next request for
	// its beginning.
	const bool waits = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Expect") !=
			   NULL;
	if (is_wanted && !waits)
		return MHD_YES;
	const struct reply *reply = exchange_finish(c->exchange);
	if (!reply)
		return MHD_NO;
	const bool is_small = !request->has_length || request->content_length <= SERVICE_DRAIN_MAX;
	// A response in the first call ends the connection even without a body. Where
	// the framing is not sure, nor is it whether there is one.
	if (!request->is_ambiguous && !waits && (!request->has_body || (!reply->close && is_small)))
		return MHD_YES;
	return send_last(c, connection, reply);
}

enum MHD_Result request_handle(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request_context)
{
	const struct http *http = cls;
	struct connection *c = *request_context;
	if (!c || !c->target.at)
		return MHD_NO;
	atomic_fetch_add_explicit(&c->calls, 1, memory_order_relaxed);
	if (!c->has_begun) {
		struct request request = {.method = str_of(method), .target = c->target};
		c->has_begun = true;
		return begin(c, connection, &request, version, http->hides_lines ? url : NULL);
	}
	if (*upload_size) {
		bool goes_on = exchange_feed(c->exchange, upload, *upload_size);
		*upload_size = 0;
		if (goes_on)
			return MHD_YES;
		send_early(c, connection, exchange_finish(c->exchange));
		return MHD_NO;
	}
	if (c->is_chunked && !headers_check_trailer(connection))
		return send_last(c, connection, exchange_refuse(c->exchange, CODE_bad_request));
	return send_reply(c, connection, exchange_finish(c->exchange));
}

// --- its end

// Before exchange_reset. Nothing that the client wrote is in it.
static void log_request(const struct connection *c, uint64_t duration_ns)
{
	struct log_access record = {.id = c->id, .duration_ns = duration_ns};
	struct exchange_facts facts;
	if (!log_has_access(c->http->options.log))
		return;
	if (c->has_begun) {
		exchange_tell(c->exchange, &facts);
		record.method = facts.method;
		record.route = facts.route;
		record.code = facts.code;
		record.digest = facts.digest;
	}
	const struct reply *reply = c->has_reply ? exchange_finish(c->exchange) : NULL;
	if (reply) {
		record.status = reply->status;
		// No body is sent to HEAD, nor with these statuses.
		if (strcmp(facts.method, "HEAD") != 0 && reply->status != 204 &&
			reply->status != 304)
			record.bytes = reply->is_stream ? reply->stream_size : reply->body.size;
	}
	log_access(c->http->options.log, &record);
}

void request_completed(void *cls, struct MHD_Connection *connection, void **request_context,
	enum MHD_RequestTerminationCode code)
{
	struct http *http = cls;
	struct connection *c = *request_context;
	(void)connection;
	if (!c || !c->exchange)
		return;
	const uint64_t duration_ns = clock_now_ns() - c->begun_ns;
	if (c->has_reply && (c->has_sent || code == MHD_REQUEST_TERMINATED_COMPLETED_OK)) {
		exchange_count(c->exchange, duration_ns);
	} else {
		pthread_mutex_lock(&http->lock);
		http->stats.requests_cut++;
		pthread_mutex_unlock(&http->lock);
	}
	log_request(c, duration_ns);
	struct worker *worker = &http->workers[c->worker];
	exchange_reset(c->exchange);
	if (worker->spare_count < WORKER_SPARES_MAX)
		worker->spares[worker->spare_count++] = c->exchange;
	else
		exchange_destroy(c->exchange);
	c->exchange = NULL;
	enter(c, PHASE_IDLE);
}
