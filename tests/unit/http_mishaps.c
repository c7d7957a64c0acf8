// SPDX-License-Identifier: MIT
// The daemon while things fail: every allocation and every call of a library,
// one after the other, over its start, each kind of request, a reload and its
// stop. After each of them nothing has crashed or leaked (a sanitizer would tell),
// the client got one whole answer or none, and the next request is answered.
// usage: http-mishaps RULEBOOK
#include "http/http.h"
#include "mishap.h"
#include "rulebook_file.h"
#include "unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pmm/rules.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, ANSWER_ROOM = 1 << 20, RULEBOOK_ROOM = 1 << 20 };

static struct {
	char rulebook[RULEBOOK_ROOM];
	size_t rulebook_size;
	char answer[ANSWER_ROOM];
	size_t answer_size;
	int null_fd; // takes the log
	struct log *log;
	struct service *service;
	struct http *http;
	unsigned long mishaps; // that happened
} world;

#define JSON "Host: t\r\nConnection: close\r\nContent-Type: application/json\r\n"
#define ROWS "Host: t\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\n"

static const struct {
	const char *name, *text;
} requests[] = {
	{"get", "GET /check?role=guru HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"kept", "GET /livez HTTP/1.1\r\nHost: t\r\n\r\n"
		 "GET /check?role=guru HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"head", "HEAD /check HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"post", "POST /check HTTP/1.1\r\n" JSON "Content-Length: 15\r\n\r\n{\"role\":\"guru\"}"},
	{"post with id",
		"POST /check HTTP/1.1\r\n" JSON "Content-Length: 10\r\n\r\n{\"id\":\"7\"}"},
	{"post in chunks", "POST /check HTTP/1.1\r\n" JSON
			   "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"role\":\r\n7\r\n\"guru\"}\r\n"
			   "0\r\n\r\n"},
	{"pretty",
		"POST /check?pretty=true&lang=en HTTP/1.1\r\n" JSON "Content-Length: 2\r\n\r\n{}"},
	{"text", "QUERY /check HTTP/1.1\r\nAccept: text/plain\r\n" JSON
		 "Content-Length: 2\r\n\r\n{}"},
	{"form", "POST /check HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Type: "
		 "application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nrole=guru"},
	{"array", "POST /check HTTP/1.1\r\n" JSON
		  "Content-Length: 30\r\n\r\n[{\"role\":\"guru\"},{\"id\":\"a\"},2]"},
	{"ndjson", "POST /check?detail=full HTTP/1.1\r\n" ROWS
		   "Content-Length: 27\r\n\r\n{\"id\":\"a\"}\n{\"role\":\"gruu\"}\n"},
	{"csv", "POST /check HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Type: text/csv\r\n"
		"Content-Length: 25\r\n\r\nid;role\n1;guru\n\"2\";\"x\"\n\n\n"},
	{"summary", "POST /summary?group_by=group HTTP/1.1\r\n" ROWS
		    "Content-Length: 25\r\n\r\n{\"group\":\"a\"}\n{\"role\":1}\n"},
	{"wrong", "POST /check HTTP/1.1\r\n" JSON "Content-Length: 9\r\n\r\n{\"rol\":1}"},
	{"malformed", "POST /check HTTP/1.1\r\n" JSON "Content-Length: 1\r\n\r\n{"},
	{"no such address", "GET /no HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"no such method", "PUT /check HTTP/1.1\r\n" JSON "Content-Length: 1\r\n\r\n{"},
	{"too large", "POST /check HTTP/1.1\r\n" JSON "Content-Length: 99999999999\r\n\r\n{"},
	{"ambiguous", "GET /check HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n"},
	{"index", "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"rulebook", "GET /rulebook?pretty=true HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"schema", "GET /schema/profile.json HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"ready", "GET /readyz?verbose HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"problem", "GET /problems/timeout HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"metrics", "GET /metrics HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
	{"options", "OPTIONS /check HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"},
};

enum { REQUEST_COUNT = sizeof requests / sizeof requests[0] };

// Back to normal; what failed, or NULL.
static const char *end_mishap(void)
{
	const char *failed = mishap_disarm();
	world.mishaps += failed != NULL;
	return failed;
}

// --- the client

static bool waits(int fd, short events)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};
	return poll(&poll_fd, 1, PATIENCE_MS) == 1;
}

// A connection to ourselves: the library wants TCP.
static void open_pair(int ends[2], struct sockaddr_in *address)
{
	socklen_t size = sizeof *address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	*address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(listener, (struct sockaddr *)address, size), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)address, &size), 0);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(ends[0], (struct sockaddr *)address, size), 0);
	ends[1] = accept(listener, (struct sockaddr *)address, &size);
	assert_true(ends[1] >= 0);
	close(listener);
}

// Sends TEXT, and takes all that comes back until the end. The answer is empty
// where the connection was not taken.
static void ask(const char *text)
{
	int ends[2];
	struct sockaddr_in address;
	world.answer_size = 0;
	open_pair(ends, &address);
	if (http_adopt(world.http, ends[1], (struct sockaddr *)&address, sizeof address) == 0) {
		// The other side may hang up at any time.
		(void)!send(ends[0], text, strlen(text), MSG_NOSIGNAL);
		for (;;) {
			if (!waits(ends[0], POLLIN))
				fail_msg("no answer to \"%.60s\": %s", text, mishap_disarm());
			ssize_t got = recv(ends[0], world.answer + world.answer_size,
				ANSWER_ROOM - 1 - world.answer_size, 0);
			if (got <= 0)
				break;
			world.answer_size += (size_t)got;
		}
	}
	close(ends[0]);
	world.answer[world.answer_size] = '\0';
}

static void check_sound(const char *name)
{
	ask(requests[0].text);
	if (strncmp(world.answer, "HTTP/1.1 200 ", 13) != 0 ||
		!strstr(world.answer, "\"pengelolaan_kinerja\""))
		fail_msg("%s: the next request got \"%.60s\"", name, world.answer);
}

// --- the daemon

static int publish(void)
{
	struct pmm_rulebook *rulebook;
	int result = pmm_rulebook_create(
		&rulebook, world.rulebook, world.rulebook_size, PMM_MEMORY_MAX, NULL);
	if (result)
		return result;
	result = service_publish(world.service, &rulebook, 1);
	if (result)
		pmm_rulebook_destroy(rulebook);
	return result;
}

static void stop(void)
{
	if (world.service)
		service_drain(world.service);
	http_stop(world.http, PATIENCE_MS);
	service_destroy(world.service);
	log_destroy(world.log, PATIENCE_MS);
	world.log = NULL;
	world.http = NULL;
	world.service = NULL;
}

static int start(void)
{
	const struct service_options service_options = {.body_max = 1 << 20,
		.bulk_bytes_max = 1 << 20,
		.rows_max = 1000,
		.release = http_release};
	struct http_options http_options = {.threads = 2,
		.connections_max = 50,
		.header_timeout_ms = PATIENCE_MS,
		.stall_timeout_ms = PATIENCE_MS,
		.idle_timeout_ms = PATIENCE_MS};
	const struct log_options log_options = {.access = true};
	int result = log_create(&world.log, world.null_fd, &log_options);
	result = result ? result : service_create(&world.service, &service_options);
	result = result ? result : publish();
	http_options.log = world.log;
	return result ? result : http_start(&world.http, world.service, NULL, 0, &http_options);
}

// --- the tests

static void test_start(void **state)
{
	const char *failed = "";
	(void)state;
	for (unsigned long k = 1; failed; k++) {
		mishap_arm(k);
		int result = start();
		failed = end_mishap();
		if (result == 0)
			check_sound("start");
		else if (!failed)
			fail_msg("it does not start although nothing failed");
		stop();
	}
	assert_true(world.mishaps > 0);
}

static void test_requests(void **state)
{
	(void)state;
	assert_int_equal(start(), 0);
	for (size_t i = 0; i < REQUEST_COUNT; i++) {
		const char *failed = "";
		for (unsigned long k = 1; failed; k++) {
			assert_int_equal(publish(), 0); // nothing is ready-made any more
			mishap_arm(k);
			ask(requests[i].text);
			failed = end_mishap();
			if (world.answer_size && strncmp(world.answer, "HTTP/1.1 ", 9) != 0)
				fail_msg("%s, %s: \"%.60s\"", requests[i].name, failed,
					world.answer);
			if (strncmp(world.answer, "HTTP/1.1 500", 12) == 0)
				fail_msg("%s, %s: 500", requests[i].name, failed);
			if (!failed && world.answer_size == 0)
				fail_msg("%s: no answer", requests[i].name);
			check_sound(requests[i].name);
			assert_true(failed || k > 1);
		}
	}
	stop();
}

static void test_reload(void **state)
{
	const char *failed = "";
	(void)state;
	assert_int_equal(start(), 0);
	for (unsigned long k = 1; failed; k++) {
		mishap_arm(k);
		int result = publish();
		failed = end_mishap();
		if (result && !failed)
			fail_msg("a good rulebook is refused");
		check_sound("reload");
		assert_true(failed || k > 1);
	}
	stop();
}

static void test_stop(void **state)
{
	const char *failed = "";
	(void)state;
	for (unsigned long k = 1; failed; k++) {
		assert_int_equal(start(), 0);
		check_sound("start");
		mishap_arm(k);
		stop();
		failed = end_mishap();
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_stop),
	};
	world.rulebook_size = argc == 2 ? rulebook_file_read(
						  argv[1], world.rulebook, sizeof world.rulebook)
					: 0;
	world.null_fd = open("/dev/null", O_WRONLY);
	if (world.rulebook_size == 0 || world.null_fd < 0) {
		fprintf(stderr, "usage: http-mishaps RULEBOOK\n");
		return EXIT_FAILURE;
	}
	int result = cmocka_run_group_tests_name("http mishaps", tests, NULL, NULL);
	printf("# %lu mishaps\n", world.mishaps);
	return result;
}
