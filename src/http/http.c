// SPDX-License-Identifier: MIT
// Start and stop of the daemon, and its counts. The door is in acceptor.c, connections
// in connection.c, requests in request.c.
#include "acceptor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

// A pool for each connection: the longest target and headers that the service
// judges itself, with room to spare. Beyond it the library answers on its own.
// It is cleared after every request, so each KiB more costs all of them: 64 KiB
// took a fifth of the time of a request.
static const size_t connection_bytes = 16u << 10;

// A worker's stack: the deepest handler needs a few KiB of it.
static const size_t stack_bytes = 256u << 10;

// Descriptors besides connections; one numbered past them is refused.
enum { OTHER_DESCRIPTORS = 1024 };

const char *http_library_version(void)
{
	return MHD_get_version();
}

void http_release(void *handle)
{
	MHD_destroy_response(handle);
}

// The service decodes targets itself; the library must leave them alone.
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

// One thread of the library. A pool of them would need a listening socket.
static struct MHD_Daemon *start_worker(struct http *http)
{
	const struct tls *tls = http->options.tls;
	const struct MHD_OptionItem items[] = {
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)library_log_line, &http->library_log},
		{MHD_OPTION_CONNECTION_LIMIT, (intptr_t)http->options.connections_max, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, 0, NULL}, // the acceptor has better ones
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)connection_bytes, NULL},
		{MHD_OPTION_THREAD_STACK_SIZE, (intptr_t)stack_bytes, NULL},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connection_notify, http},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)request_completed, http},
		{MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)request_target, http},
		{MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL},
		// Strict reading of 0.9.75 refuses less than the framing check, and hangs
		// up where that answers.
		{MHD_OPTION_STRICT_FOR_CLIENT, http->hides_lines ? 0 : 1, NULL},
		// Those of TLS, at the end because without it they are refused.
		{tls ? MHD_OPTION_HTTPS_PRIORITIES : MHD_OPTION_END, 0,
			(void *)(uintptr_t)TLS_PRIORITIES},
		{MHD_OPTION_HTTPS_CERT_CALLBACK, 0, tls_no_certificate()},
		{MHD_OPTION_END, 0, NULL},
	};
	const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET |
			       MHD_USE_ITC | MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0);
	return MHD_start_daemon(flags, 0, NULL, NULL, request_handle, http, MHD_OPTION_ARRAY, items,
		MHD_OPTION_END);
}

// Stops what was started, and frees. The library ends connections that are left.
static void release(struct http *http)
{
	for (unsigned i = 0; http->workers && i < http->options.threads; i++)
		if (http->workers[i].daemon)
			MHD_stop_daemon(http->workers[i].daemon);
	while (http->connections) // that the library has lost
		connection_forget(http->connections);
	for (unsigned i = 0; http->workers && i < http->options.threads; i++)
		while (http->workers[i].spare_count > 0)
			exchange_destroy(http->workers[i].spares[--http->workers[i].spare_count]);
	for (unsigned i = 0; i < http->parting_count; i++)
		close(http->parting[i]);
	if (http->wake_fd >= 0)
		close(http->wake_fd);
	library_log_finish(&http->library_log);
	pthread_cond_destroy(&http->empty);
	pthread_mutex_destroy(&http->lock);
	free(http->workers);
	free(http->by_fd);
	free(http);
}

static int start(struct http *http, const int *listen_fds, size_t count)
{
	if (http->options.tls &&
		(MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES ||
			MHD_is_feature_supported(MHD_FEATURE_HTTPS_CERT_CALLBACK) != MHD_YES))
		return -ENOTSUP;
	http->by_fd_size = (size_t)http->options.connections_max + OTHER_DESCRIPTORS;
	http->workers = calloc(http->options.threads, sizeof *http->workers);
	http->by_fd = calloc(http->by_fd_size, sizeof(struct connection *));
	if (!http->workers || !http->by_fd)
		return -ENOMEM;
	for (unsigned i = 0; i < http->options.threads; i++) {
		http->workers[i].daemon = start_worker(http);
		if (!http->workers[i].daemon)
			return -EIO;
	}
	http->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (http->wake_fd < 0)
		return -errno;
	http->is_listening = true;
	return acceptor_create(&http->acceptor, http, listen_fds, count);
}

int http_start(struct http **out, struct service *service, const int *listen_fds, size_t count,
	const struct http_options *options)
{
	struct http *http = calloc(1, sizeof *http);
	if (!http)
		return -ENOMEM;
	http->service = service;
	http->options = *options;
	http->wake_fd = -1;
	if (getrandom(&http->process, sizeof http->process, GRND_NONBLOCK) !=
		(ssize_t)sizeof http->process)
		http->process = (uint32_t)time(NULL) ^ (uint32_t)getpid() << 16;
	library_log_init(&http->library_log, options->log);
	http->hides_lines = headers_hide_lines();
	pthread_mutex_init(&http->lock, NULL);
	pthread_cond_init(&http->empty, NULL);
	int result = start(http, listen_fds, count);
	if (result) {
		release(http);
		return result;
	}
	*out = http;
	return 0;
}

int http_adopt(struct http *http, int fd, const struct sockaddr *address, socklen_t size)
{
	int result = connection_admit(http, fd, address, size);
	if (result == 0)
		connection_wake_acceptor(http);
	else if (result != -EIO) // then the library has closed it
		close(fd);
	return result;
}

void http_stats(struct http *http, struct transport_stats *stats)
{
	pthread_mutex_lock(&http->lock);
	*stats = http->stats;
	stats->connections_open = http->connection_count;
	// Requests in progress: those of connections that are neither new nor between two.
	for (const struct connection *c = http->connections; c; c = c->next) {
		enum phase phase = phase_of(atomic_load_explicit(&c->state, memory_order_relaxed));
		stats->requests_open += phase == PHASE_HEAD || phase == PHASE_BODY ||
					phase == PHASE_ANSWER;
	}
	pthread_mutex_unlock(&http->lock);
	stats->library = http_library_version();
	if (http->options.tls)
		stats->certificate_expires = (uint64_t)tls_expires_at(http->options.tls);
}

void http_stop(struct http *http, unsigned timeout_ms)
{
	if (!http)
		return;
	const uint64_t until_ms = clock_now_ms() + timeout_ms;
	const struct timespec until = {
		(time_t)(until_ms / 1000), (long)(until_ms % 1000) * 1000000};
	acceptor_drain(http->acceptor);
	pthread_mutex_lock(&http->lock);
	while (http->is_listening || http->connection_count > 0)
		if (pthread_cond_clockwait(&http->empty, &http->lock, CLOCK_MONOTONIC, &until))
			break;
	pthread_mutex_unlock(&http->lock);
	acceptor_destroy(http->acceptor);
	release(http);
}
