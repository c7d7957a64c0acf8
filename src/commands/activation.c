// SPDX-License-Identifier: MIT
// Socket activation: a supervisor holds the listening socket and hands it over, so
// that it outlives a restart and no connection is lost in between. Source of the
// protocol: sd_listen_fds(3).
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// Where inherited descriptors begin, by the protocol.
enum { FIRST_FD = 3 };

static int get_option(int fd, int name)
{
	int value = -1;
	socklen_t size = sizeof value;
	return getsockopt(fd, SOL_SOCKET, name, &value, &size) ? -1 : value;
}

static bool is_listening_tcp(int fd)
{
	int domain = get_option(fd, SO_DOMAIN);
	return (domain == AF_INET || domain == AF_INET6) &&
	       get_option(fd, SO_TYPE) == SOCK_STREAM && get_option(fd, SO_ACCEPTCONN) == 1;
}

// -ENOENT where there is none.
static int take_inherited(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	// The variables may have been meant for a parent of this process.
	if (!pid || !fds || strtol(pid, NULL, 10) != getpid())
		return -ENOENT;
	if (strcmp(fds, "1") != 0)
		tell_trouble("LISTEN_FDS: one socket is needed, there are %s\n", fds);
	else if (!is_listening_tcp(FIRST_FD))
		tell_trouble("LISTEN_FDS: descriptor 3 must be a listening TCP socket\n");
	else if (fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) ||
		 fcntl(FIRST_FD, F_SETFL, O_NONBLOCK | fcntl(FIRST_FD, F_GETFL)))
		tell_trouble("LISTEN_FDS: %s\n", strerror(errno));
	else
		return FIRST_FD;
	return -EINVAL;
}

int socket_open(const char *address, bool *is_inherited)
{
	int fd = take_inherited();
	*is_inherited = fd >= 0;
	if (fd != -ENOENT)
		return fd;
	fd = listen_open(address);
	if (fd < 0)
		tell_trouble("--listen %s: %s\n", address,
			fd == -EINVAL ? "write ADDR:PORT, such as 127.0.0.1:8080 or [::1]:8080"
				      : strerror(-fd));
	return fd;
}
