// SPDX-License-Identifier: MIT
// The resources beside /check: index, rulebook, health, problems.
#include "exchange.h"
#include "negotiate.h"

static bool accepts_json(struct exchange *x)
{
	static const char *const offers[] = {"application/json"};
	if (negotiate_media(x->request.accept, offers, 1) == 0)
		return true;
	reply_problem(x, CODE_not_acceptable, NULL);
	return false;
}

static void add_resource(struct exchange *x, const struct route *route)
{
	struct buf *buf = &x->out;
	buf_text(buf, "{\"path\":\"");
	buf_text(buf, route->path);
	buf_text(buf, "\",\"methods\":\"");
	buf_text(buf, route_allow(x, route));
	buf_text(buf, "\",\"description\":");
	buf_json(buf, str_of(route->text[x->lang]));
	buf_char(buf, '}');
}

// Its identity, and the days on which it is in force.
static void add_rulebook(struct buf *buf, const struct snapshot *snapshot)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	struct str identity = snapshot_identity(snapshot);
	buf_add(buf, identity.at, identity.size - 1);
	buf_text(buf, ",\"effective_from\":");
	buf_json(buf, str_of(info->effective_from));
	buf_text(buf, ",\"effective_to\":");
	if (info->effective_to)
		buf_json(buf, str_of(info->effective_to));
	else
		buf_text(buf, "null");
	buf_char(buf, '}');
}

bool index_begin(struct exchange *x)
{
	size_t count;
	const struct route *routes = route_all(&count);
	struct buf *buf = &x->out;
	reply_start(x, 200);
	buf_text(buf, "{\"service\":\"pmm-check\",\"version\":\"" PMM_VERSION "\",\"rulebook\":");
	buf_str(buf, snapshot_identity(x->snapshot));
	buf_text(buf, ",\"rulebooks\":[");
	for (size_t i = 0; i < rulebook_set_count(x->set); i++) {
		if (i)
			buf_char(buf, ',');
		add_rulebook(buf, rulebook_set_at(x->set, i));
	}
	buf_text(buf, "],\"resources\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(buf, ',');
		add_resource(x, &routes[i]);
	}
	buf_text(buf, "]}\n");
	reply_header(x, "Cache-Control", "no-cache");
	reply_json(x, 200, true);
	return false;
}

bool rulebook_begin(struct exchange *x)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(x->snapshot));
	if (!accepts_json(x))
		return false;
	// The bytes are what the digest is taken of, so it is the strongest tag.
	const struct str parts[] = {
		STR("\""), str_of(info->digest), x->pretty ? STR("-pretty\"") : STR("\"")};
	char etag[128];
	size_t size = 0;
	for (size_t i = 0; i < 3; i++) {
		memcpy(etag + size, parts[i].at, parts[i].size);
		size += parts[i].size;
	}
	const char *kept = exchange_copy(x, (struct str){etag, size});
	reply_start(x, 200);
	if (kept && reply_not_modified(x, kept, "no-cache", false))
		return false;
	buf_add(&x->out, info->canonical, info->canonical_size);
	reply_json(x, 200, false);
	return false;
}

bool rulebook_named_begin(struct exchange *x)
{
	struct snapshot *named = rulebook_set_find(x->set, x->rest);
	if (!named) {
		reply_problem(x, CODE_not_found, NULL);
		return false;
	}
	x->snapshot = named;
	return rulebook_begin(x);
}

// For people: what answers now, and whether the last load was refused.
static void add_state(struct exchange *x)
{
	const struct service_loads loads = service_loads(x->service);
	struct buf *buf = &x->out;
	buf_text(buf, "version: " PMM_VERSION "\nrulebook: ");
	buf_str(buf, snapshot_identity(x->snapshot));
	for (size_t i = 0; rulebook_set_count(x->set) > 1 && i < rulebook_set_count(x->set); i++) {
		buf_text(buf, "\n  one of the set: ");
		add_rulebook(buf, rulebook_set_at(x->set, i));
	}
	buf_text(buf, "\nrulebooks: ");
	buf_uint(buf, rulebook_set_count(x->set));
	buf_text(buf, "\nloads taken: ");
	buf_uint(buf, loads.taken);
	buf_text(buf, "\nloads refused: ");
	buf_uint(buf, loads.refused);
	buf_text(buf, loads.last_refused ? "\nlast load: refused, what was in use stays\n"
					 : "\nlast load: taken\n");
}

// What the last reload refused besides rulebooks.
static void add_refusals(struct exchange *x)
{
	unsigned parts = service_refused_parts(x->service);
	if (parts & SERVICE_CERTIFICATE)
		buf_text(&x->out, "last reload: certificate refused, the old one stays\n");
	if (parts & SERVICE_TOKENS)
		buf_text(&x->out, "last reload: tokens refused, the old ones stay\n");
}

static void reply_health(struct exchange *x, unsigned status, const char *word)
{
	reply_start(x, status);
	buf_text(&x->out, word);
	buf_char(&x->out, '\n');
	if (x->verbose) {
		add_state(x);
		add_refusals(x);
	}
	if (status == 503)
		reply_header(x, "Retry-After", "5");
	reply_header(x, "Cache-Control", "no-store");
	reply_out(x, status, "text/plain; charset=utf-8", false);
}

bool livez_begin(struct exchange *x)
{
	reply_health(x, 200, "ok");
	return false;
}

bool readyz_begin(struct exchange *x)
{
	bool draining = service_is_draining(x->service);
	reply_health(x, draining ? 503 : 200, draining ? "draining" : "ok");
	return false;
}

static void write_code_text(struct exchange *x, const struct code_info *info)
{
	struct buf *buf = &x->out;
	buf_text(buf, info->name);
	buf_text(buf, ": ");
	buf_text(buf, info->title[x->lang]);
	buf_char(buf, '\n');
	buf_text(buf, info->help[x->lang]);
	buf_char(buf, '\n');
}

static void write_code_json(struct exchange *x, const struct code_info *info)
{
	struct buf *buf = &x->out;
	buf_text(buf, "{\"code\":");
	buf_json(buf, str_of(info->name));
	if (info->status) {
		buf_text(buf, ",\"status\":");
		buf_uint(buf, info->status);
	}
	buf_text(buf, ",\"title\":");
	buf_json(buf, str_of(info->title[x->lang]));
	buf_text(buf, ",\"help\":");
	buf_json(buf, str_of(info->help[x->lang]));
	buf_text(buf, "}\n");
}

bool problems_begin(struct exchange *x)
{
	static const char *const offers[] = {"application/json", "text/plain"};
	enum code code = code_find(x->rest);
	int offer = negotiate_media(x->request.accept, offers, 2);
	if (code == CODE_none || offer < 0) {
		reply_problem(x, code == CODE_none ? CODE_not_found : CODE_not_acceptable, NULL);
		return false;
	}
	reply_start(x, 200);
	reply_header(x, "Cache-Control", "no-cache");
	if (offer == 1) {
		write_code_text(x, code_info(code));
		reply_out(x, 200, "text/plain; charset=utf-8", true);
	} else {
		write_code_json(x, code_info(code));
		reply_json(x, 200, true);
	}
	return false;
}
