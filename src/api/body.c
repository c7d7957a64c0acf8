// SPDX-License-Identifier: MIT
// A body as it comes: kept until it is complete, or read and dropped.
#include "exchange.h"

// An unwanted or oversized body is read up to this many times its limit.
enum { OVERRUN = 8 };

bool body_drain(struct exchange *x, size_t size)
{
	const struct service_options *options = &x->service->options;
	uint64_t single = options->body_max > SERVICE_DRAIN_MAX ? options->body_max
								: SERVICE_DRAIN_MAX;
	// What would have been taken of a bulk request is read in any case.
	uint64_t most = x->intake.bulk ? options->bulk_bytes_max : single * OVERRUN;
	x->intake.drained += size;
	return x->intake.drained <= most;
}

bool body_collect(struct exchange *x, const char *bytes, size_t size)
{
	struct buf *pieces = &x->intake.pieces;
	if (size > x->service->options.body_max - pieces->size) {
		buf_finish(pieces);
		reply_problem(x, CODE_too_large);
		return body_drain(x, size);
	}
	// Most bodies come in one piece and can be read where they are.
	if (pieces->size == 0 && x->request.has_length && size == x->request.content_length)
		x->intake.whole = (struct str){bytes, size};
	else
		buf_add(pieces, bytes, size);
	return true;
}
