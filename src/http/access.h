// SPDX-License-Identifier: MIT
// Private to http: the line of the log for a request that has ended.
#ifndef HTTP_ACCESS_H
#define HTTP_ACCESS_H

#include "connection.h"

// Before exchange_reset; ENDED_NS is now. Nothing that the client wrote is in it.
void access_log(struct connection *c, uint64_t ended_ns);

#endif
