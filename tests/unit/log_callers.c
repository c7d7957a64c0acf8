// SPDX-License-Identifier: MIT
// What others tell the log: libmicrohttpd's library_log, which may be many and may
// have a client's text in them, and the findings of a rulebook.
#include "commands/load.h"
#include "http/library_log.h"
#include "log_support.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct log *start(int ends[2])
{
	const struct log_options options = {.format = LOG_LOGFMT};
	struct log *log;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(log_create(&log, ends[1], &options), 0);
	return log;
}

__attribute__((format(printf, 2, 3))) static void library_says(
	struct library_log *library_log, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	library_log_line(library_log, format, values);
	va_end(values);
}

static void test_complaints_without_what_clients_wrote(void **state)
{
	struct library_log library_log;
	int ends[2];
	(void)state;
	struct log *log = start(ends);
	library_log_init(&library_log, log);
	library_says(&library_log, "Error accepting connection: %s\n", "Too many open files");
	library_says(&library_log, "Failed to send the body for the request for `%s'. Error: %s\n",
		"/kenari", "Connection reset by peer");
	library_says(&library_log, "Failed to send data in request for %s.\n", "/kenari");
	library_says(&library_log, "Bad `%.*s', 5%% of %d", 6, "kenari", 1);
	library_says(&library_log, "100%% of %u: %s", 5U, "reason");
	library_log_finish(&library_log);
	struct output output = output_finish(log, ends);
	assert_non_null(
		strstr(output.bytes, " level=warn event=http_library "
				     "msg=\"Error accepting connection: Too many open files\"\n"));
	assert_non_null(strstr(output.bytes, "for the request for `%s'. Error: %s\"\n"));
	assert_non_null(strstr(output.bytes, "msg=\"100% of 5: reason\"\n"));
	assert_null(strstr(output.bytes, "kenari"));
	free(output.bytes);
}

static void test_complaints_are_few(void **state)
{
	enum { COUNT = 1000 };
	struct library_log library_log;
	uint64_t lines = 0, suppressed = 0;
	int ends[2];
	(void)state;
	struct log *log = start(ends);
	library_log_init(&library_log, log);
	for (int i = 0; i < COUNT; i++)
		library_says(&library_log, "Error accepting connection: %s", "Too many open files");
	library_log_finish(&library_log);
	struct output output = output_finish(log, ends);
	for (const char *at = output.bytes; (at = strstr(at, "event=http_library")); at++) {
		lines++;
		const char *told = strstr(at, "suppressed=");
		if (told && told < strchr(at, '\n'))
			suppressed += number_after(told, "suppressed=", 10);
	}
	assert_in_range(lines, LIBRARY_LINES_PER_SECOND + 1, COUNT / 2);
	assert_int_equal(lines - 1 + suppressed, COUNT); // the last one tells at the end
	free(output.bytes);
}

static void tell(struct log *log, const struct pmm_finding *finding)
{
	const struct diagnostics diagnostics = diagnostics_log(log);
	diagnostics.tell(&diagnostics, "buku.json", (struct str){"{}", 2}, finding);
}

static void test_findings(void **state)
{
	int ends[2];
	(void)state;
	struct log *log = start(ends);
	tell(log, &(struct pmm_finding){.is_error = true,
			  .code = "gap",
			  .where = "rule \"a\"",
			  .message = "no value follows",
			  .expected = "a rule",
			  .did_you_mean = "a",
			  .witness = "curl --json '{\"role\":\"guru\"}'",
			  .line = 12,
			  .column = 7});
	tell(log, &(struct pmm_finding){.is_error = true,
			  .code = "structure",
			  .where = "",
			  .message = "not an object",
			  .expected = "",
			  .did_you_mean = "",
			  .witness = ""});
	const struct diagnostics diagnostics = diagnostics_log(log);
	diagnostics_tell(&diagnostics, "buku.json", "it cannot be read");
	struct output output = output_finish(log, ends);
	assert_non_null(strstr(output.bytes,
		" level=error event=load_error msg=\"no value follows\" file=buku.json code=gap "
		"where=\"rule \\\"a\\\"\" line=12 column=7 expected=\"a rule\" did_you_mean=a "
		"witness=\"curl --json '{\\\"role\\\":\\\"guru\\\"}'\"\n"));
	assert_non_null(strstr(output.bytes,
		" level=error event=load_error msg=\"not an object\" file=buku.json code=structure\n"));
	assert_non_null(strstr(output.bytes,
		" level=error event=load_error msg=\"it cannot be read\" file=buku.json\n"));
	free(output.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complaints_without_what_clients_wrote),
		cmocka_unit_test(test_complaints_are_few),
		cmocka_unit_test(test_findings),
	};
	return cmocka_run_group_tests_name("log callers", tests, NULL, NULL);
}
