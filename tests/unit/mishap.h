// SPDX-License-Identifier: MIT
// Lets the K-th call fail that the product makes of the heap, of the threads, and
// of its libraries, in any thread. The program must be linked with the --wrap
// options of tests/meson.build. failing.h is its simpler sister for one thread.
#pragma once

#include <stdbool.h>

// From now on calls are counted, and the K-th fails (from 1).
void mishap_arm(unsigned long k);

// Back to normal. Returns what failed, by name; NULL: nothing, there were fewer calls.
const char *mishap_disarm(void);
