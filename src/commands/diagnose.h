// SPDX-License-Identifier: MIT
// A finding about a rulebook as a good compiler tells it.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// Adds it to TO: file, line and column, what is wrong; the line, and a mark below the place;
// as far as there is something to say, what is expected, the nearest name and the witness.
// TEXT is the file's. All of it is English, as findings are.
void diagnose(struct buf *to, const char *file, struct str text, const struct pmm_finding *finding);

// Where the member NAME of the object that is TEXT stands; 0, 0: there is none.
struct utf8_place diagnose_member(struct str text, const char *name);
