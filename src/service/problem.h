// SPDX-License-Identifier: MIT
// The parts of a problem document that rows of a bulk answer have too.
#ifndef SERVICE_PROBLEM_H
#define SERVICE_PROBLEM_H

#include "profile.h"

// ,"errors":[...] with everything that is wrong with PROFILE.
void problem_errors(struct buf *buf, const struct profile *profile, enum pmm_lang lang);

// The JSON Pointer of a member, "/name", as it is; and quoted for a terminal.
void problem_pointer(struct buf *buf, struct str name);
void problem_pointer_quoted(struct buf *buf, struct str name);

#endif
