// SPDX-License-Identifier: MIT
// Deadlines of connections, with clients and a clock that are played. What is
// done about a verdict is tested over sockets, by tests/http/patience.py.
#include "http/connection.h"

#include "unit.h"

static const struct http_options options = {.header_timeout_ms = 10000,
	.stall_timeout_ms = 30000,
	.idle_timeout_ms = 60000,
	.rate_min = 500};

// A client that is looked at once a second.
struct client {
	struct watch watch;
	uint64_t now_ms;
	uint64_t stamp;
	enum phase phase;
	struct flow flow;
	unsigned calls; // that the library makes each second
};

static struct client open_client(void)
{
	return (struct client){.now_ms = 5000, .watch.since_ms = 5000};
}

static void enter(struct client *client, enum phase phase)
{
	client->phase = phase;
	client->stamp++;
}

static enum verdict look(struct client *client)
{
	return timeouts_judge(&options, &client->watch, client->phase, client->stamp, &client->flow,
		client->now_ms);
}

// Looks SECONDS times; each second BYTES come in, or are acknowledged. Returns the
// second in which something other than to stay was decided, or 0.
static int wait(struct client *client, int seconds, uint64_t bytes, enum verdict *verdict)
{
	for (int second = 1; second <= seconds; second++) {
		client->now_ms += 1000;
		client->flow.calls += client->calls;
		if (client->phase == PHASE_ANSWER)
			client->flow.acked += bytes;
		else
			client->flow.received += bytes;
		*verdict = look(client);
		if (*verdict != VERDICT_STAY)
			return second;
	}
	return 0;
}

static void check_wait(struct client *client, int seconds, uint64_t bytes, int at, enum verdict is)
{
	enum verdict verdict = VERDICT_STAY;
	assert_int_equal(wait(client, seconds, bytes, &verdict), at);
	assert_int_equal(verdict, is);
}

static void test_silent_from_the_start(void **state)
{
	struct client client = open_client();
	(void)state;
	check_wait(&client, 99, 0, 10, VERDICT_HANG_UP);
}

static void test_header_in_drops(void **state)
{
	struct client client = open_client();
	(void)state;
	check_wait(&client, 99, 1, 10, VERDICT_TIMEOUT);
	client = open_client();
	enter(&client, PHASE_HEAD);
	assert_int_equal(look(&client), VERDICT_STAY);
	check_wait(&client, 99, 100000, 10, VERDICT_TIMEOUT);
}

static void test_idle(void **state)
{
	struct client client = open_client();
	(void)state;
	client.flow.received = 200;
	enter(&client, PHASE_IDLE);
	assert_int_equal(look(&client), VERDICT_STAY);
	check_wait(&client, 99, 0, 60, VERDICT_HANG_UP);
}

static void test_next_header_in_drops(void **state)
{
	struct client client = open_client();
	(void)state;
	enter(&client, PHASE_IDLE);
	assert_int_equal(look(&client), VERDICT_STAY);
	check_wait(&client, 20, 0, 0, VERDICT_STAY);
	check_wait(&client, 99, 1, 11, VERDICT_TIMEOUT); // the first drop starts the clock
}

static void test_stalled(enum phase phase, enum verdict is)
{
	struct client client = open_client();
	enter(&client, phase);
	assert_int_equal(look(&client), VERDICT_STAY);
	check_wait(&client, 20, 5000, 0, VERDICT_STAY);
	check_wait(&client, 99, 0, 30, is);
}

static void test_stalled_body(void **state)
{
	(void)state;
	test_stalled(PHASE_BODY, VERDICT_TIMEOUT);
}

static void test_stalled_answer(void **state)
{
	(void)state;
	test_stalled(PHASE_ANSWER, VERDICT_HANG_UP);
}

static void test_rate(enum phase phase, enum verdict is)
{
	struct client client = open_client();
	enter(&client, phase);
	assert_int_equal(look(&client), VERDICT_STAY);
	check_wait(&client, 300, 500, 0, VERDICT_STAY);
	check_wait(&client, 99, 499, 30, is);
}

static void test_slow_body(void **state)
{
	(void)state;
	test_rate(PHASE_BODY, VERDICT_TIMEOUT);
}

static void test_slow_answer(void **state)
{
	(void)state;
	test_rate(PHASE_ANSWER, VERDICT_HANG_UP);
}

// Nothing more can come, so there is nothing to wait for.
static void test_body_that_ended_early(void **state)
{
	struct client client = open_client();
	(void)state;
	enter(&client, PHASE_BODY);
	assert_int_equal(look(&client), VERDICT_STAY);
	client.flow.has_ended = true;
	check_wait(&client, 99, 0, 1, VERDICT_HANG_UP);
	enter(&client, PHASE_ANSWER); // a client that only listens is fine
	assert_int_equal(look(&client), VERDICT_STAY);
}

// A busy service must not blame its clients.
static void test_our_own_fault(void **state)
{
	struct client client = open_client();
	(void)state;
	enter(&client, PHASE_BODY);
	client.flow.is_ours = true;
	client.calls = 1;
	assert_int_equal(look(&client), VERDICT_STAY);
	check_wait(&client, 300, 0, 0, VERDICT_STAY);
	client.flow.is_ours = false;
	check_wait(&client, 99, 0, 30, VERDICT_TIMEOUT);
}

// But one that no longer does anything for a client does not keep the connection for ever.
static void test_standstill(enum phase phase)
{
	struct client client = open_client();
	enter(&client, phase);
	client.flow.is_ours = true;
	client.calls = 1;
	assert_int_equal(look(&client), VERDICT_STAY);
	check_wait(&client, 100, 0, 0, VERDICT_STAY);
	client.calls = 0;
	check_wait(&client, 59, 1000, 0, VERDICT_STAY);
	client.calls = 1;
	check_wait(&client, 1, 0, 0, VERDICT_STAY);
	client.calls = 0;
	check_wait(&client, 99, 1000, 60, VERDICT_STUCK);
}

static void test_body_that_is_not_read(void **state)
{
	(void)state;
	test_standstill(PHASE_BODY);
}

static void test_answer_that_is_not_written(void **state)
{
	(void)state;
	test_standstill(PHASE_ANSWER);
}

// A process that was stopped has not looked, and has not worked either.
static void test_stopped_process(void **state)
{
	struct client client = open_client();
	(void)state;
	enter(&client, PHASE_BODY);
	client.flow.is_ours = true;
	assert_int_equal(look(&client), VERDICT_STAY);
	client.now_ms += 3600000;
	check_wait(&client, 30, 0, 0, VERDICT_STAY);
}

// Another request, or another phase of it, has time of its own.
static void test_each_phase_anew(void **state)
{
	struct client client = open_client();
	(void)state;
	for (int i = 0; i < 20; i++) {
		enter(&client, i % 2 ? PHASE_IDLE : PHASE_HEAD);
		assert_int_equal(look(&client), VERDICT_STAY);
		check_wait(&client, 9, 0, 0, VERDICT_STAY);
	}
}

static void test_cut_stays_cut(void **state)
{
	struct client client = open_client();
	(void)state;
	enter(&client, PHASE_CUT);
	check_wait(&client, 999, 0, 0, VERDICT_STAY);
}

// Whatever a connection was at, once it is given up it is nothing else.
static void test_cut_from_every_phase(void **state)
{
	(void)state;
	for (uint64_t phase = PHASE_OPENED; phase < PHASE_CUT; phase++) {
		struct connection c = {.state = 7 << 8 | phase};
		assert_false(connection_cut(&c, 6 << 8 | phase)); // it has moved on
		assert_int_equal(c.state, 7 << 8 | phase);
		assert_true(connection_cut(&c, 7 << 8 | phase));
		assert_int_equal(c.state, 7 << 8 | PHASE_CUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silent_from_the_start),
		cmocka_unit_test(test_header_in_drops),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_next_header_in_drops),
		cmocka_unit_test(test_stalled_body),
		cmocka_unit_test(test_stalled_answer),
		cmocka_unit_test(test_slow_body),
		cmocka_unit_test(test_slow_answer),
		cmocka_unit_test(test_body_that_ended_early),
		cmocka_unit_test(test_our_own_fault),
		cmocka_unit_test(test_body_that_is_not_read),
		cmocka_unit_test(test_answer_that_is_not_written),
		cmocka_unit_test(test_stopped_process),
		cmocka_unit_test(test_each_phase_anew),
		cmocka_unit_test(test_cut_stays_cut),
		cmocka_unit_test(test_cut_from_every_phase),
	};
	return cmocka_run_group_tests_name("http deadline", tests, NULL, NULL);
}
