// SPDX-License-Identifier: MIT
// From "ADDR:PORT" or "unix:PATH" to a listening socket, and back to a URL.
#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 512 };

// Splits "ADDR:PORT" or "[ADDR]:PORT" in place. The parts of TEXT stay valid.
static int split_address(char *text, const char **host, const char **port)
{
	char *colon = strrchr(text, ':');
	if (!colon || colon[1] == '\0')
		return -EINVAL;
	*colon = '\0';
	*port = colon + 1;
	// getaddrinfo cuts a number to 16 bits.
	if (strspn(*port, "0123456789") != strlen(*port) || strlen(*port) > 5 ||
		strtol(*port, NULL, 10) > 65535)
		return -EINVAL;
	*host = text;
	if (text[0] == '[') {
		if (colon[-1] != ']')
			return -EINVAL;
		colon[-1] = '\0';
		*host = text + 1;
	} else if (strchr(text, ':') || text[0] == '\0') {
		return -EINVAL; // IPv6 wants its brackets
	}
	return 0;
}

// Removes a socket that was left behind: nobody answers there.
static bool remove_stale(const struct sockaddr_un *address)
{
	struct stat status;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool is_stale = fd >= 0 && lstat(address->sun_path, &status) == 0 &&
			S_ISSOCK(status.st_mode) &&
			connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
			errno == ECONNREFUSED;
	if (fd >= 0)
		close(fd);
	return is_stale && unlink(address->sun_path) == 0;
}

static int open_socket(const struct sockaddr *address, socklen_t size)
{
	const struct sockaddr_un *path = address->sa_family == AF_UNIX ? (const void *)address
								       : NULL;
	const int on = 1, family = address->sa_family;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int result = 0;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
		(family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on)) ||
		bind(fd, address, size))
		result = -errno;
	if (result == -EADDRINUSE && path && remove_stale(path))
		result = bind(fd, address, size) ? -errno : 0;
	// A proxy in front is in our group.
	if (result == 0 && ((path && chmod(path->sun_path, 0660)) || listen(fd, BACKLOG)))
		result = -errno;
	if (result)
		close(fd);
	return result ? result : fd;
}

int listen_open(const char *address)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	char text[LISTEN_URL_MAX];
	const char *host, *port;
	struct addrinfo *info;
	if (strncmp(address, "unix:", 5) == 0) {
		struct sockaddr_un path = {.sun_family = AF_UNIX};
		const size_t size = strlen(address + 5);
		if (size == 0 || size >= sizeof path.sun_path)
			return -EINVAL;
		memcpy(path.sun_path, address + 5, size);
		return open_socket((const struct sockaddr *)&path, sizeof path);
	}
	if (strlen(address) >= sizeof text)
		return -EINVAL;
	memcpy(text, address, strlen(address) + 1);
	if (split_address(text, &host, &port) || getaddrinfo(host, port, &hints, &info))
		return -EINVAL;
	int fd = open_socket(info->ai_addr, info->ai_addrlen);
	freeaddrinfo(info);
	return fd;
}

int listen_url(int fd, bool is_encrypted, char url[LISTEN_URL_MAX])
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	char host[INET6_ADDRSTRLEN] = "", port[6] = "";
	if (getsockname(fd, (struct sockaddr *)&address, &size))
		return -errno;
	if (address.ss_family == AF_UNIX) {
		snprintf(url, LISTEN_URL_MAX, "unix:%s",
			((const struct sockaddr_un *)&address)->sun_path);
		return 0;
	}
	if (getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
		    NI_NUMERICHOST | NI_NUMERICSERV))
		return -EINVAL;
	bool is_v6 = address.ss_family == AF_INET6;
	snprintf(url, LISTEN_URL_MAX, is_v6 ? "%s://[%s]:%s" : "%s://%s:%s",
		is_encrypted ? "https" : "http", host, port);
	return 0;
}
