// SPDX-License-Identifier: MIT
// What the loader's steps share about facts.
#ifndef RULES_FACTS_H
#define RULES_FACTS_H

#include "tree.h"

// load_facts.c: enters one more name of a fact, which must live as long as the rulebook.
void facts_add_member(struct loader *loader, struct pmm_member member);

// load_sources.c: a set of canonical values of FACT, as bits. An empty set is for the
// caller to judge.
uint32_t facts_value_set(struct loader *loader, const struct pmm_fact *fact, const cJSON *node);

#endif
