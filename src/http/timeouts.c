// SPDX-License-Identifier: MIT
#include "timeouts.h"

// The kernel's own header: the one of the C library ends before the counters.
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/ioctl.h>

enum {
	ROUND_MS = 1000,
	DRAINING_ROUND_MS = 50,
	// A client that keeps its connection open may be about to ask again: so
	// long it is waited for when the service stops, to answer it once more.
	DRAINING_GRACE_MS = 1000,
};

// States of TCP as the kernel numbers them.
enum { STATE_CLOSE_WAIT = 8 };

int timeouts_init(struct timeouts *timeouts, struct service *service)
{
	*timeouts = (struct timeouts){0};
	return canned_init(&timeouts->late, service, CODE_timeout);
}

void timeouts_finish(struct timeouts *timeouts)
{
	canned_finish(&timeouts->late);
}

uint64_t timeouts_due(const struct timeouts *timeouts, struct http *http)
{
	pthread_mutex_lock(&http->lock);
	bool anybody = http->connection_count > 0;
	pthread_mutex_unlock(&http->lock);
	return anybody ? timeouts->due_ms : 0;
}

void timeouts_drain(struct timeouts *timeouts, uint64_t now_ms)
{
	timeouts->drained_ms = timeouts->due_ms = now_ms;
}

// Bytes in a queue of the socket, by SIOCINQ or SIOCOUTQ.
static bool has_queued(int fd, unsigned long queue)
{
	int bytes = 0;
	return ioctl(fd, queue, &bytes) == 0 && bytes > 0;
}

static struct flow read_flow(int fd, enum phase phase)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof info;
	struct flow flow = {0};
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) ||
		size < offsetof(struct tcp_info, tcpi_bytes_received) +
				sizeof info.tcpi_bytes_received) {
		flow.is_ours = true; // no TCP, so nobody to blame
		return flow;
	}
	flow.received = info.tcpi_bytes_received;
	flow.acked = info.tcpi_bytes_acked;
	if (phase == PHASE_ANSWER)
		flow.is_ours = !has_queued(fd, SIOCOUTQ);
	else
		flow.is_ours = has_queued(fd, SIOCINQ);
	flow.has_ended = info.tcpi_state == STATE_CLOSE_WAIT && !flow.is_ours;
	return flow;
}

// Whether the client is at rest: not a byte of a request has come.
static bool is_at_rest(const struct connection *c, enum phase phase, const struct flow *flow)
{
	if (flow->is_ours && flow->received)
		return false; // something came in just now
	return (phase == PHASE_OPENED && !flow->received) ||
	       (phase == PHASE_IDLE && flow->received <= c->watch.bytes);
}

static enum verdict judge(const struct timeouts *timeouts, struct connection *c, uint64_t state,
	const struct flow *flow, uint64_t now_ms)
{
	const enum phase phase = phase_of(state);
	enum verdict verdict = deadline_judge(
		&c->http->options, &c->watch, phase, state >> 8, flow, now_ms);
	if (verdict != VERDICT_STAY)
		return verdict;
	if (timeouts->drained_ms && now_ms - timeouts->drained_ms >= DRAINING_GRACE_MS &&
		is_at_rest(c, phase, flow))
		return VERDICT_HANG_UP;
	return VERDICT_STAY;
}

static void look_at(struct timeouts *timeouts, struct connection *c, uint64_t now_ms)
{
	uint64_t state = atomic_load(&c->state);
	const enum phase phase = phase_of(state);
	if (phase == PHASE_CUT)
		return;
	const struct flow flow = read_flow(c->fd, phase);
	enum verdict verdict = judge(timeouts, c, state, &flow, now_ms);
	if (verdict == VERDICT_STAY || !connection_cut(c, state))
		return;
	if (verdict == VERDICT_TIMEOUT || phase == PHASE_ANSWER)
		atomic_fetch_add(&c->http->counts.timeouts[phase], 1);
	if (verdict == VERDICT_TIMEOUT && !c->http->options.tls)
		canned_send(&timeouts->late, c->fd);
	// What a client does not take must not wait in the kernel after the end.
	const struct linger at_once = {.l_onoff = 1};
	if (phase == PHASE_ANSWER)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	// The worker finds the end of the connection, and closes it.
	shutdown(c->fd, SHUT_RDWR);
}

void timeouts_go(struct timeouts *timeouts, struct http *http)
{
	if (clock_now_ms() < timeouts->due_ms)
		return;
	pthread_mutex_lock(&http->lock);
	// Read here, so that nobody on the list has come later.
	uint64_t now_ms = clock_now_ms();
	timeouts->due_ms = now_ms + (timeouts->drained_ms ? DRAINING_ROUND_MS : ROUND_MS);
	for (struct connection *c = http->connections; c; c = c->next)
		look_at(timeouts, c, now_ms);
	pthread_mutex_unlock(&http->lock);
}
