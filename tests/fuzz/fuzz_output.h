// SPDX-License-Identifier: MIT
// Reads answers about many profiles strictly, as a program at the other end
// would, and aborts at anything that such a program could not take.
#pragma once

#include "base/str.h"

#include <stdint.h>

struct output_counts {
	uint64_t rows, evaluated, rejected, skipped;
};

// Results in the media type TYPE. What the answer says of itself must be what
// its rows come to; that is what COUNTS gets.
void output_read_results(const char *type, struct str body, struct output_counts *counts);

// The same for a summary: its groups must come to its total.
void output_read_summary(const char *type, struct str body, struct output_counts *counts);

// A problem document, or one in plain text.
void output_read_problem(const char *type, struct str body);
