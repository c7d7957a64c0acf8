// SPDX-License-Identifier: MIT
// Makes the heap run out on purpose. The program must be linked with
// -Wl,--wrap= for malloc, calloc, realloc and pthread_mutex_init; then every
// call of the product (not of shared libraries) comes through here. It knows
// nothing of what is under test. Threads may allocate while nothing is to fail.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum failing_mode {
	FAILING_ONCE, // only the chosen allocation fails
	FAILING_ON, // it and all that follow
};

// Lets COUNT allocations succeed before one fails.
void failing_start(size_t count, enum failing_mode mode);

// Back to normal. Returns whether any allocation was made to fail.
bool failing_stop(void);

// Called at the next malloc, once: what another thread would do meanwhile.
void failing_interrupt(void (*other)(void *cls), void *cls);
