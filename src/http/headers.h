// SPDX-License-Identifier: MIT
// Private to http: from the library's header fields to a struct request, and
// the guard against framings that RFC 9112 calls ambiguous.
#ifndef HTTP_HEADERS_H
#define HTTP_HEADERS_H

#include "service.h"

#include <microhttpd.h>

// Fills REQUEST but for its target. Slices point into the connection's memory,
// which lives as long as the request.
void headers_read(struct MHD_Connection *connection, const char *method, const char *version,
	struct request *request);

#endif
