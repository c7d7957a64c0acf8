// SPDX-License-Identifier: MIT
// Why an outcome is so, read off the rules, and what would change it, off the table.
#include "rulebook.h"

size_t pmm_explain(const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature,
	struct pmm_explained to[PMM_FEATURE_RULES_MAX])
{
	const struct pmm_rulebook_info *info = &rulebook->info;
	uint8_t digits[PMM_FACTS_MAX];
	size_t count = 0;
	pmm_profile_digits(rulebook, index, digits);
	for (const struct pmm_rule *rule = info->rules; rule < info->rules + info->rule_count;
		rule++) {
		uint32_t facts[3] = {0}; // by standing
		if (!(rule->features >> feature & 1))
			continue;
		for (size_t f = 0; f < info->fact_count; f++) {
			const uint32_t fact = UINT32_C(1) << f, set = rule->when[f];
			if (set == UINT32_MAX)
				continue; // else it has no bits but those of values
			facts[PMM_APPLIED] |= fact;
			if (digits[f] != PMM_DIGIT_UNKNOWN)
				facts[PMM_NOT_APPLIED] |= set >> (digits[f] - 1) & 1 ? 0 : fact;
			else if ((size_t)__builtin_popcount(set) < info->facts[f].value_count)
				facts[PMM_OPEN] |= fact;
		}
		const enum pmm_standing standing = facts[PMM_NOT_APPLIED] ? PMM_NOT_APPLIED
						   : facts[PMM_OPEN]      ? PMM_OPEN
									  : PMM_APPLIED;
		to[count++] = (struct pmm_explained){rule, standing, facts[standing]};
	}
	return count;
}

// Whether an answer shows the same of both: a value, or that it is undetermined.
static bool looks_same(const struct pmm_outcome *one, const struct pmm_outcome *other, size_t count)
{
	bool same = true;
	for (size_t a = 0; a < count; a++)
		same &= one->possible[a] == other->possible[a] ||
			!(pmm_is_determined(one->possible[a]) ||
				pmm_is_determined(other->possible[a]));
	return same;
}

size_t pmm_alternatives(const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature,
	struct pmm_alternative to[PMM_ALTERNATIVES_MAX])
{
	const struct pmm_outcome *given = pmm_decide(rulebook, index)->outcomes[feature];
	size_t count = 0;
	for (uint32_t f = 0; f < rulebook->info.fact_count; f++) {
		const struct pmm_fact *fact = &rulebook->facts[f];
		const uint32_t stride = rulebook->stride[f],
			       radix = (uint32_t)fact->value_count + 1;
		uint32_t other = index - index / stride % radix * stride; // with FACT unknown
		for (uint8_t digit = 1; fact->changeable && digit < radix; digit++) {
			other += stride;
			const struct pmm_outcome *outcome = pmm_decide(rulebook, other)
								    ->outcomes[feature];
			if (!looks_same(given, outcome, rulebook->info.attribute_count))
				to[count++] = (struct pmm_alternative){f, digit, outcome};
		}
	}
	return count;
}
