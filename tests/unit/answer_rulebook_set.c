// SPDX-License-Identifier: MIT
// Several rulebooks at once: which sets are taken, which one answers on which
// day and by which name, and that a rulebooks is taken whole or not at all.
#include "api_support.h"
#include "base/date.h"
#include "failing.h"

#include <errno.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct snapshot_options no_options = {.release = NULL};

static int32_t day_of(const char *text)
{
	int32_t day = 0;
	assert_true(date_read(str_of(text), &day));
	return day;
}

// What the transport would say; 0: nobody may ask.
static const char *today;

static int32_t tell_today(void)
{
	assert_non_null(today);
	return day_of(today);
}

// A rulebook of facts f0 and f1 with VALUES values each; TO may be NULL.
static struct pmm_rulebook *make(const char *id, const char *from, const char *to, unsigned values)
{
	static const char day[] = "\"effective_from\":\"2024-02-02\"";
	struct buf text = {0}, dated = {0};
	support_generate(&text, id, 2, values, false);
	const char *at = memmem(text.at, text.size, day, sizeof day - 1);
	assert_non_null(at);
	buf_add(&dated, text.at, (size_t)(at - text.at));
	buf_text(&dated, "\"effective_from\":");
	buf_json(&dated, str_of(from));
	buf_text(&dated, to ? ",\"effective_to\":" : "");
	if (to)
		buf_json(&dated, str_of(to));
	at += sizeof day - 1;
	buf_add(&dated, at, (size_t)(text.at + text.size - at));
	struct pmm_rulebook *rulebook = support_load(buf_view(&dated));
	buf_finish(&text);
	buf_finish(&dated);
	return rulebook;
}

static void destroy(struct pmm_rulebook **rulebooks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pmm_rulebook_destroy(rulebooks[i]);
}

// The rulebooks that most tests use, in no order, with a gap in July and nothing after
// 2031. The middle one has more values, the last one fewer.
enum { SET = 3 };

static void make_set(struct pmm_rulebook *rulebooks[SET])
{
	rulebooks[0] = make("middle", "2024-08-01", "2029-12-31", 3);
	rulebooks[1] = make("old", "2020-02-29", "2024-06-30", 2);
	rulebooks[2] = make("new", "2030-01-01", "2031-12-31", 1);
}

static struct service *make_service(void)
{
	static const struct service_options options = {USUAL_LIMITS, .today = tell_today};
	struct service *service = NULL;
	struct pmm_rulebook *rulebooks[SET];
	make_set(rulebooks);
	assert_int_equal(service_create(&service, &options), 0);
	assert_int_equal(service_publish(service, rulebooks, SET), 0);
	return service;
}

static const char *id_of(const struct snapshot *snapshot)
{
	return snapshot ? pmm_rulebook_info(snapshot_rulebook(snapshot))->id : "none";
}

static void test_sizes_of_a_set(void **state)
{
	struct pmm_rulebook *rulebooks[RULEBOOK_SET_MAX + 1];
	struct rulebook_set *set = NULL;
	(void)state;
	for (int i = 0; i <= RULEBOOK_SET_MAX; i++) {
		char id[16], from[24], to[24];
		snprintf(id, sizeof id, "r%d", i);
		snprintf(from, sizeof from, "%04d-01-01", 2000 + i);
		snprintf(to, sizeof to, "%04d-12-31", 2000 + i);
		rulebooks[i] = make(id, from, to, 1);
	}
	assert_int_equal(rulebook_set_create(&set, rulebooks, 0, &no_options), -EINVAL);
	assert_int_equal(
		rulebook_set_create(&set, rulebooks, RULEBOOK_SET_MAX + 1, &no_options), -EINVAL);
	assert_null(set);
	assert_int_equal(rulebook_set_create(&set, rulebooks, RULEBOOK_SET_MAX, &no_options), 0);
	assert_int_equal(rulebook_set_count(set), RULEBOOK_SET_MAX);
	for (size_t i = 0; i < RULEBOOK_SET_MAX; i++) {
		const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebooks[i]);
		assert_ptr_equal(rulebook_set_find(set, str_of(info->id)), rulebook_set_at(set, i));
		assert_ptr_equal(
			rulebook_set_on(set, day_of(info->effective_to)), rulebook_set_at(set, i));
	}
	assert_null(rulebook_set_find(set, STR("r64")));
	assert_null(rulebook_set_find(set, (struct str){NULL, 0}));
	rulebook_set_unref(set);
	rulebook_set_unref(NULL);
	pmm_rulebook_destroy(rulebooks[RULEBOOK_SET_MAX]);
}

static void test_which_one_is_in_force(void **state)
{
	static const struct {
		const char *day, *in_force, *current;
	} cases[] = {
		{"0000-01-01", "none", "old"},
		{"2020-02-28", "none", "old"},
		{"2020-02-29", "old", "old"},
		{"2024-06-30", "old", "old"},
		{"2024-07-01", "none", "old"},
		{"2024-07-31", "none", "old"},
		{"2024-08-01", "middle", "middle"},
		{"2029-12-31", "middle", "middle"},
		{"2030-01-01", "new", "new"},
		{"2031-12-31", "new", "new"},
		{"2032-01-01", "none", "new"},
		{"9999-12-31", "none", "new"},
	};
	struct pmm_rulebook *rulebooks[SET];
	struct rulebook_set *set = NULL;
	(void)state;
	make_set(rulebooks);
	assert_int_equal(rulebook_set_create(&set, rulebooks, SET, &no_options), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		today = cases[i].day;
		assert_string_equal(id_of(rulebook_set_on(set, day_of(today))), cases[i].in_force);
		assert_string_equal(id_of(rulebook_set_current(set, tell_today)), cases[i].current);
	}
	assert_string_equal(id_of(rulebook_set_current(set, NULL)), "new");
	rulebook_set_unref(set);
}

static void test_a_single_one_asks_for_no_day(void **state)
{
	struct pmm_rulebook *rulebook = make("future", "9000-01-01", NULL, 1);
	struct rulebook_set *set = NULL;
	(void)state;
	assert_int_equal(rulebook_set_create(&set, &rulebook, 1, &no_options), 0);
	today = NULL; // tell_today would fail
	assert_string_equal(id_of(rulebook_set_current(set, tell_today)), "future");
	assert_null(rulebook_set_on(set, day_of("8999-12-31")));
	assert_string_equal(id_of(rulebook_set_on(set, day_of("9000-01-01"))), "future");
	assert_string_equal(id_of(rulebook_set_on(set, DATE_MAX)), "future");
	rulebook_set_unref(set);
}

// One without a last day goes when another begins, and does not come back.
static void test_a_successor_ends_its_predecessor(void **state)
{
	static const struct {
		const char *day, *in_force, *current;
	} cases[] = {
		{"2019-12-31", "none", "a"},
		{"2020-01-01", "a", "a"},
		{"2024-02-29", "a", "a"},
		{"2024-03-01", "b", "b"},
		{"2024-03-31", "b", "b"},
		{"2024-04-01", "none", "b"},
		{"2024-12-31", "none", "b"},
		{"2025-01-01", "c", "c"},
		{"2025-01-02", "d", "d"},
		{"9999-12-31", "d", "d"},
	};
	static const char *const last_days[] = {"2024-02-29", "2024-03-31", "2025-01-01", NULL};
	struct pmm_rulebook *rulebooks[] = {make("d", "2025-01-02", NULL, 1),
		make("b", "2024-03-01", "2024-03-31", 1), make("a", "2020-01-01", NULL, 1),
		make("c", "2025-01-01", NULL, 1)};
	struct rulebook_set *set = NULL;
	(void)state;
	assert_int_equal(rulebook_set_create(&set, rulebooks, 4, &no_options), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		today = cases[i].day;
		assert_string_equal(id_of(rulebook_set_on(set, day_of(today))), cases[i].in_force);
		assert_string_equal(id_of(rulebook_set_current(set, tell_today)), cases[i].current);
	}
	for (size_t i = 0; i < 4; i++) {
		const char *last_day = snapshot_last_day(rulebook_set_at(set, i));
		assert_string_equal(last_day ? last_day : "", last_days[i] ? last_days[i] : "");
	}
	rulebook_set_unref(set);
}

struct heard {
	size_t count;
	struct rulebook_set_conflict last;
};

static void hear(void *cls, const struct rulebook_set_conflict *conflict)
{
	struct heard *heard = cls;
	heard->count++;
	heard->last = *conflict;
}

static void test_what_cannot_stand_together(void **state)
{
	static const struct {
		const char *id, *from, *to;
		const char *day; // that it shares with 2024-03-01 to 2024-05-31; "id", NULL
	} cases[] = {
		{"b", "2024-01-01", "2024-02-29", NULL},
		{"b", "2024-06-01", NULL, NULL},
		{"b", "2024-01-01", "2024-03-01", "2024-03-01"},
		{"b", "2024-05-31", NULL, "2024-05-31"},
		{"b", "2024-01-01", NULL, NULL}, // ended by its successor
		{"b", "2024-03-01", NULL, "2024-03-01"},
		{"b", "2024-03-01", "2024-03-01", "2024-03-01"},
		{"b", "2024-04-01", "2024-04-01", "2024-04-01"},
		{"b", "2024-03-01", "2024-05-31", "2024-03-01"},
		{"a", "2024-03-01", "2024-05-31", "id"},
		{"a", "2030-01-01", NULL, "id"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases) * 2; i++) {
		struct pmm_rulebook *pair[2];
		struct rulebook_set *set = NULL;
		struct heard heard = {0};
		const char *day = cases[i / 2].day;
		pair[i % 2] = make("a", "2024-03-01", "2024-05-31", 1);
		pair[!(i % 2)] = make(cases[i / 2].id, cases[i / 2].from, cases[i / 2].to, 1);
		assert_int_equal(rulebook_set_find_conflicts(pair, 2, hear, &heard), day != NULL);
		assert_int_equal(heard.count, day != NULL);
		int result = rulebook_set_create(&set, pair, 2, &no_options);
		assert_int_equal(result, day ? -EINVAL : 0);
		if (day) {
			assert_int_equal(heard.last.one, 0);
			assert_int_equal(heard.last.other, 1);
			assert_string_equal(heard.last.day ? heard.last.day : "id", day);
			destroy(pair, 2); // still ours
		}
		rulebook_set_unref(set);
	}
}

static void test_all_conflicts_are_told(void **state)
{
	struct pmm_rulebook *rulebooks[4] = {make("a", "2024-01-01", NULL, 1),
		make("b", "2023-01-01", "2023-12-31", 1), make("c", "2023-05-01", NULL, 1),
		make("c", "2022-01-01", "2023-01-01", 1)};
	struct heard heard = {0};
	(void)state;
	// b and the first c, which reaches into its time; b and the second; c and c
	assert_int_equal(rulebook_set_find_conflicts(rulebooks, 4, hear, &heard), 3);
	assert_int_equal(heard.count, 3);
	assert_int_equal(rulebook_set_find_conflicts(rulebooks, 4, NULL, NULL), 3);
	assert_int_equal(rulebook_set_find_conflicts(rulebooks, 0, hear, &heard), 0);
	destroy(rulebooks, 4);
}

// That TARGET is answered by the rulebook ID.
static void assert_answered_by(struct exchange *x, const char *target, const char *id)
{
	char text[100];
	const struct reply *reply = ASK(x, .target = target);
	assert_status(reply, 200);
	snprintf(text, sizeof text, "\"rulebook\":{\"id\":\"%s\",", id);
	assert_has(reply, text);
}

static void test_a_query_chooses(void **state)
{
	static const struct {
		const char *target, *id;
	} cases[] = {
		{"/check", "middle"},
		{"/check?f1=v2", "middle"},
		{"/check?as_of=2024-06-30", "old"},
		{"/check?as_of=2024-08-01&f1=v2", "middle"},
		{"/check?rulebook=old&f1=v1", "old"},
		{"/check?f1=v1&rulebook=old", "old"},
		{"/check?rulebook=new&as_of=2031-01-01", "new"},
		{"/check?%61s_of=2020%2d02-29", "old"},
		{"/check?rule%62ook=n%65w", "new"},
		{"/check?rulebook=middle&f1=v2", "middle"},
		{"/?as_of=2020-02-29", "old"},
	};
	struct service *service = make_service();
	struct exchange *x = exchange_create(service);
	(void)state;
	today = "2025-01-01";
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_answered_by(x, cases[i].target, cases[i].id);
	// What a name means is for the chosen rulebook to say.
	assert_problem(ASK(x, .target = "/check?f1=v2&rulebook=old"), 422, "invalid_profile");
	assert_problem(ASK(x, .target = "/check?as_of=2030-01-01&f1=v1"), 422, "invalid_profile");
	assert_has(ASK(x, .target = "/schema/profile.json"), "\"v2\"");
	assert_false(has(ASK(x, .target = "/schema/profile.json?rulebook=old"), "\"v2\""));
	exchange_destroy(x);
	service_destroy(service);
}

static void test_a_query_asks_for_what_is_not_there(void **state)
{
	static const struct {
		const char *target;
		unsigned status;
		const char *code;
	} cases[] = {
		{"/check?as_of=2020-02-28", 422, "no_rulebook_in_force"},
		{"/check?as_of=2024-07-01", 422, "no_rulebook_in_force"},
		{"/check?as_of=2032-01-01", 422, "no_rulebook_in_force"},
		{"/check?rulebook=old&as_of=2024-08-01", 422, "no_rulebook_in_force"},
		{"/check?as_of=2024-07-01&rulebook=old", 422, "no_rulebook_in_force"},
		{"/check?rulebook=older", 422, "unknown_rulebook"},
		{"/check?rulebook=", 422, "unknown_rulebook"},
		{"/check?rulebook", 422, "unknown_rulebook"},
		{"/check?rulebook=OLD", 422, "unknown_rulebook"},
		{"/check?rulebook=older&as_of=2020-02-28", 422, "unknown_rulebook"},
		{"/check?as_of=2024-02-30", 400, "malformed_query"},
		{"/check?as_of=2024-2-1", 400, "malformed_query"},
		{"/check?as_of=", 400, "malformed_query"},
		{"/check?as_of", 400, "malformed_query"},
		{"/check?as_of=today&rulebook=older", 400, "malformed_query"},
		{"/check?as_of=2025-01-01&as_of=2025-01-01", 400, "duplicate_member"},
		{"/check?rulebook=old&rulebook=new", 400, "duplicate_member"},
		{"/check?rulebook=old&x=1", 422, "unknown_parameter"},
	};
	struct service *service = make_service();
	struct exchange *x = exchange_create(service);
	(void)state;
	today = "2025-01-01";
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_problem(ASK(x, .target = cases[i].target), cases[i].status, cases[i].code);
	exchange_destroy(x);
	service_destroy(service);
}

// The course of midnight: what has begun is answered by whom it began with.
static void test_a_request_keeps_its_rulebook(void **state)
{
	static const char body[] = "{\"f0\":\"v1\"}";
	const struct question question = {.text = body};
	const struct request request = support_request(&question);
	struct service *service = make_service();
	struct exchange *x = exchange_create(service);
	(void)state;
	today = "2029-12-31";
	assert_true(support_begin(x, &request));
	today = "2030-01-01";
	support_feed(x, str_of(body));
	assert_has(support_finish(x), "\"rulebook\":{\"id\":\"middle\"");
	assert_answered_by(x, "/check", "new");
	// And so with a rulebooks that is gone before the answer.
	today = "2024-01-01";
	assert_true(support_begin(x, &request));
	assert_int_equal(support_publish(service, make("only", "2024-01-01", NULL, 2)), 0);
	support_feed(x, str_of(body));
	assert_has(support_finish(x), "\"rulebook\":{\"id\":\"old\"");
	assert_answered_by(x, "/check", "only");
	exchange_destroy(x);
	service_destroy(service);
}

// What changes at midnight, each time it is asked: also of what is kept.
static void test_midnight(void **state)
{
	static const struct service_options options = {USUAL_LIMITS, .today = tell_today};
	static const char kept[] = "public, max-age=300";
	static const char *const states[][3] = {
		{"2024-02-27", "old", kept},
		{"2024-02-28", "old", kept},
		{"2024-02-29", "old", "public, no-cache"},
		{"2024-03-01", "new", kept},
		{"2024-03-02", "new", kept},
	};
	struct pmm_rulebook *rulebooks[] = {
		make("new", "2024-03-01", NULL, 2), make("old", "2020-01-01", NULL, 2)};
	struct service *service = NULL;
	char etag[2][40] = {"", ""};
	(void)state;
	assert_int_equal(service_create(&service, &options), 0);
	assert_int_equal(service_publish(service, rulebooks, 2), 0);
	struct exchange *x = exchange_create(service);
	for (size_t i = 0; i < 2 * COUNT(states); i++) { // the second time all is kept
		const char *const *now = states[i % COUNT(states)];
		const bool is_old = strcmp(now[1], "old") == 0;
		char text[80];
		today = now[0];
		assert_answered_by(x, "/check", now[1]);
		assert_header(ASK(x, .target = "/check"), "Cache-Control", now[2]);
		assert_header(ASK(x, .target = "/check?rulebook=old"), "Cache-Control", kept);
		assert_header(ASK(x, .target = "/check?as_of=2024-02-29"), "Cache-Control", kept);
		const struct reply *reply = ASK(x, .target = "/rulebooks");
		snprintf(text, sizeof text, "\"in_force\":%s,\"current\":%s},{\"id\":\"new\"",
			is_old ? "true" : "false", is_old ? "true" : "false");
		assert_has(reply, "\"effective_to\":\"2024-02-29\"");
		assert_has(reply, text);
		const char *tag = header(reply, "ETag");
		if (etag[is_old][0])
			assert_string_equal(etag[is_old], tag);
		snprintf(etag[is_old], sizeof etag[is_old], "%s", tag);
		assert_string_not_equal(etag[is_old], etag[!is_old]);
		snprintf(text, sizeof text, "\nrulebook: {\"id\":\"%s\",", now[1]);
		assert_has(ASK(x, .target = "/readyz?verbose"), text);
		snprintf(text, sizeof text, "pmm_rulebook_current{id=\"%s\"} 1\n", now[1]);
		assert_has(ASK(x, .target = "/metrics"), text);
	}
	exchange_destroy(x);
	service_destroy(service);
}

static void test_snapshots_for_others(void **state)
{
	struct service *service = make_service();
	(void)state;
	today = "2024-01-01";
	struct rulebook_set *set = service_set(service);
	const struct snapshot *now = rulebook_set_current(set, tell_today);
	const struct snapshot *then = rulebook_set_on(set, day_of("2030-01-01"));
	assert_null(rulebook_set_on(set, day_of("2024-07-01")));
	assert_int_equal(support_publish(service, make("only", "2024-01-01", NULL, 1)), 0);
	assert_string_equal(id_of(now), "old"); // their set is held
	assert_string_equal(id_of(then), "new");
	rulebook_set_unref(set);
	service_destroy(service);
}

static void test_before_the_first_publish(void **state)
{
	static const struct service_options options = {USUAL_LIMITS};
	struct service *service = NULL;
	(void)state;
	assert_int_equal(service_create(&service, &options), 0);
	assert_null(service_set(service));
	struct exchange *x = exchange_create(service);
	assert_problem(ASK(x, .target = "/readyz"), 503, "overloaded");
	exchange_destroy(x);
	service_destroy(service);
}

static void test_loads_are_counted(void **state)
{
	struct service *service = make_service();
	struct exchange *x = exchange_create(service);
	(void)state;
	today = "2025-01-01";
	assert_has(ASK(x, .target = "/readyz?verbose"), "\nrulebooks: 3\nloads taken: 1\n");
	assert_has(ASK(x, .target = "/readyz?verbose"), "\nlast load: taken\n");
	service_note_refusal(service);
	assert_has(ASK(x, .target = "/readyz?verbose"), "\nloads refused: 1\nlast load: refused,");
	assert_int_equal(support_publish(service, make("a", "2024-01-01", NULL, 1)), 0);
	assert_int_equal(service->loads_taken, 2);
	assert_int_equal(service->loads_refused, 1);
	assert_false(service->last_refused);
	assert_false(has(ASK(x, .target = "/readyz?verbose"), "one of the rulebooks"));
	exchange_destroy(x);
	service_destroy(service);
}

// Whatever fails, all rulebooks stay the caller's and the old rulebooks serves on.
static void test_every_allocation_of_publishing_a_set(void **state)
{
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	bool failed = true;
	for (size_t count = 0; failed; count++) {
		struct pmm_rulebook *rulebooks[SET];
		make_set(rulebooks);
		failing_start(count, FAILING_ONCE);
		int result = service_publish(service, rulebooks, SET);
		failed = failing_stop();
		assert_int_equal(result, failed ? -ENOMEM : 0);
		if (!failed)
			break;
		destroy(rulebooks, SET);
		assert_answered_by(x, "/check?role=guru", "se-dirjen-gtk-0559-2024");
		assert_int_equal(service->loads_taken, 1);
	}
	assert_answered_by(x, "/check?rulebook=old", "old");
	exchange_destroy(x);
	service_destroy(service);
}

// A shortage ends in the right answer, in 503, or in nothing at all; never in
// the answer of another rulebook.
static void check_shortage(struct service *service, const char *target, size_t count, bool *failed)
{
	struct exchange *x = exchange_create(service);
	const struct question question = {.target = target};
	const struct request request = support_request(&question);
	failing_start(count, FAILING_ONCE);
	exchange_begin(x, &request);
	const struct reply *reply = exchange_finish(x);
	*failed = failing_stop();
	if (reply && reply->status != 503) {
		assert_status(reply, 200);
		assert_has(reply, "\"rulebook\":{\"id\":\"old\",");
	}
	exchange_destroy(x);
}

static void test_every_allocation_of_a_choice(void **state)
{
	static const char *const plain[] = {"/check?rulebook=old&f0=v1", "/?as_of=2024-01-01"};
	char padded[2200] = "/check?unknown=ignore&as_of=2024-01-01&f0=v1&";
	(void)state;
	// So long that the second reading finds the exchange's own block used up.
	memset(padded + strlen(padded), 'x', 1500);
	today = "2025-01-01";
	for (size_t i = 0; i < COUNT(plain) + 1; i++) {
		bool failed = true;
		for (size_t count = 0; failed; count++) {
			struct service *service = make_service(); // without cached
			check_shortage(
				service, i < COUNT(plain) ? plain[i] : padded, count, &failed);
			service_destroy(service);
			assert_true(count < 100);
		}
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_of_a_set),
		cmocka_unit_test(test_which_one_is_in_force),
		cmocka_unit_test(test_a_single_one_asks_for_no_day),
		cmocka_unit_test(test_a_successor_ends_its_predecessor),
		cmocka_unit_test(test_what_cannot_stand_together),
		cmocka_unit_test(test_all_conflicts_are_told),
		cmocka_unit_test(test_a_query_chooses),
		cmocka_unit_test(test_a_query_asks_for_what_is_not_there),
		cmocka_unit_test(test_a_request_keeps_its_rulebook),
		cmocka_unit_test(test_midnight),
		cmocka_unit_test(test_snapshots_for_others),
		cmocka_unit_test(test_before_the_first_publish),
		cmocka_unit_test(test_loads_are_counted),
		cmocka_unit_test(test_every_allocation_of_publishing_a_set),
		cmocka_unit_test(test_every_allocation_of_a_choice),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/set", tests, NULL, NULL);
	support_close();
	return failed;
}
