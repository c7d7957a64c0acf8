// SPDX-License-Identifier: MIT
#include "activation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

int activation_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	// The variables may have been meant for a parent of this process.
	if (!pid || !fds || strtol(pid, NULL, 10) != getpid())
		return -ENOENT;
	if (strcmp(fds, "1") != 0) {
		fprintf(stderr, "pmm-check: LISTEN_FDS: one socket is needed, there are %s\n", fds);
		return -EINVAL;
	}
	if (!is_listening_tcp(FIRST_FD)) {
		fprintf(stderr,
			"pmm-check: LISTEN_FDS: descriptor 3 must be a listening TCP socket\n");
		return -EINVAL;
	}
	if (fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) ||
		fcntl(FIRST_FD, F_SETFL, O_NONBLOCK | fcntl(FIRST_FD, F_GETFL))) {
		int result = -errno;
		fprintf(stderr, "pmm-check: LISTEN_FDS: %s\n", strerror(errno));
		return result;
	}
	return FIRST_FD;
}
