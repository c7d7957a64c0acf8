// SPDX-License-Identifier: MIT
// What is wrong with a profile, as bytes: in problem documents and in rows alike.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

struct profile;

// ,"errors":[...] with everything that is wrong with PROFILE.
void profile_errors_json(struct buf *buf, const struct profile *profile, enum pmm_lang lang);

// The same for people, a line for each.
void profile_errors_text(struct buf *buf, const struct profile *profile, enum pmm_lang lang);

enum { POINTER_MAX = 128 }; // bytes of a pointer that is not cut

// Adds "/NAME" to the JSON Pointer that begins at START of BUF. Where it would pass
// POINTER_MAX it is cut after a character and ends with an ellipsis: false, no more steps.
bool profile_pointer_step(struct buf *buf, size_t start, struct str name);

// The JSON Pointer of a member, "/name", as it is; and quoted for a terminal.
void profile_pointer(struct buf *buf, struct str name);
void profile_pointer_quoted(struct buf *buf, struct str name);
