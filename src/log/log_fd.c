// SPDX-License-Identifier: MIT
#include "log_fd.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void log_fd_init(struct log_fd *log_fd, int fd)
{
	struct stat status;
	*log_fd = (struct log_fd){.fd = fd, .kind = LOG_FD_FILE};
	if (fstat(fd, &status))
		return; // a write will say why
	if (S_ISSOCK(status.st_mode))
		log_fd->kind = LOG_FD_SOCKET;
	else if (S_ISFIFO(status.st_mode) || isatty(fd))
		log_fd->kind = LOG_FD_PIPE;
}

// As many whole lines as a pipe takes in one piece. A line is never longer.
static size_t cut_at_line(const char *at, size_t size)
{
	if (size <= PIPE_BUF)
		return size;
	const char *end = memrchr(at, '\n', PIPE_BUF);
	return end ? (size_t)(end - at) + 1 : PIPE_BUF;
}

static ssize_t write_once(const struct log_fd *log_fd, const char *at, size_t size)
{
	struct pollfd waiting = {.fd = log_fd->fd, .events = POLLOUT};
	switch (log_fd->kind) {
	case LOG_FD_SOCKET: return send(log_fd->fd, at, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	case LOG_FD_PIPE:
		if (poll(&waiting, 1, 0) == 0) {
			errno = EAGAIN;
			return -1;
		}
		return write(log_fd->fd, at, cut_at_line(at, size));
	default: return write(log_fd->fd, at, size);
	}
}

ssize_t log_fd_write(const struct log_fd *log_fd, const char *at, size_t size)
{
	ssize_t done;
	do {
		done = write_once(log_fd, at, size);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		return -errno;
	return done > 0 ? done : -EAGAIN; // nothing taken, nothing said: later
}
