// SPDX-License-Identifier: MIT
// Private to http: the clock by which connections are watched and requests are
// timed. It never goes back, and begins anywhere.
#ifndef HTTP_CLOCK_H
#define HTTP_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_now_ms(void)
{
	return clock_now_ns() / 1000000;
}

#endif
