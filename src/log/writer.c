// SPDX-License-Identifier: MIT
// The thread that turns records into lines and writes them. While nothing is
// logged it sleeps without a timer; while the descriptor takes nothing it waits
// for it, or, if the descriptor fails, tries once a second. Only this thread
// ever waits.
#include "writer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int64_t writer_clock_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void writer_wake(struct log *log)
{
	const uint64_t one = 1;
	// It cannot fail but for a counter that is full, and then it wakes, too.
	ssize_t ignored = write(log->wake_fd, &one, sizeof one);
	(void)ignored;
}

// Until somebody wakes, FD (if it is not -1) takes something, or the time is over.
// TIMEOUT_MS of -1: no end.
static void wait_for(struct log *log, int fd, int timeout_ms)
{
	uint64_t count;
	struct pollfd waiting[] = {
		{.fd = log->wake_fd, .events = POLLIN}, {.fd = fd, .events = POLLOUT}};
	if (poll(waiting, 2, timeout_ms) <= 0 || !waiting[0].revents)
		return;
	ssize_t ignored = read(log->wake_fd, &count, sizeof count);
	(void)ignored;
}

// What is left until UNTIL_NS as poll takes it, rounded up; 0 if it is over.
static int left_ms(int64_t until_ns)
{
	int64_t left = until_ns - writer_clock_ns(CLOCK_MONOTONIC);
	return left > 0 ? (int)(left / 1000000 + 1) : 0;
}

static bool is_over(const struct log *log)
{
	return atomic_load(&log->stopping) && left_ms(atomic_load(&log->deadline_ns)) == 0;
}

// --- from records to lines

// Says how many lines were lost since the last time it was said.
static void add_canned(struct log *log, int64_t wall_ms)
{
	struct batch *batch = &log->batch;
	uint64_t dropped = atomic_load(&log->dropped);
	struct line line;
	batch->canned = 0;
	log->told_before = log->told;
	if (dropped == log->told)
		return;
	line_begin(&line, batch->bytes + batch->size, log->options.format, &log->clock, wall_ms,
		LOG_WARN, "log_dropped");
	line_number(&line, "lines", dropped - log->told);
	batch->size += line_end(&line);
	batch->canned = batch->size;
	log->told = dropped;
}

static void add_slot(struct log *log, struct slot *slot, int64_t wall_offset_ns)
{
	struct batch *batch = &log->batch;
	char *to = batch->bytes + batch->size;
	if (slot->line) {
		memcpy(to, slot->line, slot->size);
		batch->size += slot->size;
		free(slot->line);
		slot->line = NULL;
		return;
	}
	int64_t wall_ns = (int64_t)slot->access.ended_ns + wall_offset_ns;
	batch->size += line_access(
		to, log->options.format, &log->clock, wall_ns / 1000000, &slot->access);
}

// Fills the batch from the ring. Returns whether there is anything in it.
static bool fill(struct log *log)
{
	struct batch *batch = &log->batch;
	// Records carry the monotonic clock, which costs those who log nothing.
	int64_t wall_ns = writer_clock_ns(CLOCK_REALTIME);
	int64_t offset_ns = wall_ns - writer_clock_ns(CLOCK_MONOTONIC);
	uint64_t position = atomic_load_explicit(&log->ring.head, memory_order_relaxed);
	struct slot *slot;
	add_canned(log, wall_ns / 1000000);
	while (sizeof batch->bytes - batch->size >= LOG_LINE_MAX &&
		(slot = ring_look(&log->ring, position))) {
		add_slot(log, slot, offset_ns);
		position++;
	}
	ring_release(&log->ring, position);
	return batch->size > 0;
}

// --- out with them

static uint64_t count_lines(const char *at, const char *end)
{
	uint64_t count = 0;
	while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		count++;
	}
	return count;
}

// The descriptor fails: what was not begun is lost, and counted. The rest of a
// line of which a part is out stays, to be written first, so that no line is torn.
static void give_up_batch(struct log *log)
{
	struct batch *batch = &log->batch;
	const char *at = batch->bytes + batch->sent, *end = batch->bytes + batch->size;
	const char *rest_end = at;
	if (batch->sent > 0 && at[-1] != '\n')
		rest_end = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
	uint64_t lost = count_lines(rest_end, end);
	atomic_fetch_add(&log->written, count_lines(batch->bytes, at));
	if (batch->sent == 0 && batch->canned) { // it told nobody
		log->told = log->told_before;
		lost--;
	}
	atomic_fetch_add(&log->dropped, lost);
	size_t size = (size_t)(rest_end - at);
	memmove(batch->bytes, at, size);
	batch->size = size;
	batch->sent = 0;
	log->retry_ns = writer_clock_ns(CLOCK_MONOTONIC) + (int64_t)WRITER_RETRY_MS * 1000000;
}

// Waits until the descriptor takes something. STALLS: how often in a row it took
// nothing; poll may promise what a write then does not find.
static void wait_for_room(struct log *log, unsigned stalls)
{
	int timeout_ms = -1;
	if (stalls > 1)
		wait_for(log, -1, WRITER_GATHER_MS);
	if (atomic_load(&log->stopping))
		timeout_ms = left_ms(atomic_load(&log->deadline_ns));
	wait_for(log, log->log_fd.fd, timeout_ms);
}

// Writes the batch. False: it could not, and it makes no sense to go on now.
static bool send_batch(struct log *log)
{
	struct batch *batch = &log->batch;
	unsigned stalls = 0;
	while (batch->sent < batch->size) {
		ssize_t done = log_fd_write(
			&log->log_fd, batch->bytes + batch->sent, batch->size - batch->sent);
		if (done < 0 && done != -EAGAIN) {
			give_up_batch(log);
			return false;
		}
		batch->sent += done > 0 ? (size_t)done : 0;
		if (is_over(log))
			return batch->sent == batch->size;
		stalls = done > 0 ? 0 : stalls + 1;
		if (stalls > 0)
			wait_for_room(log, stalls);
	}
	atomic_fetch_add(&log->written, count_lines(batch->bytes, batch->bytes + batch->size));
	batch->size = batch->sent = 0;
	return true;
}

// --- its days

// Sleeps until something is put into an empty ring. Either it sees the moved tail
// here, or whoever moved it sees asleep: the four accesses (tail and asleep, each
// written by one side and read by the other) are sequentially consistent.
static void writer_rest(struct log *log)
{
	atomic_store(&log->asleep, true);
	if (atomic_load(&log->ring.tail) == atomic_load(&log->ring.head) &&
		!atomic_load(&log->stopping))
		wait_for(log, -1, -1);
	atomic_store(&log->asleep, false);
}

// Lets more requests come together, unless there is something urgent.
static void gather(struct log *log)
{
	if (!atomic_exchange(&log->urgent, false))
		wait_for(log, -1, WRITER_GATHER_MS);
	atomic_store(&log->urgent, false);
}

static void wait_to_retry(struct log *log)
{
	int left;
	while (!atomic_load(&log->stopping) && (left = left_ms(log->retry_ns)) > 0)
		wait_for(log, -1, left);
}

void *writer_run(void *cls)
{
	struct log *log = cls;
	for (bool is_last = false; !is_last;) {
		bool any = false, good = true;
		is_last = atomic_load(&log->stopping);
		wait_to_retry(log);
		while (good && fill(log)) {
			any = true;
			good = send_batch(log) && !is_over(log);
		}
		if (is_last)
			break;
		if (!any)
			writer_rest(log);
		gather(log);
	}
	return NULL;
}
