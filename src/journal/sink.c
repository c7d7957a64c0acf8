// SPDX-License-Identifier: MIT
#include "sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void sink_init(struct sink *sink, int fd)
{
	struct stat status;
	*sink = (struct sink){.fd = fd, .kind = SINK_FILE};
	if (fstat(fd, &status))
		return; // a write will say why
	if (S_ISSOCK(status.st_mode))
		sink->kind = SINK_SOCKET;
	else if (S_ISFIFO(status.st_mode) || isatty(fd))
		sink->kind = SINK_PIPE;
}

// As many whole lines as a pipe takes in one piece. A line is never longer.
static size_t cut_at_line(const char *at, size_t size)
{
	if (size <= PIPE_BUF)
		return size;
	const char *end = memrchr(at, '\n', PIPE_BUF);
	return end ? (size_t)(end - at) + 1 : PIPE_BUF;
}

static ssize_t write_once(const struct sink *sink, const char *at, size_t size)
{
	struct pollfd waiting = {.fd = sink->fd, .events = POLLOUT};
	switch (sink->kind) {
	case SINK_SOCKET: return send(sink->fd, at, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	case SINK_PIPE:
		if (poll(&waiting, 1, 0) == 0) {
			errno = EAGAIN;
			return -1;
		}
		return write(sink->fd, at, cut_at_line(at, size));
	default: return write(sink->fd, at, size);
	}
}

ssize_t sink_write(const struct sink *sink, const char *at, size_t size)
{
	ssize_t done;
	do {
		done = write_once(sink, at, size);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		return -errno;
	return done > 0 ? done : -EAGAIN; // nothing taken, nothing said: later
}
