// SPDX-License-Identifier: MIT
// The space of profiles as one feature sees it.
//
// Rules look at few facts, and take many values of a fact alike. Values that
// all rules of a feature take alike are one class; a fact with a single class
// makes no difference to the feature. What is left is a space of its own,
// again a mixed radix with 0 for unknown, and mostly a small one: a profile's
// outcome is that of its class.
#ifndef RULES_VIEW_H
#define RULES_VIEW_H

#include "loader.h"

// The rules that speak of one feature. No padding: it is compared as bytes.
struct feature_rules {
	size_t count;
	uint32_t rules[PMM_FEATURE_RULES_MAX]; // ordinals in the rulebook
	uint64_t setters[PMM_ATTRIBUTES_MAX]; // rules that give the attribute a value
};

// A fact that the feature tells classes of.
struct view_fact {
	uint32_t fact;
	uint32_t stride;
	uint32_t classes; // numbered from 1, by their first value; 0 is unknown
	uint8_t class_of[PMM_VALUES_MAX + 1]; // by digit
	uint8_t first[PMM_VALUES_MAX + 1]; // digit of the first value of a class
	uint32_t size[PMM_VALUES_MAX + 1]; // values of a class
	// Rules that hold for every (some) value, as bits of feature_rules; they
	// differ for unknown alone.
	uint64_t certain[PMM_VALUES_MAX + 1];
	uint64_t possible[PMM_VALUES_MAX + 1];
};

struct view {
	uint32_t feature;
	const struct feature_rules *rules;
	uint32_t space;
	uint32_t count;
	struct view_fact facts[PMM_FACTS_MAX]; // [count], in the order of the rulebook
	// Of the facts that make no difference: how many ways there are to know all
	// of them, and the index of the first.
	uint32_t others;
	uint32_t others_first;
};

// RULES must live as long as the view.
void view_init(struct view *view, const struct pmm_rulebook *rulebook, uint32_t feature,
	const struct feature_rules *rules);

#endif
