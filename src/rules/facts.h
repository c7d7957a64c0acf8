// SPDX-License-Identifier: MIT
// What the loader's steps share about facts.
#ifndef RULES_FACTS_H
#define RULES_FACTS_H

#include "tree.h"

// Enters NAME, which must live as long as the rulebook, as one more name of
// fact F. SELECTIVE: other text under this name says nothing.
int facts_add_member(struct loader *loader, const char *name, uint32_t f, bool selective);

// The ordinal of a fact's value by its canonical name, or NO_VALUE.
uint8_t facts_value(const struct pmm_fact *fact, const cJSON *node);

// A set of canonical values of FACT, as bits. An empty set is for the caller to judge.
int facts_value_set(
	struct loader *loader, const struct pmm_fact *fact, const cJSON *node, uint32_t *set);

// The ordinal of a fact by its canonical name, or PMM_FACTS_MAX.
uint32_t facts_find(const struct pmm_rulebook *rulebook, const char *name);

// load_sources.c: sources outrank other names of a fact.
int load_sources(struct loader *loader, const cJSON *sources);

#endif
