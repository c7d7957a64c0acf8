// SPDX-License-Identifier: MIT
// Private to http: what it keeps of the daemon and of each connection, how a request
// is read, and the callbacks that the library makes.
#pragma once

#include "http.h"
#include "library_log.h"
#include "timeouts.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

// The clock by which connections are watched and requests are timed. It never goes
// back, and begins anywhere.
static inline uint64_t clock_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_now_ms(void)
{
	return clock_now_ns() / 1000000;
}

// One for each connection. Made by the acceptor, freed when the library closes the
// connection.
struct connection {
	struct http *http;
	struct exchange *exchange; // from a request's first line to its completion
	int fd;
	unsigned worker;
	struct tls_pair *pair; // held while it lives; NULL without TLS
	uint64_t address[2]; // IPv4, or the first half of IPv6; the second is a tag
	struct log_id id; // of the request
	// The phase in the low byte, above it a number that is new for each phase.
	// Written by the worker; the acceptor writes PHASE_CUT.
	_Atomic uint64_t state;
	atomic_uint calls; // of the library, in a request; written by the worker
	// The acceptor's, under http's lock.
	struct connection *next, *previous;
	struct watch watch;
	// The request's own, the worker's.
	struct str target;
	bool has_begun;
	bool has_reply; // that was queued, or
	bool has_sent; // was sent past the library
	bool must_linger; // more may come behind the last answer, and is to be read
	uint64_t begun_ns; // CLOCK_MONOTONIC
	bool is_chunked; // the request in progress
};

// Sockets whose connection has ended and whose client may still send; as many at a
// time are on their way to the acceptor, or with it.
enum { LINGERING_MAX = 64 };

// Exchanges that a worker keeps for the next requests.
enum { WORKER_SPARES_MAX = 4 };

struct worker {
	struct MHD_Daemon *daemon;
	unsigned connections; // under http's lock
	// The worker's own. Connections are many and mostly idle, requests in progress
	// are few: the one who comes takes what the last one left, warm in the cache.
	struct exchange *spares[WORKER_SPARES_MAX];
	unsigned spare_count;
};

struct http {
	struct service *service;
	struct http_options options;
	bool hides_lines; // see headers_hide_lines
	struct worker *workers; // options.threads of them
	struct acceptor *acceptor;
	int wake_fd; // of an event: the acceptor has something to look at
	pthread_mutex_t lock; // of all below
	pthread_cond_t empty; // nobody is there, and nobody can come
	bool is_listening;
	struct connection *connections; // list
	unsigned connection_count;
	struct transport_stats stats; // what is counted as it happens
	int parting[LINGERING_MAX]; // sockets for the acceptor's lingering close
	unsigned parting_count;
	struct connection **by_fd; // the connection of each descriptor, or NULL
	size_t by_fd_size;
	uint32_t process; // tells this run from others in the ids of requests; not a secret
	struct library_log library_log;
};

static inline enum phase phase_of(uint64_t state)
{
	return (enum phase)(state & 0xFF);
}

// Makes a connection for FD and hands it to the worker that has the fewest. 0, or
// where it was refused and FD is still open -EUSERS (too many) or -ENOMEM, or -EIO
// where the library could not take it and has closed it. Any thread.
int connection_admit(struct http *http, int fd, const struct sockaddr *address, socklen_t size);

// Wakes the acceptor. Any thread.
void connection_wake_acceptor(struct http *http);

// Frees a connection that the library never knew or has forgotten. Under the lock.
void connection_forget(struct connection *c);

// Gives up a connection in the state in which it was judged: false if it has
// moved on since.
bool connection_cut(struct connection *c, uint64_t state);

// ---- the fields of a request (headers.c) ----

// Fills REQUEST, whose method and target are there already, and judges its framing.
// RAW_TARGET: where the target came in, if headers_hide_lines; else NULL. Slices point
// into the connection's memory or EXCHANGE's, which live as long as the request. False: out
// of memory.
bool headers_read(struct MHD_Connection *connection, struct exchange *exchange,
	struct request *request, const char *version, const char *raw_target);

// Whether what followed a chunked body is a trailer section; to be asked after it.
bool headers_check_trailer(struct MHD_Connection *connection);

// Whether the library that is in use passes over NUL, folded lines and LF without CR,
// so that the framing check must look at where it left the lines. Others refuse them by
// themselves if told to (MHD_OPTION_STRICT_FOR_CLIENT). 0.9.75 is known to keep the
// lines where they came in; of a release that nobody has tried it is not assumed.
bool headers_hide_lines(void);

// ---- the callbacks that the library makes; CLS is a struct http ----

void connection_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code);
void *request_target(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result request_handle(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request_context);
void request_completed(void *cls, struct MHD_Connection *connection, void **request_context,
	enum MHD_RequestTerminationCode code);
