// SPDX-License-Identifier: MIT
// The addresses of the pages: what stands at / for people, the page of a district, and the
// assets of both. What pages say is written in room answer.
#include "exchange.h"
#include "web/web.h"

static bool reply_asset(struct exchange *x, const struct web_asset *asset,
	const char *cache_control, enum vary vary)
{
	const bool is_zipped = negotiate_gzip(x->request.accept_encoding);
	const char *etag = is_zipped ? asset->gzip_etag : asset->plain_etag;
	struct reply *reply = reply_start(x, 200);
	reply_guard(x); // scripts, too: a worker obeys the policy that it came with
	if (asset->is_stable) // which pages of others ask for
		reply_header(x, "Cross-Origin-Resource-Policy", "cross-origin");
	if (vary == VARY_DINAS)
		reply_header(x, "Content-Language", pmm_lang_tag(x->options.lang));
	if (reply_not_modified(x, etag, cache_control, vary))
		return false;
	reply_header(x, "Content-Type", asset->type);
	reply_header(x, "Content-Encoding", is_zipped ? "gzip" : NULL);
	reply_header(x, "X-Content-Type-Options", "nosniff");
	reply_vary(x, vary);
	reply->body = is_zipped ? asset->gzip : asset->plain;
	return false;
}

bool home_begin(struct exchange *x)
{
	if (!reply_is_page(x))
		return index_begin(x);
	if (options_read_facts(x))
		check_reply(x, x->options.explain ? FORMAT_EXPLAIN + FORMAT_HTML : FORMAT_HTML);
	return false;
}

bool dinas_begin(struct exchange *x)
{
	return reply_asset(x, &web_page_dinas[x->options.lang], "no-cache", VARY_DINAS);
}

bool assets_begin(struct exchange *x)
{
	const struct web_asset *asset = web_find(x->asked.name);
	if (!asset)
		return reply_problem(x, CODE_not_found);
	return reply_asset(x, asset,
		asset->is_stable ? "public, max-age=300" : "public, max-age=31536000, immutable",
		VARY_ENCODING);
}
