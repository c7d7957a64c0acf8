// SPDX-License-Identifier: MIT
// The service as a function: the parts of a request in, the parts of a reply
// out. It knows HTTP's meaning (methods, negotiation, conditions, problems) but
// no socket and no server library, so that all of it runs in a unit test.
#pragma once

#include "answer/answer.h"
#include "metrics/metrics.h"
#include "profile/profile.h"
#include "tokens.h"

struct service;

struct service_options {
	size_t body_max; // bytes of a single document
	uint64_t bulk_bytes_max; // bytes of a bulk request
	uint64_t rows_max; // rows of a bulk request
	unsigned bulk_max; // bulk requests at the same time; 0: no limit
	const char *const *cors_origins; // as configured; "*" allows all; outlive the service
	size_t cors_count;
	void (*release)(void *handle); // frees what is kept with a cached response
	// Origins whose pages may show ours in a frame; outlive the service. None: nobody.
	const char *const *frame_origins;
	size_t frame_count;
	const char *public_url; // under which others reach us, without a slash at its end; or NULL
	int32_t (*today)(void); // the day (date.h); asked where it matters, for each request anew
	// Fill in what /metrics says of the transport and of the process; any thread,
	// also several at once. OUT is all 0. May be NULL.
	void (*stats)(void *cls, struct transport_stats *out);
	void *stats_cls;
	void (*process)(void *cls, struct process_stats *out);
	void *process_cls;
};

// Limits that are not configurable.
enum {
	SERVICE_TARGET_MAX = 4096, // bytes of a request target
	SERVICE_HEADERS_MAX = 8192, // bytes of all header fields
	SERVICE_DRAIN_MAX = 1 << 20, // bytes of an unwanted body that are read all the same
};

// 0 or -ENOMEM.
int service_create(struct service **out, const struct service_options *options);
void service_destroy(struct service *service); // NULL is allowed

// Makes these rulebooks the set that answers, at once and for all threads. The service
// owns them if the result is 0. Else the caller keeps them all and the old set serves on:
// -ENOMEM, or -EINVAL as rulebook_set_create.
int service_publish(struct service *service, struct pmm_rulebook *const *rulebooks, size_t count);

// The set that answers now, with a reference for the caller; NULL before the first
// publish.
struct rulebook_set *service_set(struct service *service);

// Tells people at /readyz?verbose that the last load was refused; a publish
// clears it.
void service_note_refusal(struct service *service);

// What SIGHUP loads besides rulebooks.
enum service_part { SERVICE_CERTIFICATE = 1, SERVICE_TOKENS = 2 };

// Tells people at /readyz?verbose which of these (a set of enum service_part) the
// last reload refused.
void service_note_parts(struct service *service, unsigned refused);

// From now on every request needs one of TOKENS, except OPTIONS and those for
// /livez, /readyz and /assets. The service takes over the caller's reference. Once there are
// tokens they can be exchanged but not done away with.
void service_require_tokens(struct service *service, struct tokens *tokens);

// From now on /readyz says 503 and every reply asks to close the connection.
void service_drain(struct service *service);

// A request as the transport read it. All slices live until exchange_reset.
struct request {
	struct str method, target;
	struct str content_type, content_encoding, accept, accept_language, if_none_match;
	struct str accept_encoding;
	struct str origin, access_control_request_method, access_control_request_headers;
	struct str authorization;
	unsigned authorization_count; // fields of that name
	size_t header_bytes;
	bool has_body;
	bool has_length; // else the body is chunked
	uint64_t content_length;
	bool is_ambiguous; // the framing breaks RFC 9112: answer once, then close
	bool repeats; // a field that may stand once (but Authorization) stands twice
};

struct header {
	const char *name, *value;
};

enum { REPLY_HEADERS_MAX = 14 };

// What to send. Everything in it lives until exchange_reset.
struct reply {
	unsigned status;
	struct header headers[REPLY_HEADERS_MAX];
	size_t header_count;
	struct str body;
	// Not NULL: headers and body are this one's, for this use.
	struct cached_response *cached;
	enum cached_use use;
	bool is_stream; // the body comes from exchange_read, STREAM_SIZE bytes in all
	uint64_t stream_size;
	bool close; // the connection must not be used again
};

// One request after the other on one connection. Not thread-safe.
struct exchange;

struct exchange *exchange_create(struct service *service); // NULL: out of memory
void exchange_destroy(struct exchange *x); // NULL is allowed

// Starts a request. Returns whether its body is wanted; if not, the reply is
// ready and the body, if any, may be left unread.
bool exchange_begin(struct exchange *x, const struct request *request);

// The next bytes of the body. False: it went too far over its limit; send what
// exchange_finish gives, and hang up.
bool exchange_feed(struct exchange *x, const char *bytes, size_t size);

// The body is complete, or was not wanted. NULL only when memory ran out even
// for the error.
const struct reply *exchange_finish(struct exchange *x);

// The reply of CODE instead of what was asked: where no request was read (on a new
// exchange, which is of no use afterwards but to be destroyed), or where something
// is wrong behind its body. NULL: out of memory.
const struct reply *exchange_refuse(struct exchange *x, enum code code);

// The next bytes of a streamed reply: how many, 0 at the end, -1 out of memory.
long exchange_read(struct exchange *x, char *to, size_t room);

// What may be told of a request outside, in logs and metrics: words of the
// program and of the rulebook, nothing that the client wrote.
struct exchange_facts {
	const char *method; // "other" for those that are not known
	const char *route; // as in the list of resources; "other" where there is none
	const char *code; // of the problem; NULL: there was none
	const char *digest; // of the rulebook, until exchange_reset; "" before there is one
	unsigned status;
};

// Between exchange_begin and exchange_reset.
void exchange_tell(const struct exchange *x, struct exchange_facts *facts);

// Counts the request for /metrics. Once for each one whose answer was sent in
// full, before exchange_reset. DURATION_NS is from its first line to that.
void exchange_count(struct exchange *x, uint64_t duration_ns);

// The reply was sent or is given up; what belonged to the request is freed.
void exchange_reset(struct exchange *x);

// Copies what must live as long as the request (the target, for one). NULL: out of memory.
char *exchange_copy(struct exchange *x, struct str s);

// LIST and ITEM as one list, as a repeated field is to be read (RFC 9110, section 5.3); it
// lives as long as the request. False: out of memory, and LIST is as it was.
bool exchange_join(struct exchange *x, struct str *list, struct str item);
