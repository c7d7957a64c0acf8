// SPDX-License-Identifier: MIT
// Private to api: what all requests share, a request in progress, and what its handlers
// use of each other's files. Those stand in floors, each of which calls only those below
// it:
//
//     course.c       from the head to the reply, as the transport drives it
//     route.c        which address leads to which handler
//     pages.c
//     check.c, bulk_check.c, resources.c, schema.c
//     options.c
//     problem.c
//     problem_page.c
//     reply.c
//     service.c, tokens.c, negotiate.c
#pragma once

#include "api.h"
#include "bulk/bulk.h"
#include "negotiate.h"

#include <pthread.h>
#include <stdatomic.h>

// What all requests share. All files read it; service.c alone changes it, but for the
// count of bulk requests.
struct service {
	struct service_options options; // never changed
	char *page_policy; // Content-Security-Policy of the pages; never changed
	struct metrics *metrics;
	pthread_mutex_t lock;
	// Changed under the lock, and referred to: whoever takes a reference has the
	// lock, too. Who only wants to know which one it is, or whether there is one,
	// need not take it.
	_Atomic(struct rulebook_set *) current;
	_Atomic(struct tokens *) tokens;
	atomic_uint bulk_count;
	atomic_bool draining;
	atomic_uint_fast64_t loads_taken, loads_refused; // of rulebooks
	atomic_bool last_refused;
	atomic_uint refused_parts; // enum service_part
};

// A reference to the tokens that are needed now; there must be some.
struct tokens *service_tokens(struct service *service);

enum method {
	METHOD_GET = 1,
	METHOD_HEAD = 2,
	METHOD_POST = 4,
	METHOD_QUERY = 8,
	METHOD_OPTIONS = 16,
	METHODS_ALL = 31,
	// No method, but stands among those of a route: its requests need no token.
	ROUTE_OPEN = 32,
	ROUTE_PAGE = 64, // who prefers HTML gets a page, and may have strange parameters
	ROUTE_STATIC = 128, // the query matters not but for lang
};

struct exchange;

struct route {
	const char *path; // ends in {...}: what stands there is the resource's name
	unsigned methods; // enum method, besides OPTIONS; perhaps ROUTE_OPEN
	const char *text[PMM_LANG_COUNT]; // what it is, for the index
	// Replies, or returns true to be given the body.
	bool (*begin)(struct exchange *x);
	// Of those that do: what they take, for Accept (415) and Accept-Query (RFC 10008); and
	// what takes a piece of the body, and what replies to the whole.
	const char *types;
	void (*feed)(struct exchange *x, struct str piece);
	void (*finish)(struct exchange *x);
};

// What the head asks for.
struct asked {
	enum method method; // 0: none of ours
	const struct route *route; // NULL: there is none
	struct str path, query;
	struct str name; // of the resource: what the path has for the route's {...}
	enum body_kind body_kind; // by its header fields
	enum token_verdict access; // where tokens are needed
};

// What the query says, in the arena (options.c).
struct options {
	enum pmm_lang lang; // else by Accept-Language
	bool pretty, verbose, full, explain, ignore_unknown;
	bool has_as_of;
	int32_t as_of; // a day (date.h)
	const int32_t *day; // the same where the rulebook has dates, else NULL
	struct str rulebook; // at == NULL: not asked for
	struct str id_from, group_by; // folded
	struct str columns; // of CSV; at == NULL: not asked for
	size_t fact_count; // pairs that are no option: x->facts
};

// What is being read of the body.
struct intake {
	uint64_t received; // bytes
	uint64_t drained; // bytes of a body that is not wanted
	struct buf pieces; // what came of a single document
	struct str whole; // all of it, where it came as one; valid in exchange_feed
	char head[CODE_HEAD_MAX]; // its first bytes, which may come one by one
	uint8_t head_size;
	bool is_at_head; // they may still tell that it is no file of ours
	bool is_single; // it is known to be no array
	struct bulk *bulk; // many profiles; NULL: one
	enum shape bulk_shape;
};

// What the log and the metrics hear of the reply.
struct told {
	enum code problem; // that it is, or CODE_none
	bool has_errors; // it lists those of the profile
	bool has_answer; // it is one about a profile,
	uint32_t index; // of this index
};

struct exchange {
	struct service *service;
	const struct route *routes; // all; behind the last stands one without a path
	struct rulebook_set *set; // held as long as it is current, and until reset
	struct snapshot *snapshot; // the one of the set that answers

	struct request request; // as the transport read it
	struct asked asked;
	struct options options;
	struct query_fact {
		struct str name, value;
	} facts[PROFILE_PAIRS_MAX];
	struct intake intake;
	uint8_t digits[PMM_FACTS_MAX]; // the profile: what the query said, then the body
	struct profile profile;

	bool replied;
	struct reply reply;
	struct buf out; // its body, where that is not a cached response's
	struct told told;

	struct arena arena;
	char block[2048]; // the arena's own
};

// --- replies (reply.c)

// "GET", or "other" for a method that is none of ours.
const char *method_name(enum method method);
enum method method_find(struct str name); // 0: none of ours

// "GET, HEAD, OPTIONS" for METHODS and OPTIONS, in the exchange's memory.
const char *method_list(struct exchange *x, unsigned methods);

#define TYPE_JSON "application/json"
#define TYPE_HTML "text/html; charset=utf-8"
#define TYPE_TEXT "text/plain; charset=utf-8"

// Starts a reply: status and the headers that every one has.
struct reply *reply_start(struct exchange *x, unsigned status);
void reply_header(struct exchange *x, const char *name, const char *value); // NULL: left out

// What the answer depends on beside the address: Accept, that and Accept-Language;
// Accept-Encoding, that and Accept-Language.
enum vary { VARY_NOTHING, VARY_ACCEPT, VARY_NEGOTIATED, VARY_ENCODING, VARY_DINAS, VARY_PREFLIGHT };
void reply_vary(struct exchange *x, enum vary vary);

// The headers that keep a page, and what it needs, from doing or suffering anything else.
void reply_guard(struct exchange *x);

// Ends a reply whose body is in x->out; one that is negotiated says its language. False, for
// whoever was asked whether to go on.
bool reply_out(
	struct exchange *x, const char *cache_control, const char *content_type, enum vary vary);

// The same for a resource that is one JSON object, which JSON has begun in x->out.
bool reply_json(struct exchange *x, struct json_writer *json);

// Indents the JSON in x->out if ?pretty asks for it.
void reply_indent(struct exchange *x);

// Writes JSON to x->out, indented at once if ?pretty asks for it.
static inline struct json_writer reply_writer(struct exchange *x)
{
	return json_writer_of(&x->out, x->options.pretty);
}

// Whether the method is GET or HEAD.
static inline bool is_get(const struct exchange *x)
{
	return x->asked.method & (METHOD_GET | METHOD_HEAD);
}

// An ETag made of the bytes in x->out; NULL: out of memory. And the end of a reply with it.
const char *reply_etag(struct exchange *x);
bool reply_tagged(struct exchange *x, const char *content_type);

// 304 if the client has this ETag already; the reply is then complete.
bool reply_not_modified(
	struct exchange *x, const char *etag, const char *cache_control, enum vary vary);

// --- problems (problem.c). All return false, for whoever was asked whether to go on.

bool reply_problem(struct exchange *x, enum code code);

// What a problem may say beside its code, in this order. What a header says stands in the
// body, too, for scripts in pages; problem.c knows it by itself.
enum problem_member {
	PROBLEM_POINTER, // of a member that is given twice
	PROBLEM_OFFSET,
	PROBLEM_PARAMETER, // what is wrong in the address
	PROBLEM_FORM, // that its value must have
	PROBLEM_ALLOWED, // what it may be: words, ", " between them
	PROBLEM_ALLOW, // the first header
	PROBLEM_ACCEPT,
	PROBLEM_ACCEPT_ENCODING,
	PROBLEM_RETRY_AFTER,
	PROBLEM_MEMBERS,
};
struct problem {
	enum code code;
	const char *detail; // NULL: what helps against the code
	bool has_errors; // those of x->profile
	struct str members[PROBLEM_MEMBERS]; // at == NULL: not told
};
bool reply_with(struct exchange *x, struct problem problem);

// PARAMETER is none of WORDS, which this frees.
bool reply_allowed(struct exchange *x, enum code code, struct str parameter, struct buf *words);

// Columns were chosen for an answer that has none.
static inline bool reply_no_columns(struct exchange *x)
{
	return reply_with(x, (struct problem){.code = CODE_unknown_parameter,
				     .members[PROBLEM_PARAMETER] = STR("columns"),
				     .members[PROBLEM_FORM] = STR("Accept: text/csv")});
}

// For a fault of pairs, as of profile_read_pairs, which is the problem's code.
bool reply_pairs_problem(struct exchange *x, int fault, struct problem problem);

// For a body of that kind, which is not taken so.
bool reply_type_problem(struct exchange *x, enum code code, enum body_kind kind);

// For what is wrong at a byte of the body.
bool reply_json_problem(
	struct exchange *x, enum json_fault fault, size_t offset, struct str pointer);

// What of these Accept prefers.
enum offer { OFFER_JSON, OFFER_TEXT, OFFER_HTML };

// It, or -1: it replied.
int reply_choose(struct exchange *x);

// Whether a page is wanted of a route that has one.
bool reply_is_page(const struct exchange *x);

void problem_page_write(struct exchange *x, const struct problem *problem);

// --- options of the query (options.c)

// Takes lang out of the query ahead of everything, so that an error that comes before
// options_read is told in the asked language.
void options_peek_language(struct exchange *x);

// Reads the options, chooses the snapshot that as_of and rulebook ask for, and reads the
// facts into x->digits. False: it replied.
bool options_read(struct exchange *x);

// The facts alone: of routes that take no body. False: it replied.
bool options_read_facts(struct exchange *x);

// What the links of a page carry so that they ask the same rulebook; NULL: out of memory. Its id
// has no character that would have to be escaped (the loader sees to that).
const char *options_suffix(struct exchange *x);

// --- handlers

bool check_begin(struct exchange *x);
void check_feed(struct exchange *x, struct str piece);
void check_finish(struct exchange *x);
void check_reply(struct exchange *x, enum format format); // the answer about x->digits
bool home_begin(struct exchange *x);
bool dinas_begin(struct exchange *x);
bool assets_begin(struct exchange *x);
bool index_begin(struct exchange *x);
bool rulebook_begin(struct exchange *x);
bool rulebook_named_begin(struct exchange *x);
bool rulebooks_begin(struct exchange *x);
bool schema_begin(struct exchange *x);
bool livez_begin(struct exchange *x);
bool readyz_begin(struct exchange *x);
bool problems_begin(struct exchange *x);
bool metrics_begin(struct exchange *x);

// A bulk request: its course, its reply, and its end, which counts the rows, however
// far it came.
bool bulk_begin(struct exchange *x, bool is_summary);
void bulk_take(struct exchange *x, struct str piece);
void bulk_finish(struct exchange *x);
void bulk_drop(struct exchange *x);
bool summary_begin(struct exchange *x);

// --- routes (route.c)

extern const struct route route_table[];

// The route of the path, with its name set, or NULL.
const struct route *route_find(struct exchange *x);
