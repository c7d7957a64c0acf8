// SPDX-License-Identifier: MIT
// Standard output by whole rows: what is written is complete whenever the
// command stops. It handles short writes; the caller handles the rest.
#ifndef COMMANDS_OUTPUT_H
#define COMMANDS_OUTPUT_H

#include "buf.h"

struct output {
	int fd;
	struct buf buf; // rows that are not written yet
	int error; // errno of the first write that failed, or 0
};

// Writes what waits once there is enough of it. False after a failure.
bool output_pass(struct output *output);

// Writes everything that waits. False after a failure.
bool output_flush(struct output *output);

#endif
