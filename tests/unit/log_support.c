// SPDX-License-Identifier: MIT
#include "log_support.h"

#include "unit.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { END_MS = 10000 }; // bounds a test that has failed

static struct {
	_Atomic int fd; // -1: none
	_Atomic(const ssize_t *) next;
	_Atomic int calls;
	atomic_bool is_torn; // see script_is_whole
} script = {.fd = -1};

ssize_t __real_write(
	int fd, const void *bytes, size_t size); // NOLINT(bugprone-reserved-identifier)
ssize_t __wrap_write(
	int fd, const void *bytes, size_t size); // NOLINT(bugprone-reserved-identifier)

ssize_t __wrap_write(int fd, const void *bytes, size_t size) // NOLINT(bugprone-reserved-identifier)
{
	if (fd != script.fd)
		return __real_write(fd, bytes, size);
	const ssize_t *next = script.next;
	script.calls++;
	if (size > PIPE_BUF || ((const char *)bytes)[size - 1] != '\n')
		script.is_torn = true;
	if (next[1] != SCRIPT_END)
		script.next = next + 1;
	if (*next < 0) {
		errno = (int)-*next;
		return -1;
	}
	return __real_write(fd, bytes, *next && (size_t)*next < size ? (size_t)*next : size);
}

void script_play(int fd, const ssize_t *steps)
{
	script.next = steps;
	script.calls = 0;
	script.is_torn = false;
	script.fd = fd;
}

void script_wait(int calls)
{
	while (script.calls < calls)
		sched_yield();
}

bool script_is_whole(void)
{
	return !script.is_torn;
}

static bool pthread_create_fails;
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, // NOLINT
	void *(*start)(void *), void *cls);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, // NOLINT
	void *(*start)(void *), void *cls);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, // NOLINT
	void *(*start)(void *), void *cls)
{
	return pthread_create_fails ? EAGAIN
				    : __real_pthread_create(thread, attributes, start, cls);
}

static int detached;
int __real_pthread_detach(pthread_t thread); // NOLINT(bugprone-reserved-identifier)
int __wrap_pthread_detach(pthread_t thread); // NOLINT(bugprone-reserved-identifier)

int __wrap_pthread_detach(pthread_t thread) // NOLINT(bugprone-reserved-identifier)
{
	detached++;
	return __real_pthread_detach(thread);
}

int script_detached(void)
{
	return detached;
}

void script_refuse_threads(bool refuse)
{
	pthread_create_fails = refuse;
}

// Reads to the end; asserts nothing, since it may be a thread of its own.
static void *read_all(void *cls)
{
	struct output *output = cls;
	ssize_t size;
	do {
		if (output->room - output->size < 65537) {
			output->room = 2 * output->room + 65537;
			output->bytes = realloc(output->bytes, output->room);
			if (!output->bytes)
				abort();
		}
		size = read(output->fd, output->bytes + output->size, 65536);
		output->size += size > 0 ? (size_t)size : 0;
	} while (size > 0);
	output->bytes[output->size] = '\0';
	return NULL;
}

unsigned long number_after(const char *text, const char *prefix, int base)
{
	size_t size = strlen(prefix);
	return strncmp(text, prefix, size) == 0 ? strtoul(text + size, NULL, base) : 0;
}

static void judge_line(struct output *output, const char *line)
{
	assert_int_equal(strspn(line, "time=0123456789-:.TZ"), 29);
	const char *event = strstr(line, " event=");
	assert_non_null(event);
	output->kept += strcmp(event, " event=kept") == 0;
	output->dropped += number_after(event, " event=log_dropped lines=", 10);
	if (strncmp(event, " event=request ", 15) != 0)
		return;
	unsigned long connection = number_after(event, " event=request id=00000001-", 16);
	unsigned long request = number_after(strrchr(event, '-'), "-", 16);
	assert_string_equal(line + strlen(line) - 16, " digest=sha256:0");
	assert_in_range(connection, 0, LOGGERS - 1);
	assert_true(output->last[connection] < (long)request); // those of one stay in order
	output->last[connection] = (long)request;
	output->requests++;
}

void output_start(struct output *output, int fd)
{
	*output = (struct output){.fd = fd};
	assert_int_equal(__real_pthread_create(&output->reader, NULL, read_all, output), 0);
}

void output_judge(struct output *output)
{
	pthread_join(output->reader, NULL);
	for (size_t i = 0; i < LOGGERS; i++)
		output->last[i] = -1;
	for (char *line = output->bytes, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		judge_line(output, line);
		*end = '\n';
	}
}

struct output output_finish(struct log *log, const int ends[2])
{
	struct output output;
	output_start(&output, ends[0]);
	log_destroy(log, END_MS);
	script.fd = -1;
	close(ends[1]);
	output_judge(&output);
	close(ends[0]);
	return output;
}
