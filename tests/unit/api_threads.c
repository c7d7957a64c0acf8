// SPDX-License-Identifier: MIT
// Many threads ask while the rulebook is changed under them: every answer is,
// to the byte, that of one of the two rulebooks. Made to be run under
// ThreadSanitizer too; without it, a crash or a mixture is what it can see.
#include "api_support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 60, PROFILES = 16, SWAPS = 40 };

static const struct service_options options = {USUAL_LIMITS};
static struct service *service;
static struct str wanted[2][PROFILES * 2]; // by rulebook, profile and language

static void make_target(char to[100], unsigned question)
{
	static const char *const values[] = {"", "v0", "v1", "v2"};
	unsigned profile = question / 2;
	snprintf(to, 100, "/check?lang=%s&f0=%s&f1=%s", question % 2 ? "en" : "id",
		values[profile % 4], values[profile / 4]);
}

// cmocka's assertions are for the main thread: here a failure is a return value.
static bool ask_one(struct exchange *x, unsigned question)
{
	char target[100];
	make_target(target, question);
	const struct request request = {.method = STR("GET"), .target = str_of(target)};
	exchange_begin(x, &request);
	const struct reply *reply = exchange_finish(x);
	bool good = reply && reply->status == 200 &&
		    (str_equal(reply->body, wanted[0][question]) ||
			    str_equal(reply->body, wanted[1][question]));
	if (good && reply->cached) { // as the transport does: the first one keeps its own
		void *none = NULL;
		atomic_compare_exchange_strong(&reply->cached->handle[reply->use], &none, x);
	}
	exchange_reset(x);
	return good;
}

static void *ask_all(void *cls)
{
	struct exchange *x = exchange_create(service);
	uintptr_t failed = x == NULL;
	(void)cls;
	for (unsigned round = 0; x && round < ROUNDS; round++)
		for (unsigned question = 0; question < PROFILES * 2; question++)
			failed += !ask_one(x, question);
	exchange_destroy(x);
	return (void *)failed;
}

static void publish(unsigned which)
{
	struct buf text = {0};
	support_generate(&text, which ? "one" : "other", 2, 3, false);
	assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	buf_finish(&text);
}

static void test_threads_and_swaps(void **state)
{
	pthread_t threads[THREADS];
	(void)state;
	assert_int_equal(service_create(&service, &options), 0);
	struct exchange *x = exchange_create(service);
	for (unsigned which = 0; which < 2; which++) {
		publish(which);
		for (unsigned question = 0; question < PROFILES * 2; question++) {
			char target[100];
			make_target(target, question);
			wanted[which][question] = copy_body(ASK(x, .target = target));
		}
	}
	exchange_destroy(x);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_all, NULL), 0);
	for (unsigned swap = 0; swap < SWAPS; swap++)
		publish(swap % 2);
	service_drain(service);
	for (int i = 0; i < THREADS; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	service_destroy(service);
	for (unsigned question = 0; question < PROFILES * 4; question++)
		free((char *)(uintptr_t)wanted[question % 2][question / 2].at);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads_and_swaps)};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/threads", tests, NULL, NULL);
	support_close();
	return failed;
}
