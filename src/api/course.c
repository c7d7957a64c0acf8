// SPDX-License-Identifier: MIT
// The course of a request: what is decided before the body, and after it; what is told
// and counted of it.
#include "exchange.h"

#include <stdio.h>
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
	x->routes = route_table;
	arena_init(&x->arena, x->block, sizeof x->block, arena_max);
	return x;
}

void exchange_destroy(struct exchange *x)
{
	if (!x)
		return;
	bulk_drop(x);
	rulebook_set_unref(x->set);
	arena_finish(&x->arena);
	buf_finish(&x->intake.pieces);
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
	if (atomic_load_explicit(&x->service->current, memory_order_acquire) == x->set)
		return;
	rulebook_set_unref(x->set);
	x->set = NULL;
}

void exchange_reset(struct exchange *x)
{
	bulk_drop(x);
	drop_old_set(x);
	x->snapshot = NULL;
	x->asked = (struct asked){0}; // so that nothing is told of a request that never begins
	x->told = (struct told){0};
	arena_reset(&x->arena);
	reset_buf(&x->intake.pieces);
	reset_buf(&x->out);
}

char *exchange_copy(struct exchange *x, struct str s)
{
	return arena_copy(&x->arena, s);
}

bool exchange_join(struct exchange *x, struct str *list, struct str item)
{
	const size_t size = list->size + sizeof ", " - 1 + item.size;
	char *joined = arena_take(&x->arena, size + 1);
	if (!joined)
		return false;
	snprintf(
		joined, size + 1, "%.*s, %.*s", (int)list->size, list->at, (int)item.size, item.at);
	*list = (struct str){joined, size};
	return true;
}

// --- the head

// Splits the target into path and query; the absolute form, which RFC 9112
// obliges servers to take, loses its scheme and authority.
static void split_target(struct exchange *x)
{
	struct str target = x->request.target, rest = target;
	const struct str scheme = str_starts(target, STR("/")) ? STR("") : str_split(&rest, ':');
	if ((str_equal_nocase(scheme, STR("http")) || str_equal_nocase(scheme, STR("https"))) &&
		str_starts(rest, STR("//"))) {
		const char *slash = memchr(rest.at + 2, '/', rest.size - 2);
		target = slash ? (struct str){slash, rest.size - (size_t)(slash - rest.at)}
			       : STR("/");
	}
	x->asked.path = str_split(&target, '?');
	x->asked.query = target;
}

// Where tokens are needed, whether the request may go on. Else it replies, in the
// same way whether there is anything at the address or not.
static bool has_access(struct exchange *x)
{
	if (!atomic_load_explicit(&x->service->tokens, memory_order_relaxed) ||
		(x->asked.route && x->asked.route->methods & ROUTE_OPEN))
		return true;
	struct tokens *tokens = service_tokens(x->service);
	x->asked.access = tokens_judge(tokens, x->request.authorization);
	tokens_unref(tokens);
	if (x->request.authorization_count > 1)
		x->asked.access = TOKEN_WRONG; // a proxy in front may have looked at another one
	if (x->asked.access == TOKEN_GOOD)
		return true;
	return reply_problem(
		x, x->asked.access == TOKEN_UNDECIDED ? CODE_overloaded : CODE_unauthorized);
}

// Everything that can be said before the route's own handler. Returns whether
// it may go on.
static bool admit(struct exchange *x)
{
	const struct request *request = &x->request;
	if (request->is_ambiguous) {
		reply_problem(x, CODE_bad_request);
		x->reply.close = true;
		return false;
	}
	if (request->target.size > SERVICE_TARGET_MAX)
		return reply_problem(x, CODE_uri_too_long);
	if (request->header_bytes > SERVICE_HEADERS_MAX)
		return reply_problem(x, CODE_headers_too_large);
	split_target(x);
	options_peek_language(x);
	const struct route *route = x->asked.route = route_find(x);
	// Without a token: browsers send none with a preflight.
	if (x->asked.method == METHOD_OPTIONS && (route || str_equal(x->asked.path, STR("*")))) {
		reply_start(x, 204);
		reply_header(x, "Allow", method_list(x, route ? route->methods : METHODS_ALL));
		if (route && route->methods & METHOD_QUERY)
			reply_header(x, "Accept-Query", route->types);
		reply_vary(x, VARY_PREFLIGHT);
		return false;
	}
	if (!has_access(x))
		return false;
	if (request->repeats ||
		(request->authorization_count > 1 && route && !(route->methods & ROUTE_OPEN)))
		return reply_problem(x, CODE_bad_request); // others may read another one
	if (!route || !(route->methods & x->asked.method))
		return reply_problem(x, route ? CODE_method_not_allowed : CODE_not_found);
	return options_read(x);
}

bool exchange_begin(struct exchange *x, const struct request *request)
{
	const struct str coding = request->content_encoding;
	x->request = *request;
	x->replied = false;
	x->asked = (struct asked){.body_kind = body_kind(request->content_type)};
	if (coding.size && !str_equal_nocase(coding, STR("identity")))
		x->asked.body_kind = BODY_CODED;
	x->options = (struct options){.lang = negotiate_language(request->accept_language)};
	x->intake = (struct intake){.pieces = x->intake.pieces};
	drop_old_set(x);
	if (!x->set)
		x->set = service_set(x->service);
	if (!x->set)
		return reply_problem(x, CODE_overloaded);
	x->snapshot = rulebook_set_current(x->set, x->service->options.today);
	x->asked.method = method_find(request->method);
	const bool is_wanted = admit(x) && x->asked.route->begin(x);
	// Where the type is none of ours, the first bytes may say more: then this is replied anew.
	const bool is_open = x->replied && request->has_body &&
			     x->told.problem == CODE_unsupported_media_type &&
			     x->asked.body_kind != BODY_CODED &&
			     request->content_length <= SERVICE_DRAIN_MAX * OVERRUN;
	x->intake.is_at_head = is_wanted || is_open;
	return x->intake.is_at_head;
}

// --- the body

static void look_at_head(struct exchange *x, struct str piece)
{
	struct intake *intake = &x->intake;
	const size_t room = sizeof intake->head - intake->head_size;
	const size_t size = piece.size < room ? piece.size : room;
	memcpy(intake->head + intake->head_size, piece.at, size);
	intake->head_size += (uint8_t)size;
	const enum code code = code_of_head((struct str){intake->head, intake->head_size});
	intake->is_at_head = code == CODE_none && intake->head_size < sizeof intake->head;
	if (code != CODE_none)
		reply_problem(x, code);
}

bool exchange_feed(struct exchange *x, const char *bytes, size_t size)
{
	const struct service_options *options = &x->service->options;
	struct intake *intake = &x->intake;
	if (intake->is_at_head)
		look_at_head(x, (struct str){bytes, size});
	if (x->replied) {
		intake->drained += size;
	} else {
		intake->received += size;
		x->asked.route->feed(x, (struct str){bytes, size});
		// What came as one is read while it is there.
		if (intake->whole.at)
			x->asked.route->finish(x);
		intake->whole = (struct str){NULL, 0};
	}
	// An unwanted body is read, so that the reply comes in its place, but not for ever.
	// What would have been taken of a bulk request is read in any case.
	uint64_t most = options->body_max > SERVICE_DRAIN_MAX ? options->body_max
							      : SERVICE_DRAIN_MAX;
	return intake->drained <= most * OVERRUN ||
	       (intake->bulk && intake->received + intake->drained <= options->bulk_bytes_max);
}

const struct reply *exchange_finish(struct exchange *x)
{
	if (!x->replied && x->intake.pieces.failed)
		reply_problem(x, CODE_overloaded);
	if (!x->replied)
		x->asked.route->finish(x);
	return !x->reply.cached && !x->reply.is_stream && x->out.failed ? NULL : &x->reply;
}

const struct reply *exchange_refuse(struct exchange *x, enum code code)
{
	reply_problem(x, code);
	return x->out.failed ? NULL : &x->reply;
}

long exchange_read(struct exchange *x, char *to, size_t room)
{
	return bulk_read(x->intake.bulk, to, room);
}

// --- what is told and counted

void exchange_tell(const struct exchange *x, struct exchange_facts *facts)
{
	const struct pmm_rulebook *rulebook = x->snapshot ? snapshot_rulebook(x->snapshot) : NULL;
	*facts = (struct exchange_facts){
		.method = method_name(x->asked.method),
		.route = x->asked.route ? x->asked.route->path : "other",
		.code = x->told.problem ? code_info(x->told.problem)->name : NULL,
		.digest = rulebook ? pmm_rulebook_info(rulebook)->digest : "",
		.status = x->reply.status,
	};
}

void exchange_count(struct exchange *x, uint64_t duration_ns)
{
	const struct asked *asked = &x->asked;
	const struct profile_error *errors = x->told.has_errors ? x->profile.errors : NULL;
	struct metrics *metrics = x->service->metrics;
	const struct metrics_request request = {
		.route = asked->route ? (size_t)(asked->route - x->routes) : METRICS_NO_ROUTE,
		.method = asked->method ? (size_t)__builtin_ctz(asked->method) : METRICS_NO_METHOD,
		.status = x->reply.status,
		.code = x->told.problem,
		.duration_ns = duration_ns,
	};
	metrics_count_request(metrics, &request);
	for (; errors; errors = errors->next)
		metrics_count_errors(metrics, errors->code, 1);
	if (!x->told.has_answer && !(x->intake.bulk && x->reply.status == 200))
		return;
	void *answers = snapshot_attached(x->snapshot);
	const struct pmm_rulebook *rulebook = snapshot_rulebook(x->snapshot);
	if (x->told.has_answer) {
		metrics_count_answers(answers, pmm_decide(rulebook, x->told.index)->ordinal, 1);
		return;
	}
	const uint32_t *counts = bulk_tally(x->intake.bulk)->decisions;
	for (uint32_t d = 0; d < pmm_rulebook_info(rulebook)->decision_count; d++)
		if (counts[d])
			metrics_count_answers(answers, d, counts[d]);
}
