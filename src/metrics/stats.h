// SPDX-License-Identifier: MIT
// What /metrics says of things that the service cannot see: the transport fills
// in the one, whoever started the process the other. Every count is since the
// start and never falls, unless it says "now".
#ifndef METRICS_STATS_H
#define METRICS_STATS_H

#include <stdint.h>

struct transport_stats {
	const char *library; // version of the server library, constant; NULL: not told
	uint64_t connections_open; // now
	uint64_t connections_total; // accepted, those turned away at once too
	uint64_t refused_full; // connections turned away because there were too many
	uint64_t refused_address; // the same, of one address
	uint64_t accept_failures; // attempts to accept that failed: out of descriptors or memory
	uint64_t timed_out_header; // connections ended because no header came in time
	uint64_t timed_out_idle; // or nothing after an answer
	uint64_t timed_out_body; // or the body was late
	uint64_t timed_out_answer; // or the answer was taken too slowly
	uint64_t requests_open; // now: first line read, end not reached
	uint64_t requests_cut; // began, and ended before the whole answer was sent
	uint64_t certificate_expires; // seconds since the epoch; 0: no TLS, and then not shown
	uint64_t log_lines; // log lines written
	uint64_t log_dropped; // and those given up, because nobody took them
};

// 0: not known, and then not shown.
struct process_stats {
	uint64_t cpu_ns; // user and system time
	uint64_t start_time_ns; // since the epoch
	uint64_t virtual_bytes, resident_bytes;
	uint64_t open_fds, max_fds;
};

#endif
