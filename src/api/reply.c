// SPDX-License-Identifier: MIT
// How handlers reply: the headers that belong to every answer stand here, and the names
// of the methods.
#include "exchange.h"

#include <stdio.h>

enum { ASKED_HEADERS_MAX = 1024 }; // bytes that a preflight may ask for

static const char *const method_names[] = {"GET", "HEAD", "POST", "QUERY", "OPTIONS"};

enum { METHOD_COUNT = sizeof method_names / sizeof method_names[0] };
_Static_assert(METHODS_ALL == (1 << METHOD_COUNT) - 1, "in the order of their bits");
_Static_assert(METHOD_COUNT == (int)METRICS_NO_METHOD, "each is counted apart");

const char *method_name(enum method method)
{
	return method ? method_names[__builtin_ctz(method)] : "other";
}

enum method method_find(struct str name)
{
	for (unsigned i = 0; i < METHOD_COUNT; i++)
		if (str_equal(name, str_of(method_names[i])))
			return (enum method)(1U << i);
	return (enum method)0;
}

const char *method_list(struct exchange *x, unsigned methods)
{
	char *text = arena_take(&x->arena, sizeof "GET, HEAD, POST, QUERY, OPTIONS");
	char *at = text;
	if (!text)
		return "OPTIONS";
	methods |= METHOD_OPTIONS;
	for (unsigned i = 0; i < METHOD_COUNT; i++)
		if (methods >> i & 1)
			at = stpcpy(stpcpy(at, at == text ? "" : ", "), method_names[i]);
	return text;
}

void reply_header(struct exchange *x, const char *name, const char *value)
{
	struct reply *reply = &x->reply;
	if (value && reply->header_count < REPLY_HEADERS_MAX)
		reply->headers[reply->header_count++] = (struct header){name, value};
}

void reply_vary(struct exchange *x, enum vary vary)
{
	static const char *const fields[][2] = {{NULL, "Origin"}, {"Accept", "Accept, Origin"},
		{"Accept, Accept-Language", "Accept, Accept-Language, Origin"},
		{"Accept-Encoding", "Accept-Encoding, Origin"},
		{"Accept-Encoding, Accept-Language", "Accept-Encoding, Accept-Language, Origin"},
		{NULL, "Origin, Access-Control-Request-Headers"}};
	reply_header(x, "Vary", fields[vary][x->service->options.cors_count > 0]);
}

void reply_guard(struct exchange *x)
{
	reply_header(x, "Content-Security-Policy", x->service->page_policy);
	reply_header(x, "Referrer-Policy", "no-referrer");
	reply_header(x, "X-Frame-Options", x->service->options.frame_count ? NULL : "DENY");
}

// The names of header fields that a preflight asks for, or those that all may send.
static const char *allowed_headers(struct exchange *x)
{
	static const char usual[] =
		"Accept, Accept-Language, Authorization, Content-Type, If-None-Match";
	static const char letters[] = "!#$%&'*+-.^_`|~0123456789"
				      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ, \t";
	const struct str asked = x->request.access_control_request_headers;
	const char *kept = asked.size && asked.size <= ASKED_HEADERS_MAX
				   ? arena_copy(&x->arena, asked)
				   : NULL;
	return kept && strspn(kept, letters) == asked.size ? kept : usual;
}

static void add_cors(struct exchange *x)
{
	const struct service_options *options = &x->service->options;
	const char *origin = NULL; // as configured: nothing of the request is reflected
	for (size_t i = 0; x->request.origin.size && !origin && i < options->cors_count; i++) {
		struct str allowed = str_of(options->cors_origins[i]);
		if (str_equal(allowed, STR("*")) || str_equal(allowed, x->request.origin))
			origin = options->cors_origins[i];
	}
	if (!origin)
		return;
	reply_header(x, "Access-Control-Allow-Origin", origin);
	if (x->asked.method != METHOD_OPTIONS) {
		reply_header(x, "Access-Control-Expose-Headers",
			"ETag, Allow, Accept, Retry-After, X-Request-Id, Content-Language");
		return;
	}
	if (x->request.access_control_request_method.size == 0 || !x->asked.route)
		return;
	reply_header(x, "Access-Control-Allow-Methods", method_list(x, x->asked.route->methods));
	reply_header(x, "Access-Control-Allow-Headers", allowed_headers(x));
	reply_header(x, "Access-Control-Max-Age", "86400");
}

struct reply *reply_start(struct exchange *x, unsigned status)
{
	x->replied = true;
	x->told = (struct told){.problem = CODE_none};
	x->reply = (struct reply){.status = status, .close = x->service->draining};
	add_cors(x);
	return &x->reply;
}

void reply_indent(struct exchange *x)
{
	struct buf indented = {0};
	if (!x->options.pretty || x->out.failed)
		return;
	json_indent(&indented, buf_view(&x->out), 0);
	buf_finish(&x->out);
	x->out = indented;
}

bool reply_out(
	struct exchange *x, const char *cache_control, const char *content_type, enum vary vary)
{
	reply_header(x, "Cache-Control", cache_control);
	reply_header(x, "Content-Type", content_type);
	if (vary == VARY_NEGOTIATED)
		reply_header(x, "Content-Language", pmm_lang_tag(x->options.lang));
	reply_header(x, "X-Content-Type-Options", "nosniff");
	reply_vary(x, vary);
	x->reply.body = buf_view(&x->out);
	return false;
}

bool reply_json(struct exchange *x, struct json_writer *json)
{
	json_object_end(json);
	buf_char(&x->out, '\n');
	return reply_out(x, "no-cache", TYPE_JSON, VARY_NEGOTIATED);
}

const char *reply_etag(struct exchange *x)
{
	const struct str bytes = buf_view(&x->out);
	char etag[32];
	snprintf(etag, sizeof etag, "\"%08x%08x\"", word_hash(0, bytes), word_hash(1, bytes));
	return arena_copy(&x->arena, str_of(etag));
}

bool reply_tagged(struct exchange *x, const char *content_type)
{
	const char *etag = reply_etag(x);
	return !(etag && reply_not_modified(x, etag, "no-cache", VARY_NEGOTIATED)) &&
	       reply_out(x, NULL, content_type, VARY_NEGOTIATED);
}

bool reply_not_modified(
	struct exchange *x, const char *etag, const char *cache_control, enum vary vary)
{
	reply_header(x, "ETag", etag);
	reply_header(x, "Cache-Control", cache_control);
	if (!etag_matches(x->request.if_none_match, str_of(etag)))
		return false;
	reply_vary(x, vary);
	x->reply.status = 304;
	return true;
}
