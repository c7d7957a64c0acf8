// SPDX-License-Identifier: MIT
#include "view.h"

// The rules that accept value V of a fact.
static uint64_t accepting(
	const struct view *view, const struct pmm_rulebook *rulebook, uint32_t fact, size_t v)
{
	uint64_t set = 0;
	for (size_t i = 0; i < view->rules->count; i++) {
		const struct pmm_rule *rule = &rulebook->rules[view->rules->rules[i]];
		set |= (uint64_t)(rule->when[fact] >> v & 1) << i;
	}
	return set;
}

static void sort_values(
	const struct view *view, const struct pmm_rulebook *rulebook, struct view_fact *fact)
{
	fact->certain[0] = fact->possible[0] = UINT64_MAX; // each accepts some value
	for (size_t v = 0; v < rulebook->facts[fact->fact].value_count; v++) {
		uint64_t set = accepting(view, rulebook, fact->fact, v);
		uint32_t kind = 1;
		while (kind <= fact->classes && fact->certain[kind] != set)
			kind++;
		if (kind > fact->classes) {
			fact->classes = kind;
			fact->first[kind] = (uint8_t)(v + 1);
			fact->certain[kind] = fact->possible[kind] = set;
		}
		fact->size[kind]++;
		fact->class_of[v + 1] = (uint8_t)kind;
		fact->certain[0] &= set;
	}
}

void view_init(struct view *view, const struct pmm_rulebook *rulebook, uint32_t feature,
	const struct feature_rules *rules)
{
	*view = (struct view){.feature = feature, .rules = rules, .space = 1, .others = 1};
	for (uint32_t f = 0; f < rulebook->info.fact_count; f++) {
		struct view_fact fact = {.fact = f};
		sort_values(view, rulebook, &fact);
		if (fact.classes > 1) {
			view->facts[view->count++] = fact;
		} else {
			view->others *= fact.size[1];
			view->others_first += rulebook->stride[f];
		}
	}
	for (uint32_t i = view->count; i-- > 0;) {
		view->facts[i].stride = view->space;
		view->space *= view->facts[i].classes + 1;
	}
}
