// SPDX-License-Identifier: MIT
#include "porter.h"

#include "clock.h"
#include "notice.h"
#include "patrol.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

// Refused connections that are kept until their client has read why: closed at
// once, what it has sent would make the kernel take the answer back.
enum { STRAGGLERS_MAX = 64, STRAGGLER_MS = 1000 };

// Connections that are accepted before anything else is looked at.
enum { ACCEPT_MAX = 64 };

// Without descriptors accept fails at once, again and again: wait so long.
enum { PAUSE_MS = 100 };

struct straggler {
	int fd;
	uint64_t until_ms;
};

struct porter {
	struct http *http;
	int listen_fd; // -1: not listening, or no more
	int wake_fd;
	pthread_t thread;
	atomic_bool must_drain, is_stopping;
	struct patrol patrol;
	struct notice full;
	uint64_t now_ms;
	uint64_t paused_until_ms; // 0: accepting
	struct straggler stragglers[STRAGGLERS_MAX];
	size_t straggler_count;
};

// --- stragglers

static void drop_straggler(struct porter *porter, size_t i)
{
	close(porter->stragglers[i].fd);
	porter->stragglers[i] = porter->stragglers[--porter->straggler_count];
}

// Says why, and keeps the socket until the client has gone.
static void turn_away(struct porter *porter, int fd)
{
	if (!porter->http->options.tls) // else nothing may be written past the library
		notice_send(&porter->full, fd);
	shutdown(fd, SHUT_WR);
	if (porter->straggler_count == STRAGGLERS_MAX)
		drop_straggler(porter, 0);
	porter->stragglers[porter->straggler_count++] = (struct straggler){
		fd, porter->now_ms + STRAGGLER_MS};
}

// Takes what the client still sends; drops it once it has ended or taken too long.
static void see_off(struct porter *porter)
{
	char bytes[4096];
	for (size_t i = 0; i < porter->straggler_count;) {
		const struct straggler *straggler = &porter->stragglers[i];
		ssize_t got = recv(straggler->fd, bytes, sizeof bytes, MSG_DONTWAIT);
		bool waits = got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
		if (waits && porter->now_ms < straggler->until_ms)
			i++;
		else
			drop_straggler(porter, i);
	}
}

// --- the door

// Whether one was there.
static bool accept_one(struct porter *porter)
{
	struct http *http = porter->http;
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	int fd = accept4(porter->listen_fd, (struct sockaddr *)&address, &size,
		SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		// These would come again at once; all others are the client's matter.
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			atomic_fetch_add(&http->counts.accept_failures, 1);
			complain(&http->complaints, "cannot accept a connection", errno);
			porter->paused_until_ms = porter->now_ms + PAUSE_MS;
			return false;
		}
		return errno != EAGAIN && errno != EINVAL && errno != EBADF;
	}
	switch (connection_admit(http, fd, (struct sockaddr *)&address, size)) {
	case REFUSED_FULL:
	case REFUSED_ADDRESS:
	case REFUSED_MEMORY: turn_away(porter, fd); break;
	default: break; // the library has it, or has closed it
	}
	return true;
}

static void accept_some(struct porter *porter)
{
	for (int i = 0; i < ACCEPT_MAX && porter->listen_fd >= 0 && accept_one(porter); i++)
		continue;
}

static void stop_listening(struct porter *porter)
{
	// Those who connected before belong to this process, unless the next one
	// listens on the same socket and will find them there.
	porter->paused_until_ms = 0;
	while (!porter->http->options.is_inherited && !porter->paused_until_ms &&
		accept_one(porter))
		continue;
	close(porter->listen_fd);
	porter->listen_fd = -1;
}

static void start_draining(struct porter *porter)
{
	if (porter->listen_fd >= 0)
		stop_listening(porter);
	patrol_drain(&porter->patrol, porter->now_ms);
	pthread_mutex_lock(&porter->http->lock);
	porter->http->is_listening = false;
	pthread_cond_signal(&porter->http->empty);
	pthread_mutex_unlock(&porter->http->lock);
}

// --- the thread

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

// Milliseconds until there is something to do without an event, or -1.
static int find_timeout(const struct porter *porter)
{
	uint64_t at = earlier(patrol_due(&porter->patrol, porter->http), porter->paused_until_ms);
	for (size_t i = 0; i < porter->straggler_count; i++)
		at = earlier(at, porter->stragglers[i].until_ms);
	if (!at)
		return -1;
	return at > porter->now_ms ? (int)(at - porter->now_ms) : 0;
}

static void wait_for_something(struct porter *porter)
{
	struct pollfd fds[2 + STRAGGLERS_MAX];
	nfds_t count = 0;
	bool listens = porter->listen_fd >= 0 && !porter->paused_until_ms;
	fds[count++] = (struct pollfd){.fd = porter->wake_fd, .events = POLLIN};
	fds[count++] = (struct pollfd){.fd = listens ? porter->listen_fd : -1, .events = POLLIN};
	for (size_t i = 0; i < porter->straggler_count; i++)
		fds[count++] = (struct pollfd){.fd = porter->stragglers[i].fd, .events = POLLIN};
	poll(fds, count, find_timeout(porter));
	uint64_t wakes;
	if (fds[0].revents & POLLIN)
		(void)!read(porter->wake_fd, &wakes, sizeof wakes);
	porter->now_ms = clock_now_ms();
	if (porter->paused_until_ms && porter->now_ms >= porter->paused_until_ms)
		porter->paused_until_ms = 0;
}

static void *run(void *cls)
{
	struct porter *porter = cls;
	pthread_setname_np(pthread_self(), "porter");
	porter->now_ms = clock_now_ms();
	while (!atomic_load(&porter->is_stopping)) {
		wait_for_something(porter);
		see_off(porter);
		if (atomic_exchange(&porter->must_drain, false))
			start_draining(porter);
		else if (!porter->paused_until_ms)
			accept_some(porter);
		patrol_go(&porter->patrol, porter->http);
	}
	return NULL;
}

static void release(struct porter *porter)
{
	if (porter->wake_fd >= 0)
		close(porter->wake_fd);
	patrol_finish(&porter->patrol);
	notice_finish(&porter->full);
	free(porter);
}

int porter_create(struct porter **out, struct http *http, int listen_fd)
{
	struct porter *porter = calloc(1, sizeof *porter);
	if (!porter)
		return -ENOMEM;
	porter->http = http;
	porter->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	porter->listen_fd = listen_fd;
	int result = porter->wake_fd < 0 ? -errno : 0;
	if (!result)
		result = notice_init(&porter->full, http->service, CODE_overloaded);
	if (!result)
		result = patrol_init(&porter->patrol, http->service);
	if (!result)
		result = -pthread_create(&porter->thread, NULL, run, porter);
	if (result) {
		release(porter);
		return result;
	}
	*out = porter;
	return 0;
}

void porter_wake(struct porter *porter)
{
	const uint64_t one = 1;
	(void)!write(porter->wake_fd, &one, sizeof one); // full means awake already
}

void porter_drain(struct porter *porter)
{
	atomic_store(&porter->must_drain, true);
	porter_wake(porter);
}

void porter_destroy(struct porter *porter)
{
	if (!porter)
		return;
	atomic_store(&porter->is_stopping, true);
	porter_wake(porter);
	pthread_join(porter->thread, NULL);
	while (porter->straggler_count)
		drop_straggler(porter, 0);
	if (porter->listen_fd >= 0)
		close(porter->listen_fd);
	release(porter);
}
