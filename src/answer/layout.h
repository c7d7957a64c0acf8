// SPDX-License-Identifier: MIT
// Private to answer: what answers consist of (fragments.h). A fact, "role":"guru", and
// an outcome as JSON, as the values alone, and as columns of CSV.
#ifndef ANSWER_LAYOUT_H
#define ANSWER_LAYOUT_H

#include "base/base.h"

#include <pmm/rules.h>

void layout_fact(struct buf *buf, const struct pmm_fact *fact, const struct pmm_value *value);
void layout_outcome(struct buf *buf, const struct pmm_rulebook *rulebook,
	const struct pmm_outcome *outcome, enum pmm_lang lang);
void layout_outcome_row(
	struct buf *buf, const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome);
void layout_outcome_csv(
	struct buf *buf, const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome);
const char *layout_value(const struct pmm_attribute *attribute, uint32_t possible);

#endif
