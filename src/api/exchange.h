// SPDX-License-Identifier: MIT
// Private to the service: a request in progress, and how handlers reply.
#ifndef API_EXCHANGE_H
#define API_EXCHANGE_H

#include "api.h"
#include "base/base.h"
#include "bulk/bulk.h"
#include "negotiate.h"
#include "profile/profile.h"

enum method {
	METHOD_GET = 1,
	METHOD_HEAD = 2,
	METHOD_POST = 4,
	METHOD_QUERY = 8,
	METHOD_OPTIONS = 16,
	// No method, but stands among those of a route: its requests need no token.
	ROUTE_OPEN = 32,
};

struct exchange;

struct route {
	const char *path; // ends in {...}: what stands there is the resource's name
	unsigned methods; // enum method, besides OPTIONS; perhaps ROUTE_OPEN
	const char *text[PMM_LANG_COUNT]; // what it is, for the index
	const char *types; // what it takes, for Accept (415) and Accept-Query (RFC 10008)
	// Replies, or returns true to be given the body.
	bool (*begin)(struct exchange *x);
	// Takes a piece of the body; false hangs up. NULL where begin takes none.
	bool (*feed)(struct exchange *x, const char *bytes, size_t size);
	// Replies to the whole body.
	void (*finish)(struct exchange *x, struct str body);
};

struct exchange {
	struct service *service;
	struct rulebook_set *set; // held as long as it is current, and until reset
	struct snapshot *snapshot; // the one of the set that answers
	struct request request;
	const struct route *route;
	enum method method;
	enum body_kind body_kind; // by its Content-Type
	struct str path, query;
	struct str rest; // of the path: the resource's name
	enum pmm_lang lang;
	enum format format;
	bool pretty, verbose, ignore_unknown;
	bool has_wrong_token; // for the challenge of 401
	bool full; // ?detail=full
	bool has_as_of, has_name; // ?as_of, ?rulebook
	int32_t as_of; // a day (date.h)
	struct str name; // of a rulebook, in the arena
	struct str id_from, group_by; // folded, in the arena
	struct bulk *bulk; // many profiles; NULL: one
	enum shape bulk_shape;
	uint64_t received; // bytes of the body
	bool is_single; // the body is known to be one JSON profile
	uint8_t digits[PMM_FACTS_MAX]; // what the query said of the profile
	struct profile profile;
	struct arena arena;
	struct buf body; // what arrived in pieces
	struct buf out; // the reply's body, where it is not a cached's
	uint64_t drained;
	bool replied;
	enum code problem; // that the reply is, or CODE_none
	const struct profile *refused; // whose errors it lists, or NULL
	bool has_answer; // the reply is one about a profile,
	uint32_t answer; // of this index
	struct reply reply;
	char block[2048]; // the arena's own
};

// --- replies (reply.c)

// Starts a reply: status and the headers that every one has.
struct reply *reply_start(struct exchange *x, unsigned status);
void reply_header(struct exchange *x, const char *name, const char *value);

// A reply whose body is in x->out. LOCALISED: its text is in x->lang.
void reply_out(struct exchange *x, unsigned status, const char *content_type, bool localised);

// The same for JSON: indented first if ?pretty asks for it.
void reply_json(struct exchange *x, unsigned status, bool localised);

// 304 if the client has this ETag already; the reply is then complete. NEGOTIATED:
// the answer depends on Accept and Accept-Language.
bool reply_not_modified(
	struct exchange *x, const char *etag, const char *cache_control, bool negotiated);

// A problem document. DETAIL may be NULL for the code's own help.
void reply_problem(struct exchange *x, enum code code, const char *detail);

// The same with what is wrong in x->profile, or at a byte of the body.
void reply_profile_problem(struct exchange *x, enum code code);
void reply_json_problem(struct exchange *x, enum json_fault fault, size_t offset);

// --- handlers

// Collects a body of one document, or replies that it is too large.
bool exchange_collect(struct exchange *x, const char *bytes, size_t size);

bool check_begin(struct exchange *x);
bool check_feed(struct exchange *x, const char *bytes, size_t size);
bool summary_begin(struct exchange *x);
bool summary_feed(struct exchange *x, const char *bytes, size_t size);
void summary_finish(struct exchange *x, struct str body);
// A bulk request (bulk_check.c): its course, and its reply.
bool bulk_begin(struct exchange *x, enum rows_format format, bool is_summary);
bool bulk_take(struct exchange *x, const char *bytes, size_t size);
void bulk_reply(struct exchange *x);
void check_finish(struct exchange *x, struct str body);
bool index_begin(struct exchange *x);
bool rulebook_begin(struct exchange *x);
bool rulebook_named_begin(struct exchange *x);
bool schema_begin(struct exchange *x);
bool livez_begin(struct exchange *x);
bool readyz_begin(struct exchange *x);
bool problems_begin(struct exchange *x);
bool metrics_begin(struct exchange *x); // metrics_page.c

// --- routes (route.c)

// The route of x->path, with x->rest set, or NULL.
const struct route *route_find(struct exchange *x);
const struct route *route_all(size_t *count);

// "GET, HEAD, OPTIONS", in the exchange's memory.
const char *route_allow(struct exchange *x, const struct route *route);

// --- what is counted and told of a request (account.c)

// "GET", or "other" for a method that is none of ours (exchange.c).
const char *method_name(enum method method);

// Counts the rows of x->bulk, however far it came.
void exchange_count_rows(const struct exchange *x);

// --- options of the query (options.c)

// Reads the options into X and the rest into x->profile, and chooses the snapshot
// that as_of and rulebook ask for: what the other names mean is for it to say,
// wherever they stand. False: it replied.
bool options_read(struct exchange *x);

// Takes lang out of the query ahead of everything, so that an error that comes
// before options_read is told in the asked language.
void options_peek_language(struct exchange *x);

// --- the service's own state (service.c)

// Takes one of the places that there are for bulk requests, and gives it back.
bool service_begin_bulk(struct service *service);
void service_end_bulk(struct service *service);
// Whether SET, which the caller holds, still is the one that answers.
bool service_is_current(const struct service *service, const struct rulebook_set *set);
bool service_is_draining(const struct service *service);
unsigned service_refused_parts(const struct service *service);
bool service_has_tokens(const struct service *service);
struct tokens *service_tokens(struct service *service); // a reference; there must be some
struct metrics *service_metrics(const struct service *service);
const struct service_options *service_config(const struct service *service);
const char *service_vary(const struct service *service, bool negotiated); // or NULL

#endif
