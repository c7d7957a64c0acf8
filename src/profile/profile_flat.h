// SPDX-License-Identifier: MIT
// Private to profile: the quick way through a JSON text.
#ifndef PROFILE_PROFILE_FLAT_H
#define PROFILE_PROFILE_FLAT_H

#include "profile.h"

// Reads TEXT as profile_read_json would, if it is of the usual form. False: it is not,
// and PROFILE is as it was.
bool profile_read_flat(struct profile *profile, struct str text);

#endif
