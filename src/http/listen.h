// SPDX-License-Identifier: MIT
// The listening socket: from "ADDR:PORT" to a descriptor and back to a URL.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { LISTEN_URL_MAX = 80 };

// Opens a non-blocking TCP socket that listens on ADDRESS, "127.0.0.1:8080" or
// "[::1]:0"; port 0 takes a free one. Returns the descriptor, or a negative
// errno; -EINVAL where the address cannot be read.
int listen_open(const char *address);

// Writes "http://ADDR:PORT" of a listening socket, or "https://..."; 0 or a negative
// errno.
int listen_url(int fd, bool is_encrypted, char url[LISTEN_URL_MAX]);
