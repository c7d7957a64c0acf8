// SPDX-License-Identifier: MIT
// The daemon around the service: sockets, threads, connections. The only
// component that knows libmicrohttpd. It decides nothing about answers.
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "service.h"

struct http;

struct http_options {
	unsigned threads; // workers, at least 1
	unsigned connections_max; // at the same time
	unsigned idle_timeout_s; // of a connection on which nothing happens
};

// Answers on LISTEN_FD, which http owns if the result is 0. SERVICE must
// outlive it. 0, or -EIO where the library could not start (it has said why on
// stderr).
int http_start(struct http **out, struct service *service, int listen_fd,
	const struct http_options *options);

// Lets the requests in progress end (at most TIMEOUT_MS), closes everything, the
// listening socket too, and frees. NULL is allowed. The service should be draining
// by then, so that every answer closes its connection.
void http_stop(struct http *http, unsigned timeout_ms);

// For service_options.release.
void http_release(void *handle);

#endif
