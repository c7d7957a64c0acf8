// SPDX-License-Identifier: MIT
#include "acceptor.h"

#include "canned.h"
#include "timeouts.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

// Connections that are kept until their client has read why they end: closed at once,
// what it has sent, or goes on sending, would make the kernel take the answer back.
enum {
	LINGERING_MS = 5000, // without a byte
	LINGERING_MS_MAX = 300000, // in all
};
static const uint64_t lingering_bytes_max = (uint64_t)4 << 30;

// Connections that are accepted at a socket before anything else is looked at.
enum { ACCEPT_MAX = 64 };

enum {
	// Without descriptors accept fails at once, again and again: wait so long.
	PAUSE_MS = 100,
	CHECK_MS = 1000, // between two looks at the deadlines of all connections
	DRAINING_CHECK_MS = 50,
	// A client that keeps its connection open may be about to ask again: so
	// long it is waited for when the service stops, to answer it once more.
	DRAINING_GRACE_MS = 1000,
};

struct lingering {
	int fd;
	uint64_t until_ms, last_ms; // without another byte; in any case
	uint64_t bytes; // that were read
};

struct acceptor {
	struct http *http;
	int listen_fds[LISTEN_MAX];
	size_t listen_count; // 0: not listening, or no more
	pthread_t thread;
	atomic_bool must_drain, is_stopping;
	struct canned_response full, late;
	uint64_t now_ms;
	uint64_t paused_until_ms; // 0: accepting
	uint64_t check_ms; // when to look at all connections, if there are any
	uint64_t drained_ms; // when draining began; 0: it has not
	struct lingering lingering[LINGERING_MAX];
	size_t lingering_count;
};

// --- lingering

static void drop_lingering(struct acceptor *acceptor, size_t i)
{
	close(acceptor->lingering[i].fd);
	acceptor->lingering[i] = acceptor->lingering[--acceptor->lingering_count];
}

// Keeps the socket until the client has gone.
static void add_lingering(struct acceptor *acceptor, int fd)
{
	if (acceptor->lingering_count == LINGERING_MAX)
		drop_lingering(acceptor, 0);
	acceptor->lingering[acceptor->lingering_count++] = (struct lingering){
		fd, acceptor->now_ms + LINGERING_MS, acceptor->now_ms + LINGERING_MS_MAX, 0};
}

// Says why.
static void turn_away(struct acceptor *acceptor, int fd)
{
	if (!acceptor->http->options.tls) // else nothing may be written past the library
		canned_send(&acceptor->full, fd, NULL);
	shutdown(fd, SHUT_WR);
	add_lingering(acceptor, fd);
}

// Takes over those whose connection the library has ended.
static void take_parting(struct acceptor *acceptor)
{
	struct http *http = acceptor->http;
	pthread_mutex_lock(&http->lock);
	while (http->parting_count > 0)
		add_lingering(acceptor, http->parting[--http->parting_count]);
	pthread_mutex_unlock(&http->lock);
}

// Takes what the client still sends; drops it once it has ended or taken too long.
static void see_off(struct acceptor *acceptor)
{
	char bytes[64 << 10];
	for (size_t i = 0; i < acceptor->lingering_count;) {
		struct lingering *lingering = &acceptor->lingering[i];
		ssize_t got = recv(lingering->fd, bytes, sizeof bytes, MSG_DONTWAIT);
		bool waits = got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
		if (got > 0 && lingering->bytes < lingering_bytes_max) {
			const uint64_t until_ms = acceptor->now_ms + LINGERING_MS;
			lingering->until_ms = until_ms < lingering->last_ms ? until_ms
									    : lingering->last_ms;
			lingering->bytes += (uint64_t)got;
		}
		if (waits && acceptor->now_ms < lingering->until_ms)
			i++;
		else
			drop_lingering(acceptor, i);
	}
}

// --- the door

// Whether one was there.
static bool accept_one(struct acceptor *acceptor, int listen_fd)
{
	struct http *http = acceptor->http;
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	int fd = accept4(
		listen_fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		// These would come again at once; all others are the client's matter.
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			library_log_warn(
				&http->library_log, "cannot accept a connection", strerror(errno));
			pthread_mutex_lock(&http->lock);
			http->stats.accept_failures++;
			pthread_mutex_unlock(&http->lock);
			acceptor->paused_until_ms = acceptor->now_ms + PAUSE_MS;
			return false;
		}
		return errno != EAGAIN && errno != EINVAL && errno != EBADF;
	}
	int result = connection_admit(http, fd, (struct sockaddr *)&address, size);
	if (result && result != -EIO)
		turn_away(acceptor, fd);
	return true;
}

// At most so many at each socket.
static void accept_waiting(struct acceptor *acceptor, int most)
{
	for (size_t at = 0; at < acceptor->listen_count; at++)
		for (int i = 0; i < most && !acceptor->paused_until_ms &&
				accept_one(acceptor, acceptor->listen_fds[at]);
			i++)
			continue;
}

static void stop_listening(struct acceptor *acceptor)
{
	while (acceptor->listen_count)
		close(acceptor->listen_fds[--acceptor->listen_count]);
}

static void start_draining(struct acceptor *acceptor)
{
	struct http *http = acceptor->http;
	// Those who connected before belong to this process, unless the next one
	// listens on the same socket and will find them there.
	acceptor->paused_until_ms = 0;
	accept_waiting(acceptor, http->options.is_inherited ? 0 : INT_MAX);
	stop_listening(acceptor);
	acceptor->drained_ms = acceptor->check_ms = acceptor->now_ms;
	pthread_mutex_lock(&http->lock);
	http->is_listening = false;
	pthread_cond_signal(&http->empty);
	pthread_mutex_unlock(&http->lock);
}

// --- the thread

// Milliseconds until there is something to do without an event, or -1.
static int find_timeout(const struct acceptor *acceptor)
{
	uint64_t at = acceptor->paused_until_ms ? acceptor->paused_until_ms : UINT64_MAX;
	pthread_mutex_lock(&acceptor->http->lock);
	if (acceptor->http->connection_count > 0 && acceptor->check_ms < at)
		at = acceptor->check_ms;
	pthread_mutex_unlock(&acceptor->http->lock);
	for (size_t i = 0; i < acceptor->lingering_count; i++)
		if (acceptor->lingering[i].until_ms < at)
			at = acceptor->lingering[i].until_ms;
	if (at == UINT64_MAX)
		return -1;
	return at > acceptor->now_ms ? (int)(at - acceptor->now_ms) : 0;
}

static void wait_for_something(struct acceptor *acceptor)
{
	struct pollfd fds[1 + LISTEN_MAX + LINGERING_MAX];
	nfds_t count = 0;
	fds[count++] = (struct pollfd){.fd = acceptor->http->wake_fd, .events = POLLIN};
	for (size_t i = 0; i < acceptor->listen_count && !acceptor->paused_until_ms; i++)
		fds[count++] = (struct pollfd){.fd = acceptor->listen_fds[i], .events = POLLIN};
	for (size_t i = 0; i < acceptor->lingering_count; i++)
		fds[count++] = (struct pollfd){.fd = acceptor->lingering[i].fd, .events = POLLIN};
	poll(fds, count, find_timeout(acceptor));
	uint64_t wakes;
	if (fds[0].revents & POLLIN)
		(void)!read(acceptor->http->wake_fd, &wakes, sizeof wakes);
	acceptor->now_ms = clock_now_ms();
	if (acceptor->paused_until_ms && acceptor->now_ms >= acceptor->paused_until_ms)
		acceptor->paused_until_ms = 0;
}

static void *run(void *cls)
{
	struct acceptor *acceptor = cls;
	pthread_setname_np(pthread_self(), "acceptor");
	acceptor->now_ms = clock_now_ms();
	while (!atomic_load(&acceptor->is_stopping)) {
		wait_for_something(acceptor);
		take_parting(acceptor);
		see_off(acceptor);
		if (atomic_exchange(&acceptor->must_drain, false))
			start_draining(acceptor);
		accept_waiting(acceptor, ACCEPT_MAX);
		if (acceptor->now_ms < acceptor->check_ms)
			continue;
		const bool is_draining = acceptor->drained_ms != 0;
		acceptor->check_ms = acceptor->now_ms +
				     (is_draining ? DRAINING_CHECK_MS : CHECK_MS);
		timeouts_check(acceptor->http, &acceptor->late,
			is_draining &&
				acceptor->now_ms - acceptor->drained_ms >= DRAINING_GRACE_MS);
	}
	return NULL;
}

static void release(struct acceptor *acceptor)
{
	buf_finish(&acceptor->full.bytes);
	buf_finish(&acceptor->late.bytes);
	free(acceptor);
}

int acceptor_create(struct acceptor **out, struct http *http, const int *listen_fds, size_t count)
{
	struct acceptor *acceptor = calloc(1, sizeof *acceptor);
	if (!acceptor)
		return -ENOMEM;
	acceptor->http = http;
	acceptor->listen_count = count;
	if (count)
		memcpy(acceptor->listen_fds, listen_fds, count * sizeof *listen_fds);
	int result = canned_init_code(&acceptor->full, http->service, CODE_overloaded);
	if (!result)
		result = canned_init_code(&acceptor->late, http->service, CODE_timeout);
	if (!result)
		result = -pthread_create(&acceptor->thread, NULL, run, acceptor);
	if (result) {
		release(acceptor);
		return result;
	}
	*out = acceptor;
	return 0;
}

void acceptor_drain(struct acceptor *acceptor)
{
	atomic_store(&acceptor->must_drain, true);
	connection_wake_acceptor(acceptor->http);
}

void acceptor_destroy(struct acceptor *acceptor)
{
	if (!acceptor)
		return;
	atomic_store(&acceptor->is_stopping, true);
	connection_wake_acceptor(acceptor->http);
	pthread_join(acceptor->thread, NULL);
	while (acceptor->lingering_count)
		drop_lingering(acceptor, 0);
	stop_listening(acceptor);
	release(acceptor);
}
