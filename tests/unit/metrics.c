// SPDX-License-Identifier: MIT
// What is counted for /metrics by threads at once, what is told of a request, and the
// text that is made of it. Answers: metrics_answers.c. That it agrees with what clients
// saw: tests/http/metrics.py.
#include "api_support.h"
#include "metrics/counters.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct service_options options = {USUAL_LIMITS};

// --- counters

enum { THREADS = 33, ROUNDS = 20000 };

static pthread_barrier_t together; // or each would be done before the next begins

static void *count_much(void *cls)
{
	struct metrics *metrics = cls;
	const struct metrics_request request = {
		.route = 3, .method = 2, .status = 422, .code = CODE_timeout, .duration_ns = 7};
	pthread_barrier_wait(&together);
	for (unsigned i = 0; i < ROUNDS; i++) {
		metrics_count_request(metrics, &request);
		metrics_count_rows(metrics, CODE_none, 1);
		metrics_count_errors(metrics, CODE_too_long, 2);
	}
	return NULL;
}

// The sum of COUNT counters.
static uint64_t sum(const _Atomic uint64_t *counters, size_t count)
{
	uint64_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += counters[i];
	return total;
}

static void test_threads_lose_nothing(void **state)
{
	pthread_t threads[THREADS];
	struct metrics *metrics;
	uint64_t total = 0;
	(void)state;
	assert_int_equal(metrics_create(&metrics), 0);
	assert_int_equal(pthread_barrier_init(&together, NULL, THREADS), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_much, metrics), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&together);
	const uint64_t each = (uint64_t)THREADS * ROUNDS;
	assert_int_equal(metrics->routes[3].durations[0], each);
	assert_int_equal(metrics->routes[3].ns, 7 * each);
	assert_int_equal(metrics->problems[CODE_timeout], each);
	assert_int_equal(metrics->rows[CODE_none], each);
	assert_int_equal(metrics->errors[CODE_too_long], 2 * each);
	for (size_t r = 0; r < METRICS_ROUTES; r++) {
		total += metrics->routes[r].ns + sum(metrics->routes[r].durations, METRICS_BUCKETS);
		for (size_t m = 0; m < METRICS_METHODS; m++)
			total += sum(metrics->routes[r].requests[m], METRICS_STATUSES);
	}
	total += sum(metrics->problems, CODE_COUNT) + sum(metrics->rows, CODE_COUNT) +
		 sum(metrics->errors, CODE_COUNT);
	assert_int_equal(total, (1 + 7 + 1 + 1 + 1 + 2) * each); // and the request itself
	metrics_destroy(metrics);
}

// Which one of SIZE counters was added to, by 1.
static size_t counted_at(const _Atomic uint64_t *counters, size_t size)
{
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < size; i++) {
		if (!counters[i])
			continue;
		assert_int_equal(counters[i], 1);
		assert_int_equal(found, SIZE_MAX);
		found = i;
	}
	assert_int_not_equal(found, SIZE_MAX);
	return found;
}

static size_t bucket_of(uint64_t duration_ns)
{
	const struct metrics_request request = {.route = 1, .duration_ns = duration_ns};
	struct metrics *metrics;
	assert_int_equal(metrics_create(&metrics), 0);
	metrics_count_request(metrics, &request);
	size_t bucket = counted_at(metrics->routes[1].durations, METRICS_BUCKETS);
	metrics_destroy(metrics);
	return bucket;
}

static void test_buckets_hold_their_upper_bound(void **state)
{
	(void)state;
	assert_int_equal(bucket_of(0), 0);
	for (size_t b = 0; b < METRICS_BOUNDS; b++) {
		assert_int_equal(bucket_of(metrics_bounds_ns[b]), b);
		assert_int_equal(bucket_of(metrics_bounds_ns[b] + 1), b + 1);
	}
	assert_int_equal(bucket_of(UINT64_MAX), METRICS_BOUNDS);
}

// The status under which one is counted; 0: "other".
static unsigned status_counted(unsigned status)
{
	const struct metrics_request request = {.status = status};
	struct metrics *metrics;
	assert_int_equal(metrics_create(&metrics), 0);
	metrics_count_request(metrics, &request);
	size_t place = counted_at(metrics->routes[0].requests[0], METRICS_STATUSES);
	metrics_destroy(metrics);
	return place < METRICS_STATUSES - 1 ? metrics_statuses[place] : 0;
}

static void test_every_status_that_we_send_has_a_place(void **state)
{
	static const unsigned others[] = {200, 204, 304};
	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(status_counted(others[i]), others[i]);
	for (int c = CODE_none + 1; c < CODE_COUNT; c++) {
		unsigned status = code_info((enum code)c)->status;
		assert_int_equal(status_counted(status), status); // 0 is "other"
	}
	assert_int_equal(status_counted(418), 0);
}

// --- text

static void assert_text(struct buf *buf, const char *text)
{
	assert_false(buf->failed);
	if (!str_equal(buf_view(buf), str_of(text)))
		fail_msg("%.*s\nis not\n%s", (int)buf->size, buf->at, text);
	buf_finish(buf);
	*buf = (struct buf){0};
}

static void test_text_of_series(void **state)
{
	struct buf buf = {0};
	(void)state;
	metrics_series(&buf, "a_total", (struct labels){{NULL}}, UINT64_MAX);
	assert_text(&buf, "a_total 18446744073709551615\n");
	metrics_series(&buf, "a", (struct labels){{"b", "c", "d", ""}}, 0);
	assert_text(&buf, "a{b=\"c\",d=\"\"} 0\n");
	metrics_series(&buf, "a", (struct labels){{"b", "\\ \" \n {} \xC3\xA9"}}, 1);
	assert_text(&buf, "a{b=\"\\\\ \\\" \\n {} \xC3\xA9\"} 1\n");
}

static void test_text_of_seconds(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {{0, "0"}, {1, "0.000000001"}, {10000, "0.00001"}, {100000000, "0.1"},
		{1000000000, "1"}, {60000000000, "60"}, {2500000000, "2.5"},
		{100000000001, "100.000000001"}, {UINT64_MAX, "18446744073.709551615"}};
	char text[METRICS_SECONDS_MAX];
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(metrics_seconds(text, cases[i].ns), cases[i].text);
}

// --- what is told of a request

static void assert_facts(struct exchange *x, const struct exchange_facts *wanted)
{
	struct exchange_facts facts;
	exchange_tell(x, &facts);
	assert_string_equal(facts.method, wanted->method);
	assert_string_equal(facts.route, wanted->route);
	assert_int_equal(facts.status, wanted->status);
	if (wanted->code)
		assert_string_equal(facts.code, wanted->code);
	else
		assert_null(facts.code);
}

static void test_what_is_told_of_a_request(void **state)
{
	static const struct {
		struct question question;
		struct exchange_facts facts;
	} cases[] = {
		{{.target = "/check?role=guru"}, {"GET", "/check", NULL, NULL, 200}},
		{{.target = "/check?role=gruu", .method = "HEAD"},
			{"HEAD", "/check", "invalid_profile", NULL, 422}},
		{{.target = "/rulebook/kenari"}, {"GET", "/rulebook/{id}", "not_found", NULL, 404}},
		{{.target = "/problems/timeout"}, {"GET", "/problems/{code}", NULL, NULL, 200}},
		{{.target = "/kenari", .method = "KENARI"},
			{"other", "other", "not_found", NULL, 404}},
		{{.target = "/check", .method = "OPTIONS"}, {"OPTIONS", "/check", NULL, NULL, 204}},
		{{.target = "/summary", .text = "[{\"kenari\":1}]"},
			{"POST", "/summary", NULL, NULL, 200}},
		{{.target = "/metrics"}, {"GET", "/metrics", NULL, NULL, 200}},
	};
	struct service *service = support_service(&options), *empty;
	struct exchange *x = exchange_create(service);
	struct exchange_facts facts;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		ask(x, &cases[i].question);
		assert_facts(x, &cases[i].facts);
		exchange_tell(x, &facts);
		assert_int_equal(strlen(facts.digest), strlen("sha256:") + 64);
	}
	exchange_destroy(x);
	service_destroy(service);
	assert_int_equal(service_create(&empty, &options), 0);
	x = exchange_create(empty);
	ASK(x, .target = "/check");
	assert_facts(x, &(struct exchange_facts){"other", "other", "overloaded", NULL, 503});
	exchange_tell(x, &facts);
	assert_string_equal(facts.digest, "");
	exchange_count(x, 1); // without a rulebook, too
	exchange_destroy(x);
	service_destroy(empty);
}

// --- what comes from outside

static void tell_transport(void *cls, struct transport_stats *out)
{
	*out = (struct transport_stats){.library = cls,
		.connections_open = 11,
		.connections_total = 12,
		.refused_full = 13,
		.refused_address = 14,
		.accept_failures = 15,
		.timed_out_header = 16,
		.timed_out_idle = 17,
		.timed_out_body = 18,
		.timed_out_answer = 19,
		.requests_open = 20,
		.requests_cut = 21,
		.certificate_expires = 1900000000,
		.log_lines = 23,
		.log_dropped = 24};
}

static void tell_process(void *cls, struct process_stats *out)
{
	(void)cls;
	*out = (struct process_stats){.cpu_ns = 1500000000,
		.start_time_ns = 1700000000000000000,
		.resident_bytes = 31,
		.open_fds = 32,
		.max_fds = 33}; // virtual: not known
}

static void test_stats_from_outside(void **state)
{
	static const char *const lines[] = {"libmicrohttpd=\"9.9\"} 1", "pmm_connections_open 11",
		"pmm_connections_accepted_total 12", "refused_total{reason=\"full\"} 13",
		"refused_total{reason=\"address\"} 14", "pmm_accept_failures_total 15",
		"{phase=\"header\"} 16", "{phase=\"idle\"} 17", "{phase=\"body\"} 18",
		"{phase=\"answer\"} 19", "pmm_requests_in_progress 20", "pmm_requests_cut_total 21",
		"pmm_certificate_expires_timestamp_seconds 1900000000", "{result=\"written\"} 23",
		"{result=\"dropped\"} 24", "process_cpu_seconds_total 1.5",
		"process_start_time_seconds 1700000000", "process_resident_memory_bytes 31",
		"process_open_fds 32", "process_max_fds 33"};
	const struct service_options told = {USUAL_LIMITS, .stats = tell_transport,
		.stats_cls = (void *)(uintptr_t) "9.9", .process = tell_process};
	struct service *service = support_service(&told);
	struct exchange *x = exchange_create(service);
	(void)state;
	const struct reply *reply = ASK(x, .target = "/metrics");
	assert_header(reply, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	assert_header(reply, "Cache-Control", "no-store");
	for (size_t i = 0; i < COUNT(lines); i++) {
		char line[100];
		snprintf(line, sizeof line, "%s\n", lines[i]);
		assert_has(reply, line);
	}
	assert_false(has(reply, "process_virtual_memory_bytes"));
	exchange_destroy(x);
	service_destroy(service);
	service = support_service(&options); // where there is nobody to ask
	x = exchange_create(service);
	reply = ASK(x, .target = "/metrics");
	assert_false(has(reply, "pmm_connections_open"));
	assert_false(has(reply, "process_"));
	assert_false(has(reply, "libmicrohttpd"));
	exchange_destroy(x);
	service_destroy(service);
}

static void test_reloads(void **state)
{
	struct buf text = {0};
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service);
	(void)state;
	assert_has(ASK(x, .target = "/metrics"), "pmm_last_reload_successful 1\n");
	service_note_refusal(service);
	const struct reply *reply = ASK(x, .target = "/metrics");
	assert_has(reply, "pmm_last_reload_successful 0\n");
	assert_has(reply, "pmm_reloads_total{result=\"refused\"} 1\n");
	support_generate(&text, "new", 2, 2, false);
	assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	buf_finish(&text);
	service_note_parts(service, SERVICE_TOKENS);
	assert_has(ASK(x, .target = "/metrics"), "pmm_last_reload_successful 0\n");
	service_note_parts(service, 0);
	service_drain(service);
	reply = ASK(x, .target = "/metrics");
	assert_has(reply, "pmm_last_reload_successful 1\n");
	assert_has(reply, "pmm_reloads_total{result=\"applied\"} 1\n");
	assert_has(reply, "pmm_rulebook_info{id=\"new\",version=\"1\",digest=\"sha256:");
	assert_has(reply, "pmm_rulebook_current{id=\"new\"} 1\n");
	assert_has(reply, "pmm_draining 1\n");
	exchange_destroy(x);
	service_destroy(service);
}

// The generated rulebook, in force until a day before the default one's first.
static struct pmm_rulebook *load_earlier(void)
{
	static const char from[] = "\"effective_from\":\"2024-02-02\"";
	struct buf text = {0}, dated = {0};
	support_generate(&text, "earlier", 2, 2, false);
	const char *at = memmem(text.at, text.size, from, sizeof from - 1);
	assert_non_null(at);
	buf_add(&dated, text.at, (size_t)(at - text.at));
	buf_text(&dated, "\"effective_from\":\"2001-01-01\",\"effective_to\":\"2001-12-31\"");
	at += sizeof from - 1;
	buf_add(&dated, at, (size_t)(text.at + text.size - at));
	struct pmm_rulebook *rulebook = support_load(buf_view(&dated));
	buf_finish(&text);
	buf_finish(&dated);
	return rulebook;
}

static void test_several_rulebooks(void **state)
{
	struct service *service = support_service(&options);
	struct exchange *x = exchange_create(service);
	struct pmm_rulebook *const set[] = {support_load(support_text()), load_earlier()};
	(void)state;
	assert_int_equal(service_publish(service, set, COUNT(set)), 0);
	ASK(x, .target = "/check?rulebook=earlier&f0=v1");
	exchange_count(x, 1);
	const struct reply *reply = ASK(x, .target = "/metrics?rulebook=earlier"); // all the same
	assert_has(reply, "pmm_rulebook_info{id=\"earlier\",");
	assert_has(reply, "pmm_rulebook_info{id=\"se-dirjen-gtk-0559-2024\",");
	assert_has(reply, "pmm_rulebook_current{id=\"earlier\"} 0\n");
	assert_has(reply, "pmm_rulebook_current{id=\"se-dirjen-gtk-0559-2024\"} 1\n");
	assert_has(reply, "pmm_answers_total{feature=\"p\",obligation=\"w1\"} 1\n");
	assert_has(reply, "pmm_answers_total{feature=\"komunitas\",obligation=\"required\"} 0\n");
	exchange_destroy(x);
	service_destroy(service);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_lose_nothing),
		cmocka_unit_test(test_buckets_hold_their_upper_bound),
		cmocka_unit_test(test_every_status_that_we_send_has_a_place),
		cmocka_unit_test(test_text_of_series),
		cmocka_unit_test(test_text_of_seconds),
		cmocka_unit_test(test_what_is_told_of_a_request),
		cmocka_unit_test(test_stats_from_outside),
		cmocka_unit_test(test_reloads),
		cmocka_unit_test(test_several_rulebooks),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/metrics", tests, NULL, NULL);
	support_close();
	return failed;
}
