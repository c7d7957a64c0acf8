// SPDX-License-Identifier: MIT
// What the tests of the service share: rulebooks, services, and a request as a
// function call. Every answer that passes through ask() is held against what
// must be true of all answers. It knows no expectations of single tests.
#pragma once

#include "api/exchange.h"
#include "unit.h"

// Reads the rulebook whose path is the first argument. Call it before any test.
void support_open(int argc, char **argv);
void support_close(void);
struct str support_text(void);

struct pmm_rulebook *support_load(struct str text);

// service_publish of this one.
int support_publish(struct service *service, struct pmm_rulebook *rulebook);

// Limits as they are by default.
#define USUAL_LIMITS .body_max = 1 << 20, .bulk_bytes_max = (uint64_t)512 << 20, .rows_max = 1000000

// A service that answers from the rulebook of support_open.
struct service *support_service(const struct service_options *options);

// A rulebook of FACTS facts "f0", "f1", ... with VALUES values "v0", ... each,
// written to BUF. NAME is its id. UGLY: its texts need escapes wherever they go.
void support_generate(
	struct buf *buf, const char *name, unsigned facts, unsigned values, bool ugly);

// Adds formatted text, of less than 600 bytes.
__attribute__((format(printf, 2, 3))) void support_add(struct buf *buf, const char *format, ...);

struct question {
	const char *method; // NULL: GET, or POST if there is a body
	const char *target; // NULL: /check
	const char *type; // NULL: application/json if there is a body
	const char *accept, *language, *if_none_match, *origin, *preflight, *authorization;
	const char *text; // the body, or NULL
	struct str body; // the same where it holds NUL
	bool chunked;
	size_t piece; // bytes that are fed at once; 0: all
};

struct request support_request(const struct question *question);

// Asks, after giving back what the last answer held. Never NULL. A streamed body
// is read to its end and stands in the reply like any other.
const struct reply *ask(struct exchange *x, const struct question *question);

// The same in steps.
bool support_begin(struct exchange *x, const struct request *request);
void support_feed(struct exchange *x, struct str piece);
const struct reply *support_finish(struct exchange *x);

#define ASK(x, ...) ask(x, &(const struct question){__VA_ARGS__})

// The value of a header, or NULL. It must not stand twice.
const char *header(const struct reply *reply, const char *name);

bool has(const struct reply *reply, const char *text); // in its body

void assert_status(const struct reply *reply, unsigned status);
void assert_has(const struct reply *reply, const char *text);
void assert_header(const struct reply *reply, const char *name, const char *value); // NULL: none
void assert_body(const struct reply *reply, struct str body);

// A problem document with this code and its status.
void assert_problem(const struct reply *reply, unsigned status, const char *code);

// A copy on the heap, for comparing two answers of one exchange.
struct str copy_body(const struct reply *reply);

bool is_json(struct str text);
