// SPDX-License-Identifier: MIT
// Two buffers, and the thread that writes them. Whoever logs puts a line into the one
// that is being filled, under the lock; the thread puts the other in its place and
// writes it with the lock released. So this thread alone ever waits for the
// descriptor, whose flags are never changed, since other processes may share it.
#include "log.h"

#include "line.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	GATHER_MS = 50, // requests are written that much later at most
	LOOK_MS = 50, // between looks at the end, while the descriptor takes nothing
	PAUSE_MS = 1, // before these, for poll may promise what a write does not find
	RETRY_MS = 1000, // between attempts on a descriptor that fails
	GRACE_MS = 200, // for a write that poll had promised not to block, at the end
};

// A buffer that is so full is written at once.
enum { HALF = LOG_BUFFER_MAX / 2 };

enum fd_kind {
	FD_FILE, // files and devices: a write may be long, and waits for nobody
	FD_PIPE, // pipes and terminals: no more than PIPE_BUF, once poll has promised it
	FD_SOCKET, // a supervisor's: each call can say that it must not wait
};

struct buffer {
	size_t size, sent;
	size_t notice_end; // of the line in it that tells of lost ones; 0: there is none
	uint64_t told; // how many it tells of
	char bytes[LOG_BUFFER_MAX];
};

struct log {
	struct log_options options;
	int fd;
	enum fd_kind fd_kind;
	pthread_t thread;
	atomic_ullong written, dropped; // lines
	_Atomic(int64_t) end_ns; // when to give up, CLOCK_MONOTONIC; 0: not stopping
	struct buffer *sending; // the thread's
	pthread_mutex_t lock; // of all below
	pthread_cond_t changed; // something for the thread to look at
	struct buffer *filling;
	struct line_clock clock;
	uint64_t untold; // lost lines that no notice tells of
	bool is_urgent; // do not gather any longer
	struct buffer buffers[2];
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// A clock's time so many milliseconds from now.
static struct timespec time_in(clockid_t clock, int64_t ms)
{
	const int64_t ns = clock_ns(clock) + ms * 1000000;
	return (struct timespec){ns / 1000000000, ns % 1000000000};
}

// --- those who log

// Tells of the lines that were lost where they are missing, once a buffer. Under the
// lock; there is room.
static void tell_lost(struct log *log, int64_t wall_ms)
{
	struct buffer *buffer = log->filling;
	struct line line;
	if (log->untold == 0 || buffer->notice_end)
		return;
	line_begin(&line, buffer->bytes + buffer->size, log->options.format, &log->clock, wall_ms,
		LOG_WARN, "log_dropped");
	line_number(&line, "lines", log->untold);
	buffer->size += line_end(&line);
	buffer->notice_end = buffer->size;
	buffer->told = log->untold;
	log->untold = 0;
}

// Takes the lock and returns where a line goes; NULL, without the lock, where no more
// room than RESERVE is left besides a notice and the line: it is lost.
static char *begin(struct log *log, size_t reserve, int64_t wall_ms)
{
	pthread_mutex_lock(&log->lock);
	const struct buffer *buffer = log->filling;
	if (buffer->size + 2 * LOG_LINE_MAX + reserve <= sizeof buffer->bytes) {
		tell_lost(log, wall_ms);
		return log->filling->bytes + log->filling->size;
	}
	atomic_fetch_add(&log->dropped, 1);
	log->untold++;
	pthread_mutex_unlock(&log->lock);
	return NULL;
}

// Adds the line of SIZE bytes that was written there, and releases the lock.
static void end(struct log *log, size_t size, bool is_urgent)
{
	struct buffer *buffer = log->filling;
	const bool is_first = buffer->size == buffer->notice_end;
	is_urgent |= buffer->size < HALF && buffer->size + size >= HALF;
	buffer->size += size;
	log->is_urgent |= is_urgent;
	pthread_mutex_unlock(&log->lock);
	if (is_urgent || is_first)
		pthread_cond_signal(&log->changed);
}

bool log_has_access(const struct log *log)
{
	return log && log->options.access;
}

void log_access(struct log *log, const struct log_access *record)
{
	if (!log_has_access(log))
		return;
	const int64_t wall_ms = clock_ns(CLOCK_REALTIME) / 1000000;
	char *at = begin(log, LOG_EVENTS_RESERVE, wall_ms);
	if (at)
		end(log, line_access(at, log->options.format, &log->clock, wall_ms, record), false);
}

void log_event(struct log *log, enum log_level level, const char *event, const char *message,
	const struct log_field *fields, size_t count)
{
	struct line line;
	if (!log)
		return;
	const int64_t wall_ms = clock_ns(CLOCK_REALTIME) / 1000000;
	char *at = begin(log, 0, wall_ms);
	if (!at)
		return;
	line_begin(&line, at, log->options.format, &log->clock, wall_ms, level, event);
	if (message)
		line_text(&line, "msg", str_of(message));
	for (size_t i = 0; i < count; i++) {
		if (fields[i].text)
			line_text(&line, fields[i].name, str_of(fields[i].text));
		else
			line_number(&line, fields[i].name, fields[i].number);
	}
	end(log, line_end(&line), true);
}

uint64_t log_written(const struct log *log)
{
	return log ? atomic_load(&log->written) : 0;
}

uint64_t log_dropped(const struct log *log)
{
	return log ? atomic_load(&log->dropped) : 0;
}

// --- the thread that writes

static uint64_t count_lines(const char *at, const char *end)
{
	uint64_t count = 0;
	for (; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
		count++;
	return count;
}

// The descriptor fails: what was not begun is lost, and counted. The rest of a line of
// which a part is out stays, to be written first, so that no line is torn.
static void give_up_sending(struct log *log)
{
	struct buffer *buffer = log->sending;
	const char *end = buffer->bytes + buffer->size, *rest_end = buffer->bytes + buffer->sent;
	if (buffer->sent > 0 && rest_end[-1] != '\n')
		rest_end = (const char *)memchr(rest_end, '\n', (size_t)(end - rest_end)) + 1;
	uint64_t lost = count_lines(rest_end, end), untold = lost;
	if (buffer->bytes + buffer->notice_end > rest_end) { // it told nobody
		lost--;
		untold += buffer->told - 1;
	}
	atomic_fetch_add(&log->dropped, lost);
	pthread_mutex_lock(&log->lock);
	log->untold += untold;
	pthread_mutex_unlock(&log->lock);
	buffer->size = (size_t)(rest_end - buffer->bytes);
}

// Writes some bytes of the whole lines at AT, or of the rest of one that was begun.
// Returns how many, or -1 with errno.
static ssize_t write_some(const struct log *log, const char *at, size_t size)
{
	struct pollfd waiting = {.fd = log->fd, .events = POLLOUT};
	if (log->fd_kind == FD_FILE)
		return write(log->fd, at, size);
	if (log->fd_kind == FD_SOCKET)
		return send(log->fd, at, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (poll(&waiting, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	const char *line_end = size > PIPE_BUF ? memrchr(at, '\n', PIPE_BUF) : NULL;
	return write(log->fd, at, line_end ? (size_t)(line_end - at) + 1 : size);
}

// Sends what was taken. False: it could not, and it makes no sense to go on now.
static bool send_taken(struct log *log)
{
	struct buffer *buffer = log->sending;
	bool is_good = true;
	while (buffer->sent < buffer->size) {
		ssize_t done = write_some(
			log, buffer->bytes + buffer->sent, buffer->size - buffer->sent);
		if (done < 0 && errno != EAGAIN && errno != EINTR) {
			give_up_sending(log);
			is_good = false;
			break;
		}
		buffer->sent += done > 0 ? (size_t)done : 0;
		const int64_t end_ns = atomic_load(&log->end_ns);
		if (end_ns && clock_ns(CLOCK_MONOTONIC) >= end_ns)
			return false;
		if (done <= 0) {
			struct pollfd waiting = {.fd = log->fd, .events = POLLOUT};
			poll(NULL, 0, PAUSE_MS);
			poll(&waiting, 1, LOOK_MS);
		}
	}
	if (buffer->sent == buffer->size) {
		atomic_fetch_add(
			&log->written, count_lines(buffer->bytes, buffer->bytes + buffer->size));
		buffer->size = buffer->sent = buffer->notice_end = 0;
	}
	return is_good;
}

static void *run(void *cls)
{
	struct log *log = cls;
	bool is_good = true, is_last = false;
	pthread_mutex_lock(&log->lock);
	while (is_good || !is_last) {
		while (is_good && !log->end_ns && log->filling->size == 0 && !log->untold)
			pthread_cond_wait(&log->changed, &log->lock);
		// Lets more lines come together, unless they are urgent; after an attempt
		// that failed, waits until it is time for another.
		const struct timespec until = time_in(
			CLOCK_MONOTONIC, is_good ? GATHER_MS : RETRY_MS);
		while (!log->end_ns && !(is_good && log->is_urgent) &&
			!pthread_cond_clockwait(&log->changed, &log->lock, CLOCK_MONOTONIC, &until))
			continue;
		log->is_urgent = false;
		is_last = log->end_ns != 0;
		if (log->sending->size == 0) { // else the rest of a line has to go first
			struct buffer *sent = log->sending;
			tell_lost(log, clock_ns(CLOCK_REALTIME) / 1000000);
			log->sending = log->filling;
			log->filling = sent;
		}
		if (log->sending->size > 0) {
			pthread_mutex_unlock(&log->lock);
			is_good = send_taken(log);
			pthread_mutex_lock(&log->lock);
		} else if (is_last)
			break;
	}
	pthread_mutex_unlock(&log->lock);
	return NULL;
}

// --- start and end

static void release(struct log *log)
{
	pthread_cond_destroy(&log->changed);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

int log_create(struct log **out, int fd, const struct log_options *options)
{
	struct stat status;
	struct log *log = calloc(1, sizeof *log);
	if (!log)
		return -ENOMEM;
	log->options = *options;
	log->fd = fd;
	if (fstat(fd, &status) == 0) // else a write will say why
		log->fd_kind = S_ISSOCK(status.st_mode)                 ? FD_SOCKET
			       : S_ISFIFO(status.st_mode) || isatty(fd) ? FD_PIPE
									: FD_FILE;
	log->clock.second = INT64_MIN;
	log->filling = &log->buffers[0];
	log->sending = &log->buffers[1];
	pthread_mutex_init(&log->lock, NULL); // neither can fail without attributes
	pthread_cond_init(&log->changed, NULL);
	int result = pthread_create(&log->thread, NULL, run, log);
	if (result) {
		release(log);
		return -result;
	}
	*out = log;
	return 0;
}

void log_destroy(struct log *log, unsigned timeout_ms)
{
	if (!log)
		return;
	// Not by the monotonic clock: ThreadSanitizer does not know the function for it.
	const struct timespec last = time_in(CLOCK_REALTIME, (int64_t)timeout_ms + GRACE_MS);
	pthread_mutex_lock(&log->lock);
	log->end_ns = clock_ns(CLOCK_MONOTONIC) + (int64_t)timeout_ms * 1000000;
	pthread_mutex_unlock(&log->lock);
	pthread_cond_signal(&log->changed);
	// A thread that does not come back keeps what it uses; the process is ending.
	if (pthread_timedjoin_np(log->thread, NULL, &last))
		pthread_detach(log->thread);
	else
		release(log);
}
