// SPDX-License-Identifier: MIT
// Bearer tokens: how their file is read, what counts as one, that a comparison
// does not stop early, and what a request without one may learn.
#include "api_support.h"
#include "failing.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

// As `printf %s satu | sha256sum` prints them.
#define SATU "4890d709dd99e7a58a03d79f02c7eec005c11f2893a3587ff4faa52b1d078c10"
#define DUA  "af35bd90273f2d25b7588f6a1f8625da2db5677b1fa98a45a52c3e11bffa1fe2"
#define TIGA "362f872e5bd9d979874c8fe8fada37980d9b74e3ae2dc75a157ad1a36546a2f7"

static unsigned comparisons;
static bool cannot_hash;

int __real_gnutls_memcmp( // NOLINT(bugprone-reserved-identifier)
	const void *a, const void *b, size_t size);
int __wrap_gnutls_memcmp( // NOLINT(bugprone-reserved-identifier)
	const void *a, const void *b, size_t size);
int __real_gnutls_hash_fast( // NOLINT(bugprone-reserved-identifier)
	gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *hash);
int __wrap_gnutls_hash_fast( // NOLINT(bugprone-reserved-identifier)
	gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *hash);

int __wrap_gnutls_memcmp( // NOLINT(bugprone-reserved-identifier)
	const void *a, const void *b, size_t size)
{
	comparisons++;
	assert_int_equal(size, 32);
	return __real_gnutls_memcmp(a, b, size);
}

int __wrap_gnutls_hash_fast( // NOLINT(bugprone-reserved-identifier)
	gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *hash)
{
	return cannot_hash ? GNUTLS_E_MEMORY_ERROR
			   : __real_gnutls_hash_fast(algorithm, text, size, hash);
}

// --- the file

static struct tokens *read_tokens(const char *text)
{
	struct tokens *tokens = NULL;
	struct tokens_fault fault = {99, {"untouched"}};
	if (tokens_create(&tokens, str_of(text), &fault))
		fail_msg("line %u: %s", fault.line, fault.text[PMM_LANG_EN]);
	assert_int_equal(fault.line, 99);
	return tokens;
}

static void assert_refused(struct str text, unsigned line, const char *part)
{
	struct tokens *tokens = NULL;
	struct tokens_fault fault = {99, {"untouched"}};
	assert_int_equal(tokens_create(&tokens, text, &fault), -EINVAL);
	assert_null(tokens);
	assert_int_equal(fault.line, line);
	if (!strstr(fault.text[PMM_LANG_EN], part))
		fail_msg("%s: not %s", fault.text[PMM_LANG_EN], part);
}

static void test_files_that_are_read(void **state)
{
	static const struct {
		const char *text;
		size_t count;
	} files[] = {
		{SATU, 1},
		{SATU "\n", 1},
		{SATU "\r\n" DUA "\r\n", 2},
		{SATU "  -\n" DUA "\tportal dinas\n" TIGA "   \n", 3},
		{"# tokens\n\n \t\n" SATU "\n  # another\n\t" DUA " a # b\n\n", 2},
		{SATU "\n" SATU "\n", 2},
		{"4890D709DD99E7A58A03D79F02C7EEC005C11F2893A3587FF4FAA52B1D078C10", 1},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct tokens *tokens = read_tokens(files[i].text);
		assert_int_equal(tokens_count(tokens), files[i].count);
		assert_int_equal(tokens_judge(tokens, STR("Bearer satu")), TOKEN_GOOD);
		assert_int_equal(tokens_judge(tokens, STR("Bearer dua")),
			files[i].count > 1 && strstr(files[i].text, DUA) ? TOKEN_GOOD
									 : TOKEN_WRONG);
		assert_int_equal(tokens_judge(tokens, STR("Bearer empat")), TOKEN_WRONG);
		tokens_unref(tokens);
	}
}

static void test_files_that_are_refused(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *part;
	} files[] = {
		{"", 0, "no token"},
		{"# " SATU "\n\n", 0, "no token"},
		{"rahasia\n", 1, "64"}, // the token itself
		{SATU "\n\n# x\n" DUA "x\n", 4, "64"}, // a digit too many
		{SATU "\n4890d709dd99e7a58a03d79f02c7eec005c11f2893a3587ff4faa52b1d078c1\n", 2,
			"64"},
		{"4890d709dd99e7a58a03d79f02c7eec005c11f2893a3587ff4faa52b1d078c1g\n", 1, "64"},
		{"4890d709dd99e7a58a03d79f02c7eec005c11f2893a3587ff4faa52b1d078c:0\n", 1, "64"},
		{"sha256:" SATU "\n", 1, "64"},
		{"\\" SATU "\n", 1, "64"},
		{"\xEF\xBB\xBF" SATU "\n", 1, "64"},
		{SATU ",label\n", 1, "64"},
		{SATU "\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -\n", 2,
			"empty"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		assert_refused(str_of(files[i].text), files[i].line, files[i].part);
	assert_refused((struct str){SATU "\0", 65}, 1, "64");
	assert_refused((struct str){NULL, 0}, 0, "no token");
}

static void test_limits_of_a_file(void **state)
{
	struct buf text = {0};
	struct tokens *tokens;
	struct tokens_fault fault;
	char line[70];
	(void)state;
	for (int i = 1; i < TOKENS_MAX; i++) {
		sprintf(line, "%064d\n", i);
		buf_text(&text, line);
	}
	buf_text(&text, SATU "\n"); // the last one counts, too
	assert_int_equal(tokens_create(&tokens, buf_view(&text), &fault), 0);
	assert_int_equal(tokens_count(tokens), TOKENS_MAX);
	assert_int_equal(tokens_judge(tokens, STR("Bearer satu")), TOKEN_GOOD);
	tokens_unref(tokens);
	buf_text(&text, DUA "\n");
	assert_refused(buf_view(&text), TOKENS_MAX + 1, "1000");

	buf_reset(&text);
	buf_text(&text, SATU " ");
	while (text.size < TOKENS_TEXT_MAX)
		buf_char(&text, 'x');
	assert_int_equal(tokens_create(&tokens, buf_view(&text), &fault), 0);
	tokens_unref(tokens);
	buf_char(&text, 'x');
	assert_refused(buf_view(&text), 0, "1 MiB");
	buf_finish(&text);
}

static void test_memory_for_a_set(void **state)
{
	struct tokens *tokens = NULL;
	struct tokens_fault fault = {99, {"untouched"}};
	(void)state;
	failing_start(0, FAILING_ON);
	assert_int_equal(tokens_create(&tokens, STR(SATU), &fault), -ENOMEM);
	assert_true(failing_stop());
	assert_null(tokens);
	assert_int_equal(fault.line, 99);
	tokens_unref(NULL);
}

// --- a client's word

static void test_what_is_a_token(void **state)
{
	// The last of them are hashes of what must not get as far as to be hashed.
	struct tokens *tokens = read_tokens(
		SATU "\n"
		     "caaf5b4cbe8b15994819330e45d38579d2329fa06bdd91489bcd5ab5e0d3fa49\n"
		     "0f5bde997fc280a92b234269f296d7517d42feb198ceb8a016a9ea8db80947d5\n"
		     "51a15f1f975add1a6a2fd3c6c9f4840b5706f44984b212516477c64d6b291662\n"
		     "fc90417acee93e55d82ede4304662d8cd43a6a21fa7b899c4ffe713c2481cfcf\n"
		     "d21ef7fc36b434f665bb6b18d61c02099c2ea2c3f5983adddcb019261f4c10e0\n");
	static const struct {
		const char *field;
		enum token_verdict verdict;
	} fields[] = {
		{"", TOKEN_ABSENT}, {"satu", TOKEN_ABSENT}, {"Basic c2F0dTpzYXR1", TOKEN_ABSENT},
		{"Bearersatu", TOKEN_ABSENT}, {"Bearer\tsatu", TOKEN_ABSENT},
		{"Bearer satu", TOKEN_GOOD}, {"bEARER satu", TOKEN_GOOD},
		{" Bearer   satu \t", TOKEN_GOOD}, {"Bearer AZaz09-._~+/==", TOKEN_GOOD},
		{"Bearer", TOKEN_WRONG}, {"Bearer ", TOKEN_WRONG}, {"Bearer \tsatu", TOKEN_WRONG},
		{"Bearer satu=", TOKEN_WRONG}, {"Bearer =satu", TOKEN_WRONG},
		{"Bearer =", TOKEN_WRONG}, {"Bearer sa=tu", TOKEN_WRONG},
		{"Bearer satu satu", TOKEN_WRONG}, {"Bearer satu,satu", TOKEN_WRONG},
		{"Bearer \"satu\"", TOKEN_WRONG}, {"Bearer Satu", TOKEN_WRONG},
		{"Bearer sat", TOKEN_WRONG}, {"Bearer sat\xC3\xBC", TOKEN_WRONG},
		{"Bearer " SATU, TOKEN_WRONG}, // who has read the file has no token
	};
	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++)
		if (tokens_judge(tokens, str_of(fields[i].field)) != fields[i].verdict)
			fail_msg("%s", fields[i].field);
	assert_int_equal(tokens_judge(tokens, (struct str){NULL, 0}), TOKEN_ABSENT);
	assert_int_equal(tokens_judge(tokens, (struct str){"Bearer sa\0tu", 12}), TOKEN_WRONG);
	tokens_unref(tokens);
}

static void test_the_longest_token(void **state)
{
	struct tokens *tokens = read_tokens(
		// 512 and 513 times "a"
		"471be6558b665e4f6dd49f1184814d1491b0315d466beea768c153cc5500c836\n"
		"02425c0f5b0dabf3d2b9115f3f7723a02ad8bcfb1534a0d231614fd42b8188f6\n");
	struct buf field = {0};
	(void)state;
	buf_text(&field, "Bearer ");
	for (int i = 0; i < TOKEN_BYTES_MAX; i++)
		buf_char(&field, 'a');
	assert_int_equal(tokens_judge(tokens, buf_view(&field)), TOKEN_GOOD);
	buf_char(&field, 'a');
	assert_int_equal(tokens_judge(tokens, buf_view(&field)), TOKEN_WRONG);
	buf_finish(&field);
	tokens_unref(tokens);
}

// Whichever of them matches, or none: all are compared, each in full (see the wrapper).
static void test_every_token_is_compared(void **state)
{
	struct tokens *tokens = read_tokens(SATU "\n" DUA "\n" TIGA "\n" SATU "\n");
	static const char *const fields[] = {
		"Bearer satu", "Bearer dua", "Bearer tiga", "Bearer empat"};
	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++) {
		comparisons = 0;
		tokens_judge(tokens, str_of(fields[i]));
		assert_int_equal(comparisons, 4);
	}
	tokens_unref(tokens);
}

// --- the service

static struct exchange *open_exchange(struct service **service, const char *text)
{
	*service = support_service(NULL);
	service_require_tokens(*service, read_tokens(text));
	struct exchange *x = exchange_create(*service);
	assert_non_null(x);
	return x;
}

static const char *const missing = "Bearer realm=\"pmm-check\"";
static const char *const wrong = "Bearer realm=\"pmm-check\", error=\"invalid_token\"";

static void assert_unauthorized(const struct reply *reply, const char *challenge)
{
	assert_problem(reply, 401, "unauthorized");
	assert_header(reply, "WWW-Authenticate", challenge);
	assert_header(reply, "Allow", NULL);
	assert_header(reply, "Accept-Query", NULL);
	assert_header(reply, "ETag", NULL);
}

static void test_every_route_needs_one(void **state)
{
	static const char *const targets[] = {"/check", "/check?role=guru", "/check?rolle=guru",
		"/summary", "/", "/rulebook", "/rulebook/x", "/schema/profile.json",
		"/problems/unauthorized", "/nowhere", "/check/", "/livez/", "/livezz", "/readyz/x",
		"/livez%00", "//livez", "/check/../livez", "*"};
	static const char *const methods[] = {
		"GET", "HEAD", "POST", "QUERY", "PUT", "DELETE", "options"};
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	struct str first = copy_body(ASK(x, .target = "/check"));
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		for (size_t k = 0; k < COUNT(methods); k++) {
			struct question question = {.target = targets[i], .method = methods[k]};
			const struct reply *reply = ask(x, &question);
			assert_unauthorized(reply, missing);
			assert_body(reply, first);
			question.authorization = "Bearer dua";
			reply = ask(x, &question);
			assert_unauthorized(reply, wrong);
			assert_body(reply, first);
			question.authorization = "Bearer satu";
			assert_int_not_equal(ask(x, &question)->status, 401);
		}
	}
	assert_problem(
		ASK(x, .target = "/nowhere", .authorization = "Bearer satu"), 404, "not_found");
	free((char *)(uintptr_t)first.at);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_what_stays_open(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	(void)state;
	assert_status(ASK(x, .target = "/livez"), 200);
	assert_status(ASK(x, .target = "/livez", .authorization = "Bearer dua"), 200);
	assert_status(ASK(x, .target = "/readyz?verbose"), 200);
	assert_status(ASK(x, .target = "/readyz", .method = "HEAD"), 200);
	assert_status(ASK(x, .target = "/check", .method = "OPTIONS"), 204);
	assert_status(ASK(x, .target = "*", .method = "OPTIONS"), 204);
	assert_unauthorized(ASK(x, .target = "/nowhere", .method = "OPTIONS"), missing);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_two_fields_are_none(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	const struct question question = {.authorization = "Bearer satu"};
	struct request request = support_request(&question);
	(void)state;
	request.authorization_count = 2;
	support_begin(x, &request);
	assert_unauthorized(support_finish(x), wrong);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_a_body_is_not_read(void **state)
{
	static const struct question questions[] = {{.text = "{}"},
		{.text = "role,id\nguru,1\n", .type = "text/csv"},
		{.text = "[{}]", .target = "/summary"}};
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct request request = support_request(&questions[i]);
		assert_false(support_begin(x, &request));
		support_feed(x, str_of(questions[i].text));
		assert_int_equal(x->intake.pieces.size, 0);
		assert_null(x->intake.bulk);
		assert_unauthorized(support_finish(x), missing);
	}
	exchange_destroy(x);
	service_destroy(service);
}

static void test_answers_are_for_one_client_only(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	const struct reply *reply = ASK(x, .target = "/check", .authorization = "Bearer satu");
	char etag[100];
	(void)state;
	assert_status(reply, 200);
	assert_header(reply, "Cache-Control", "private, max-age=300");
	snprintf(etag, sizeof etag, "%s", header(reply, "ETag"));
	reply = ASK(x, .target = "/check", .authorization = "Bearer satu", .if_none_match = etag);
	assert_status(reply, 304);
	assert_header(reply, "Cache-Control", "private, max-age=300");
	// Who has the ETag has no token yet.
	assert_unauthorized(ASK(x, .target = "/check", .if_none_match = etag), missing);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_rotation(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	(void)state;
	assert_status(ASK(x, .target = "/", .authorization = "Bearer satu"), 200);
	service_require_tokens(service, read_tokens(SATU "\n" DUA));
	assert_status(ASK(x, .target = "/", .authorization = "Bearer satu"), 200);
	assert_status(ASK(x, .target = "/", .authorization = "Bearer dua"), 200);
	service_require_tokens(service, read_tokens(DUA));
	assert_unauthorized(ASK(x, .target = "/", .authorization = "Bearer satu"), wrong);
	assert_status(ASK(x, .target = "/", .authorization = "Bearer dua"), 200);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_without_tokens_nobody_is_asked(void **state)
{
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	assert_status(ASK(x, .target = "/check", .authorization = "Bearer satu"), 200);
	assert_header(ASK(x, .target = "/check"), "Cache-Control", "public, max-age=300");
	exchange_destroy(x);
	service_destroy(service);
}

static void test_memory_for_a_hash(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	(void)state;
	cannot_hash = true;
	assert_problem(ASK(x, .authorization = "Bearer satu"), 503, "overloaded");
	cannot_hash = false;
	assert_status(ASK(x, .authorization = "Bearer satu"), 200);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_what_a_reload_refused(void **state)
{
	struct service *service;
	struct exchange *x = open_exchange(&service, SATU);
	(void)state;
	assert_false(has(ASK(x, .target = "/readyz?verbose"), "tokens refused"));
	service_note_parts(service, SERVICE_TOKENS);
	assert_has(ASK(x, .target = "/readyz?verbose"), "\nlast reload: tokens refused");
	assert_false(has(ASK(x, .target = "/readyz?verbose"), "certificate"));
	assert_false(has(ASK(x, .target = "/readyz"), "refused"));
	service_note_parts(service, SERVICE_TOKENS | SERVICE_CERTIFICATE);
	service_note_refusal(service);
	const struct reply *reply = ASK(x, .target = "/readyz?verbose");
	assert_has(reply, "\nlast reload: tokens refused");
	assert_has(reply, "\nlast reload: certificate refused");
	assert_has(reply, "\nlast load: refused, what was in use stays\n");
	service_note_parts(service, 0);
	assert_false(has(ASK(x, .target = "/readyz?verbose"), "tokens"));
	exchange_destroy(x);
	service_destroy(service);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_that_are_read),
		cmocka_unit_test(test_files_that_are_refused),
		cmocka_unit_test(test_limits_of_a_file),
		cmocka_unit_test(test_memory_for_a_set),
		cmocka_unit_test(test_what_is_a_token),
		cmocka_unit_test(test_the_longest_token),
		cmocka_unit_test(test_every_token_is_compared),
		cmocka_unit_test(test_every_route_needs_one),
		cmocka_unit_test(test_what_stays_open),
		cmocka_unit_test(test_two_fields_are_none),
		cmocka_unit_test(test_a_body_is_not_read),
		cmocka_unit_test(test_answers_are_for_one_client_only),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_without_tokens_nobody_is_asked),
		cmocka_unit_test(test_memory_for_a_hash),
		cmocka_unit_test(test_what_a_reload_refused),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/tokens", tests, NULL, NULL);
	support_close();
	return failed;
}
