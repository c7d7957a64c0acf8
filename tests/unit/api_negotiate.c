// SPDX-License-Identifier: MIT
// Content negotiation and media types on their own (RFC 9110, sections 8.3, 12
// and 13.1.2).
#include "api/negotiate.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
	const char *accept;
	int offer;
} accept_cases[] = {
	{"", 0}, // nothing said: anything will do
	{"  ", 0},
	{"*/*", 0},
	{"application/json", 0},
	{"Application/JSON", 0},
	{"text/plain", 1},
	{"TEXT/Plain", 1},
	{"text/*", 1},
	{"application/*", 0},
	{"text/html", -1},
	{"text/plainer", -1},
	{"text", -1},
	{"*", -1},
	{"*/json", -1},
	{"application/problem+json", -1},
	{"text/html, text/plain", 1},
	{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 0},
	// quality
	{"application/json;q=0.5, text/plain", 1},
	{"application/json;q=0.5, text/plain;q=0.5", 0}, // of equals the first offer
	{"text/plain, application/json", 0},
	{"application/json;q=0.4, text/plain;q=0.40001", 0}, // three digits count
	{"application/json;q=0.400, text/plain;q=0.401", 1},
	{"application/json;q=0", -1},
	{"application/json;q=0.000, text/plain;q=0.001", 1},
	{"text/plain;q=1.000, application/json;q=0.999", 1},
	{"application/json ; Q=0.1 , text/plain ; q=0.2", 1},
	{"application/json;q=0.9;ext=1, text/plain;q=0.8", 0},
	{"application/json;version=2;q=0.1, text/plain;q=0.2", 1},
	// a q that breaks the rules counts as none
	{"application/json;q=x, text/plain;q=0.9", 0},
	{"application/json;q=, text/plain;q=0.9", 0},
	{"application/json;q, text/plain;q=0.9", 0},
	{"application/json;q=0.x, text/plain;q=0.9", 0},
	{"application/json;q=0x, text/plain;q=0.9", 0},
	{"application/json;q=-1, text/plain;q=0.9", 0},
	{"application/json;q=2, text/plain;q=0.9", 0},
	{"application/json;q=1.5, text/plain", 0},
	{"application/json;q=0., text/plain;q=0.1", 1},
	// the most specific range decides
	{"*/*, application/json;q=0", 1},
	{"application/json;q=0, */*", 1},
	{"text/*;q=0, */*", 0},
	{"*/*;q=0, text/plain", 1},
	{"text/plain;q=0.1, text/*;q=0.9, application/json;q=0.5", 0},
	{"application/*;q=0.2, application/json;q=0.1, text/plain;q=0.15", 1},
	{"application/json;q=0.1, application/json;q=0.9, text/plain;q=0.5", 0}, // the better
	{"*/*;q=0", -1},
	// of equals what is named, as browsers of old write it
	{"text/plain, image/jxr, */*", 1},
	{"text/*, */*", 1},
	{"*/*, application/json, text/plain", 0},
	{"text/plain;q=0.5, */*;q=0.5", 1},
	{"*/*", 0},
	// empty items
	{", ,text/plain,,", 1},
	{";q=1, text/plain", 1},
};

static void test_accept(void **state)
{
	static const char *const offers[] = {"application/json", "text/plain"};
	(void)state;
	for (size_t i = 0; i < COUNT(accept_cases); i++) {
		int offer = negotiate_media(str_of(accept_cases[i].accept), offers, 2);
		if (offer != accept_cases[i].offer)
			fail_msg("%s: %d", accept_cases[i].accept, offer);
	}
	assert_int_equal(negotiate_media((struct str){NULL, 0}, offers, 2), 0);
	assert_int_equal(negotiate_media(STR("text/plain"), offers, 1), -1);
}

static void test_accept_language(void **state)
{
	static const struct {
		const char *accept;
		enum pmm_lang lang;
	} cases[] = {
		{"", PMM_LANG_ID},
		{"*", PMM_LANG_ID},
		{"id", PMM_LANG_ID},
		{"en", PMM_LANG_EN},
		{"EN", PMM_LANG_EN},
		{"en-US", PMM_LANG_EN},
		{"en-GB-oxendict", PMM_LANG_EN},
		{"id-ID", PMM_LANG_ID},
		{"eng", PMM_LANG_ID},
		{"e", PMM_LANG_ID},
		{"fr", PMM_LANG_ID},
		{"fr, en;q=0.1", PMM_LANG_EN},
		{"fr, *", PMM_LANG_ID},
		{"id, en", PMM_LANG_ID}, // of equals the first
		{"en, id", PMM_LANG_EN},
		{"id;q=0.5, en;q=0.6", PMM_LANG_EN},
		{"en;q=0.5, id;q=0.6", PMM_LANG_ID},
		{"en-US,en;q=0.9,id;q=0.8", PMM_LANG_EN},
		{"id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", PMM_LANG_ID},
		{"en;q=0", PMM_LANG_ID},
		{"en;q=0, *", PMM_LANG_ID},
		{"en;q=0.5, *;q=0.8", PMM_LANG_ID},
		{"en;q=0.5, *;q=0.1", PMM_LANG_EN},
		{"id;q=0, en", PMM_LANG_EN},
		{"id;q=0, *", PMM_LANG_EN}, // anything but Indonesian
		{"id;q=0.1, *", PMM_LANG_EN}, // "*" is what no other range names
		{"*, id;q=0.1", PMM_LANG_EN},
		{"*, id;q=0.1, en;q=0.05", PMM_LANG_ID},
		{" , ,en", PMM_LANG_EN},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (negotiate_language(str_of(cases[i].accept)) != cases[i].lang)
			fail_msg("%s", cases[i].accept);
	assert_int_equal(negotiate_language((struct str){NULL, 0}), PMM_LANG_ID);
	assert_string_equal(pmm_lang_tag(PMM_LANG_ID), "id");
	assert_string_equal(pmm_lang_tag(PMM_LANG_EN), "en");
}

static void test_content_type(void **state)
{
	static const struct {
		const char *type;
		enum body_kind kind;
	} cases[] = {
		{"", BODY_OTHER},
		{"application/json", BODY_JSON},
		{"Application/Json", BODY_JSON},
		{" application/json ", BODY_JSON},
		{"application/json;", BODY_JSON},
		{"application/json; charset=utf-8", BODY_JSON},
		{"application/json;charset=UTF-8", BODY_JSON},
		{"application/json; charset=\"utf-8\"", BODY_JSON},
		{"application/json; CHARSET=Utf-8", BODY_JSON},
		{"application/json; charset=us-ascii", BODY_JSON},
		{"application/json; charset = utf-8", BODY_JSON},
		{"application/json; profile=x; charset=utf-8", BODY_JSON},
		{"application/json; profile=\"charset=latin1\"", BODY_JSON},
		{"application/json; charset=iso-8859-1", BODY_CHARSET},
		{"application/json; charset=utf-16", BODY_CHARSET},
		{"application/json; charset=\"utf-16\"", BODY_CHARSET},
		{"application/json; charset=\"", BODY_CHARSET},
		{"application/json; charset=", BODY_CHARSET},
		{"application/json; charset", BODY_CHARSET},
		{"application/json; profile=x; charset=latin1", BODY_CHARSET},
		{"application/jsonp", BODY_OTHER},
		{"application/json+x", BODY_OTHER},
		{"application/jso", BODY_OTHER},
		{"text/json", BODY_OTHER},
		{"json", BODY_OTHER},
		{"application/json, text/plain", BODY_OTHER},
		{"application/json; charset=utf8", BODY_JSON},
		{"application/json; charset=\"UTF8\"", BODY_JSON},
		// as Windows, browsers and mail programs call CSV
		{"text/csv; header=present", BODY_CSV},
		{"application/vnd.ms-excel", BODY_CSV},
		{"application/CSV", BODY_CSV},
		{"application/x-csv", BODY_CSV},
		{"text/x-csv;charset=utf8", BODY_CSV},
		{"text/comma-separated-values", BODY_CSV},
		{"text/x-comma-separated-values", BODY_CSV},
		{"text/tab-separated-values", BODY_CSV},
		{"text/csv; charset=windows-1252", BODY_CHARSET},
		{"application/x-ndjson; charset=utf-16le", BODY_CHARSET},
		{"text/plain; charset=windows-1252", BODY_OTHER},
		{"multipart/form-data; boundary=x", BODY_OTHER},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (body_kind(str_of(cases[i].type)) != cases[i].kind)
			fail_msg("%s", cases[i].type);
	assert_int_equal(body_kind((struct str){NULL, 0}), BODY_OTHER);
}

static void test_etag(void **state)
{
	static const struct {
		const char *field;
		bool matches;
	} cases[] = {
		{"", false},
		{"*", true},
		{" * ", true},
		{"\"abc\"", true},
		{"W/\"abc\"", true}, // weak comparison (RFC 9110, section 13.1.2)
		{"w/\"abc\"", false},
		{"\"x\", \"abc\"", true},
		{"\"x\",\"abc\",\"y\"", true},
		{"\"x\", W/\"abc\" ,\"y\"", true},
		{", ,\"abc\"", true},
		{"abc", false},
		{"\"ab\"", false},
		{"\"abcd\"", false},
		{"\"ABC\"", false},
		{"\"x\"", false},
		{"W/", false},
		{",", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (etag_matches(str_of(cases[i].field), STR("\"abc\"")) != cases[i].matches)
			fail_msg("%s", cases[i].field);
	assert_false(etag_matches((struct str){NULL, 0}, STR("\"abc\"")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_accept_language),
		cmocka_unit_test(test_content_type),
		cmocka_unit_test(test_etag),
	};
	return cmocka_run_group_tests_name("service/negotiate", tests, NULL, NULL);
}
