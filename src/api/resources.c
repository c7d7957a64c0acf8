// SPDX-License-Identifier: MIT
// The resources beside /check: index, rulebook, health, problems.
#include "exchange.h"

#include <stdio.h>

static void add_resource(struct exchange *x, struct json_writer *json, const struct route *route)
{
	json_object(json);
	json_string(json_name(json, "path"), route->path);
	json_string(json_name(json, "methods"), method_list(x, route->methods));
	json_string(json_name(json, "description"), route->text[x->options.lang]);
	json_object_end(json);
}

// Its identity, and the days on which it is in force.
static void add_rulebook(struct json_writer *json, const struct snapshot *snapshot)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	json_object(json);
	json_string(json_name(json, "id"), info->id);
	json_string(json_name(json, "version"), info->version);
	json_string(json_name(json, "digest"), info->digest);
	json_string(json_name(json, "effective_from"), info->effective_from);
	json_name(json, "effective_to");
	if (info->effective_to)
		json_string(json, info->effective_to);
	else
		json_null(json);
	json_object_end(json);
}

bool index_begin(struct exchange *x)
{
	struct json_writer json = reply_writer(x);
	reply_start(x, 200);
	json_object(&json);
	json_string(json_name(&json, "service"), "pmm-check");
	json_string(json_name(&json, "version"), PMM_VERSION);
	json_fragment(json_name(&json, "rulebook"), snapshot_identity(x->snapshot));
	json_array(json_name(&json, "rulebooks"));
	for (size_t i = 0; i < rulebook_set_count(x->set); i++)
		add_rulebook(&json, rulebook_set_at(x->set, i));
	json_array_end(&json);
	json_array(json_name(&json, "resources"));
	for (const struct route *route = x->routes; route->path; route++)
		add_resource(x, &json, route);
	json_array_end(&json);
	json_object_end(&json);
	buf_char(&x->out, '\n');
	reply_header(x, "Cache-Control", "no-cache");
	reply_out(x, 200, TYPE_JSON, true);
	return false;
}

bool rulebook_begin(struct exchange *x)
{
	static const char *const offers[] = {TYPE_JSON};
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(x->snapshot));
	struct json_writer json = reply_writer(x);
	char etag[128];
	if (negotiate_media(x->request.accept, offers, 1) < 0)
		return reply_problem(x, CODE_not_acceptable);
	// The bytes are what the digest is taken of, so it is the strongest tag.
	snprintf(etag, sizeof etag, "\"%s%s\"", info->digest, x->options.pretty ? "-pretty" : "");
	const char *kept = arena_copy(&x->arena, str_of(etag));
	reply_start(x, 200);
	if (kept && reply_not_modified(x, kept, "no-cache", false))
		return false;
	json_fragment(&json, (struct str){info->canonical, info->canonical_size});
	reply_out(x, 200, TYPE_JSON, false);
	return false;
}

bool rulebook_named_begin(struct exchange *x)
{
	struct snapshot *named = rulebook_set_find(x->set, x->asked.name);
	if (!named)
		return reply_problem(x, CODE_not_found);
	x->snapshot = named;
	return rulebook_begin(x);
}

// For people: what answers now, and what the last load and the last reload refused.
static void add_state(struct exchange *x)
{
	const struct service_loads loads = service_loads(x->service);
	const size_t count = rulebook_set_count(x->set);
	const unsigned parts = x->service->refused_parts;
	struct buf *buf = &x->out;
	buf_text(buf, "version: " PMM_VERSION "\nrulebook: ");
	buf_str(buf, snapshot_identity(x->snapshot));
	for (size_t i = 0; count > 1 && i < count; i++) {
		struct json_writer json = json_writer_of(buf, false);
		buf_text(buf, "\n  one of the set: ");
		add_rulebook(&json, rulebook_set_at(x->set, i));
	}
	buf_text(buf, "\nrulebooks: ");
	buf_uint(buf, count);
	buf_text(buf, "\nloads taken: ");
	buf_uint(buf, loads.taken);
	buf_text(buf, "\nloads refused: ");
	buf_uint(buf, loads.refused);
	buf_text(buf, loads.last_refused ? "\nlast load: refused, what was in use stays\n"
					 : "\nlast load: taken\n");
	if (parts & SERVICE_CERTIFICATE)
		buf_text(buf, "last reload: certificate refused, the old one stays\n");
	if (parts & SERVICE_TOKENS)
		buf_text(buf, "last reload: tokens refused, the old ones stay\n");
}

static void reply_health(struct exchange *x, unsigned status, const char *line)
{
	reply_start(x, status);
	buf_text(&x->out, line);
	if (x->options.verbose)
		add_state(x);
	if (status == 503)
		reply_header(x, "Retry-After", "5");
	reply_header(x, "Cache-Control", "no-store");
	reply_out(x, status, TYPE_TEXT, false);
}

bool livez_begin(struct exchange *x)
{
	reply_health(x, 200, "ok\n");
	return false;
}

bool readyz_begin(struct exchange *x)
{
	const bool draining = x->service->draining;
	reply_health(x, draining ? 503 : 200, draining ? "draining\n" : "ok\n");
	return false;
}

static void write_code_text(struct exchange *x, const struct code_info *info)
{
	struct buf *buf = &x->out;
	buf_text(buf, info->name);
	buf_text(buf, ": ");
	buf_text(buf, info->title[x->options.lang]);
	buf_char(buf, '\n');
	buf_text(buf, info->help[x->options.lang]);
	buf_char(buf, '\n');
}

static void write_code_json(struct exchange *x, const struct code_info *info)
{
	struct json_writer json = reply_writer(x);
	json_object(&json);
	json_string(json_name(&json, "code"), info->name);
	if (info->status)
		json_number(json_name(&json, "status"), info->status);
	json_string(json_name(&json, "title"), info->title[x->options.lang]);
	json_string(json_name(&json, "help"), info->help[x->options.lang]);
	json_object_end(&json);
	buf_char(&x->out, '\n');
}

bool problems_begin(struct exchange *x)
{
	const enum code code = code_find(x->asked.name);
	if (code == CODE_none)
		return reply_problem(x, CODE_not_found);
	const int offer = reply_choose(x);
	if (offer < 0)
		return false;
	reply_start(x, 200);
	reply_header(x, "Cache-Control", "no-cache");
	if (offer == 1)
		write_code_text(x, code_info(code));
	else
		write_code_json(x, code_info(code));
	reply_out(x, 200, offer == 1 ? TYPE_TEXT : TYPE_JSON, true);
	return false;
}
