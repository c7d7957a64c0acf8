// SPDX-License-Identifier: MIT
// /check: the same answer by every way of asking, and every error that one
// profile can meet. Which outcome follows from
// which facts is tested against the rules.
#include "api_support.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const form = "application/x-www-form-urlencoded";

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

static void test_every_way_gives_the_same_answer(void **state)
{
	static const struct question ways[] = {
		{.target = "/check?role=guru&employment=ASN&belajar_id=true&dapodik_gtk=true"},
		{.target = "/check?jabatan=Guru+Kelas&status_kepegawaian=PNS&belajar_id=ya&dapodik_gtk=GTK"},
		{.target = "/check?role=guru&employment=ASN&belajar_id=true&dapodik_gtk=true",
			.method = "HEAD"},
		{.text = "{\"role\":\"guru\",\"employment\":\"ASN\",\"belajar_id\":true,\"dapodik_gtk\":true}"},
		{.text = "{\"dapodik_gtk\":1,\"employment\":\"P3K\",\"belajar_id\":\"1\",\"role\":\"Guru BK\"}",
			.method = "QUERY"},
		{.text = "role=guru&employment=ASN&belajar_id=true&dapodik_gtk=true", .type = form},
		{.text = "role=guru&employment=PPPK",
			.type = form,
			.method = "QUERY",
			.target = "/check?belajar_id=1&dapodik_gtk=1"},
		{.text = "{\"role\":\"guru\",\"role_\":null}", // a default for what is not given
			.target =
				"/check?unknown=ignore&employment=ASN&belajar_id=1&dapodik_gtk=1"},
		{.text = "{\"role\":\"guru\",\"employment\":\"\",\"belajar_id\":true,\"dapodik_gtk\":true}",
			.target = "/check?employment=PNS&belajar_id=false"},
	};
	(void)state;
	struct str wanted = copy_body(ask(x, &ways[0]));
	for (size_t i = 0; i < COUNT(ways); i++) {
		const struct reply *reply = ask(x, &ways[i]);
		assert_status(reply, 200);
		assert_body(reply, wanted);
		assert_header(reply, "Content-Type", "application/json");
		assert_header(reply, "Vary", "Accept, Accept-Language");
	}
	free((char *)(uintptr_t)wanted.at);
}

static void test_shape_of_an_answer(void **state)
{
	const struct reply *reply = ASK(x, .text = "{\"role\":\"guru\",\"belajar_id\":false}");
	(void)state;
	assert_int_equal(strncmp(reply->body.at,
				 "{\"facts\":{\"role\":\"guru\",\"belajar_id\":false},"
				 "\"features\":{\"pelatihan_mandiri\":{\"name\":",
				 80),
		0);
	assert_has(reply, "\"missing\":[\"employment\"]");
	assert_has(reply, "\"obligation\":\"undetermined\"");
	assert_has(reply, "\"possible\":{\"obligation\":[");
	assert_has(reply, "\"access\":\"unavailable\"");
	assert_has(reply, "\"rulebook\":{\"id\":\"se-dirjen-gtk-0559-2024\",\"version\":\"2.0.0\","
			  "\"digest\":\"sha256:");
	assert_false(has(reply, "\"id\":null"));
	reply = ASK(x, .text = "{}");
	assert_has(reply, "{\"facts\":{},");
	assert_has(reply, "\"missing\":[\"role\",\"employment\",\"belajar_id\",\"dapodik_gtk\"],"
			  "\"notices\"");
}

static void test_id_comes_back_and_group_does_not(void **state)
{
	const struct reply *reply;
	(void)state;
	reply = ASK(x, .text = "{\"id\":\"a\\\"\\u0001\\u00e9\",\"group\":\"hidden\"}");
	assert_status(reply, 200);
	assert_int_equal(
		strncmp(reply->body.at, "{\"id\":\"a\\\"\\u0001\xC3\xA9\",\"facts\":", 20), 0);
	assert_false(has(reply, "hidden"));
	assert_null(reply->cached);
	reply = ASK(x, .text = "id=7&group=hidden", .type = form);
	assert_int_equal(strncmp(reply->body.at, "{\"id\":\"7\",\"facts\":", 18), 0);
	struct str plain = copy_body(ASK(x, .text = "{}"));
	reply = ASK(x, .text = "{\"id\":\"7\"}");
	assert_int_equal(reply->body.size, plain.size + strlen("\"id\":\"7\","));
	assert_memory_equal(reply->body.at + 10, plain.at + 1, plain.size - 1);
	free((char *)(uintptr_t)plain.at);
	reply = ASK(x, .text = "{\"id\":\"7\"}", .accept = "text/plain");
	assert_has(reply, "id: \"7\"\n");
	reply = ASK(x, .text = "{\"id\":\"7\"}", .target = "/check?pretty");
	assert_has(reply, "{\n  \"id\": \"7\",\n");
}

static void test_languages(void **state)
{
	static const struct {
		const char *target, *language, *tag;
	} cases[] = {
		{"/check?role=guru", NULL, "id"},
		{"/check?role=guru", "en", "en"},
		{"/check?role=guru", "en-GB, id;q=0.5", "en"},
		{"/check?role=guru&lang=en", NULL, "en"},
		{"/check?role=guru&lang=EN", "id", "en"},
		{"/check?lang=id&role=guru", "en", "id"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool en = strcmp(cases[i].tag, "en") == 0;
		const struct reply *reply = ASK(
			x, .target = cases[i].target, .language = cases[i].language);
		assert_status(reply, 200);
		assert_header(reply, "Content-Language", cases[i].tag);
		assert_int_equal(has(reply, "need not be"), en);
		assert_int_equal(has(reply, "tidak wajib"), !en);
		assert_has(reply, "\"obligation\":\"not_required\""); // codes are not text
	}
	assert_problem(ASK(x, .target = "/check?lang=fr"), 400, "malformed_query");
	assert_problem(ASK(x, .target = "/check?lang="), 400, "malformed_query");
	assert_problem(ASK(x, .target = "/check?lang"), 400, "malformed_query");
}

static void test_options(void **state)
{
	static const struct {
		const char *target;
		unsigned status;
	} cases[] = {
		{"/check?pretty", 200},
		{"/check?pretty=", 200},
		{"/check?pretty=true", 200},
		{"/check?pretty=false", 200},
		{"/check?pretty=1", 400},
		{"/check?pretty=True", 400},
		{"/check?verbose=true", 200},
		{"/check?unknown=ignore", 200},
		{"/check?unknown=error", 200},
		{"/check?unknown=x", 400},
		{"/check?unknown", 400},
		{"/check?detail=full", 200},
		{"/check?detail=brief", 200},
		{"/check?detail=", 400},
		{"/check?detail=all", 400},
		{"/check?id_from=nip&group_by=role", 200},
		{"/check?id_from=", 400},
		{"/check?group_by=+", 400},
		{"/check?group_by", 400},
		{"/check?Pretty", 422},
		{"/check?lang=en&lang=en", 400},
		{"/check?%70retty", 200},
		{"/check?", 200},
		{"/check?&&", 200},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_status(ASK(x, .target = cases[i].target), cases[i].status);
}

// A column's name is as long as any other.
static void test_the_length_of_named_columns(void **state)
{
	char target[200];
	(void)state;
	for (int size = 127; size < 131; size++) {
		int used = snprintf(target, sizeof target, "/check?id_from=");
		memset(target + used, 'n', (size_t)size);
		target[used + size] = '\0';
		assert_status(ASK(x, .target = target), size > PMM_WORD_MAX ? 400 : 200);
	}
}

static void test_accept(void **state)
{
	static const struct {
		const char *accept, *type;
	} cases[] = {
		{NULL, "application/json"},
		{"*/*", "application/json"},
		{"text/plain", "text/plain; charset=utf-8"},
		{"text/*", "text/plain; charset=utf-8"},
		{"text/plain;q=0.1, application/json", "application/json"},
		{"text/html, */*;q=0.1", "text/html; charset=utf-8"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct reply *reply = ASK(x, .target = "/check", .accept = cases[i].accept);
		assert_status(reply, 200);
		assert_header(reply, "Content-Type", cases[i].type);
		reply = ASK(x, .text = "{}", .accept = cases[i].accept);
		assert_header(reply, "Content-Type", cases[i].type);
	}
	assert_problem(ASK(x, .target = "/check", .accept = "image/png"), 406, "not_acceptable");
	assert_problem(ASK(x, .text = "{}", .accept = "text/xml"), 406, "not_acceptable");
	const struct reply *reply = ASK(x, .text = "{?", .accept = "text/plain");
	assert_status(reply, 400);
	assert_header(reply, "Content-Type", "text/plain; charset=utf-8");
}

static void test_content_types(void **state)
{
	static const char *const bad[] = {"text/plain", "application/xml", "json",
		"application/json; charset=utf-16", "multipart/form-data; boundary=x", "*/*"};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const struct reply *reply = ASK(x, .text = "{}", .type = bad[i]);
		assert_problem(reply, 415, "unsupported_media_type");
		assert_non_null(strstr(header(reply, "Accept"), "application/json"));
		assert_non_null(strstr(header(reply, "Accept"), form));
	}
	assert_problem(
		ASK(x, .method = "POST", .text = "{}", .type = ""), 415, "unsupported_media_type");
	assert_problem(ASK(x, .method = "QUERY"), 415, "unsupported_media_type");
	assert_status(ASK(x, .text = "{}", .type = "application/json; charset=\"UTF-8\""), 200);
	assert_status(
		ASK(x, .text = "a", .type = "application/x-www-form-urlencoded; charset=utf-8"),
		422);
}

// curl -d '{...}' says that JSON is a form.
static void test_json_in_forms_clothing(void **state)
{
	static const char *const texts[] = {"{}", "{\"role\":\"guru\"}", " \r\n\t{", "[]", " [1"};
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct reply *reply = ASK(x, .text = texts[i], .type = form);
		assert_problem(reply, 415, "unsupported_media_type");
		assert_has(reply, "--json");
	}
	assert_status(ASK(x, .text = "   ", .type = form), 422);
	assert_status(ASK(x, .method = "POST", .type = form), 200); // nothing is known
}

static void test_faults_of_json(void **state)
{
	static const struct {
		struct str text;
		const char *offset;
	} cases[] = {
		{{"x", 1}, "\"offset\":0"},
		{{"{", 1}, "\"offset\":1"},
		{{"{}x", 3}, "\"offset\":2"},
		{{"{} {}", 5}, "\"offset\":3"},
		{{"{\"role\":\"\xFF\"}", 11}, "\"offset\":9"},
		{{"{\"role\":\"\\ud800\"}", 17}, "\"offset\":9"},
		{{"{\"role\":\"\\u0000\"}", 17}, "\"offset\":9"},
		{{"{\"role\":\"\0\"}", 12}, "\"offset\":9"},
		{{"{\"role\":\"\t\"}", 12}, "\"offset\":9"},
		{{" ", 1}, "\"offset\":1"},
		{{"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 37}, "\"offset\":36"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int lang = 0; lang < 2; lang++) {
			const struct reply *reply = ASK(
				x, .body = cases[i].text, .language = lang ? "en" : "id");
			assert_problem(reply, 400, "malformed_json");
			assert_has(reply, cases[i].offset);
			assert_header(reply, "Content-Language", lang ? "en" : "id");
		}
		const struct reply *reply = ASK(x, .body = cases[i].text, .accept = "text/plain");
		assert_status(reply, 400);
		assert_has(reply, "[malformed_json]\n");
		assert_has(reply, "\noffset: ");
	}
	const struct reply *reply = ASK(x, .method = "POST", .type = "application/json");
	assert_problem(reply, 400, "malformed_json"); // an empty body
	assert_has(reply, "\"offset\":0");
	reply = ASK(x, .text = "{\"role\":\"guru\",\"role\":\"guru\"}");
	assert_problem(reply, 400, "duplicate_member");
	assert_has(reply, "\"offset\":15");
	assert_problem(ASK(x, .text = "7"), 422, "invalid_profile");
	assert_has(
		ASK(x, .text = "null"), "\"errors\":[{\"code\":\"wrong_type\",\"pointer\":\"\",");
}

static void test_errors_of_profiles(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"{\"role\":\"gugu\"}",
			"{\"code\":\"unknown_value\",\"pointer\":\"/role\",\"detail\":\""},
		{"{\"role\":\"gugu\"}", "\"allowed\":[\"guru\",\"kepala_sekolah\",\"lainnya\"],"
					"\"did_you_mean\":\"guru\"}"},
		{"{\"belajar_id\":\"x\"}", "\"allowed\":[true,false]}"},
		{"{\"rolle\":1}", "\"allowed\":[\"id\",\"role\",\"employment\",\"belajar_id\","
				  "\"dapodik_gtk\",\"group\"],\"did_you_mean\":\"role\"}"},
		{"{\"a/b~c\\n\":1}", "\"pointer\":\"/a~1b~0c\\n\""},
		{"{\"\":1}", "\"pointer\":\"/\""},
		{"{\"id\":true}", "{\"code\":\"wrong_type\",\"pointer\":\"/id\",\"detail\":\""},
		{"{\"role\":[]}", "{\"code\":\"wrong_type\",\"pointer\":\"/role\",\"detail\":\""},
		{"{\"role\":\"guru\",\"peran\":\"Tutor\"}",
			"{\"code\":\"conflicting_members\",\"pointer\":\"/peran\",\"detail\":\""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct reply *reply = ASK(x, .text = cases[i].text);
		assert_problem(reply, 422, "invalid_profile");
		assert_has(reply, cases[i].error);
		assert_false(has(reply, "errors_omitted"));
		assert_status(ASK(x, .text = cases[i].text, .target = "/check?pretty"), 422);
	}
	assert_status(ASK(x, .text = "{\"rolle\":1}", .target = "/check?unknown=ignore"), 200);
	assert_status(ASK(x, .text = "{\"rolle\":1}", .target = "/check?unknown=error"), 422);
}

static void test_errors_as_text(void **state)
{
	const struct reply *reply;
	(void)state;
	reply = ASK(x, .text = "{\"role\":\"gugu\",\"\\n\":1,\"id\":[]}", .accept = "text/plain",
		.language = "en");
	assert_status(reply, 422);
	assert_has(reply, "422 The profile cannot be evaluated [invalid_profile]\n");
	assert_has(reply, "\n- \"/role\": ");
	assert_has(reply, " (guru, kepala_sekolah, lainnya) Did you mean: guru?\n");
	assert_has(reply, "\n- \"/\\u000a\": "); // nothing may steer the terminal
	assert_has(reply, " (id, role, employment, belajar_id, dapodik_gtk, group)\n");
	assert_has(reply, "\n- \"/id\": ");
	reply = ASK(x, .text = "{\"role\":\"gugu\"}", .accept = "text/plain");
	assert_has(reply, " Maksudnya: guru?\n");
	reply = ASK(x, .target = "/check?rolle=1", .accept = "text/plain");
	assert_has(reply, " (role, employment, belajar_id, dapodik_gtk)");
}

static void test_what_a_value_was_is_not_told(void **state)
{
	static const char secret[] = "Siti4711";
	static const struct question questions[] = {
		{.text = "{\"role\":\"Siti4711\",\"id\":[\"Siti4711\"],\"x\":\"Siti4711\",\"employment\":\"Siti4711\"}"},
		{.text = "{\"role\":\"Siti4711\""},
		{.text = "role=Siti4711&employment=Siti4711", .type = form},
		{.target = "/check?role=Siti4711"},
		{.target = "/Siti4711"},
		{.target = "/problems/Siti4711"},
		{.target = "/rulebook/Siti4711"},
		{.target = "/check?lang=Siti4711"},
		{.target = "/check", .accept = "Siti4711"},
		{.text = "Siti4711", .type = "Siti4711"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct question as_text = questions[i];
		assert_false(has(ask(x, &questions[i]), secret));
		as_text.accept = as_text.accept ? as_text.accept : "text/plain";
		assert_false(has(ask(x, &as_text), secret));
	}
}

static void test_the_list_of_errors_is_cut(void **state)
{
	struct buf text = {0};
	(void)state;
	for (unsigned count = 100; count <= 103; count++) {
		char wanted[100];
		buf_reset(&text);
		for (unsigned i = 0; i < count; i++) {
			buf_text(&text, i ? ",\"x" : "{\"x");
			buf_uint(&text, i);
			buf_text(&text, "\":1");
		}
		buf_char(&text, '}');
		const struct reply *reply = ASK(x, .body = buf_view(&text));
		assert_problem(reply, 422, "invalid_profile");
		assert_has(reply, "\"pointer\":\"/x99\"");
		assert_false(has(reply, "\"pointer\":\"/x100\""));
		snprintf(wanted, sizeof wanted, "],\"errors_omitted\":%u}", count - 100);
		assert_int_equal(has(reply, wanted), count > 100);
		assert_int_equal(has(reply, "errors_omitted"), count > 100);
	}
	buf_finish(&text);
}

static void test_forms_and_queries_that_cannot_be_read(void **state)
{
	struct buf text = {0};
	(void)state;
	assert_problem(ASK(x, .text = "role=%zz", .type = form), 400, "malformed_query");
	assert_problem(ASK(x, .text = "role=%00", .type = form), 400, "malformed_query");
	assert_problem(ASK(x, .text = "role=%ff", .type = form), 400, "malformed_query");
	assert_problem(
		ASK(x, .text = "role=guru&role=guru", .type = form), 400, "duplicate_member");
	assert_problem(ASK(x, .target = "/check?role=%zz"), 400, "malformed_query");
	assert_problem(ASK(x, .target = "/check?role=%00"), 400, "malformed_query");
	assert_problem(ASK(x, .target = "/check?role=%ff"), 400, "malformed_query");
	assert_problem(ASK(x, .target = "/check?role=guru&role=guru"), 400, "duplicate_member");
	assert_problem(
		ASK(x, .target = "/check?verbose&role=guru&verbose"), 400, "duplicate_member");
	for (unsigned i = 0; i <= PROFILE_PAIRS_MAX; i++) {
		buf_text(&text, i ? "&x" : "x");
		buf_uint(&text, i);
	}
	assert_problem(ASK(x, .body = buf_view(&text), .type = form), 400, "malformed_query");
	text.size -= strlen("&x100");
	assert_problem(ASK(x, .body = buf_view(&text), .type = form), 422, "invalid_profile");
	buf_finish(&text);
}

static void test_parameters_that_are_not_known(void **state)
{
	static const char *const targets[] = {"/check?id=7", "/check?group=x", "/check?rolle=guru",
		"/check?role=gugu&x", "/check?=1", "/check?as=1&lang=en"};
	const struct reply *reply;
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		assert_problem(ASK(x, .target = targets[i]), 422, "unknown_parameter");
		assert_problem(
			ASK(x, .target = targets[i], .text = "{}"), 422, "unknown_parameter");
	}
	assert_has(ASK(x, .target = "/check?rolle=guru"),
		"\"allowed\":[\"role\",\"employment\","
		"\"belajar_id\",\"dapodik_gtk\"],\"did_you_mean\":\"role\"");
	reply = ASK(x, .target = "/check?role=gugu"); // the name is known, the value is not
	assert_problem(reply, 422, "invalid_profile");
	assert_problem(ASK(x, .target = "/check?role=guru&peran=Tutor"), 422, "invalid_profile");
	// ?unknown=ignore forgives before and after itself.
	assert_status(ASK(x, .target = "/check?x=1&unknown=ignore&y=2"), 200);
	reply = ASK(x, .target = "/check?x=1&role=gugu&unknown=ignore&y=2&peran=nobody");
	assert_problem(reply, 422, "invalid_profile");
	assert_false(has(reply, "unknown_member"));
	assert_has(reply, "\"parameter\":\"role\"");
	assert_has(reply, "\"parameter\":\"peran\"");
	reply = ASK(x, .target = "/check?role=gugu&x=1&unknown=ignore&role_=Tutor&jabatan=guru");
	assert_problem(reply, 422, "invalid_profile");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_way_gives_the_same_answer),
		cmocka_unit_test(test_shape_of_an_answer),
		cmocka_unit_test(test_id_comes_back_and_group_does_not),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_the_length_of_named_columns),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_content_types),
		cmocka_unit_test(test_json_in_forms_clothing),
		cmocka_unit_test(test_faults_of_json),
		cmocka_unit_test(test_errors_of_profiles),
		cmocka_unit_test(test_errors_as_text),
		cmocka_unit_test(test_what_a_value_was_is_not_told),
		cmocka_unit_test(test_the_list_of_errors_is_cut),
		cmocka_unit_test(test_forms_and_queries_that_cannot_be_read),
		cmocka_unit_test(test_parameters_that_are_not_known),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/check", tests, set_up, tear_down);
	support_close();
	return failed;
}
