// SPDX-License-Identifier: MIT
// A request's course through the library's callbacks: target, first call with
// the headers, calls with the body, last call, completion. A response can be
// queued only in the first or in the last call.
#include "connection.h"

#include "headers.h"

#include <stdlib.h>

// One for each connection, kept over its requests so that a request allocates
// nothing.
struct connection {
	struct exchange *exchange;
	struct str target;
	bool is_open; // between the request's first line and its completion
	bool has_begun;
};

static struct connection *find_connection(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

void connection_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct http *http = cls;
	struct connection *c = *socket_context;
	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		c = calloc(1, sizeof *c);
		if (c)
			c->exchange = exchange_create(http->service);
		*socket_context = c;
	} else if (c) {
		exchange_destroy(c->exchange);
		free(c);
		*socket_context = NULL;
	}
}

void *connection_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct http *http = cls;
	struct connection *c = find_connection(connection);
	if (!c || !c->exchange)
		return NULL;
	atomic_fetch_add(&http->in_progress, 1);
	c->is_open = true;
	c->has_begun = false;
	c->target = (struct str){exchange_copy(c->exchange, str_of(uri)), strlen(uri)};
	// The library would now take its own copy of the query apart, with a record
	// in the connection's pool for each parameter; a few hundred of them exhaust
	// it and the request hangs. Nobody needs them: leave it an empty query.
	const char *query = strchr(uri, '?');
	if (query && query[1])
		*(char *)(uintptr_t)(query + 1) = '\0';
	return c;
}

// Bytes that a streamed reply is asked for at a time. 32 KiB cost 4 % more CPU for a
// row of NDJSON, 512 KiB 20 %: then the block no longer fits beside it in the cache.
enum { STREAM_BLOCK = 128 << 10 };

static ssize_t read_stream(void *cls, uint64_t at, char *to, size_t room)
{
	long size = exchange_read(cls, to, room);
	(void)at; // it is asked for in order
	if (size < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return size ? (ssize_t)size : MHD_CONTENT_READER_END_OF_STREAM;
}

static struct MHD_Response *create_response(struct connection *c, const struct reply *reply)
{
	struct MHD_Response *response = reply->is_stream
						? MHD_create_response_from_callback(
							  reply->stream_size, STREAM_BLOCK,
							  read_stream, c->exchange, NULL)
						: MHD_create_response_from_buffer(reply->body.size,
							  (void *)(uintptr_t)reply->body.at,
							  MHD_RESPMEM_PERSISTENT);
	if (!response)
		return NULL;
	for (size_t i = 0; i < reply->header_count; i++)
		if (MHD_add_response_header(
			    response, reply->headers[i].name, reply->headers[i].value) != MHD_YES)
			goto fail;
	if (reply->close && MHD_add_response_header(response, "Connection", "close") != MHD_YES)
		goto fail;
	return response;
fail:
	MHD_destroy_response(response);
	return NULL;
}

// The response of a sheet, made once and shared by all connections.
static struct MHD_Response *sheet_response(struct connection *c, const struct reply *reply)
{
	_Atomic(void *) *handle = &reply->sheet->handle[reply->use];
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
	if (!reply)
		return MHD_NO; // no memory for any answer: hang up
	struct MHD_Response *response = reply->sheet ? sheet_response(c, reply)
						     : create_response(c, reply);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
	if (!reply->sheet)
		MHD_destroy_response(response);
	return result;
}

// An answer that does not wait for the body. A small body is read first, so
// that the connection can live on; before a large one the answer goes out at
// once and the connection ends, for the next request would start inside it.
static enum MHD_Result send_early(
	struct connection *c, struct MHD_Connection *connection, const struct request *request)
{
	const struct reply *reply = exchange_finish(c->exchange);
	if (!reply)
		return MHD_NO;
	bool waits = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Expect") != NULL;
	bool small = !request->has_length || request->content_length <= SERVICE_DRAIN_MAX;
	// A response in the first call ends the connection even without a body.
	if (!request->has_body || (!reply->close && !waits && small))
		return MHD_YES;
	struct reply last = *reply;
	last.close = true;
	last.sheet = NULL;
	return send_reply(c, connection, &last);
}

enum MHD_Result connection_handle(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request_context)
{
	struct connection *c = *request_context;
	(void)cls;
	(void)url;
	if (!c || !c->target.at)
		return MHD_NO;
	if (!c->has_begun) {
		struct request request;
		c->has_begun = true;
		headers_read(connection, method, version, &request);
		request.target = c->target;
		if (!exchange_begin(c->exchange, &request))
			return send_early(c, connection, &request);
		return MHD_YES;
	}
	if (*upload_size) {
		bool goes_on = exchange_feed(c->exchange, upload, *upload_size);
		*upload_size = 0;
		return goes_on ? MHD_YES : MHD_NO;
	}
	return send_reply(c, connection, exchange_finish(c->exchange));
}

void connection_completed(void *cls, struct MHD_Connection *connection, void **request_context,
	enum MHD_RequestTerminationCode code)
{
	struct http *http = cls;
	struct connection *c = *request_context;
	(void)connection;
	(void)code;
	if (!c || !c->is_open)
		return;
	c->is_open = false;
	exchange_reset(c->exchange);
	if (atomic_fetch_sub(&http->in_progress, 1) != 1)
		return;
	pthread_mutex_lock(&http->lock);
	pthread_cond_broadcast(&http->idle);
	pthread_mutex_unlock(&http->lock);
}
