// SPDX-License-Identifier: MIT
// Every allocation of a request is made to fail, one after the other. Whatever
// then comes back is the right answer, an honest 503, or nothing at all; never
// half of something, and never a client's error that is none.
#include "api_support.h"
#include "failing.h"

#include <errno.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const form = "application/x-www-form-urlencoded";

// A reply with its whole body, which may have come as a stream.
struct outcome {
	const struct reply *reply; // NULL: nothing to send, or a stream that broke
	struct str body;
};

// Runs a request on X. The stream is read to TO, not to the heap.
static struct outcome run(
	struct exchange *x, const struct question *question, char *to, size_t room)
{
	struct str body = question->text ? str_of(question->text) : question->body;
	struct request request = support_request(question);
	size_t piece = question->piece ? question->piece : body.size, used = 0;
	exchange_begin(x, &request);
	for (size_t at = 0; at < body.size; at += piece) {
		size_t size = body.size - at < piece ? body.size - at : piece;
		exchange_feed(x, body.at + at, size);
	}
	const struct reply *reply = exchange_finish(x);
	if (!reply || !reply->is_stream)
		return (struct outcome){reply, reply ? reply->body : (struct str){NULL, 0}};
	for (long size = 1; size > 0; used += (size_t)size) {
		assert_true(used < room);
		size = exchange_read(x, to + used, room - used < 700 ? room - used : 700);
		if (size < 0)
			return (struct outcome){NULL, {NULL, 0}};
	}
	assert_int_equal(used, reply->stream_size);
	return (struct outcome){reply, {to, used}};
}

static void assert_outcome(struct outcome outcome, struct outcome usual)
{
	assert_non_null(outcome.reply);
	assert_status(outcome.reply, usual.reply->status);
	if (!str_equal(outcome.body, usual.body))
		fail_msg("%.*s\nis not\n%.*s", (int)outcome.body.size, outcome.body.at,
			(int)usual.body.size, usual.body.at);
}

// What may come of a shortage: the right answer, an honest 503, or nothing.
static bool is_honest(struct outcome outcome, struct outcome usual)
{
	if (!outcome.reply || outcome.reply->status == 503)
		return true;
	// More than was needed.
	return usual.reply->status == 304 && outcome.reply->status == 200;
}

static unsigned shortages; // that came about

// One run in which the allocation after COUNT others fails, and one after it.
// Returns whether it came to that.
static bool check_shortage(struct service *service, const struct question *question, size_t count,
	enum failing_mode mode, struct outcome usual)
{
	static char bytes[1 << 16];
	struct exchange *x = exchange_create(service); // new: no memory from before
	failing_start(count, mode);
	struct outcome outcome = run(x, question, bytes, sizeof bytes);
	bool failed = failing_stop();
	shortages += failed;
	if (!is_honest(outcome, usual))
		assert_outcome(outcome, usual);
	exchange_reset(x);
	// Memory is back, and so is the answer.
	assert_outcome(run(x, question, bytes, sizeof bytes), usual);
	exchange_destroy(x);
	return failed;
}

static void check_question(const struct question *question, enum failing_mode mode)
{
	static char bytes[1 << 16];
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	struct outcome usual = run(x, question, bytes, sizeof bytes);
	assert_non_null(usual.reply);
	bool is_kept = usual.reply->cached || usual.reply->is_stream;
	bool failed = true;
	for (size_t count = 0; failed; count++) {
		// A cached is made once; to see it fail there must be none yet.
		struct service *fresh = is_kept ? support_service(NULL) : NULL;
		failed = check_shortage(fresh ? fresh : service, question, count, mode, usual);
		service_destroy(fresh);
		assert_true(count < 1000);
	}
	exchange_destroy(x);
	service_destroy(service);
}

static void test_every_allocation_of_a_request(void **state)
{
	static char names[4000], query[4000], pairs[4000], slashes[4000];
	char *at = query;
	(void)state;
	for (unsigned i = 0; i < 90; i++)
		at += sprintf(at, "%sx%u=1", i ? "&" : "/check?", i);
	sprintf(pairs, "%s", query + strlen("/check?"));
	at = names;
	for (unsigned i = 0; i < 90; i++)
		at += sprintf(at, "%s\"\\u0078%u\":[1]", i ? "," : "{", i);
	memset(slashes, '/', sizeof slashes - 1);
	sprintf(at, ",\"role\":\"guru\",\"peran\":\"Tutor\"}");
	const struct question questions[] = {
		{.target = "/check?role=guru"},
		{.target = "/check?role=guru&pretty&employment=ASN"},
		{.target = "/check?role=nobody&peran=%67uru&pretty"},
		{.target = "/check?role=guru", .accept = "text/plain"},
		{.target = "/check", .if_none_match = "*"},
		{.target = "/check", .method = "OPTIONS"},
		{.target = "/check", .method = "PUT"},
		{.text = "{\"role\":\"\\u0067uru\",\"id\":\"7\"}"},
		{.text = "{\"role\":\"guru\"}", .chunked = true, .piece = 3},
		{.text = "{\"role\":\"nobody\"}", .accept = "text/plain"},
		{.text = "{\"role\":?", .target = "/check?pretty"},
		{.text = "role=guru&id=7", .type = form},
		{.text = names},
		{.text = names, .target = "/check?unknown=ignore"},
		{.text = names, .accept = "text/plain", .piece = 100},
		{.text = pairs, .type = form},
		{.target = query},
		{.target = "/check?role=guru&explain=true", .accept = "text/html"},
		{.target = "/?role=guru&as_of=2025-01-01", .accept = "text/html"},
		{.target = "/rulebook?role=guru", .accept = "text/html"},
		{.target = query, .accept = "text/html"},
		{.text = names, .accept = "text/html"},
		{.target = slashes, .accept = "text/html"},
		{.target = "/dinas"},
		{.target = "/"},
		{.target = "/?pretty&lang=en"},
		{.target = "/rulebook?pretty"},
		{.target = "/rulebooks"},
		{.target = "/rulebook/se-dirjen-gtk-0559-2024"},
		{.target = "/schema/profile.json?pretty"},
		{.target = "/readyz?verbose"},
		{.target = "/metrics"},
		{.target = "/problems/timeout?pretty"},
		{.target = "/problems/timeout", .accept = "text/plain"},
		{.target = "/nowhere"},
	};
	for (size_t i = 0; i < COUNT(questions); i++) {
		check_question(&questions[i], FAILING_ONCE);
		check_question(&questions[i], FAILING_ON);
	}
	assert_true(shortages > 0);
}

static void test_every_allocation_of_a_bulk_request(void **state)
{
	static const char csv[] = "Kecamatan;Jenis PTK;Status Kepegawaian;id\n"
				  "a;Guru;PNS;1\nb;\"Tu\"\"tor\";x;2\na;Guru Kelas;PPPK;3\n;Guru;;";
	static const char lines[] = "{\"role\":\"guru\",\"id\":\"1\"}\n"
				    "{\"role\":\"\\u0067uru\",\"id\":\"2\",\"x\":1}\n"
				    "{bad}\n{\"role\":\"guru\",\"id\":\"\\n\"}\n";
	static const char array[] = "[{\"role\":\"guru\",\"group\":\"a\"},{\"role\":\"guru\","
				    "\"group\":\"b\",\"belajar_id\":false},{\"y\":1,\"z\":2}]";
	// A row whose last piece needs more room than those before it.
	static char wide[1000], wide_line[1000], wide_csv[1000];
	const int width = 600;
	sprintf(wide, "[{\"role\":\"guru\",\"x\":\"%*s\"}]", width, "");
	sprintf(wide_line, "{\"role\":\"guru\",\"x\":\"%*s\"}\n", width, "");
	sprintf(wide_csv, "role,x\nguru,%*s\nguru,\n", width, "");
	const struct question questions[] = {
		{.text = wide, .piece = 400},
		{.text = wide_line, .type = "application/x-ndjson", .piece = 400},
		{.text = wide_csv, .type = "text/csv", .piece = 400},
		{.text = array, .piece = 7},
		{.text = array, .target = "/check?pretty&detail=full"},
		{.text = array, .target = "/check?unknown=ignore", .accept = "text/csv"},
		{.text = array, .target = "/summary", .chunked = true},
		{.text = lines, .type = "application/x-ndjson", .piece = 9},
		{.text = lines, .type = "application/x-ndjson", .accept = "text/plain"},
		{.text = csv, .type = "text/csv"},
		{.text = csv, .type = "text/csv", .piece = 5, .accept = "application/json"},
		{.text = csv, .type = "text/csv", .target = "/summary?group_by=kecamatan&pretty"},
		{.text = csv, .type = "text/csv", .target = "/summary", .accept = "text/plain"},
		{.text = csv, .type = "text/csv", .target = "/check?id_from=Kecamatan"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		check_question(&questions[i], FAILING_ONCE);
		check_question(&questions[i], FAILING_ON);
	}
}

// The arena asks the heap now and then only. The padding moves the moment, so
// that every kind of thing is once the first that finds no memory.
static void test_whatever_comes_first_when_memory_ends(void **state)
{
	static char query[2000], body[2000], form_body[2000];
	(void)state;
	for (int pad = 0; pad < 200; pad += 8) {
		char *q = query, *b = body;
		q += sprintf(q, "/check?a%*s=1", pad, "");
		b += sprintf(b, "{\"a%*s\":1", pad, "");
		memset(query + strlen("/check?a"), 'a', (size_t)pad); // a blank would end it
		for (int i = 0; i < 14; i++) {
			q += sprintf(q, "&x%d=1", i);
			b += sprintf(b, ",\"\\u0078%d\":1", i);
		}
		sprintf(q, "&role=guru&peran=Tutor&role_=Tutor");
		sprintf(b, ",\"role\":\"guru\",\"peran\":\"Tutor\",\"role_\":\"Tutor\"}");
		sprintf(form_body, "%s", query + strlen("/check?"));
		const struct question questions[] = {
			{.target = query},
			{.text = body},
			{.text = form_body, .type = form},
		};
		for (size_t i = 0; i < COUNT(questions); i++)
			check_question(&questions[i], FAILING_ONCE);
	}
}

static void test_every_allocation_of_a_service(void **state)
{
	static const struct service_options options = {USUAL_LIMITS};
	(void)state;
	bool failed = true;
	for (size_t count = 0; failed; count++) {
		struct service *service = NULL;
		failing_start(count, FAILING_ON);
		int result = service_create(&service, &options);
		failed = failing_stop();
		assert_int_equal(result, failed ? -ENOMEM : 0);
		assert_int_equal(service == NULL, failed);
		if (service) {
			failing_start(0, FAILING_ON);
			assert_null(exchange_create(service));
			assert_true(failing_stop());
		}
		service_destroy(service);
	}
}

// A rulebook that cannot be laid out stays the caller's, and the old one serves.
static void test_every_allocation_of_publishing(void **state)
{
	struct buf text = {0};
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	support_generate(&text, "new", 2, 3, false);
	bool failed = true;
	for (size_t count = 0; failed; count++) {
		for (int mode = FAILING_ONCE; mode <= FAILING_ON; mode++) {
			struct pmm_rulebook *rulebook = support_load(buf_view(&text));
			failing_start(count, (enum failing_mode)mode);
			int result = support_publish(service, rulebook);
			failed = failing_stop();
			assert_int_equal(result, failed ? -ENOMEM : 0);
			if (failed) {
				assert_string_equal(pmm_rulebook_info(rulebook)->id, "new");
				pmm_rulebook_destroy(rulebook);
				assert_status(ASK(x, .target = "/check?role=guru"), 200);
			} else {
				assert_status(ASK(x, .target = "/check?f0=v1"), 200);
				assert_true(count > 0);
				break;
			}
		}
	}
	exchange_destroy(x);
	service_destroy(service);
	buf_finish(&text);
}

static void test_copies(void **state)
{
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	static char large[100000];
	(void)state;
	assert_string_equal(exchange_copy(x, STR("/check")), "/check");
	struct str list = STR("a"), whole = list;
	assert_true(exchange_join(x, &list, STR("b;q=0")));
	assert_true(str_equal(list, STR("a, b;q=0")));
	memset(large, 'x', sizeof large);
	failing_start(0, FAILING_ON);
	assert_null(exchange_copy(x, (struct str){large, sizeof large}));
	assert_false(exchange_join(x, &whole, (struct str){large, sizeof large}));
	assert_true(str_equal(whole, STR("a")));
	assert_true(failing_stop());
	exchange_destroy(x);
	service_destroy(service);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_allocation_of_a_request),
		cmocka_unit_test(test_every_allocation_of_a_bulk_request),
		cmocka_unit_test(test_whatever_comes_first_when_memory_ends),
		cmocka_unit_test(test_every_allocation_of_a_service),
		cmocka_unit_test(test_every_allocation_of_publishing),
		cmocka_unit_test(test_copies),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/memory", tests, NULL, NULL);
	support_close();
	return failed;
}
