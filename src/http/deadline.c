// SPDX-License-Identifier: MIT
#include "deadline.h"

static uint64_t bytes_of(enum phase phase, const struct flow *flow)
{
	return phase == PHASE_ANSWER ? flow->acked : flow->received;
}

// A phase that is seen for the first time begins now: at most one look too late.
static void begin(struct watch *watch, enum phase phase, uint64_t stamp, const struct flow *flow,
	uint64_t now_ms)
{
	uint64_t bytes = bytes_of(phase, flow);
	*watch = (struct watch){
		.stamp = stamp,
		.since_ms = now_ms,
		.moved_ms = now_ms,
		.bytes = bytes,
		.window_ms = now_ms,
		.window_bytes = bytes,
	};
}

static enum verdict judge_idle(const struct http_options *options, struct watch *watch,
	const struct flow *flow, uint64_t now_ms)
{
	// More bytes than there were when it fell idle: a request has begun.
	if (!watch->head_ms && flow->received > watch->bytes)
		watch->head_ms = now_ms;
	if (watch->head_ms && now_ms - watch->head_ms >= options->header_timeout_ms)
		return VERDICT_TIMEOUT;
	return now_ms - watch->since_ms >= options->idle_timeout_ms ? VERDICT_HANG_UP
								    : VERDICT_STAY;
}

// A body or an answer must move, and on the average of each window by the rate.
// Whatever the service itself keeps waiting for counts as moving.
static bool is_slow(const struct http_options *options, struct watch *watch, uint64_t bytes,
	const struct flow *flow, uint64_t now_ms)
{
	if (flow->is_ours) {
		watch->window_ms = now_ms;
		watch->window_bytes = bytes;
	}
	if (flow->is_ours || bytes != watch->bytes)
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

enum verdict deadline_judge(const struct http_options *options, struct watch *watch,
	enum phase phase, uint64_t stamp, const struct flow *flow, uint64_t now_ms)
{
	if (watch->stamp != stamp)
		begin(watch, phase, stamp, flow, now_ms);
	switch (phase) {
	case PHASE_OPENED:
		if (now_ms - watch->since_ms < options->header_timeout_ms)
			return VERDICT_STAY;
		return flow->received ? VERDICT_TIMEOUT : VERDICT_HANG_UP;
	case PHASE_HEAD:
		return now_ms - watch->since_ms < options->header_timeout_ms ? VERDICT_STAY
									     : VERDICT_TIMEOUT;
	case PHASE_IDLE: return judge_idle(options, watch, flow, now_ms);
	case PHASE_BODY:
		if (is_slow(options, watch, flow->received, flow, now_ms))
			return VERDICT_TIMEOUT;
		// The library does not notice when an upload ends in the middle.
		return flow->has_ended ? VERDICT_HANG_UP : VERDICT_STAY;
	case PHASE_ANSWER:
		return is_slow(options, watch, flow->acked, flow, now_ms) ? VERDICT_HANG_UP
									  : VERDICT_STAY;
	default: return VERDICT_STAY;
	}
}
