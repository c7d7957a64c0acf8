// SPDX-License-Identifier: MIT
// What the fuzz targets share. A target is one function that takes any bytes
// and aborts when something that must hold does not; libFuzzer calls it with
// bytes of its own making, replay.c with those of files.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_assert(bool good, const char *file, int line, const char *text)
{
	if (good)
		return;
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
	abort();
}

#define FUZZ_ASSERT(condition) fuzz_assert((condition), __FILE__, __LINE__, #condition)
