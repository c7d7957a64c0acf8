// SPDX-License-Identifier: MIT
// Why an outcome is so, read off the rules, and what would change it, off the table.
#include "rulebook.h"

enum pmm_standing rule_standing(const struct pmm_rulebook *rulebook, const struct pmm_rule *rule,
	const uint8_t digits[PMM_FACTS_MAX], uint32_t *facts)
{
	const struct pmm_rulebook_info *info = &rulebook->info;
	uint32_t found[3] = {0}; // by standing
	for (size_t f = 0; f < info->fact_count; f++) {
		const uint32_t fact = UINT32_C(1) << f, set = rule->when[f];
		if (set == UINT32_MAX)
			continue; // else it has no bits but those of values
		found[PMM_APPLIED] |= fact;
		if (digits[f] != PMM_DIGIT_UNKNOWN)
			found[PMM_NOT_APPLIED] |= set >> (digits[f] - 1) & 1 ? 0 : fact;
		else if ((size_t)__builtin_popcount(set) < info->facts[f].value_count)
			found[PMM_OPEN] |= fact;
	}
	const enum pmm_standing standing = found[PMM_NOT_APPLIED] ? PMM_NOT_APPLIED
					   : found[PMM_OPEN]      ? PMM_OPEN
								  : PMM_APPLIED;
	*facts = found[standing];
	return standing;
}

size_t pmm_explain(const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature,
	struct pmm_explained to[PMM_FEATURE_RULES_MAX])
{
	uint8_t digits[PMM_FACTS_MAX];
	size_t count = 0;
	pmm_profile_digits(rulebook, index, digits);
	for (size_t r = 0; r < rulebook->info.rule_count; r++) {
		const struct pmm_rule *rule = &rulebook->rules[r];
		if (!(rule->features >> feature & 1))
			continue;
		struct pmm_explained *one = &to[count++];
		one->rule = rule;
		one->standing = rule_standing(rulebook, rule, digits, &one->facts);
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
