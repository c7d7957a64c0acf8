// SPDX-License-Identifier: MIT
// The whole daemon without a network and without waiting: http as it is, over a
// pair of sockets, with the library's worker driven by the caller instead of a
// thread of its own. So the same bytes always take the same course, and it is
// known when there is nothing left to do.
#pragma once

#include "base/buf.h"

// One connection: sends BYTES, those before SPLIT first and the rest once nothing
// more happens, then the end of input, and keeps what comes back in ANSWERS.
// Aborts when the daemon never comes to rest, and when it does not close the
// connection, unless that waits for the rest of a body. One thread only.
void loopback_send(struct str bytes, size_t split, struct buf *answers);
