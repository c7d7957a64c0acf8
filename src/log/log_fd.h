// SPDX-License-Identifier: MIT
// Private to log: the descriptor that lines go to. It never changes the
// descriptor's flags, since other processes may share it (stderr of a shell),
// and so has to ask before it writes where a write could block.
#ifndef LOG_LOG_FD_H
#define LOG_LOG_FD_H

#include <stddef.h>
#include <sys/types.h>

enum log_fd_kind {
	LOG_FD_FILE, // files and devices: a write may be long, and waits for nobody
	LOG_FD_PIPE, // pipes and terminals: no more than PIPE_BUF, once poll has promised it
	LOG_FD_SOCKET, // a supervisor's: each call can say that it must not wait
};

struct log_fd {
	int fd;
	enum log_fd_kind kind;
};

void log_fd_init(struct log_fd *log_fd, int fd);

// Writes some of the whole lines at AT, or of the rest of one that was begun.
// Returns how many bytes, -EAGAIN where none are taken now, or another negative
// errno.
ssize_t log_fd_write(const struct log_fd *log_fd, const char *at, size_t size);

#endif
