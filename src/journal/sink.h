// SPDX-License-Identifier: MIT
// Private to journal: the descriptor that lines go to. It never changes the
// descriptor's flags, since other processes may share it (stderr of a shell),
// and so has to ask before it writes where a write could block.
#ifndef JOURNAL_SINK_H
#define JOURNAL_SINK_H

#include <stddef.h>
#include <sys/types.h>

enum sink_kind {
	SINK_FILE, // files and devices: a write may be long, and waits for nobody
	SINK_PIPE, // pipes and terminals: no more than PIPE_BUF, once poll has promised it
	SINK_SOCKET, // a supervisor's: each call can say that it must not wait
};

struct sink {
	int fd;
	enum sink_kind kind;
};

void sink_init(struct sink *sink, int fd);

// Writes some of the whole lines at AT, or of the rest of one that was begun.
// Returns how many bytes, -EAGAIN where none are taken now, or another negative
// errno.
ssize_t sink_write(const struct sink *sink, const char *at, size_t size);

#endif
