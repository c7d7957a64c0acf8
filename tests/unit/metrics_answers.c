// SPDX-License-Identifier: MIT
// How often each answer was given: no count falls when rulebooks come and go, or
// memory runs out, and only answers count.
#include "api_support.h"
#include "failing.h"
#include "metrics/counters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static const struct service_options options = {USUAL_LIMITS};

struct wanted {
	const char *feature, *value;
	uint64_t count, found;
};

static void note(void *cls, const char *feature, const char *value, uint64_t count)
{
	for (struct wanted *w = cls; w->feature; w++)
		if (strcmp(w->feature, feature) == 0 && strcmp(w->value, value) == 0)
			w->found = count;
}

// METRICS have just these counts; WANTED ends with one without names.
static void assert_answers(struct metrics *metrics, struct wanted *wanted)
{
	for (struct wanted *w = wanted; w->feature; w++)
		w->found = UINT64_MAX;
	metrics_each_answer(metrics, note, wanted);
	for (struct wanted *w = wanted; w->feature; w++)
		if (w->found != w->count)
			fail_msg("%s %s: %" PRIu64 ", not %" PRIu64, w->feature, w->value, w->found,
				w->count);
}

#define ASSERT_ANSWERS(service, ...)                                                               \
	assert_answers((service)->metrics, (struct wanted[]){__VA_ARGS__, {NULL, NULL, 0, 0}})

static void publish_generated(struct service *service, const char *name, unsigned values)
{
	struct buf text = {0};
	support_generate(&text, name, 2, values, false);
	assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	buf_finish(&text);
}

static void ask_and_count(struct exchange *x, const char *target, const char *method)
{
	ASK(x, .target = target, .method = method);
	exchange_count(x, 1);
	exchange_reset(x);
}

static void test_counts_outlive_rulebooks(void **state)
{
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service), *late = exchange_create(service);
	(void)state;
	ask_and_count(x, "/check?role=guru&employment=PNS", NULL);
	ask_and_count(x, "/check?role=guru", NULL);
	ASSERT_ANSWERS(service, {"komunitas", "not_required", 2, 0},
		{"komunitas", "required", 0, 0}, {"pengelolaan_kinerja", "required", 1, 0},
		{"pengelolaan_kinerja", "undetermined", 1, 0}, {"p", "w1", UINT64_MAX, 0});
	ASK(late, .target = "/check?role=guru"); // holds the first rulebook from here on
	publish_generated(service, "new", 3); // has no "obligation": its first attribute
	ask_and_count(x, "/check?f0=v1", NULL);
	ASSERT_ANSWERS(service, {"komunitas", "not_required", 2, 0}, {"p", "w1", 1, 0},
		{"q", "w1", 1, 0}, {"p", "w0", 0, 0}, {"p", "undetermined", 0, 0});
	exchange_count(late, 1);
	ASSERT_ANSWERS(service, {"komunitas", "not_required", 3, 0}, {"p", "w1", 1, 0});
	exchange_reset(late); // the first rulebook goes
	ASSERT_ANSWERS(service, {"komunitas", "not_required", 3, 0}, {"p", "w1", 1, 0});
	publish_generated(service, "other", 2); // the same names, and another decides
	ask_and_count(x, "/check?f0=v1", NULL);
	ASSERT_ANSWERS(service, {"komunitas", "not_required", 3, 0}, {"p", "w1", 2, 0},
		{"p", "w2", 0, 0}, {"pengelolaan_kinerja", "undetermined", 2, 0});
	exchange_destroy(late);
	exchange_destroy(x);
	service_destroy(service);
}

static void test_what_is_no_answer(void **state)
{
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service);
	(void)state;
	ask_and_count(x, "/check?role=guru", "HEAD");
	ask_and_count(x, "/check?role=nobody", NULL);
	ask_and_count(x, "/nowhere", NULL);
	ask_and_count(x, "/livez", NULL);
	ASK(x, .target = "/check?role=guru", .if_none_match = "*");
	exchange_count(x, 1);
	ASK(x, .target = "/check", .text = "[{\"role\":\"guru\"},"); // broken off
	exchange_count(x, 1);
	exchange_reset(x);
	ASSERT_ANSWERS(
		service, {"komunitas", "not_required", 0, 0}, {"komunitas", "undetermined", 0, 0});
	ASK(x, .target = "/check", .text = "[{\"role\":\"guru\"},{\"role\":\"guru\"},{\"x\":1}]");
	exchange_count(x, 1);
	ASK(x, .target = "/summary", .text = "[{\"role\":\"guru\"}]");
	exchange_count(x, 1);
	ASSERT_ANSWERS(service, {"komunitas", "not_required", 3, 0});
	exchange_destroy(x);
	service_destroy(service);
}

static void test_rows_count_also_when_cut(void **state)
{
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service);
	const struct question question = {.type = "application/x-ndjson",
		.method = "POST",
		.text = "{\"role\":\"guru\"}\n{\"rol\":\"guru\",\"x\":1}\n{bad\n{\"role\":\"gu"};
	struct request request = support_request(&question);
	(void)state;
	assert_true(support_begin(x, &request));
	support_feed(x, str_of(question.text));
	exchange_reset(x); // the client is gone
	const struct metrics *metrics = service->metrics;
	assert_int_equal(metrics->rows[CODE_none], 1);
	assert_int_equal(metrics->rows[CODE_invalid_profile], 1);
	assert_int_equal(metrics->rows[CODE_malformed_json], 1);
	assert_int_equal(metrics->errors[CODE_unknown_member], 2);
	ASSERT_ANSWERS(service, {"komunitas", "not_required", 0, 0});
	exchange_destroy(x);
	service_destroy(service);
}

// --- a rulebook with many decisions

enum { WIDE_FACTS = 6, WIDE_VALUES = 4 };

#define BOTH(name) "\"" name "\":{\"id\":\"x\",\"en\":\"x\"}"

// Each feature follows from a fact of its own: so every profile is decided apart.
static void write_wide(struct buf *buf)
{
	support_add(buf,
		"{\"format\":\"pmm-rulebook/1\",\"id\":\"wide\",\"version\":\"1\"," BOTH("title"));
	support_add(buf,
		",\"effective_from\":\"2024-02-02\",\"documents\":[{\"id\":\"d\",\"number\":\"x\","
		"\"title\":\"x\",\"issuer\":\"x\"}],\"phrases\":{" BOTH("undetermined"));
	support_add(buf, ",\"depends\":{\"id\":\"{facts}\",\"en\":\"{facts}\"}," BOTH(
				 "and") "},\"facts\":[");
	for (int f = 0; f < WIDE_FACTS; f++) {
		support_add(buf,
			"%s{\"name\":\"f%d\"," BOTH("label") ",\"changeable\":true,\"values\":[",
			f ? "," : "", f);
		for (int v = 0; v < WIDE_VALUES; v++)
			support_add(
				buf, "%s{\"value\":\"v%d\"," BOTH("label") "}", v ? "," : "", v);
		support_add(buf, "]}");
	}
	support_add(
		buf, "],\"attributes\":[{\"name\":\"obligation\"," BOTH("label") ",\"values\":[");
	for (int v = 0; v < WIDE_VALUES; v++)
		support_add(buf, "%s{\"value\":\"w%d\"," BOTH("label") "}", v ? "," : "", v);
	support_add(buf, "]}],\"features\":[");
	for (int f = 0; f < WIDE_FACTS; f++)
		support_add(buf, "%s{\"name\":\"p%d\",\"title\":\"x\"}", f ? "," : "", f);
	support_add(buf, "],\"rules\":[");
	for (int r = 0; r < WIDE_FACTS * WIDE_VALUES; r++)
		support_add(buf,
			"%s{\"id\":\"r%d\",\"when\":{\"f%d\":[\"v%d\"]},\"features\":[\"p%d\"],"
			"\"then\":{\"obligation\":\"w%d\"},\"cite\":{\"document\":\"d\",\"point\":"
			"\"x\"}," BOTH("reason") "}",
			r ? "," : "", r, r / WIDE_VALUES, r % WIDE_VALUES, r / WIDE_VALUES,
			r % WIDE_VALUES);
	support_add(buf, "]}");
}

static void test_a_rulebook_with_many_decisions(void **state)
{
	struct buf text = {0};
	struct metrics *metrics;
	(void)state;
	write_wide(&text);
	struct pmm_rulebook *rulebook = support_load(buf_view(&text));
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	assert_int_equal(info->decision_count, 15625); // (WIDE_VALUES + 1) ^ WIDE_FACTS
	assert_int_equal(metrics_create(&metrics), 0);
	void *answers = metrics_attach(metrics, rulebook);
	assert_non_null(answers);
	// A fifth of the profiles has each value of each fact, or does not say.
	struct wanted wanted[] = {{"p0", "w0", 3125 * 2, 0}, {"p3", "w2", 3125 * 2, 0},
		{"p5", "undetermined", 3125 * 2, 0}, {NULL, NULL, 0, 0}};
	for (uint32_t d = 0; d < info->decision_count; d++)
		metrics_count_answers(answers, d, 2);
	assert_answers(metrics, wanted);
	for (uint32_t d = 0; d < info->decision_count; d++)
		metrics_count_answers(answers, d, 1);
	metrics_detach(answers); // counts what nobody has asked for yet
	for (struct wanted *w = wanted; w->feature; w++)
		w->count = 3125 * 3;
	assert_answers(metrics, wanted);
	metrics_destroy(metrics);
	pmm_rulebook_destroy(rulebook);
	buf_finish(&text);
}

// --- shortage

static void count_pairs(void *cls, const char *feature, const char *value, uint64_t count)
{
	unsigned *pairs = cls;
	(void)feature;
	(void)value;
	(void)count;
	++*pairs;
}

// A rulebook that cannot be counted leaves no trace.
static void test_every_allocation_of_answers(void **state)
{
	struct pmm_rulebook *rulebook = support_load(support_text());
	bool failed = true;
	(void)state;
	for (size_t count = 0; failed; count++) {
		struct metrics *metrics;
		unsigned pairs = 0;
		assert_int_equal(metrics_create(&metrics), 0);
		failing_start(count, FAILING_ONCE);
		void *answers = metrics_attach(metrics, rulebook);
		failed = failing_stop();
		assert_int_equal(answers == NULL, failed);
		metrics_each_answer(metrics, count_pairs, &pairs);
		assert_int_equal(pairs, failed ? 0 : 20); // five features, three values and none
		if (answers)
			metrics_detach(answers);
		metrics_destroy(metrics);
		assert_true(count < 100);
	}
	metrics_count_answers(NULL, 0, 1);
	metrics_destroy(NULL);
	pmm_rulebook_destroy(rulebook);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_outlive_rulebooks),
		cmocka_unit_test(test_what_is_no_answer),
		cmocka_unit_test(test_rows_count_also_when_cut),
		cmocka_unit_test(test_a_rulebook_with_many_decisions),
		cmocka_unit_test(test_every_allocation_of_answers),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/answers", tests, NULL, NULL);
	support_close();
	return failed;
}
