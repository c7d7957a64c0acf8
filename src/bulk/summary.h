// SPDX-License-Identifier: MIT
// Counts of a bulk request: how many must, how many cannot, what is missing, in
// all and for each group. Its memory does not depend on the number of rows.
#pragma once

#include "told.h"

enum { SUMMARY_GROUPS_MAX = 10000 };

struct summary;

// SNAPSHOT outlives it. NULL: out of memory.
struct summary *summary_create(const struct snapshot *snapshot);
void summary_destroy(struct summary *summary); // NULL is allowed

// Counts a row. CODE_none, CODE_too_many_groups or CODE_overloaded.
enum code summary_add(struct summary *summary, const struct row *row);

// All rows were added. To be called once, before anything is written.
void summary_end(struct summary *summary);

// The whole as one JSON document, or as text, with a line feed behind it.
void summary_write_json(const struct summary *summary, struct buf *buf);
void summary_write_text(const struct summary *summary, struct buf *buf);
