// SPDX-License-Identifier: MIT
// The resources beside /check: index, rulebook, health, metrics, problems.
#include "exchange.h"

#include <inttypes.h>
#include <stdio.h>

// What it is, when it is in force in this set, and whether it is now.
static void add_rulebook(
	struct exchange *x, struct json_writer *json, const struct snapshot *snapshot)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	int32_t (*today)(void) = x->service->options.today;
	const char *last_day = snapshot_last_day(snapshot);
	json_object(json);
	json_string(json_name(json, "id"), info->id);
	json_string(json_name(json, "version"), info->version);
	json_string(json_name(json, "digest"), info->digest);
	json_string(json_name(json, "title"), info->title[x->options.lang]);
	json_string(json_name(json, "effective_from"), info->effective_from);
	json_name(json, "effective_to");
	if (last_day)
		json_string(json, last_day);
	else
		json_null(json);
	json_bool(json_name(json, "in_force"),
		snapshot_is_in_force(snapshot, today ? today() : DATE_MAX));
	json_bool(json_name(json, "current"), snapshot == rulebook_set_current(x->set, today));
	json_object_end(json);
}

static void add_rulebooks(struct exchange *x, struct json_writer *json)
{
	json_array(json_name(json, "rulebooks"));
	for (size_t i = 0; i < rulebook_set_count(x->set); i++)
		add_rulebook(x, json, rulebook_set_at(x->set, i));
	json_array_end(json);
}

bool index_begin(struct exchange *x)
{
	struct json_writer json = reply_writer(x);
	reply_start(x, 200);
	json_object(&json);
	json_string(json_name(&json, "service"), "pmm-check");
	json_string(json_name(&json, "version"), PMM_VERSION);
	json_fragment(json_name(&json, "rulebook"), snapshot_identity(x->snapshot));
	add_rulebooks(x, &json);
	json_array(json_name(&json, "resources"));
	for (const struct route *route = x->routes; route->path; route++) {
		json_object(&json);
		json_string(json_name(&json, "path"), route->path);
		json_string(json_name(&json, "methods"), method_list(x, route->methods));
		json_string(json_name(&json, "description"), route->text[x->options.lang]);
		json_object_end(&json);
	}
	json_array_end(&json);
	return reply_json(x, &json);
}

// The table of all outcomes, for people; where the address has facts, with the row that fits.
static bool reply_sheet(struct exchange *x)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(x->snapshot);
	const char *suffix = options_suffix(x);
	if (!suffix)
		return reply_problem(x, CODE_overloaded);
	if (!options_read_facts(x))
		return false;
	const bool has_facts = pmm_profile_index(rulebook, x->digits) > 0;
	reply_start(x, 200);
	reply_guard(x);
	sheet_write(rulebook, &x->out, x->options.lang, has_facts ? x->digits : NULL,
		str_equal(x->asked.path, STR("/rulebook")) ? "" : "../", suffix);
	return reply_tagged(x, TYPE_HTML);
}

bool rulebook_begin(struct exchange *x)
{
	if (reply_is_page(x))
		return reply_sheet(x);
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
	if (kept && reply_not_modified(x, kept, "no-cache", VARY_ACCEPT))
		return false;
	json_fragment(&json, (struct str){info->canonical, info->canonical_size});
	return reply_out(x, NULL, TYPE_JSON, VARY_ACCEPT);
}

// All that are loaded. What is said of today makes it another document tomorrow, so its tag
// is made of its bytes.
bool rulebooks_begin(struct exchange *x)
{
	static const char *const offers[] = {TYPE_JSON};
	struct json_writer json = reply_writer(x);
	if (negotiate_media(x->request.accept, offers, 1) < 0)
		return reply_problem(x, CODE_not_acceptable);
	reply_start(x, 200);
	json_object(&json);
	add_rulebooks(x, &json);
	json_object_end(&json);
	buf_char(&x->out, '\n');
	return reply_tagged(x, TYPE_JSON);
}

bool rulebook_named_begin(struct exchange *x)
{
	struct snapshot *named = rulebook_set_find(x->set, x->asked.name);
	if (!named)
		return reply_problem(x, CODE_not_found);
	if (named != x->snapshot) { // its page leads to questions about it
		x->options.rulebook = x->asked.name;
		x->options.has_as_of = false;
	}
	x->snapshot = named;
	return rulebook_begin(x);
}

// For people: what answers now, and what the last load and the last reload refused.
static void add_state(struct exchange *x)
{
	const struct service *service = x->service;
	const size_t count = rulebook_set_count(x->set);
	const unsigned parts = service->refused_parts;
	struct buf *buf = &x->out;
	buf_text(buf, "version: " PMM_VERSION "\nrulebook: ");
	buf_str(buf, snapshot_identity(x->snapshot));
	for (size_t i = 0; count > 1 && i < count; i++) {
		struct json_writer json = json_writer_of(buf, false);
		buf_text(buf, "\n  one of the set: ");
		add_rulebook(x, &json, rulebook_set_at(x->set, i));
	}
	buf_print(buf,
		"\nrulebooks: %zu\nloads taken: %" PRIuFAST64 "\nloads refused: %" PRIuFAST64,
		count, service->loads_taken, service->loads_refused);
	buf_text(buf, service->last_refused ? "\nlast load: refused, what was in use stays\n"
					    : "\nlast load: taken\n");
	if (parts & SERVICE_CERTIFICATE)
		buf_text(buf, "last reload: certificate refused, the old one stays\n");
	if (parts & SERVICE_TOKENS)
		buf_text(buf, "last reload: tokens refused, the old ones stay\n");
}

static bool reply_health(struct exchange *x, unsigned status, const char *line)
{
	reply_start(x, status);
	buf_text(&x->out, line);
	if (x->options.verbose)
		add_state(x);
	if (status == 503)
		reply_header(x, "Retry-After", "5");
	return reply_out(x, "no-store", TYPE_TEXT, VARY_NOTHING);
}

bool livez_begin(struct exchange *x)
{
	return reply_health(x, 200, "ok\n");
}

bool readyz_begin(struct exchange *x)
{
	const bool draining = x->service->draining;
	return reply_health(x, draining ? 503 : 200, draining ? "draining\n" : "ok\n");
}

bool problems_begin(struct exchange *x)
{
	const enum code code = code_find(x->asked.name);
	if (code == CODE_none)
		return reply_problem(x, CODE_not_found);
	const struct code_info *info = code_info(code);
	const char *title = info->title[x->options.lang], *help = info->help[x->options.lang];
	const int offer = reply_choose(x);
	if (offer < 0)
		return false;
	reply_start(x, 200);
	if (offer == OFFER_TEXT) {
		buf_print(&x->out, "%s: %s\n%s\n", info->name, title, help);
		return reply_out(x, "no-cache", TYPE_TEXT, VARY_NEGOTIATED);
	}
	if (offer == OFFER_HTML) {
		problem_page_write(x, &(struct problem){.code = code, .detail = help});
		return reply_out(x, "no-cache", TYPE_HTML, VARY_NEGOTIATED);
	}
	struct json_writer json = reply_writer(x);
	json_object(&json);
	json_string(json_name(&json, "code"), info->name);
	if (info->status)
		json_number(json_name(&json, "status"), info->status);
	json_string(json_name(&json, "title"), title);
	json_string(json_name(&json, "help"), help);
	return reply_json(x, &json);
}

bool metrics_begin(struct exchange *x)
{
	const struct service *service = x->service;
	const struct service_options *options = &service->options;
	const struct route *route = x->routes;
	struct transport_stats transport = {0};
	struct metrics_view view = {
		.set = x->set,
		.current = rulebook_set_current(x->set, options->today),
		.service = {.reloads_applied = service->loads_taken - 1, // the first: at the start
			.reloads_refused = service->loads_refused,
			.is_last_reload_good = !service->last_refused && !service->refused_parts,
			.is_draining = service->draining},
		.transport = options->stats ? &transport : NULL,
	};
	if (options->stats)
		options->stats(options->stats_cls, &transport);
	if (options->process)
		options->process(options->process_cls, &view.process);
	for (size_t i = 0; i < METRICS_ROUTES; i++)
		view.routes[i] = route->path ? route++->path : "other";
	for (size_t i = 0; i < METRICS_METHODS; i++)
		view.methods[i] = method_name((enum method)(i < METRICS_NO_METHOD ? 1U << i : 0));
	reply_start(x, 200);
	metrics_write(service->metrics, &x->out, &view);
	return reply_out(x, "no-store", "text/plain; version=0.0.4; charset=utf-8", false);
}
