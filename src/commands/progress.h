// SPDX-License-Identifier: MIT
// A progress bar on standard error, only where that is a terminal.
#ifndef COMMANDS_PROGRESS_H
#define COMMANDS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool is_on;
	uint64_t total_bytes; // 0: not known
	uint64_t start_ms, next_ms;
};

void progress_start(struct progress *progress, uint64_t total_bytes);

// Draws the bar anew, a few times a second at most.
void progress_show(struct progress *progress, uint64_t bytes, uint64_t rows);

// Takes the bar away.
void progress_end(struct progress *progress);

#endif
