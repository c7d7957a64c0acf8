// SPDX-License-Identifier: MIT
// Reads the pairs of a query string or of a form post. It knows no names.
#pragma once

#include "base/base.h"

struct query_pair {
	struct str name, value; // decoded; in the source's or the arena's memory
	bool is_named; // else the name is broken, and stands there as it was written
};

// Takes the next pair off *REST into *PAIR. Returns 1; 0 at the end; -EINVAL
// for a broken %XX, a NUL or bad UTF-8, with the name; -ENOMEM.
int query_next(struct str *rest, struct arena *arena, struct query_pair *pair);
