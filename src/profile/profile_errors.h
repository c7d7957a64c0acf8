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

// The JSON Pointer of a member, "/name", as it is; and quoted for a terminal.
void profile_pointer(struct buf *buf, struct str name);
void profile_pointer_quoted(struct buf *buf, struct str name);
