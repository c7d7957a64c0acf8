// SPDX-License-Identifier: MIT
// The daemon around the service: sockets, threads, connections. The only
// component that knows libmicrohttpd. It decides nothing about answers.
//
//   acceptor ── accepts, counts, refuses ──► worker 1 … N (libmicrohttpd)
//      └───── looks at every connection once a second, cuts the late ones
//
// The acceptor stands in front of the library because the library itself would
// leave connections over its limit waiting without a word, spin when it runs out
// of descriptors, know no deadline but inactivity, and lose connections when it
// stops listening.
#pragma once

#include "api/api.h"
#include "log/log.h"
#include "tls.h"

#include <sys/socket.h>

struct http;

struct http_options {
	unsigned threads; // workers, at least 1
	unsigned connections_max; // at the same time
	unsigned address_max; // of those from one address (IPv6: one /64; not unix:); 0: no limit
	unsigned header_timeout_ms; // from the first byte of a request to its header's end
	unsigned stall_timeout_ms; // without progress of a body or an answer
	unsigned idle_timeout_ms; // between two requests
	uint64_t rate_min; // bytes a second of a body or an answer, over each stall timeout
	bool is_inherited; // somebody else holds the listening sockets, too
	struct log *log; // outlives http; NULL: nothing is logged
	struct tls *tls; // must outlive the daemon; NULL: HTTP without encryption
};

// Answers on the COUNT sockets LISTEN_FDS, which http owns if the result is 0, and those
// that http_adopt brings. SERVICE must outlive it. 0, -ENOMEM, -ENOTSUP where the
// library was built without TLS, or -EIO where it could not start (it has said
// why in the log).
int http_start(struct http **out, struct service *service, const int *listen_fds, size_t count,
	const struct http_options *options);

// Hands over a connected stream socket, as if it had been accepted from ADDRESS. FD
// is http's from here on, whatever the result is: 0, or a negative errno where
// it was refused and closed. For tests; any thread.
int http_adopt(struct http *http, int fd, const struct sockaddr *address, socklen_t size);

// Stops listening, lets the requests in progress end (at most TIMEOUT_MS), closes
// everything and frees. NULL is allowed. The service should be draining by then,
// so that every answer closes its connection.
void http_stop(struct http *http, unsigned timeout_ms);

// The version of libmicrohttpd that is in use, which need not be that of its header.
const char *http_library_version(void);

// Sets all that is known here of what /metrics says of the transport. Any thread.
void http_stats(struct http *http, struct transport_stats *stats);

// For service_options.release.
void http_release(void *handle);

// ---- the listening sockets (listen.c) ----

enum { LISTEN_MAX = 64, LISTEN_URL_MAX = 136 };

// Opens a non-blocking socket that listens on ADDRESS, "127.0.0.1:8080", "[::1]:0" (port 0
// takes a free one) or "unix:PATH", which takes the place of one that nobody answers,
// may be used by its owner and group, and is left behind at the end. Returns the descriptor,
// or a negative errno; -EINVAL where the address cannot be read.
int listen_open(const char *address);

// Writes "http://ADDR:PORT" of a listening socket, or "https://...", or "unix:PATH"; 0 or a
// negative errno.
int listen_url(int fd, bool is_encrypted, char url[LISTEN_URL_MAX]);
