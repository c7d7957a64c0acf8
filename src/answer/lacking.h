// SPDX-License-Identifier: MIT
// What somebody lacks who is shut out: which facts would have to be others.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// The facts (bit f) to begin with so that the answer about FEATURE becomes a better one: those
// of the fewest known changeable facts that must have another value, whatever unknown ones turn
// out to be; where several ways are as short, those of all of them. 0: nothing is lacking, or
// nothing that can be changed helps. Any thread.
uint32_t lacking_find(const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature);

// For a walk over profiles: what a digit of each fact adds to an index, and which facts (bit f)
// the rules about FEATURE name.
void lacking_steps(const struct pmm_rulebook *rulebook, uint32_t step[PMM_FACTS_MAX]);
uint32_t lacking_named(const struct pmm_rulebook_info *info, uint32_t feature);
