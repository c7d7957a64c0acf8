// SPDX-License-Identifier: MIT
// How lines get out, and what happens where they do not: pipes that nobody reads,
// disks that are full, closed descriptors, writes that take a part. Each is
// made to happen (log_support.h).
// What stands in a line is in log_line.c.
#include "failing.h"
#include "log_support.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOGGER_REQUESTS = 10000, END_MS = 10000 }; // the latter bounds a failure
static const struct log_options options = {.format = LOG_LOGFMT, .access = true};

static struct log *start(int fd)
{
	struct log *log;
	assert_int_equal(log_create(&log, fd, &options), 0);
	return log;
}

static void log_requests(struct log *log, uint64_t connection, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct log_access record = {
			.id = {.process = 1, .connection = connection, .request = i},
			.method = "GET",
			.route = "/check",
			.status = 200,
			.digest = "sha256:0"};
		log_access(log, &record);
	}
}

static void log_word(struct log *log, const char *event)
{
	log_event(log, LOG_INFO, event, NULL, NULL, 0);
}

// --- tests

static void test_events_and_requests_in_order(void **state)
{
	int ends[2];
	const struct log_field fields[] = {
		{.name = "text", .text = "a \"b\""}, {.name = "number", .number = 42}};
	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct log *log = start(ends[1]);
	log_event(log, LOG_ERROR, "first", "the first", fields, 2);
	log_requests(log, 1, 1);
	log_word(log, "last");
	struct output output = output_finish(log, ends);
	assert_non_null(strstr(output.bytes,
		" level=error event=first msg=\"the first\" text=\"a \\\"b\\\"\" number=42\n"));
	assert_int_equal(output.requests, 1);
	assert_true(strstr(output.bytes, "event=first") < strstr(output.bytes, "event=request"));
	assert_true(strstr(output.bytes, "event=request") < strstr(output.bytes, "event=last"));
	free(output.bytes);
}

static void test_access_may_be_off(void **state)
{
	int ends[2];
	struct log *log;
	const struct log_options quiet = {.format = LOG_LOGFMT};
	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(log_create(&log, ends[1], &quiet), 0);
	assert_false(log_has_access(log));
	log_requests(log, 1, 100);
	log_word(log, "only");
	struct output output = output_finish(log, ends);
	assert_int_equal(output.requests, 0);
	assert_non_null(strstr(output.bytes, "event=only\n"));
	free(output.bytes);
}

static void read_line(int fd)
{
	char byte = 0;
	while (byte != '\n')
		assert_int_equal(read(fd, &byte, 1), 1);
}

static void test_it_wakes_up(void **state)
{
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct log *log = start(ends[1]);
	for (int i = 0; i < 1000; i++) {
		log_word(log, "e");
		read_line(ends[0]);
	}
	for (int i = 0; i < 20; i++) {
		log_requests(log, 1, 1);
		read_line(ends[0]);
	}
	free(output_finish(log, ends).bytes);
}

// Nobody reads until all was logged: nothing blocks, and every line is accounted for.
static void fill_channel(const int ends[2])
{
	enum { REQUESTS = 20000, EVENTS = 64 };
	struct log *log = start(ends[1]);
	log_requests(log, 1, REQUESTS);
	uint64_t dropped = log_dropped(log);
	assert_true(dropped > 0);
	for (int i = 0; i < EVENTS; i++)
		log_word(log, "kept"); // there is a place for it all the same
	assert_int_equal(log_dropped(log), dropped);
	struct output output = output_finish(log, ends);
	assert_int_equal(output.dropped, dropped);
	assert_int_equal(output.requests + output.dropped, REQUESTS);
	assert_int_equal(output.kept, EVENTS);
	free(output.bytes);
}

static void test_a_pipe_that_nobody_reads(void **state)
{
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	fill_channel(ends);
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0); // as somebody else may have set it
	assert_int_equal(fcntl(ends[0], F_SETFL, 0), 0);
	fill_channel(ends);
}

static void test_a_socket_that_nobody_reads(void **state)
{
	int ends[2];
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fill_channel(ends);
}

static void end_stuck(const int ends[2], unsigned timeout_ms)
{
	struct log *log = start(ends[1]);
	log_requests(log, 1, 20000);
	log_word(log, "lost");
	log_destroy(log, timeout_ms);
	assert_int_equal(script_detached(), 0); // it was not stuck in a write
	close(ends[0]);
	close(ends[1]);
}

static void test_an_end_with_a_reader_that_does_not_read(void **state)
{
	int ends[2];
	(void)state;
	for (unsigned timeout_ms = 0; timeout_ms <= 20; timeout_ms += 20) {
		assert_int_equal(pipe(ends), 0);
		end_stuck(ends, timeout_ms);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
		end_stuck(ends, timeout_ms);
	}
	log_destroy(NULL, 0);
}

static void wait_until_dropped(struct log *log, uint64_t count)
{
	while (log_dropped(log) < count)
		sched_yield();
}

static void test_descriptors_that_fail(void **state)
{
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	const int fds[] = {ends[1], open("/dev/full", O_WRONLY), open("/dev/null", O_RDONLY), 1000};
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		struct log *log = start(fds[i]);
		log_word(log, "lost");
		wait_until_dropped(log, 1);
		assert_int_equal(log_written(log), 0);
		log_destroy(log, END_MS);
		close(fds[i]);
	}
}

// The notice is no line that was lost, however often it does not get out.
static void test_lost_lines_are_told(void **state)
{
	static const ssize_t steps[] = {-ENOSPC, -EIO, 0, SCRIPT_END};
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct log *log = start(ends[1]);
	script_play(ends[1], steps);
	log_word(log, "lost");
	wait_until_dropped(log, 1);
	script_wait(2); // it tries again by itself, a second later
	struct output output = output_finish(log, ends);
	assert_int_equal(output.dropped, 1);
	assert_null(strstr(output.bytes, "event=lost"));
	free(output.bytes);
}

// A part is out when the disk is full: the rest of that line comes first later on.
static void test_no_line_is_torn(void **state)
{
	static const ssize_t steps[] = {10, -ENOSPC, 7, 0, SCRIPT_END};
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct log *log = start(ends[1]);
	script_play(ends[1], steps);
	log_word(log, "begun");
	script_wait(2);
	log_word(log, "next");
	struct output output = output_finish(log, ends);
	const char *begun = strstr(output.bytes, "event=begun\n");
	assert_non_null(begun);
	assert_true(begun < strstr(output.bytes, "event=next\n"));
	assert_int_equal(output.dropped, 0);
	free(output.bytes);
}

// What others write into the same pipe comes between two lines, never into one.
static void test_a_pipe_gets_whole_lines(void **state)
{
	static const ssize_t steps[] = {0, SCRIPT_END};
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct log *log = start(ends[1]);
	script_play(ends[1], steps);
	log_requests(log, 1, 2000);
	struct output output = output_finish(log, ends);
	assert_int_equal(output.requests, 2000);
	assert_true(script_is_whole());
	free(output.bytes);
}

static void test_short_writes(void **state)
{
	static const ssize_t steps[] = {
		1, -EINTR, -EINTR, 2, -EAGAIN, -EAGAIN, 1, -EINTR, 50, SCRIPT_END};
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct log *log = start(ends[1]);
	script_play(ends[1], steps);
	log_requests(log, 1, 500);
	struct output output = output_finish(log, ends);
	assert_int_equal(output.requests, 500);
	free(output.bytes);
}

struct logger {
	pthread_t thread;
	struct log *log;
	uint32_t ordinal;
};

static void *run_logger(void *cls)
{
	struct logger *logger = cls;
	log_requests(logger->log, logger->ordinal, LOGGER_REQUESTS);
	return NULL;
}

// Each line is there, in the order of its thread, or was counted as lost.
static void test_many_threads(void **state)
{
	struct logger loggers[LOGGERS];
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct output output;
	output_start(&output, ends[0]);
	struct log *log = start(ends[1]);
	for (uint32_t i = 0; i < LOGGERS; i++) {
		loggers[i] = (struct logger){.log = log, .ordinal = i};
		assert_int_equal(
			pthread_create(&loggers[i].thread, NULL, run_logger, &loggers[i]), 0);
	}
	for (int i = 0; i < LOGGERS; i++)
		pthread_join(loggers[i].thread, NULL);
	log_destroy(log, END_MS);
	close(ends[1]);
	output_judge(&output);
	close(ends[0]);
	assert_int_equal(output.requests + output.dropped, LOGGERS * LOGGER_REQUESTS);
	free(output.bytes);
}

static void test_no_memory(void **state)
{
	int ends[2];
	struct log *log = NULL;
	(void)state;
	failing_start(0, FAILING_ON);
	int result = log_create(&log, 1, &options);
	assert_true(failing_stop());
	assert_int_equal(result, -ENOMEM);
	script_refuse_threads(true);
	assert_int_equal(log_create(&log, 1, &options), -EAGAIN);
	script_refuse_threads(false);
	assert_null(log);
	assert_int_equal(pipe(ends), 0);
	log = start(ends[1]);
	failing_start(0, FAILING_ON);
	log_word(log, "kept"); // it takes none
	log_requests(log, 1, 3);
	assert_false(failing_stop());
	struct output output = output_finish(log, ends);
	assert_int_equal(output.dropped, 0);
	assert_int_equal(output.requests, 3);
	assert_int_equal(output.kept, 1);
	free(output.bytes);
}

static void test_none(void **state)
{
	(void)state;
	log_word(NULL, "e");
	log_requests(NULL, 1, 1);
	assert_int_equal(log_written(NULL), 0);
	assert_int_equal(log_dropped(NULL), 0);
	assert_false(log_has_access(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_and_requests_in_order),
		cmocka_unit_test(test_access_may_be_off),
		cmocka_unit_test(test_it_wakes_up),
		cmocka_unit_test(test_a_pipe_that_nobody_reads),
		cmocka_unit_test(test_a_socket_that_nobody_reads),
		cmocka_unit_test(test_an_end_with_a_reader_that_does_not_read),
		cmocka_unit_test(test_descriptors_that_fail),
		cmocka_unit_test(test_lost_lines_are_told),
		cmocka_unit_test(test_no_line_is_torn),
		cmocka_unit_test(test_a_pipe_gets_whole_lines),
		cmocka_unit_test(test_short_writes),
		cmocka_unit_test(test_many_threads),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_none),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("log write", tests, NULL, NULL);
}
