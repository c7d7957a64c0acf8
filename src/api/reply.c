// SPDX-License-Identifier: MIT
// How handlers reply: the headers that belong to every answer stand here.
#include "exchange.h"
#include "negotiate.h"

void reply_header(struct exchange *x, const char *name, const char *value)
{
	struct reply *reply = &x->reply;
	if (value && reply->header_count < REPLY_HEADERS_MAX)
		reply->headers[reply->header_count++] = (struct header){name, value};
}

// The configured origin that the request's is, or NULL. Never the request's own
// text: nothing is reflected.
static const char *allowed_origin(const struct exchange *x)
{
	const struct service_options *options = service_config(x->service);
	for (size_t i = 0; i < options->cors_count; i++) {
		struct str origin = str_of(options->cors_origins[i]);
		if (str_equal(origin, STR("*")) || str_equal(origin, x->request.origin))
			return options->cors_origins[i];
	}
	return NULL;
}

static void add_cors(struct exchange *x)
{
	const char *origin = x->request.origin.size ? allowed_origin(x) : NULL;
	if (!origin)
		return;
	reply_header(x, "Access-Control-Allow-Origin", origin);
	if (x->method != METHOD_OPTIONS) {
		reply_header(x, "Access-Control-Expose-Headers", "ETag");
		return;
	}
	if (x->request.access_control_request_method.size == 0 || !x->route)
		return;
	reply_header(x, "Access-Control-Allow-Methods", route_allow(x, x->route));
	reply_header(x, "Access-Control-Allow-Headers",
		"Accept, Accept-Language, Authorization, Content-Type, If-None-Match");
	reply_header(x, "Access-Control-Max-Age", "86400");
}

struct reply *reply_start(struct exchange *x, unsigned status)
{
	x->replied = true;
	x->has_answer = false;
	x->problem = CODE_none;
	x->refused = NULL;
	x->reply = (struct reply){.status = status, .close = service_is_draining(x->service)};
	add_cors(x);
	return &x->reply;
}

void reply_out(struct exchange *x, unsigned status, const char *content_type, bool localised)
{
	reply_header(x, "Content-Type", content_type);
	if (localised)
		reply_header(x, "Content-Language", pmm_lang_tag(x->lang));
	reply_header(x, "X-Content-Type-Options", "nosniff");
	reply_header(x, "Vary", service_vary(x->service, localised));
	x->reply.status = status;
	x->reply.body = buf_view(&x->out);
}

void reply_json(struct exchange *x, unsigned status, bool localised)
{
	if (x->pretty && !x->out.failed) {
		struct buf indented = {0};
		json_indent(&indented, buf_view(&x->out), 0);
		buf_finish(&x->out);
		x->out = indented;
	}
	reply_out(x, status, "application/json", localised);
}

bool reply_not_modified(
	struct exchange *x, const char *etag, const char *cache_control, bool negotiated)
{
	reply_header(x, "ETag", etag);
	reply_header(x, "Cache-Control", cache_control);
	if (!etag_matches(x->request.if_none_match, str_of(etag)))
		return false;
	reply_header(x, "Vary", service_vary(x->service, negotiated));
	x->reply.status = 304;
	return true;
}
