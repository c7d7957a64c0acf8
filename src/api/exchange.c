// SPDX-License-Identifier: MIT
// The course of a request: what is decided before the body, and after it.
#include "exchange.h"

#include <stdlib.h>

// Working memory of one request. A body at its limit made of the shortest
// distinct names needs about a third of it.
static const size_t arena_max = 48u << 20;

// A buffer that grew past this for one request is not kept for the next.
static const size_t keep_max = 64u << 10;

// An unwanted or oversized body is read up to this many times its limit.
enum { OVERRUN = 8 };

struct exchange *exchange_create(struct service *service)
{
	struct exchange *x = calloc(1, sizeof *x);
	if (!x)
		return NULL;
	x->service = service;
	arena_init(&x->arena, x->block, sizeof x->block, arena_max);
	return x;
}

static void drop_bulk(struct exchange *x)
{
	if (!x->bulk)
		return;
	exchange_count_rows(x);
	bulk_destroy(x->bulk);
	x->bulk = NULL;
	service_end_bulk(x->service);
}

void exchange_destroy(struct exchange *x)
{
	if (!x)
		return;
	drop_bulk(x);
	rulebook_set_unref(x->set);
	arena_finish(&x->arena);
	buf_finish(&x->body);
	buf_finish(&x->out);
	free(x);
}

static void reset_buf(struct buf *buf)
{
	if (buf->room > keep_max)
		buf_finish(buf);
	else
		buf_reset(buf);
}

// The next request on the connection will ask for the same set, unless there was
// a reload.
static void drop_old_set(struct exchange *x)
{
	if (service_is_current(x->service, x->set))
		return;
	rulebook_set_unref(x->set);
	x->set = NULL;
}

void exchange_reset(struct exchange *x)
{
	drop_bulk(x);
	drop_old_set(x);
	x->snapshot = NULL;
	x->route = NULL; // so that nothing is told of a request that never begins
	x->method = (enum method)0;
	x->problem = CODE_none;
	arena_reset(&x->arena);
	reset_buf(&x->body);
	reset_buf(&x->out);
}

char *exchange_copy(struct exchange *x, struct str s)
{
	return arena_copy(&x->arena, s);
}

static const struct {
	struct str name;
	enum method method;
} methods[] = {
	{{"POST", 4}, METHOD_POST},
	{{"GET", 3}, METHOD_GET},
	{{"HEAD", 4}, METHOD_HEAD},
	{{"QUERY", 5}, METHOD_QUERY},
	{{"OPTIONS", 7}, METHOD_OPTIONS},
};

const char *method_name(enum method method)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (methods[i].method == method)
			return methods[i].name.at;
	return "other";
}

static enum method find_method(struct str method)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (str_equal(methods[i].name, method))
			return methods[i].method;
	return (enum method)0;
}

// Splits the target into path and query; the absolute form, which RFC 9112
// obliges servers to take, loses its scheme and authority.
static void split_target(struct exchange *x)
{
	struct str target = x->request.target;
	static const struct str schemes[] = {{"http://", 7}, {"https://", 8}};
	for (size_t i = 0; i < 2; i++) {
		if (target.size < schemes[i].size ||
			!str_equal_nocase((struct str){target.at, schemes[i].size}, schemes[i]))
			continue;
		struct str rest = {target.at + schemes[i].size, target.size - schemes[i].size};
		const char *slash = rest.size ? memchr(rest.at, '/', rest.size) : NULL;
		target = slash ? (struct str){slash, rest.size - (size_t)(slash - rest.at)}
			       : STR("/");
	}
	x->path = str_split(&target, '?');
	x->query = target;
}

static void reply_options(struct exchange *x)
{
	reply_start(x, 204);
	reply_header(x, "Allow",
		x->route ? route_allow(x, x->route) : "GET, HEAD, POST, QUERY, OPTIONS");
	if (x->route && x->route->methods & METHOD_QUERY)
		reply_header(x, "Accept-Query", x->route->types);
	reply_header(x, "Vary", service_vary(x->service, false));
}

// Where tokens are needed, whether the request may go on. Else it replies, in the
// same way whether there is anything at the address or not.
static bool has_access(struct exchange *x)
{
	if (!service_has_tokens(x->service) || (x->route && x->route->methods & ROUTE_OPEN))
		return true;
	struct tokens *tokens = service_tokens(x->service);
	enum token_verdict verdict = tokens_judge(tokens, x->request.authorization);
	tokens_unref(tokens);
	if (x->request.authorization_count > 1)
		verdict = TOKEN_WRONG; // a proxy in front may have looked at another one
	if (verdict == TOKEN_GOOD)
		return true;
	x->has_wrong_token = verdict == TOKEN_WRONG;
	reply_problem(x, verdict == TOKEN_UNDECIDED ? CODE_overloaded : CODE_unauthorized, NULL);
	return false;
}

// Everything that can be said before the route's own handler. Returns whether
// it may go on.
static bool admit(struct exchange *x)
{
	const struct request *request = &x->request;
	x->method = find_method(request->method);
	if (request->is_ambiguous) {
		reply_problem(x, CODE_bad_request, NULL);
		x->reply.close = true;
		return false;
	}
	if (request->target.size > SERVICE_TARGET_MAX ||
		request->header_bytes > SERVICE_HEADERS_MAX) {
		reply_problem(x,
			request->target.size > SERVICE_TARGET_MAX ? CODE_uri_too_long
								  : CODE_headers_too_large,
			NULL);
		return false;
	}
	split_target(x);
	options_peek_language(x);
	x->route = route_find(x);
	bool is_server = str_equal(x->path, STR("*"));
	if (x->method == METHOD_OPTIONS && (x->route || is_server)) {
		reply_options(x); // without a token: browsers send none with a preflight
		return false;
	}
	if (!has_access(x))
		return false;
	if (!x->route) {
		reply_problem(x, CODE_not_found, NULL);
		return false;
	}
	if (!(x->route->methods & x->method)) {
		reply_problem(x, CODE_method_not_allowed, NULL);
		return false;
	}
	return options_read(x);
}

bool exchange_begin(struct exchange *x, const struct request *request)
{
	x->request = *request;
	x->replied = false;
	x->pretty = x->verbose = x->ignore_unknown = false;
	x->full = x->has_as_of = x->has_name = false;
	x->id_from = x->group_by = (struct str){NULL, 0};
	x->received = x->drained = 0;
	x->is_single = false;
	x->body_kind = body_kind(request->content_type);
	x->lang = negotiate_language(request->accept_language);
	drop_old_set(x);
	if (!x->set)
		x->set = service_set(x->service);
	if (!x->set) {
		reply_problem(x, CODE_overloaded, NULL);
		return false;
	}
	x->snapshot = rulebook_set_current(x->set, service_config(x->service)->today);
	return admit(x) && x->route->begin(x);
}

// Reads on past an unwanted body, so that the client gets the reply, but not for
// ever. What would have been taken of a bulk request is read in any case.
static bool drain(struct exchange *x, size_t size)
{
	const struct service_options *options = service_config(x->service);
	uint64_t single = options->body_max > SERVICE_DRAIN_MAX ? options->body_max
								: SERVICE_DRAIN_MAX;
	uint64_t most = x->bulk ? options->bulk_bytes_max : single * OVERRUN;
	x->drained += size;
	return x->drained <= most;
}

bool exchange_collect(struct exchange *x, const char *bytes, size_t size)
{
	if (size > service_config(x->service)->body_max - x->body.size) {
		reset_buf(&x->body);
		reply_problem(x, CODE_too_large, NULL);
		return drain(x, size);
	}
	// Most bodies come in one piece and can be read where they are.
	if (x->body.size == 0 && x->request.has_length && size == x->request.content_length)
		x->route->finish(x, (struct str){bytes, size});
	else
		buf_add(&x->body, bytes, size);
	return true;
}

bool exchange_feed(struct exchange *x, const char *bytes, size_t size)
{
	if (x->replied)
		return drain(x, size);
	x->received += size;
	return x->route->feed(x, bytes, size);
}

long exchange_read(struct exchange *x, char *to, size_t room)
{
	return bulk_read(x->bulk, to, room);
}

const struct reply *exchange_finish(struct exchange *x)
{
	if (!x->replied && x->body.failed)
		reply_problem(x, CODE_overloaded, NULL);
	if (!x->replied)
		x->route->finish(x, buf_view(&x->body));
	return !x->reply.cached && !x->reply.is_stream && x->out.failed ? NULL : &x->reply;
}

const struct reply *exchange_refuse(struct exchange *x, enum code code)
{
	reply_problem(x, code, NULL);
	return x->out.failed ? NULL : &x->reply;
}

void exchange_tell(const struct exchange *x, struct exchange_facts *facts)
{
	const struct pmm_rulebook *rulebook = x->snapshot ? snapshot_rulebook(x->snapshot) : NULL;
	*facts = (struct exchange_facts){
		.method = method_name(x->method),
		.route = x->route ? x->route->path : "other",
		.code = x->problem ? code_info(x->problem)->name : NULL,
		.digest = rulebook ? pmm_rulebook_info(rulebook)->digest : "",
		.status = x->reply.status,
	};
}
