// SPDX-License-Identifier: MIT
// Which address takes which method, and the resources beside /check. What /check answers
// is in api_check.c.
#include "api_support.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct service *service;
static struct exchange *x;

static int set_up(void **state)
{
	(void)state;
	service = support_service(NULL);
	x = exchange_create(service);
	return x ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	exchange_destroy(x);
	service_destroy(service);
	return 0;
}

static const char *const read_only[] = {"/", "/rulebook", "/rulebooks",
	"/rulebook/se-dirjen-gtk-0559-2024", "/schema/profile.json", "/livez", "/readyz",
	"/metrics", "/problems/malformed_json"};
static const char *const other_methods[] = {"PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get",
	"GE", "GETX", "", "PROPFIND", "OPTION"};

static void test_methods_of_every_route(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(read_only); i++) {
		const char *target = read_only[i];
		assert_status(ASK(x, .target = target), 200);
		assert_status(ASK(x, .target = target, .method = "HEAD"), 200);
		const struct reply *reply = ASK(x, .target = target, .method = "OPTIONS");
		assert_status(reply, 204);
		assert_header(reply, "Allow", "GET, HEAD, OPTIONS");
		assert_header(reply, "Accept-Query", NULL);
		reply = ASK(x, .target = target, .text = "{}");
		assert_problem(reply, 405, "method_not_allowed");
		assert_header(reply, "Allow", "GET, HEAD, OPTIONS");
		reply = ASK(x, .target = target, .text = "{}", .method = "QUERY");
		assert_problem(reply, 405, "method_not_allowed");
		for (size_t m = 0; m < COUNT(other_methods); m++) {
			reply = ASK(x, .target = target, .method = other_methods[m]);
			assert_problem(reply, 405, "method_not_allowed");
			assert_header(reply, "Allow", "GET, HEAD, OPTIONS");
		}
	}
}

static void test_methods_of_check(void **state)
{
	const struct reply *reply;
	(void)state;
	assert_status(ASK(x, .target = "/check"), 200);
	assert_status(ASK(x, .target = "/check", .method = "HEAD"), 200);
	assert_status(ASK(x, .text = "{}"), 200);
	assert_status(ASK(x, .text = "{}", .method = "QUERY"), 200);
	reply = ASK(x, .target = "/check", .method = "OPTIONS");
	assert_status(reply, 204);
	assert_header(reply, "Allow", "GET, HEAD, POST, QUERY, OPTIONS");
	assert_non_null(header(reply, "Accept-Query"));
	assert_non_null(strstr(header(reply, "Accept-Query"), "application/json"));
	for (size_t m = 0; m < COUNT(other_methods); m++) {
		reply = ASK(x, .target = "/check", .method = other_methods[m]);
		assert_problem(reply, 405, "method_not_allowed");
		assert_header(reply, "Allow", "GET, HEAD, POST, QUERY, OPTIONS");
	}
}

static void test_there_is_nothing_elsewhere(void **state)
{
	static const char *const targets[] = {"/checks", "/chec", "/check/", "/Check", "//check",
		"/rulebook/", "/rulebook/x", "/rulebook/se-dirjen-gtk-0559-2024/", "/rulebooks/",
		"/schema", "/schema/", "/schema/profile.jso", "/livez/", "/readyz/x", "/problems",
		"/problems/", "/problems/none", "/problems/malformed_json/",
		"/problems/MALFORMED_JSON", "check", "", "?", "?role=guru", "x", "/%63heck",
		"/../check", "http:/check", "ftp://h/check"};
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		assert_problem(ASK(x, .target = targets[i]), 404, "not_found");
		const struct reply *reply = ASK(x, .target = targets[i], .text = "{}");
		if (reply->status != 405) // names of resources are looked up for GET only
			assert_problem(reply, 404, "not_found");
	}
	assert_problem(ASK(x, .target = "/nowhere", .method = "OPTIONS"), 404, "not_found");
	assert_problem(ASK(x, .target = "/nowhere", .method = "BREW"), 404, "not_found");
	assert_problem(ASK(x, .target = "*"), 404, "not_found");
}

static void test_forms_of_the_target(void **state)
{
	const struct reply *reply;
	(void)state;
	reply = ASK(x, .target = "*", .method = "OPTIONS"); // RFC 9110, section 9.3.7
	assert_status(reply, 204);
	assert_non_null(header(reply, "Allow"));
	reply = ASK(x, .target = "/check?role=guru");
	struct str wanted = copy_body(reply);
	assert_body(ASK(x, .target = "http://localhost:8080/check?role=guru"), wanted);
	assert_body(ASK(x, .target = "https://localhost/check?role=guru"), wanted);
	free((char *)(uintptr_t)wanted.at);
	assert_problem(ASK(x, .target = "http://localhost/nowhere"), 404, "not_found");
	assert_status(ASK(x, .target = "http://localhost"), 200); // the index
	assert_status(ASK(x, .target = "http://"), 200);
	assert_status(ASK(x, .target = "/livez?"), 200);
	assert_status(ASK(x, .target = "/livez?a?b"), 200);
}

static void test_limits_of_target_and_headers(void **state)
{
	static char target[SERVICE_TARGET_MAX + 2];
	(void)state;
	assert_int_equal(SERVICE_TARGET_MAX, 4096);
	memset(target, '&', sizeof target - 1);
	memcpy(target, "/check?", 7);
	assert_problem(ASK(x, .target = target), 414, "uri_too_long");
	target[SERVICE_TARGET_MAX] = '\0';
	assert_status(ASK(x, .target = target), 200);
	struct request request = support_request(&(struct question){0});
	for (int more = 0; more < 2; more++) {
		request.header_bytes = SERVICE_HEADERS_MAX + (size_t)more;
		exchange_reset(x);
		assert_false(exchange_begin(x, &request));
		const struct reply *reply = exchange_finish(x);
		if (more)
			assert_problem(reply, 431, "headers_too_large");
		else
			assert_status(reply, 200);
	}
}

static void test_ambiguous_framing_ends_the_connection(void **state)
{
	(void)state;
	struct request request = support_request(&(struct question){.text = "{}"});
	request.is_ambiguous = true;
	exchange_reset(x);
	assert_false(exchange_begin(x, &request));
	const struct reply *reply = exchange_finish(x);
	assert_problem(reply, 400, "bad_request");
	assert_true(reply->close);
	assert_false(ASK(x, .text = "{}")->close);
}

static void test_index(void **state)
{
	static const char *const paths[] = {"/check", "/", "/rulebook", "/rulebook/{id}",
		"/rulebooks", "/schema/profile.json", "/livez", "/readyz", "/metrics",
		"/problems/{code}"};
	(void)state;
	const struct reply *reply = ASK(x, .target = "/");
	assert_status(reply, 200);
	assert_header(reply, "Content-Type", "application/json");
	assert_has(reply, "\"version\":\"" PMM_VERSION "\"");
	assert_has(reply, "\"rulebook\":{\"id\":\"se-dirjen-gtk-0559-2024\"");
	for (size_t i = 0; i < COUNT(paths); i++) {
		char text[100];
		snprintf(text, sizeof text, "{\"path\":\"%s\",\"methods\":\"", paths[i]);
		assert_has(reply, text);
	}
	assert_header(reply, "Content-Language", "id");
	assert_header(ASK(x, .target = "/", .language = "en"), "Content-Language", "en");
	assert_status(ASK(x, .target = "/", .accept = "image/png"), 200); // it is all there is
}

static void test_rulebook(void **state)
{
	const struct reply *reply = ASK(x, .target = "/rulebook");
	(void)state;
	assert_status(reply, 200);
	assert_header(reply, "Content-Type", "application/json");
	assert_header(reply, "Cache-Control", "no-cache");
	assert_has(reply, "\"format\":\"pmm-rulebook/1\"");
	struct pmm_rulebook *rulebook = support_load(support_text());
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	assert_body(reply, (struct str){info->canonical, info->canonical_size});
	char etag[100], digest[100];
	snprintf(digest, sizeof digest, "\"%s\"", info->digest);
	assert_header(reply, "ETag", digest);
	pmm_rulebook_destroy(rulebook);
	snprintf(etag, sizeof etag, "%s", header(ASK(x, .target = "/rulebook?pretty"), "ETag"));
	assert_string_not_equal(etag, digest);
	assert_status(ASK(x, .target = "/rulebook", .if_none_match = digest), 304);
	assert_status(ASK(x, .target = "/rulebook", .if_none_match = etag), 200);
	assert_status(ASK(x, .target = "/rulebook?pretty", .if_none_match = etag), 304);
	reply = ASK(x, .target = "/rulebook/se-dirjen-gtk-0559-2024", .if_none_match = digest);
	assert_status(reply, 304);
	assert_header(reply, "ETag", digest);
	assert_header(reply, "Cache-Control", "no-cache");
	assert_problem(ASK(x, .target = "/rulebook", .accept = "image/png"), 406, "not_acceptable");
}

// RFC 9110, section 15.4.5: a 304 has the Vary that the 200 would have.
static void test_not_modified_varies_as_the_answer_does(void **state)
{
	static const char *const targets[] = {"/rulebook", "/check?role=guru"};
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct reply *reply = ASK(x, .target = targets[i]);
		const char *vary = header(reply, "Vary");
		char etag[100], wanted[100];
		snprintf(wanted, sizeof wanted, "%s", vary ? vary : "");
		snprintf(etag, sizeof etag, "%s", header(reply, "ETag"));
		reply = ASK(x, .target = targets[i], .if_none_match = etag);
		assert_status(reply, 304);
		assert_header(reply, "Vary", wanted[0] ? wanted : NULL);
	}
}

static void test_schema(void **state)
{
	const struct reply *reply = ASK(x, .target = "/schema/profile.json");
	(void)state;
	assert_status(reply, 200);
	assert_has(reply, "\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"");
	assert_has(reply, "\"role\":{\"$ref\":\"#/$defs/role\"}");
	assert_has(reply, "\"jenis_ptk\":{\"$ref\":\"#/$defs/role\"}");
	assert_has(reply, "\"tugas_tambahan\":{\"type\":[\"string\",\"null\"]}");
	assert_has(reply, "\"id\":{\"type\":[\"string\",\"number\",\"null\"],\"maxLength\":128}");
	assert_has(reply, "\"enum\":[true,false,\"\",null,");
	assert_has(reply, "\"enum\":[\"guru\",\"kepala_sekolah\",\"lainnya\",\"\",null,");
	assert_has(reply, "\"additionalProperties\":false");
	assert_header(reply, "Content-Language", "id");
	assert_has(reply, ",1,0]"); // words that are numbers may be written as such
}

static void test_health(void **state)
{
	static const char *const targets[] = {"/livez", "/readyz"};
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct reply *reply = ASK(x, .target = targets[i]);
		assert_status(reply, 200);
		assert_body(reply, STR("ok\n"));
		assert_header(reply, "Content-Type", "text/plain; charset=utf-8");
		assert_header(reply, "Cache-Control", "no-store");
	}
	const struct reply *reply = ASK(x, .target = "/readyz?verbose");
	assert_has(reply, "ok\nversion: " PMM_VERSION "\nrulebook: {\"id\":");
	assert_body(ASK(x, .target = "/readyz?verbose=false"), STR("ok\n"));
	assert_problem(ASK(x, .target = "/readyz?verbose=maybe"), 400, "malformed_query");
}

static void test_a_page_for_every_code(void **state)
{
	(void)state;
	for (int code = CODE_none + 1; code < CODE_COUNT; code++) {
		const struct code_info *info = code_info((enum code)code);
		char target[100], text[200];
		snprintf(target, sizeof target, "/problems/%s", info->name);
		for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
			const struct reply *reply = ASK(
				x, .target = target, .language = lang == PMM_LANG_EN ? "en" : "id");
			assert_status(reply, 200);
			assert_header(reply, "Cache-Control", "no-cache");
			assert_has(reply, info->title[lang]);
			assert_header(reply, "Content-Language", lang == PMM_LANG_EN ? "en" : "id");
			assert_header(reply, "Vary", "Accept, Accept-Language");
			snprintf(text, sizeof text, "{\"code\":\"%s\",", info->name);
			assert_has(reply, text);
			snprintf(text, sizeof text, "\"status\":%u,", info->status);
			assert_int_equal(has(reply, text), info->status != 0);
			reply = ASK(x, .target = target, .accept = "text/plain",
				.language = lang == PMM_LANG_EN ? "en" : "id");
			assert_status(reply, 200);
			assert_header(reply, "Content-Type", "text/plain; charset=utf-8");
			assert_has(reply, info->help[lang]);
		}
	}
	assert_problem(ASK(x, .target = "/problems/timeout", .accept = "image/png"), 406,
		"not_acceptable");
}

// Options that a resource does not know do no harm, but must be readable.
static void test_queries_of_the_other_resources(void **state)
{
	(void)state;
	assert_status(ASK(x, .target = "/livez?cache=1234&x"), 200);
	assert_status(ASK(x, .target = "/rulebook?role=nobody"), 200);
	assert_problem(ASK(x, .target = "/livez?a=%zz"), 400, "malformed_query");
	assert_problem(ASK(x, .target = "/livez?a=1&a=2"), 400, "duplicate_member");
	assert_problem(ASK(x, .target = "/rulebook?pretty=1"), 400, "malformed_query");
	assert_problem(ASK(x, .target = "/?lang=fr"), 400, "malformed_query");
	assert_header(ASK(x, .target = "/?lang=EN"), "Content-Language", "en");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods_of_every_route),
		cmocka_unit_test(test_methods_of_check),
		cmocka_unit_test(test_there_is_nothing_elsewhere),
		cmocka_unit_test(test_forms_of_the_target),
		cmocka_unit_test(test_limits_of_target_and_headers),
		cmocka_unit_test(test_ambiguous_framing_ends_the_connection),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_rulebook),
		cmocka_unit_test(test_not_modified_varies_as_the_answer_does),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_health),
		cmocka_unit_test(test_a_page_for_every_code),
		cmocka_unit_test(test_queries_of_the_other_resources),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/routes", tests, set_up, tear_down);
	support_close();
	return failed;
}
