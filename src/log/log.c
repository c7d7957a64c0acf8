// SPDX-License-Identifier: MIT
// Start and end of a log, and the side of those who log.
#include "log.h"

#include "writer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

// A writer stuck in a write that poll had promised not to block is given this
// much longer, in milliseconds.
enum { GRACE_MS = 200 };

// Half a ring of requests does not wait to be gathered.
enum { HALF = LOG_LINES_MAX / 2 };

int log_create(struct log **out, int fd, const struct log_options *options)
{
	struct log *log = calloc(1, sizeof *log);
	if (!log)
		return -ENOMEM;
	log->options = *options;
	log->clock.second = INT64_MIN;
	log_fd_init(&log->log_fd, fd);
	log->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (log->wake_fd < 0) {
		int result = -errno;
		free(log);
		return result;
	}
	int result = pthread_create(&log->thread, NULL, writer_run, log);
	if (result) {
		close(log->wake_fd);
		free(log);
		return -result;
	}
	*out = log;
	return 0;
}

static void free_lines(struct ring *ring)
{
	struct slot *slot;
	for (uint64_t at = atomic_load(&ring->head); (slot = ring_look(ring, at)); at++)
		free(slot->line);
}

void log_destroy(struct log *log, unsigned timeout_ms)
{
	struct timespec until;
	if (!log)
		return;
	atomic_store(&log->deadline_ns,
		writer_clock_ns(CLOCK_MONOTONIC) + (int64_t)timeout_ms * 1000000);
	atomic_store(&log->stopping, true);
	atomic_store(&log->urgent, true);
	writer_wake(log);
	int64_t until_ns = writer_clock_ns(CLOCK_REALTIME) +
			   ((int64_t)timeout_ms + GRACE_MS) * 1000000;
	until.tv_sec = (time_t)(until_ns / 1000000000);
	until.tv_nsec = (long)(until_ns % 1000000000);
	// A thread that does not come back keeps what it uses; the process is ending.
	if (pthread_timedjoin_np(log->thread, NULL, &until)) {
		pthread_detach(log->thread);
		return;
	}
	free_lines(&log->ring);
	close(log->wake_fd);
	free(log);
}

static void put(struct log *log, struct slot *slot, uint64_t position, bool is_urgent)
{
	ring_publish(slot, position);
	if (is_urgent || position % HALF == HALF - 1) {
		atomic_store(&log->urgent, true);
		writer_wake(log);
	} else if (atomic_load(&log->asleep) && atomic_exchange(&log->asleep, false)) {
		writer_wake(log);
	}
}

static void drop(struct log *log)
{
	atomic_fetch_add_explicit(&log->dropped, 1, memory_order_relaxed);
}

bool log_has_access(const struct log *log)
{
	return log && log->options.access;
}

void log_access(struct log *log, const struct log_access *record)
{
	uint64_t position;
	if (!log_has_access(log))
		return;
	struct slot *slot = ring_claim(&log->ring, LOG_EVENTS_RESERVE, &position);
	if (!slot) {
		drop(log);
		return;
	}
	slot->access = *record;
	put(log, slot, position, false);
}

// The line of an event on the heap; NULL: out of memory.
static char *copy_line(const char *bytes, size_t size)
{
	char *line = malloc(size);
	if (line)
		memcpy(line, bytes, size);
	return line;
}

static void put_line(struct log *log, const char *bytes, size_t size)
{
	uint64_t position;
	char *line = copy_line(bytes, size);
	struct slot *slot = line ? ring_claim(&log->ring, 0, &position) : NULL;
	if (!slot) {
		free(line);
		drop(log);
		return;
	}
	slot->line = line;
	slot->size = size;
	put(log, slot, position, true);
}

void log_event(struct log *log, enum log_level level, const char *event, const char *message,
	const struct log_field *fields, size_t count)
{
	char bytes[LOG_LINE_MAX];
	struct line_clock clock = {.second = INT64_MIN};
	struct line line;
	if (!log)
		return;
	line_begin(&line, bytes, log->options.format, &clock,
		writer_clock_ns(CLOCK_REALTIME) / 1000000, level, event);
	if (message)
		line_text(&line, "msg", str_of(message));
	for (size_t i = 0; i < count; i++) {
		if (fields[i].text)
			line_text(&line, fields[i].name, str_of(fields[i].text));
		else
			line_number(&line, fields[i].name, fields[i].number);
	}
	put_line(log, bytes, line_end(&line));
}

uint64_t log_written(const struct log *log)
{
	return log ? atomic_load(&log->written) : 0;
}

uint64_t log_dropped(const struct log *log)
{
	return log ? atomic_load(&log->dropped) : 0;
}
