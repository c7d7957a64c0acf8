// SPDX-License-Identifier: MIT
// Floors for a request: servers that answer everything with one constant.
//
//   epoll    an epoll loop that does not even read what it was asked
//   library  libmicrohttpd as the daemon uses it (the same pool, headers of the same
//            size, one prepared response), with the body thrown away
//
// What the second one costs beyond the first is the library's; what the daemon costs
// beyond the second is its own: framing framing, profile, deadlines, log, metrics and
// sandbox. One core each.
// usage: floor epoll|library PORT BODYFILE
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1024, EVENTS = 64, POOL_BYTES = 16 << 10 };

static const struct {
	const char *name, *value;
} headers[] = {
	{"Cache-Control", "no-store"},
	{"Content-Type", "application/json"},
	{"Content-Language", "id"},
	{"X-Content-Type-Options", "nosniff"},
	{"Vary", "Accept, Accept-Language"},
};

static char body[1 << 16];
static size_t body_size;

_Noreturn static void give_up(const char *what)
{
	perror(what);
	exit(2);
}

static int listen_on(unsigned port)
{
	const int on = 1;
	const struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
		bind(fd, (const struct sockaddr *)&address, sizeof address) ||
		listen(fd, CONNECTIONS_MAX))
		give_up("listen");
	return fd;
}

// --- epoll

static void watch(int poll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event))
		give_up("epoll_ctl");
}

static void take_connection(int poll, int listener)
{
	const int on = 1;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	watch(poll, fd);
}

_Noreturn static void answer_by_epoll(unsigned port)
{
	static char answer[sizeof body + 1024], asked[1 << 14];
	int size = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\n"),
	    listener = listen_on(port);
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
		size += snprintf(answer + size, sizeof answer - (size_t)size, "%s: %s\r\n",
			headers[i].name, headers[i].value);
	size += snprintf(answer + size, sizeof answer - (size_t)size,
		"Content-Length: %zu\r\n\r\n%.*s", body_size, (int)body_size, body);
	int poll = epoll_create1(EPOLL_CLOEXEC);
	watch(poll, listener);
	for (;;) {
		struct epoll_event events[EVENTS];
		int count = epoll_wait(poll, events, EVENTS, -1);
		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;
			if (fd == listener)
				take_connection(poll, listener);
			else if (recv(fd, asked, sizeof asked, 0) <= 0 ||
				 send(fd, answer, (size_t)size, MSG_NOSIGNAL) < 0)
				close(fd);
		}
	}
}

// --- library

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **context)
{
	static int begun;
	(void)url, (void)method, (void)version, (void)upload;
	if (!*context) {
		*context = &begun;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	return MHD_queue_response(connection, MHD_HTTP_OK, cls);
}

_Noreturn static void answer_by_library(unsigned port)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body_size, body, MHD_RESPMEM_PERSISTENT);
	for (size_t i = 0; response && i < sizeof headers / sizeof headers[0]; i++)
		if (MHD_add_response_header(response, headers[i].name, headers[i].value) != MHD_YES)
			give_up("header");
	const struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL,
		NULL, handle, response, MHD_OPTION_LISTEN_SOCKET, listen_on(port),
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_END);
	if (!response || !daemon)
		give_up("libmicrohttpd");
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	FILE *file = argc == 4 ? fopen(argv[3], "rb") : NULL;
	if (!file) {
		fputs("usage: floor epoll|library PORT BODYFILE\n", stderr);
		return 2;
	}
	body_size = fread(body, 1, sizeof body, file);
	fclose(file);
	unsigned port = (unsigned)strtoul(argv[2], NULL, 10);
	if (strcmp(argv[1], "library") == 0)
		answer_by_library(port);
	answer_by_epoll(port);
}
