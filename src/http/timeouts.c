// SPDX-License-Identifier: MIT
#include "timeouts.h"

#include "canned.h"
#include "connection.h"

// The kernel's own header: the one of the C library ends before the counters.
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/ioctl.h>

enum {
	LOOK_MS_MAX = 2000, // that count between two looks: more means that nobody ran at all
	STILL_DRAINING_MS = 3000, // so long it is waited for what stands still when stopping
};

// Notes for how long the service has done nothing for a client who waits for it.
// libmicrohttpd 1.0.1 can lose a connection with bytes unread in the kernel.
static void note_standstill(struct watch *watch, const struct flow *flow, uint64_t now_ms)
{
	const uint64_t passed_ms = now_ms - watch->looked_ms;
	if (!flow->is_ours || flow->calls != watch->calls)
		watch->still_ms = 0;
	else
		watch->still_ms += passed_ms < LOOK_MS_MAX ? passed_ms : LOOK_MS_MAX;
	watch->looked_ms = now_ms;
	watch->calls = flow->calls;
}

// A body or an answer must move, and on the average of each window by the rate.
// Whatever the service itself keeps waiting for counts as moving.
static bool is_slow(const struct http_options *options, struct watch *watch, uint64_t bytes,
	bool is_ours, uint64_t now_ms)
{
	if (is_ours) {
		watch->window_ms = now_ms;
		watch->window_bytes = bytes;
	}
	if (is_ours || bytes != watch->bytes)
		watch->moved_ms = now_ms;
	watch->bytes = bytes;
	if (now_ms - watch->moved_ms >= options->stall_timeout_ms)
		return true;
	uint64_t window_ms = now_ms - watch->window_ms;
	if (window_ms < options->stall_timeout_ms)
		return false;
	bool is_slow = (bytes - watch->window_bytes) * 1000 < options->rate_min * window_ms;
	watch->window_ms = now_ms;
	watch->window_bytes = bytes;
	return is_slow;
}

enum verdict timeouts_judge(const struct http_options *options, struct watch *watch,
	enum phase phase, uint64_t stamp, const struct flow *flow, uint64_t now_ms)
{
	const uint64_t bytes = phase == PHASE_ANSWER ? flow->acked : flow->received;
	// A phase that is seen for the first time begins now: at most one look too late.
	if (watch->stamp != stamp)
		*watch = (struct watch){
			.stamp = stamp,
			.since_ms = now_ms,
			.moved_ms = now_ms,
			.bytes = bytes,
			.window_ms = now_ms,
			.window_bytes = bytes,
			.looked_ms = now_ms,
			.calls = flow->calls,
		};
	note_standstill(watch, flow, now_ms);
	if ((phase == PHASE_BODY || phase == PHASE_ANSWER) &&
		watch->still_ms >= 2 * (uint64_t)options->stall_timeout_ms)
		return VERDICT_STUCK;
	const bool is_header_late = now_ms - watch->since_ms >= options->header_timeout_ms;
	switch (phase) {
	case PHASE_OPENED:
		if (is_header_late)
			return flow->received ? VERDICT_TIMEOUT : VERDICT_HANG_UP;
		return VERDICT_STAY;
	case PHASE_HEAD: return is_header_late ? VERDICT_TIMEOUT : VERDICT_STAY;
	case PHASE_IDLE:
		// More bytes than there were when it fell idle: a request has begun.
		if (!watch->head_ms && bytes > watch->bytes)
			watch->head_ms = now_ms;
		if (watch->head_ms && now_ms - watch->head_ms >= options->header_timeout_ms)
			return VERDICT_TIMEOUT;
		if (now_ms - watch->since_ms >= options->idle_timeout_ms)
			return VERDICT_HANG_UP;
		return VERDICT_STAY;
	case PHASE_BODY:
		if (is_slow(options, watch, bytes, flow->is_ours, now_ms))
			return VERDICT_TIMEOUT;
		// The library does not notice when an upload ends in the middle.
		return flow->has_ended ? VERDICT_HANG_UP : VERDICT_STAY;
	case PHASE_ANSWER:
		if (is_slow(options, watch, bytes, flow->is_ours, now_ms))
			return VERDICT_HANG_UP;
		return VERDICT_STAY;
	default: return VERDICT_STAY;
	}
}

// States of TCP as the kernel numbers them.
enum { STATE_CLOSE_WAIT = 8 };

static struct flow read_flow(int fd, enum phase phase)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof info;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) ||
		size < offsetof(struct tcp_info, tcpi_bytes_received) +
				sizeof info.tcpi_bytes_received)
		return (struct flow){.is_ours = true}; // no TCP, so nobody to blame
	const bool is_answer = phase == PHASE_ANSWER;
	int queued = 0; // bytes
	const bool has_queued = ioctl(fd, is_answer ? SIOCOUTQ : SIOCINQ, &queued) == 0 &&
				queued > 0;
	const bool is_ours = has_queued != is_answer;
	return (struct flow){
		.received = info.tcpi_bytes_received,
		.acked = info.tcpi_bytes_acked,
		.is_ours = is_ours,
		.has_ended = info.tcpi_state == STATE_CLOSE_WAIT && !is_ours,
	};
}

// Whether the client is at rest: not a byte of a request has come.
static bool is_at_rest(const struct connection *c, enum phase phase, const struct flow *flow)
{
	if (flow->is_ours && flow->received)
		return false; // something came in just now
	return (phase == PHASE_OPENED && !flow->received) ||
	       (phase == PHASE_IDLE && flow->received <= c->watch.bytes);
}

static void count(struct transport_stats *stats, enum phase phase)
{
	switch (phase) {
	case PHASE_IDLE: stats->timed_out_idle++; break;
	case PHASE_BODY: stats->timed_out_body++; break;
	case PHASE_ANSWER: stats->timed_out_answer++; break;
	default: stats->timed_out_header++;
	}
}

static void check(
	struct connection *c, const struct canned_response *late, bool ends_idle, uint64_t now_ms)
{
	struct http *http = c->http;
	uint64_t state = atomic_load(&c->state);
	const enum phase phase = phase_of(state);
	if (phase == PHASE_CUT)
		return;
	struct flow flow = read_flow(c->fd, phase);
	flow.calls = atomic_load_explicit(&c->calls, memory_order_relaxed);
	enum verdict verdict = timeouts_judge(
		&http->options, &c->watch, phase, state >> 8, &flow, now_ms);
	if (verdict == VERDICT_STAY && ends_idle && is_at_rest(c, phase, &flow))
		verdict = VERDICT_HANG_UP;
	if (verdict == VERDICT_STAY && ends_idle && flow.received &&
		c->watch.still_ms >= STILL_DRAINING_MS)
		verdict = VERDICT_STUCK;
	if (verdict == VERDICT_STAY || !connection_cut(c, state))
		return;
	if (verdict == VERDICT_STUCK) {
		http->stats.stuck++;
		library_log_warn(
			&http->library_log, "a connection stood still and was ended", NULL);
	} else if (verdict == VERDICT_TIMEOUT || phase == PHASE_ANSWER) {
		count(&http->stats, phase);
	}
	if (verdict != VERDICT_HANG_UP && phase != PHASE_ANSWER && !http->options.tls)
		canned_send(late, c->fd, NULL);
	// What a client does not take must not wait in the kernel after the end.
	const struct linger at_once = {.l_onoff = 1};
	if (phase == PHASE_ANSWER)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	// The worker finds the end of the connection, and closes it.
	shutdown(c->fd, SHUT_RDWR);
}

void timeouts_check(struct http *http, const struct canned_response *late, bool ends_idle)
{
	pthread_mutex_lock(&http->lock);
	const uint64_t now_ms = clock_now_ms(); // so that nobody on the list has come later
	for (struct connection *c = http->connections; c; c = c->next)
		check(c, late, ends_idle, now_ms);
	pthread_mutex_unlock(&http->lock);
}
