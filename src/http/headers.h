// SPDX-License-Identifier: MIT
// Private to http: from the library's header fields to a struct request, and
// the framing against framings that RFC 9112 calls ambiguous.
#pragma once

#include "api/api.h"

#include <microhttpd.h>

// A request line as the library gives it.
struct request_line {
	const char *method, *version;
	struct str target;
	const char *raw_target; // where the target came in, if headers_hide_lines; else NULL
};

// Fills REQUEST, and judges its framing. Slices point into the connection's memory,
// which lives as long as the request.
void headers_read(struct MHD_Connection *connection, const struct request_line *line,
	struct request *request);

// Whether what followed a chunked body is a trailer section; to be asked after it.
bool headers_check_trailer(struct MHD_Connection *connection);

// Whether the library that is in use passes over NUL, folded lines and LF without CR,
// so that the framing must look at where it left the lines. Others refuse them by
// themselves if told to (MHD_OPTION_STRICT_FOR_CLIENT). 0.9.75 is known to keep the
// lines where they came in; of a release that nobody has tried it is not assumed.
bool headers_hide_lines(void);
