// SPDX-License-Identifier: MIT
// Standard output of every command. It goes out by whole rows, so that what is
// written is complete whenever the command stops. Short writes, interruptions and
// a descriptor that does not block are no failures; a real one is never lost: it
// is kept, and output_end() turns it into a message and a status. Stdio cannot do
// that, since an interrupted write loses what was in its buffer.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

struct output {
	enum pmm_lang lang; // of the message
	struct buf buf; // what is not written yet
	int error; // errno of the first write that failed, or 0
};

// Once, before anything is opened. A standard descriptor that is closed would be
// given to the next file or socket, and messages would go there; it gets one that
// can neither be read nor written. A reader that leaves and a file that gets too
// long become errors of write instead of signals that kill. False if it fails.
bool output_prepare(void);

// Writes what waits once there is enough of it. False after a failure.
bool output_pass(struct output *output);

// Writes everything that waits. False after a failure.
bool output_flush(struct output *output);

// To be called before something is read from FD. If there is nothing yet, what
// waits is written, and the wait ends early if nobody reads the output any more,
// or at a signal. False after a failure.
bool output_await(struct output *output, int fd);

// Writes everything and closes the descriptor, since a full disk may show only
// then. Returns RESULT, or EXIT_TROUBLE after a message; without one if the
// reader has left (EPIPE), who misses nothing. OUTPUT needs no finish after it.
int output_end(struct output *output, int result);
