// SPDX-License-Identifier: MIT
// Start and stop of the daemon. A request's course is in connection.c.
#include "http.h"

#include "connection.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// A pool for each connection: the longest target and headers that the service
// judges itself, with room to spare. Beyond it the library answers on its own.
// It is cleared after every request, so each KiB more costs all of them: 64 KiB
// took a fifth of the time of a request.
static const size_t connection_bytes = 16u << 10;

// A worker's stack: the deepest handler needs a few KiB of it.
static const size_t stack_bytes = 256u << 10;

enum { LOG_LINES_PER_SECOND = 10 };

void http_release(void *handle)
{
	MHD_destroy_response(handle);
}

// The library's own complaints, a few a second: out of descriptors it would
// write hundreds of thousands.
__attribute__((format(printf, 2, 0))) static void log_line(
	void *cls, const char *format, va_list values)
{
	struct http *http = cls;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (atomic_exchange(&http->log_second, (long)now.tv_sec) != (long)now.tv_sec)
		atomic_store(&http->log_lines, 0);
	if (atomic_fetch_add(&http->log_lines, 1) >= LOG_LINES_PER_SECOND)
		return;
	char line[256];
	vsnprintf(line, sizeof line, format, values);
	line[strcspn(line, "\r\n")] = '\0';
	fprintf(stderr, "pmm-check: http: %s\n", line);
}

// The service decodes targets itself; the library must leave them alone.
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

static struct MHD_Daemon *start_daemon(
	struct http *http, int listen_fd, const struct http_options *options)
{
	// A pool of one is refused with a warning: one worker is the default.
	const unsigned pool = options->threads > 1 ? options->threads : 0;
	const struct MHD_OptionItem items[] = {
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)log_line, http},
		{MHD_OPTION_LISTEN_SOCKET, listen_fd, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, (intptr_t)options->connections_max, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)options->idle_timeout_s, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)connection_bytes, NULL},
		{MHD_OPTION_THREAD_STACK_SIZE, (intptr_t)stack_bytes, NULL},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connection_notify, http},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)connection_completed, http},
		{MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)connection_target, http},
		{MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL},
		{pool ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)pool, NULL},
		{MHD_OPTION_END, 0, NULL},
	};
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0,
		NULL, NULL, connection_handle, http, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

int http_start(struct http **out, struct service *service, int listen_fd,
	const struct http_options *options)
{
	struct http *http = calloc(1, sizeof *http);
	pthread_condattr_t attributes;
	if (!http)
		return -ENOMEM;
	http->service = service;
	pthread_mutex_init(&http->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&http->idle, &attributes);
	pthread_condattr_destroy(&attributes);
	http->daemon = start_daemon(http, listen_fd, options);
	if (!http->daemon) {
		pthread_cond_destroy(&http->idle);
		pthread_mutex_destroy(&http->lock);
		free(http);
		return -EIO;
	}
	*out = http;
	return 0;
}

static void wait_idle(struct http *http, unsigned timeout_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&http->lock);
	while (atomic_load(&http->in_progress) > 0)
		if (pthread_cond_timedwait(&http->idle, &http->lock, &until))
			break;
	pthread_mutex_unlock(&http->lock);
}

void http_stop(struct http *http, unsigned timeout_ms)
{
	if (!http)
		return;
	// MHD_quiesce_daemon would stop accepting first, but it races with the
	// workers for the listening socket and now and then aborts the process.
	// So new connections are taken to the end; their answers close them.
	wait_idle(http, timeout_ms);
	MHD_stop_daemon(http->daemon);
	pthread_cond_destroy(&http->idle);
	pthread_mutex_destroy(&http->lock);
	free(http);
}
