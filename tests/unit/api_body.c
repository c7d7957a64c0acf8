// SPDX-License-Identifier: MIT
// How a body arrives must not matter: whole, cut anywhere, with a length or
// without; and where it becomes too large.
#include "api_support.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const form = "application/x-www-form-urlencoded";

// A reply that outlives its exchange.
struct kept {
	unsigned status;
	size_t header_count;
	struct header headers[REPLY_HEADERS_MAX];
	struct str body;
};

static struct kept keep(const struct reply *reply)
{
	struct kept kept = {reply->status, reply->header_count, {{0}}, copy_body(reply)};
	for (size_t i = 0; i < reply->header_count; i++)
		kept.headers[i] = (struct header){
			strdup(reply->headers[i].name), strdup(reply->headers[i].value)};
	return kept;
}

static void drop(struct kept *kept)
{
	for (size_t i = 0; i < kept->header_count; i++) {
		free((char *)(uintptr_t)kept->headers[i].name);
		free((char *)(uintptr_t)kept->headers[i].value);
	}
	free((char *)(uintptr_t)kept->body.at);
}

static void assert_same(const struct reply *reply, const struct kept *kept)
{
	assert_status(reply, kept->status);
	assert_int_equal(reply->header_count, kept->header_count);
	for (size_t i = 0; i < reply->header_count; i++) {
		assert_string_equal(reply->headers[i].name, kept->headers[i].name);
		assert_string_equal(reply->headers[i].value, kept->headers[i].value);
	}
	assert_body(reply, kept->body);
}

// The body of QUESTION in two pieces, cut after FIRST bytes.
static const struct reply *ask_in_two(
	struct exchange *x, const struct question *question, size_t first)
{
	struct str body = question->text ? str_of(question->text) : question->body;
	struct request request = support_request(question);
	const struct str pieces[] = {{body.at, first}, {body.at + first, body.size - first}};
	support_begin(x, &request);
	for (size_t i = 0; i < 2; i++)
		support_feed(x, pieces[i]);
	return support_finish(x);
}

static void test_cut_at_every_byte(void **state)
{
	static const struct question questions[] = {
		{.text = "{\"role\":\"guru\",\"employment\":\"PNS\",\"belajar_id\":true}"},
		{.text = "{\"id\":\"\\u0041\\ud83d\\ude42 \xC3\xA9\",\"jenis_ptk\":\"Guru Kelas\","
			 "\"group\":\"SD 1\"} \r\n"},
		{.text = "{\"rolle\":\"guru\",\"id\":7,\"employment\":\"nobody\",\"x\":{\"y\":[1,2]}}"},
		{.text = "{\"role\":\"guru\",\"role\":\"guru\"}"},
		{.text = "{\"role\":\"caf\xE9\"}"},
		{.text = "{\"role\":12.5e"},
		{.text = "7"},
		{.text = "id=7&role=kepala+sekolah&employment=non%5FASN&belajar_id=%79a",
			.type = form},
		{.text = "role=%zz", .type = form},
		{.text = "role=guru&x=%E2%82%AC&y", .type = form},
		{.text = "  {\"role\":\"guru\"}", .type = form},
		{.text = "{\"role\":\"guru\"}", .type = "text/plain"},
		{.text = "{\"role\":\"guru\"}", .accept = "text/plain"},
		{.text = "{\"role\":\"guru\"}", .target = "/nowhere"},
		{.text = "{\"role\":\"guru\"}",
			.target = "/check?pretty&lang=en",
			.method = "QUERY"},
		{.text = "{\"role\":\"guru\"}", .target = "/check?role=nobody"},
		{.text = "{\"role\":\"guru\"}", .method = "GET"}, // a body that means nothing
		{.text = "\xEF\xBB\xBF {\"role\":\"guru\"}"},
		// files of the wrong kind, and what only begins like one
		{.text = "PK\3\4 x", .type = "text/csv"},
		{.text = "PK\5\6 x", .target = "/summary"},
		{.text = "\xD0\xCF\x11\xE0", .type = form},
		{.text = "\x1F\x8B\b x", .type = "application/octet-stream"},
		{.text = "PK,role\n1,guru", .type = "text/csv"},
		// many profiles
		{.text = "\xEF\xBB\xBF [{\"role\":\"guru\",\"id\":\"\\u0041]\"},{\"x\":[1]},7,{}]\n"},
		{.text = " [{\"role\":\"guru\"},{\"role\":?}]"},
		{.text = "[{\"role\":\"guru\"}] x"},
		{.text = "{\"role\":\"guru\"}\r\n\n{\"id\":\"7\",\"role\":\"guru\"}\n{\n{}",
			.type = "application/x-ndjson"},
		{.text = "SD 1;;\r\nid;Jenis PTK;x\r\n1;\"Guru \"\"Kelas\";\r\n2;\"Gu\nru\";\n3;Guru;\"",
			.type = "text/csv"},
		{.text = "\xEF\xBB\xBFrole,id\nguru,\"=1,\"\"2\"\nTutor,x",
			.type = "text/csv",
			.accept = "text/plain"},
		{.text = "role,group\nguru,a\nx,b\nTutor,a\n",
			.type = "text/csv",
			.target = "/summary"},
		{.text = "[{\"role\":\"guru\",\"group\":\"a\"},{\"role\":1}]",
			.target = "/summary"},
		// envelopes
		{.text = "{\"results\":2,\"r\":[{\"a\":\"]}\\\"\"}],\"rows\":[{\"role\":\"guru\",\"id\":7},{\"x\":[1]},7,{}],\"limit\":{\"x\":1}} "},
		{.text = "{\"results\":2,\"r\":[{\"a\":\"]}\\\"\"}],\"rows\":[{\"role\":\"guru\",\"id\":7},{\"x\":[1]},7,{}],\"limit\":{\"x\":1}} ",
			.target = "/summary"},
		{.text = "\xEF\xBB\xBF\xEF\xBB\xBF {\"\\u0072ows\": [ ] }"},
		{.text = "\xEF\xBB\xBF\xEF\xBB\xBF {\"\\u0072ows\": [ ] }", .target = "/summary"},
		{.text = "{\"rows\":[{\"role\":tru}],\"a\":?}"},
		{.text = "{\"rows\":[{\"role\":tru}],\"a\":?}", .target = "/summary"},
		{.text = "{\"a\":?,\"rows\":[{}]}"},
		{.text = "{\"a\":?,\"rows\":[{}]}", .target = "/summary"},
		{.text = "{\"rows\":[{}],\"a\":?}"},
		{.text = "{\"rows\":[{}],\"a\":?}", .target = "/summary"},
		{.text = "{\"rows\":[{}],\"rows\":[{}]}"},
		{.text = "{\"rows\":[{}],\"rows\":[{}]}", .target = "/summary"},
		{.text = "{\"rows\":[{}]"},
		{.text = "{\"rows\":[{}]", .target = "/summary"},
		{.text = "{\"rows\":[{\"a\":1]"},
		{.text = "{\"rows\":[{\"a\":1]", .target = "/summary"},
		{.text = "{\"rows\":[5}"},
		{.text = "{\"rows\":[5}", .target = "/summary"},
		{.text = "{\"rows\":[]]"},
		{.text = "{\"rows\":[]]", .target = "/summary"},
		{.text = "{\"rows\":[{}],\"a\":1} x"},
		{.text = "{\"rows\":[{}],\"a\":1} x", .target = "/summary"},
		{.text = "{\"rows\":\"a\"}"},
		{.text = "{\"rows\":\"a\"}", .target = "/summary"},
	};
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct question question = questions[i];
		struct kept kept = keep(ask(x, &question));
		for (int chunked = 0; chunked < 2; chunked++) {
			question.chunked = chunked;
			for (size_t first = 0; first <= strlen(question.text); first++)
				assert_same(ask_in_two(x, &question, first), &kept);
			question.piece = 1;
			assert_same(ask(x, &question), &kept);
			question.piece = 0;
		}
		drop(&kept);
	}
	exchange_destroy(x);
	service_destroy(service);
}

// {"role":"guru"} with blanks up to SIZE bytes.
static struct str padded(char *to, size_t size, const char *start)
{
	memset(to, ' ', size);
	for (size_t i = 0; start[i]; i++)
		to[i] = start[i];
	return (struct str){to, size};
}

static void test_the_limit_of_a_body(void **state)
{
	static const size_t limits[] = {64, 100, 4096, 1 << 20};
	static char text[(1 << 20) + 2];
	(void)state;
	for (size_t i = 0; i < COUNT(limits); i++) {
		const struct service_options options = {
			.body_max = limits[i], .bulk_bytes_max = 2 << 20, .rows_max = 1000};
		struct service *service = support_service(&options);
		struct exchange *x = exchange_create(service);
		for (int way = 0; way < 6; way++) {
			struct question question = {.chunked = way % 2,
				.piece = way < 2   ? 0
					 : way < 4 ? 1 + limits[i] / 7
						   : limits[i]};
			question.body = padded(text, limits[i], "{\"role\":\"guru\"}");
			assert_status(ask(x, &question), 200);
			question.body = padded(text, limits[i] + 1, "{\"role\":\"guru\"}");
			assert_problem(ask(x, &question), 413, "too_large");
			question.body = padded(text, limits[i] - 1, "{\"role\":\"guru\"}");
			assert_status(ask(x, &question), 200);
			question.type = form;
			question.body = padded(text, limits[i], "role=guru");
			assert_status(ask(x, &question), 200);
			question.body = padded(text, limits[i] + 1, "role=guru");
			assert_problem(ask(x, &question), 413, "too_large");
		}
		exchange_destroy(x);
		service_destroy(service);
	}
}

// Of a body that is too large, what lies within the limit is judged first, in
// however many pieces it came.
static void test_broken_and_too_large(void **state)
{
	enum { MOST = 64, FAULTS = 4 };
	static const struct {
		size_t at; // of the fault
		const char *code;
	} faults[FAULTS] = {{1, "malformed_json"}, {MOST - 1, "malformed_json"},
		{MOST, "too_large"}, {MOST + 1, "too_large"}};
	const struct service_options options = {
		.body_max = MOST, .bulk_bytes_max = MOST, .rows_max = 1000};
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service);
	(void)state;
	for (size_t i = 0; i < FAULTS; i++) {
		char text[MOST + 2]; // more would be hung up on
		struct question question = {
			.chunked = true, .body = padded(text, sizeof text, "[")};
		text[faults[i].at] = ',';
		for (question.piece = 0; question.piece < sizeof text; question.piece++)
			assert_problem(ask(x, &question),
				strcmp(faults[i].code, "too_large") ? 400 : 413, faults[i].code);
	}
	exchange_destroy(x);
	service_destroy(service);
}

// Blanks may stand before an array, as many as a single document may have bytes.
static void test_blanks_before_an_array(void **state)
{
	enum { MOST = 64, ROWS = 100 };
	static const char *const marks[] = {"", "\xEF\xBB\xBF"};
	const struct service_options options = {
		.body_max = MOST, .bulk_bytes_max = 1 << 20, .rows_max = 1000};
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service);
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char text[MOST + 1 + sizeof "[" + ROWS * 3];
		const char *mark = marks[i % 2];
		const size_t blanks = MOST + i / 2;
		padded(text, sizeof text, mark);
		text[blanks] = '[';
		for (size_t row = 0; row < ROWS; row++)
			memcpy(text + blanks + 1 + row * 3, row + 1 < ROWS ? "{}," : "{}]", 3);
		struct question question = {
			.chunked = true, .body = {text, blanks + 1 + (size_t)ROWS * 3}};
		for (question.piece = 0; question.piece <= question.body.size; question.piece++)
			assert_status(ask(x, &question), blanks > MOST ? 413 : 200);
	}
	exchange_destroy(x);
	service_destroy(service);
}

// A body that is refused is read for a while, so that the answer arrives, but
// not for ever.
static void test_how_much_is_read_in_vain(void **state)
{
	static const struct question questions[] = {
		{.text = "x", .chunked = true, .target = "/nowhere"},
		{.text = "x", .chunked = true, .method = "PUT"},
		{.text = "x", .chunked = true}, // too large, found on the way
	};
	static char block[1 << 16];
	const struct service_options options = {
		.body_max = 100, .bulk_bytes_max = 1 << 20, .rows_max = 1000};
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service);
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct request request = support_request(&questions[i]);
		size_t fed = 0;
		exchange_reset(x);
		exchange_begin(x, &request);
		while (exchange_feed(x, block, sizeof block)) {
			fed += sizeof block;
			assert_true(fed < (size_t)64 << 20);
		}
		assert_true(fed >= SERVICE_DRAIN_MAX);
		const struct reply *reply = exchange_finish(x); // what it would have been
		assert_true(reply->status >= 400);
	}
	// The next request on this exchange starts from nothing.
	assert_status(ASK(x, .text = "{}"), 200);
	exchange_destroy(x);
	service_destroy(service);
}

// An object of COUNT names that mean nothing, none of them twice.
static struct str full_of_names(char *to, unsigned count)
{
	char *at = to;
	for (unsigned n = 0; n < count; n++) {
		// without "d" and "o": neither "id" nor "role"
		static const char digits[] = "0123456789abcefghijklmnpqrstuvwxyz";
		*at++ = n ? ',' : '{';
		*at++ = '"';
		for (unsigned rest = n; rest; rest /= sizeof digits - 1)
			*at++ = digits[rest % (sizeof digits - 1)];
		memcpy(at, "\":1", 3);
		at += 3;
	}
	*at++ = '}';
	return (struct str){to, (size_t)(at - to)};
}

// The limit of members, one past it, and the most that fit into the largest body;
// none is a fault of the service: a client's mistake is never a 500.
static void test_a_body_full_of_names(void **state)
{
	static const char *const ignoring = "/check?unknown=ignore";
	static const char *const rows = "application/x-ndjson";
	static char text[1 << 20];
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	struct str body = full_of_names(text, PROFILE_MEMBERS_MAX);
	assert_status(ASK(x, .body = body, .target = ignoring), 200);
	assert_status(ASK(x, .body = body, .target = ignoring, .piece = 1000), 200);
	const struct reply *reply = ASK(x, .body = body);
	assert_problem(reply, 422, "invalid_profile");
	assert_has(reply, "\"errors_omitted\":924");
	assert_has(ASK(x, .body = body, .target = ignoring, .type = rows), "\"evaluated\":1");
	body = full_of_names(text, PROFILE_MEMBERS_MAX + 1);
	assert_problem(ASK(x, .body = body, .target = ignoring), 413, "too_large");
	assert_problem(ASK(x, .body = body), 413, "too_large");
	reply = ASK(x, .body = body, .target = ignoring, .type = rows);
	assert_status(reply, 200);
	assert_has(reply, "{\"row\":1,\"error\":{\"code\":\"too_large\"}}");
	body = full_of_names(text, 100000);
	assert_problem(ASK(x, .body = body), 413, "too_large");
	assert_status(ASK(x, .text = "{}"), 200);
	exchange_destroy(x);
	service_destroy(service);
}

// One exchange, one request after the other: nothing of the last one stays.
static void test_requests_in_turn(void **state)
{
	static const struct question questions[] = {
		{.text = "{\"id\":\"7\",\"role\":\"guru\"}"},
		{.text = "{\"role\":\"nobody\",\"x\":1}", .target = "/check?pretty&unknown=ignore"},
		{.target = "/check?lang=en&role=guru&employment=ASN"},
		{.text = "{}", .chunked = true},
		{.target = "/readyz?verbose"},
		{.text = "{", .accept = "text/plain"},
		{.target = "/rulebook?pretty"},
		{.target = "/check", .method = "OPTIONS"},
		{.text = "x=1", .type = form},
		{.target = "/check"},
	};
	struct service *service = support_service(NULL);
	struct exchange *used = exchange_create(service);
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		for (size_t j = 0; j < COUNT(questions); j++) {
			struct exchange *fresh = exchange_create(service);
			struct kept kept = keep(ask(fresh, &questions[j]));
			ask(used, &questions[i]);
			assert_same(ask(used, &questions[j]), &kept);
			drop(&kept);
			exchange_destroy(fresh);
		}
	}
	exchange_destroy(used);
	exchange_destroy(NULL);
	service_destroy(service);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_at_every_byte),
		cmocka_unit_test(test_the_limit_of_a_body),
		cmocka_unit_test(test_broken_and_too_large),
		cmocka_unit_test(test_blanks_before_an_array),
		cmocka_unit_test(test_how_much_is_read_in_vain),
		cmocka_unit_test(test_a_body_full_of_names),
		cmocka_unit_test(test_requests_in_turn),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/body", tests, NULL, NULL);
	support_close();
	return failed;
}
