// SPDX-License-Identifier: MIT
// Complete answers that are kept: one for each question, up to a limit, and
// right beyond it; entity tags (contract, section 3).
#include "api_support.h"
#include "failing.h"

#include <stdio.h>
#include <stdlib.h>

enum { QUESTIONS = 5000, CACHED_MAX = 4096 };

static const struct snapshot_options no_options = {.release = NULL};

// A rulebook with 4^7 profiles: each has an answer of its own.
static struct snapshot *large_snapshot(void)
{
	struct buf text = {0};
	struct snapshot *snapshot = NULL;
	support_generate(&text, "large", 7, 3, false);
	assert_int_equal(snapshot_create(&snapshot, support_load(buf_view(&text)), &no_options), 0);
	buf_finish(&text);
	return snapshot;
}

// Questions that differ in all three parts.
static void nth_question(unsigned n, uint32_t *index, enum pmm_lang *lang, enum format *format)
{
	*index = n / 6 * 19;
	*lang = (enum pmm_lang)(n % 2);
	*format = (enum format)(n / 2 % 3);
}

static void assert_written(struct snapshot *snapshot, struct str body, unsigned n)
{
	uint32_t index;
	enum pmm_lang lang;
	enum format format;
	struct buf buf = {0};
	nth_question(n, &index, &lang, &format);
	snapshot_write(snapshot, &buf, index, (struct answer_id){0}, lang, format);
	assert_false(buf.failed);
	assert_true(str_equal(body, buf_view(&buf)));
	buf_finish(&buf);
}

static void test_equal_questions_share_a_cached(void **state)
{
	struct snapshot *snapshot = large_snapshot();
	struct cached_response *all[60];
	(void)state;
	for (unsigned n = 0; n < 60; n++) {
		uint32_t index;
		enum pmm_lang lang;
		enum format format;
		nth_question(n, &index, &lang, &format);
		all[n] = snapshot_cached(snapshot, index, lang, format);
		assert_non_null(all[n]);
		assert_ptr_equal(snapshot_cached(snapshot, index, lang, format), all[n]);
		assert_written(snapshot, all[n]->body, n);
		for (unsigned m = 0; m < n; m++) {
			assert_ptr_not_equal(all[m], all[n]);
			assert_string_not_equal(all[m]->etag, all[n]->etag);
		}
	}
	snapshot_destroy(snapshot);
}

static void test_more_questions_than_sheets(void **state)
{
	struct snapshot *snapshot = large_snapshot();
	static struct cached_response *all[QUESTIONS];
	unsigned kept = 0;
	(void)state;
	for (int round = 0; round < 2; round++) {
		for (unsigned n = 0; n < QUESTIONS; n++) {
			uint32_t index;
			enum pmm_lang lang;
			enum format format;
			nth_question(n, &index, &lang, &format);
			struct cached_response *cached = snapshot_cached(
				snapshot, index, lang, format);
			if (round == 0) {
				all[n] = cached;
				kept += cached != NULL;
			}
			assert_ptr_equal(cached, all[n]); // also when the last was refused
			if (cached)
				assert_written(snapshot, cached->body, n);
		}
	}
	assert_int_equal(kept, CACHED_MAX);
	snapshot_destroy(snapshot);
}

static void target_of(char *to, size_t room, const struct pmm_rulebook *rulebook, unsigned n)
{
	uint8_t digits[PMM_FACTS_MAX];
	uint32_t index;
	enum pmm_lang lang;
	enum format format;
	nth_question(n, &index, &lang, &format);
	pmm_profile_digits(rulebook, index, digits);
	size_t size = (size_t)snprintf(to, room, "/check?lang=%s%s", lang ? "en" : "id",
		format == FORMAT_PRETTY ? "&pretty" : "");
	for (unsigned f = 0; f < pmm_rulebook_info(rulebook)->fact_count; f++)
		if (digits[f])
			size += (size_t)snprintf(
				to + size, room - size, "&f%u=v%d", f, digits[f] - 1);
}

// The contract promises every GET /check a strong tag and 304, however many
// questions were asked before.
static void test_answers_past_the_limit_are_as_good(void **state)
{
	struct buf text = {0};
	const struct service_options options = {USUAL_LIMITS};
	struct service *service;
	(void)state;
	support_generate(&text, "large", 7, 3, false);
	assert_int_equal(service_create(&service, &options), 0);
	assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	struct exchange *x = exchange_create(service);
	struct rulebook_set *set = service_set(service);
	struct snapshot *snapshot = rulebook_set_current(set, NULL);
	unsigned not_sheets = 0;
	for (unsigned n = 0; n < QUESTIONS; n++) {
		char target[200], etag[100];
		target_of(target, sizeof target, snapshot_rulebook(snapshot), n);
		const char *accept = n / 2 % 3 == FORMAT_TEXT ? "text/plain" : NULL;
		const struct reply *reply = ASK(x, .target = target, .accept = accept);
		assert_status(reply, 200);
		assert_written(snapshot, reply->body, n);
		assert_header(reply, "Cache-Control", "public, max-age=300");
		not_sheets += reply->cached == NULL;
		assert_non_null(header(reply, "ETag"));
		snprintf(etag, sizeof etag, "%s", header(reply, "ETag"));
		assert_status(
			ASK(x, .target = target, .accept = accept, .if_none_match = etag), 304);
	}
	assert_int_equal(not_sheets, QUESTIONS - CACHED_MAX);
	rulebook_set_unref(set);
	exchange_destroy(x);
	service_destroy(service);
	buf_finish(&text);
}

static void test_tags_of_check(void **state)
{
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	char etag[100], list[300];
	(void)state;
	const struct reply *reply = ASK(x, .target = "/check?role=guru");
	snprintf(etag, sizeof etag, "%s", header(reply, "ETag"));
	assert_int_equal(etag[0], '"'); // strong
	assert_int_equal(etag[strlen(etag) - 1], '"');
	assert_header(reply, "Cache-Control", "public, max-age=300");
	snprintf(list, sizeof list, "\"x\", W/%s", etag);
	const char *const fields[] = {etag, list, "*"};
	for (size_t i = 0; i < 3; i++) {
		for (int head = 0; head < 2; head++) {
			reply = ASK(x, .target = "/check?role=guru", .if_none_match = fields[i],
				.method = head ? "HEAD" : "GET");
			assert_status(reply, 304);
			assert_header(reply, "ETag", etag);
			assert_header(reply, "Cache-Control", "public, max-age=300");
			assert_header(reply, "Vary", "Accept, Accept-Language");
		}
	}
	assert_status(ASK(x, .target = "/check?role=guru", .if_none_match = "\"x\""), 200);
	// Whatever changes the bytes changes the tag; other words for it do not.
	assert_status(ASK(x, .target = "/check?role=lainnya", .if_none_match = etag), 200);
	assert_status(ASK(x, .target = "/check?role=guru&lang=en", .if_none_match = etag), 200);
	assert_status(ASK(x, .target = "/check?role=guru&pretty", .if_none_match = etag), 200);
	assert_status(
		ASK(x, .target = "/check?role=guru", .accept = "text/plain", .if_none_match = etag),
		200);
	assert_status(ASK(x, .target = "/check?JABATAN=Guru+BK", .if_none_match = etag), 304);
	// Answers to POST are nobody's to keep.
	reply = ASK(x, .text = "{\"role\":\"guru\"}", .if_none_match = etag);
	assert_status(reply, 200);
	assert_header(reply, "ETag", NULL);
	assert_header(reply, "Cache-Control", "no-store");
	reply = ASK(x, .text = "{\"role\":\"guru\"}", .method = "QUERY", .if_none_match = "*");
	assert_status(reply, 200);
	assert_header(reply, "Cache-Control", "no-store");
	exchange_destroy(x);
	service_destroy(service);
}

// A page says where it stands, so it is another one elsewhere; JSON is the same.
static void test_tags_of_pages_elsewhere(void **state)
{
	static const char *const urls[] = {NULL, "https://a.example", "https://b.example"};
	static const char *const targets[] = {
		"/?role=guru", "/?role=guru&explain=true", "/?role=guru&as_of=2025-01-01"};
	char etags[3][3][SNAPSHOT_ETAG_MAX];
	(void)state;
	for (size_t u = 0; u < 3; u++) {
		const struct service_options options = {USUAL_LIMITS, .public_url = urls[u]};
		struct service *service = support_service(&options);
		struct exchange *x = exchange_create(service);
		for (size_t t = 0; t < 3; t++) {
			snprintf(etags[u][t], sizeof etags[u][t], "%s",
				header(ASK(x, .target = targets[t], .accept = "text/html"),
					"ETag"));
			for (size_t before = 0; before < u; before++)
				assert_string_not_equal(etags[u][t], etags[before][t]);
		}
		exchange_destroy(x);
		service_destroy(service);
	}
}

static void test_headers_of_a_sheet_are_always_the_same(void **state)
{
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	const struct reply *reply = ASK(x, .target = "/check?role=guru");
	struct cached_response *cached = reply->cached;
	assert_non_null(cached);
	assert_int_equal(reply->use, CACHED_GET);
	reply = ASK(x, .text = "{\"role\":\"guru\"}");
	assert_ptr_equal(reply->cached, cached);
	assert_int_equal(reply->use, CACHED_POST);
	assert_ptr_equal(
		ASK(x, .text = "role=guru", .type = "application/x-www-form-urlencoded")->cached,
		cached);
	assert_null(ASK(x, .text = "{\"role\":\"guru\",\"id\":\"7\"}")->cached);
	// An exchange that closes, or that speaks to an origin, has other headers.
	service_drain(service);
	reply = ASK(x, .target = "/check?role=guru");
	assert_null(reply->cached);
	assert_ptr_equal(reply->body.at, cached->body.at);
	exchange_destroy(x);
	service_destroy(service);
}

static unsigned released;

static void release(void *handle)
{
	released += *(unsigned *)handle;
}

static void test_what_the_transport_keeps_is_given_back(void **state)
{
	const struct snapshot_options options = {.release = release};
	struct snapshot *snapshot;
	unsigned one = 1, ten = 10, hundred = 100;
	(void)state;
	released = 0;
	assert_int_equal(snapshot_create(&snapshot, support_load(support_text()), &options), 0);
	struct cached_response *first = snapshot_cached(snapshot, 0, PMM_LANG_ID, FORMAT_JSON);
	struct cached_response *second = snapshot_cached(snapshot, 1, PMM_LANG_EN, FORMAT_TEXT);
	atomic_store(&first->handle[CACHED_GET], &one);
	atomic_store(&first->handle[CACHED_POST], &ten);
	atomic_store(&second->handle[CACHED_POST], &hundred);
	snapshot_destroy(snapshot);
	assert_int_equal(released, 111);
	snapshot_destroy(NULL);
	// Without a release function the handles are none of its business.
	assert_int_equal(snapshot_create(&snapshot, support_load(support_text()), &no_options), 0);
	atomic_store(&snapshot_cached(snapshot, 0, PMM_LANG_ID, FORMAT_JSON)->handle[0], &one);
	snapshot_destroy(snapshot);
	assert_int_equal(released, 111);
}

// --- another thread asks while a cached is made

struct rival {
	struct snapshot *snapshot;
	uint32_t *indices;
	unsigned count;
	struct cached_response *cached; // of the last
};

static void ask_meanwhile(void *cls)
{
	struct rival *rival = cls;
	for (unsigned n = 0; n < rival->count; n++)
		rival->cached = snapshot_cached(
			rival->snapshot, rival->indices[n], PMM_LANG_ID, FORMAT_JSON);
}

static void test_a_rival_asks_the_same(void **state)
{
	struct snapshot *snapshot = large_snapshot();
	uint32_t index = 7;
	struct rival rival = {.snapshot = snapshot, .indices = &index, .count = 1};
	(void)state;
	failing_interrupt(ask_meanwhile, &rival);
	struct cached_response *cached = snapshot_cached(snapshot, index, PMM_LANG_ID, FORMAT_JSON);
	assert_non_null(rival.cached);
	assert_ptr_equal(cached, rival.cached); // one question, one cached
	assert_ptr_equal(snapshot_cached(snapshot, index, PMM_LANG_ID, FORMAT_JSON), cached);
	snapshot_destroy(snapshot);
}

// Rivals fill half of the table meanwhile: now and then one of them has the
// place that was meant. Then there may be no cached, but never a wrong one.
static void test_rivals_ask_something_else(void **state)
{
	static uint32_t indices[4000];
	unsigned none = 0;
	(void)state;
	for (unsigned i = 0; i < 4000; i++) // scattered, each once
		indices[i] = 100 + (i * 4001u + i * i * 64u) % 16000;
	for (unsigned index = 0; index < 30; index++) {
		struct snapshot *snapshot = large_snapshot();
		struct rival rival = {.snapshot = snapshot, .indices = indices, .count = 4000};
		failing_interrupt(ask_meanwhile, &rival);
		struct cached_response *cached = snapshot_cached(
			snapshot, index, PMM_LANG_ID, FORMAT_JSON);
		struct buf wanted = {0};
		snapshot_write(
			snapshot, &wanted, index, (struct answer_id){0}, PMM_LANG_ID, FORMAT_JSON);
		assert_true(!cached || str_equal(cached->body, buf_view(&wanted)));
		none += cached == NULL;
		cached = snapshot_cached(snapshot, index, PMM_LANG_ID, FORMAT_JSON);
		assert_true(cached && str_equal(cached->body, buf_view(&wanted)));
		buf_finish(&wanted);
		snapshot_destroy(snapshot);
	}
	assert_true(none > 0); // else this test shows nothing
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_questions_share_a_cached),
		cmocka_unit_test(test_more_questions_than_sheets),
		cmocka_unit_test(test_answers_past_the_limit_are_as_good),
		cmocka_unit_test(test_tags_of_check),
		cmocka_unit_test(test_tags_of_pages_elsewhere),
		cmocka_unit_test(test_headers_of_a_sheet_are_always_the_same),
		cmocka_unit_test(test_what_the_transport_keeps_is_given_back),
		cmocka_unit_test(test_a_rival_asks_the_same),
		cmocka_unit_test(test_rivals_ask_something_else),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/all", tests, NULL, NULL);
	support_close();
	return failed;
}
