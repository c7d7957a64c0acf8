// SPDX-License-Identifier: MIT
// What an operator decides: which pages may read answers,
// when the service stops, and which rulebook answers.
#include "api_support.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const targets[] = {"/check", "/check?role=guru&x=1", "/", "/rulebook",
	"/schema/profile.json", "/livez", "/readyz", "/problems/timeout", "/nowhere"};

static struct exchange *open_exchange(
	struct service **service, const char *const *origins, size_t count)
{
	const struct service_options options = {
		USUAL_LIMITS, .cors_origins = origins, .cors_count = count};
	*service = support_service(&options);
	struct exchange *x = exchange_create(*service);
	assert_non_null(x);
	return x;
}

static void assert_no_cors(const struct reply *reply)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strncmp(reply->headers[i].name, "Access-Control-", 15) == 0)
			fail_msg("%s", reply->headers[i].name);
}

static bool varies_by_origin(const struct reply *reply)
{
	const char *vary = header(reply, "Vary");
	return vary && strstr(vary, "Origin");
}

static void test_off_by_default(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, NULL, 0);
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct reply *reply = ASK(
			x, .target = targets[i], .origin = "https://a.example");
		assert_no_cors(reply);
		assert_false(varies_by_origin(reply));
		reply = ASK(x, .target = targets[i], .origin = "https://a.example",
			.method = "OPTIONS", .preflight = "POST");
		assert_no_cors(reply);
		assert_false(varies_by_origin(reply));
	}
	exchange_destroy(x);
	service_destroy(service);
}

static void test_exactly_the_configured_origins(void **state)
{
	static const char *const origins[] = {"https://a.example", "http://localhost:3000"};
	static const char *const others[] = {NULL, "null", "https://b.example", "http://a.example",
		"https://a.example:443", "https://a.example/", "https://A.example",
		"https://a.example.evil.example", "https://a.exampl", "*",
		"https://a.example http://localhost:3000"};
	struct service *service;
	struct exchange *x = open_exchange(&service, origins, 2);
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		for (size_t o = 0; o < 2; o++) {
			const struct reply *reply = ASK(
				x, .target = targets[i], .origin = origins[o]);
			assert_header(reply, "Access-Control-Allow-Origin", origins[o]);
			assert_header(reply, "Access-Control-Expose-Headers",
				"ETag, Allow, Accept, Retry-After, X-Request-Id, Content-Language");
			assert_header(reply, "Access-Control-Allow-Credentials", NULL);
			assert_header(reply, "Access-Control-Allow-Methods", NULL);
			assert_true(varies_by_origin(reply));
			// Never the bytes that came with the request.
			assert_ptr_equal(header(reply, "Access-Control-Allow-Origin"), origins[o]);
		}
		for (size_t o = 0; o < COUNT(others); o++) {
			const struct reply *reply = ASK(
				x, .target = targets[i], .origin = others[o]);
			assert_no_cors(reply);
			assert_true(varies_by_origin(reply));
			reply = ASK(x, .target = targets[i], .origin = others[o],
				.method = "OPTIONS", .preflight = "GET");
			assert_no_cors(reply);
			assert_true(varies_by_origin(reply));
		}
	}
	exchange_destroy(x);
	service_destroy(service);
}

static void test_preflights(void **state)
{
	static const char *const origins[] = {"https://a.example"};
	struct service *service;
	struct exchange *x = open_exchange(&service, origins, 1);
	(void)state;
	for (size_t i = 0; i + 1 < COUNT(targets); i++) {
		const struct reply *reply = ASK(x, .target = targets[i], .origin = origins[0],
			.method = "OPTIONS", .preflight = "POST");
		assert_status(reply, 204);
		assert_header(reply, "Access-Control-Allow-Origin", origins[0]);
		assert_string_equal(
			header(reply, "Access-Control-Allow-Methods"), header(reply, "Allow"));
		assert_header(reply, "Access-Control-Max-Age", "86400");
		assert_header(reply, "Access-Control-Expose-Headers", NULL);
		const char *headers = header(reply, "Access-Control-Allow-Headers");
		static const char *const wanted[] = {
			"Content-Type", "If-None-Match", "Accept-Language"};
		for (size_t w = 0; w < COUNT(wanted); w++)
			assert_non_null(strstr(headers, wanted[w]));
		// OPTIONS that is no preflight
		reply = ASK(x, .target = targets[i], .origin = origins[0], .method = "OPTIONS");
		assert_header(reply, "Access-Control-Allow-Origin", origins[0]);
		assert_header(reply, "Access-Control-Allow-Methods", NULL);
	}
	const struct reply *reply = ASK(
		x, .target = "*", .origin = origins[0], .method = "OPTIONS", .preflight = "POST");
	assert_status(reply, 204);
	assert_header(reply, "Access-Control-Allow-Methods", NULL);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_any_origin(void **state)
{
	static const char *const origins[] = {"*"};
	struct service *service;
	struct exchange *x = open_exchange(&service, origins, 1);
	(void)state;
	const struct reply *reply = ASK(x, .target = "/check", .origin = "https://a.example");
	assert_header(reply, "Access-Control-Allow-Origin", "*");
	assert_null(reply->cached);
	assert_no_cors(ASK(x, .target = "/check"));
	exchange_destroy(x);
	service_destroy(service);
}

static void test_errors_and_304_are_readable_too(void **state)
{
	static const char *const origins[] = {"https://a.example"};
	struct service *service;
	struct exchange *x = open_exchange(&service, origins, 1);
	(void)state;
	static const struct question questions[] = {
		{.text = "{?", .origin = "https://a.example"},
		{.text = "{\"role\":1}", .origin = "https://a.example"},
		{.text = "{}", .type = "text/plain", .origin = "https://a.example"},
		{.target = "/check", .accept = "image/png", .origin = "https://a.example"},
		{.target = "/check", .method = "PUT", .origin = "https://a.example"},
		{.target = "/check", .if_none_match = "*", .origin = "https://a.example"},
	};
	for (size_t i = 0; i < COUNT(questions); i++)
		assert_header(ask(x, &questions[i]), "Access-Control-Allow-Origin", origins[0]);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_draining(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, NULL, 0);
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++)
		assert_false(ASK(x, .target = targets[i])->close);
	struct str before = copy_body(ASK(x, .text = "{\"role\":\"guru\"}"));
	service_drain(service);
	for (size_t i = 0; i < COUNT(targets); i++)
		assert_true(ASK(x, .target = targets[i])->close);
	const struct reply *reply = ASK(x, .target = "/readyz");
	assert_status(reply, 503);
	assert_body(reply, STR("draining\n"));
	assert_non_null(header(reply, "Retry-After"));
	assert_status(ASK(x, .target = "/readyz?verbose"), 503);
	assert_status(ASK(x, .target = "/livez"), 200);
	reply = ASK(x, .text = "{\"role\":\"guru\"}"); // who is connected is still served
	assert_status(reply, 200);
	assert_body(reply, before);
	free((char *)(uintptr_t)before.at);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_before_any_rulebook(void **state)
{
	const struct service_options options = {USUAL_LIMITS};
	struct service *service;
	(void)state;
	assert_int_equal(service_create(&service, &options), 0);
	struct exchange *x = exchange_create(service);
	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct reply *reply = ASK(x, .target = targets[i]);
		assert_problem(reply, 503, "overloaded");
		assert_header(reply, "Retry-After", "5");
		assert_has(reply, ",\"retry_after\":5");
		assert_problem(ASK(x, .target = targets[i], .text = "{}"), 503, "overloaded");
	}
	exchange_destroy(x);
	service_destroy(service);
	service_destroy(NULL);
}

// The digest that an answer carries.
static void digest_of(const struct reply *reply, char to[80])
{
	const char *at = memmem(reply->body.at, reply->body.size, "\"digest\":\"sha256:", 17);
	assert_non_null(at);
	memcpy(to, at + 17, 64);
	to[64] = '\0';
}

static void test_a_new_rulebook_between_head_and_body(void **state)
{
	struct buf text = {0};
	struct service *service;
	struct exchange *x = open_exchange(&service, NULL, 0);
	struct exchange *other = exchange_create(service);
	char old_digest[80], digest[80];
	(void)state;
	digest_of(ASK(x, .text = "{}"), old_digest);
	const struct question question = {.text = "{\"role\":\"guru\"}"};
	struct request request = support_request(&question);
	exchange_reset(x);
	assert_true(exchange_begin(x, &request));
	support_generate(&text, "new", 2, 2, false);
	assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	digest_of(ASK(other, .target = "/check?f0=v1"), digest); // others see the new one at once
	assert_string_not_equal(digest, old_digest);
	assert_true(exchange_feed(x, question.text, strlen(question.text)));
	const struct reply *reply = exchange_finish(x);
	assert_status(reply, 200); // the new one knows no "role"
	digest_of(reply, digest);
	assert_string_equal(digest, old_digest);
	reply = ASK(x, .text = question.text);
	assert_problem(reply, 422, "invalid_profile");
	assert_has(ASK(x, .target = "/rulebook/new"), "\"id\":\"new\"");
	exchange_destroy(other);
	exchange_destroy(x);
	service_destroy(service);
	buf_finish(&text);
}

static void test_an_exchange_holds_its_rulebook_to_the_end(void **state)
{
	struct buf text = {0};
	struct service *service;
	struct exchange *x = open_exchange(&service, NULL, 0);
	(void)state;
	support_generate(&text, "new", 2, 2, false);
	const struct reply *reply = ASK(x, .target = "/check?role=guru");
	assert_non_null(reply->cached);
	struct str kept = copy_body(reply);
	for (int i = 0; i < 3; i++)
		assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	assert_body(reply, kept); // its bytes are read long after
	free((char *)(uintptr_t)kept.at);
	exchange_destroy(x); // without a reset: the connection broke
	service_destroy(service);
	buf_finish(&text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_off_by_default),
		cmocka_unit_test(test_exactly_the_configured_origins),
		cmocka_unit_test(test_preflights),
		cmocka_unit_test(test_any_origin),
		cmocka_unit_test(test_errors_and_304_are_readable_too),
		cmocka_unit_test(test_draining),
		cmocka_unit_test(test_before_any_rulebook),
		cmocka_unit_test(test_a_new_rulebook_between_head_and_body),
		cmocka_unit_test(test_an_exchange_holds_its_rulebook_to_the_end),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/portal", tests, NULL, NULL);
	support_close();
	return failed;
}
