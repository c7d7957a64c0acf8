// SPDX-License-Identifier: MIT
// Start and end of a journal, and the side of those who log.
#include "journal.h"

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
enum { HALF = JOURNAL_LINES_MAX / 2 };

int journal_create(struct journal **out, int fd, const struct journal_options *options)
{
	struct journal *journal = calloc(1, sizeof *journal);
	if (!journal)
		return -ENOMEM;
	journal->options = *options;
	journal->clock.second = INT64_MIN;
	sink_init(&journal->sink, fd);
	journal->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (journal->wake_fd < 0) {
		int result = -errno;
		free(journal);
		return result;
	}
	int result = pthread_create(&journal->thread, NULL, writer_run, journal);
	if (result) {
		close(journal->wake_fd);
		free(journal);
		return -result;
	}
	*out = journal;
	return 0;
}

static void free_lines(struct ring *ring)
{
	struct slot *slot;
	for (uint64_t at = atomic_load(&ring->head); (slot = ring_look(ring, at)); at++)
		free(slot->line);
}

void journal_destroy(struct journal *journal, unsigned timeout_ms)
{
	struct timespec until;
	if (!journal)
		return;
	atomic_store(&journal->deadline_ns,
		writer_clock_ns(CLOCK_MONOTONIC) + (int64_t)timeout_ms * 1000000);
	atomic_store(&journal->stopping, true);
	atomic_store(&journal->urgent, true);
	writer_wake(journal);
	int64_t until_ns = writer_clock_ns(CLOCK_REALTIME) +
			   ((int64_t)timeout_ms + GRACE_MS) * 1000000;
	until.tv_sec = (time_t)(until_ns / 1000000000);
	until.tv_nsec = (long)(until_ns % 1000000000);
	// A thread that does not come back keeps what it uses; the process is ending.
	if (pthread_timedjoin_np(journal->thread, NULL, &until)) {
		pthread_detach(journal->thread);
		return;
	}
	free_lines(&journal->ring);
	close(journal->wake_fd);
	free(journal);
}

static void put(struct journal *journal, struct slot *slot, uint64_t position, bool is_urgent)
{
	ring_publish(slot, position);
	if (is_urgent || position % HALF == HALF - 1) {
		atomic_store(&journal->urgent, true);
		writer_wake(journal);
	} else if (atomic_load(&journal->asleep) && atomic_exchange(&journal->asleep, false)) {
		writer_wake(journal);
	}
}

static void drop(struct journal *journal)
{
	atomic_fetch_add_explicit(&journal->dropped, 1, memory_order_relaxed);
}

bool journal_has_access(const struct journal *journal)
{
	return journal && journal->options.access;
}

void journal_access(struct journal *journal, const struct journal_access *record)
{
	uint64_t position;
	if (!journal_has_access(journal))
		return;
	struct slot *slot = ring_claim(&journal->ring, JOURNAL_EVENTS_RESERVE, &position);
	if (!slot) {
		drop(journal);
		return;
	}
	slot->access = *record;
	put(journal, slot, position, false);
}

// The line of an event on the heap; NULL: out of memory.
static char *copy_line(const char *bytes, size_t size)
{
	char *line = malloc(size);
	if (line)
		memcpy(line, bytes, size);
	return line;
}

static void put_line(struct journal *journal, const char *bytes, size_t size)
{
	uint64_t position;
	char *line = copy_line(bytes, size);
	struct slot *slot = line ? ring_claim(&journal->ring, 0, &position) : NULL;
	if (!slot) {
		free(line);
		drop(journal);
		return;
	}
	slot->line = line;
	slot->size = size;
	put(journal, slot, position, true);
}

void journal_event(struct journal *journal, enum journal_level level, const char *event,
	const char *message, const struct journal_field *fields, size_t count)
{
	char bytes[JOURNAL_LINE_MAX];
	struct line_clock clock = {.second = INT64_MIN};
	struct line line;
	if (!journal)
		return;
	line_begin(&line, bytes, journal->options.format, &clock,
		writer_clock_ns(CLOCK_REALTIME) / 1000000, level, event);
	if (message)
		line_text(&line, "msg", str_of(message));
	for (size_t i = 0; i < count; i++) {
		if (fields[i].text)
			line_text(&line, fields[i].name, str_of(fields[i].text));
		else
			line_number(&line, fields[i].name, fields[i].number);
	}
	put_line(journal, bytes, line_end(&line));
}

uint64_t journal_written(const struct journal *journal)
{
	return journal ? atomic_load(&journal->written) : 0;
}

uint64_t journal_dropped(const struct journal *journal)
{
	return journal ? atomic_load(&journal->dropped) : 0;
}
