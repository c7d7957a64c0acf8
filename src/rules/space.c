// SPDX-License-Identifier: MIT
// The space of profiles: a mixed radix with one digit for each fact, where 0
// stands for unknown. The first fact is the most significant digit.
#include "rulebook.h"

bool space_init(struct pmm_rulebook *rulebook, uint64_t *cells)
{
	struct pmm_rulebook_info *info = &rulebook->info;
	uint64_t space = 1, full = 1;
	for (size_t f = info->fact_count; f-- > 0;) {
		rulebook->stride[f] = (uint32_t)space;
		uint64_t values = info->facts[f].value_count;
		full *= values;
		// 16 facts of 33 digits pass 2^64: saturate, the count is only reported.
		space = space > UINT64_MAX / (values + 1) ? UINT64_MAX : space * (values + 1);
	}
	*cells = space;
	info->space = (uint32_t)space;
	info->full_space = (uint32_t)full;
	return space <= PMM_SPACE_MAX;
}

uint32_t pmm_profile_index(const struct pmm_rulebook *rulebook, const uint8_t digits[PMM_FACTS_MAX])
{
	uint32_t index = 0;
	for (size_t f = 0; f < rulebook->info.fact_count; f++)
		index += digits[f] * rulebook->stride[f];
	return index;
}

void pmm_profile_digits(
	const struct pmm_rulebook *rulebook, uint32_t index, uint8_t digits[PMM_FACTS_MAX])
{
	for (size_t f = 0; f < rulebook->info.fact_count; f++) {
		digits[f] = (uint8_t)(index / rulebook->stride[f]);
		index %= rulebook->stride[f];
	}
}

const struct pmm_decision *pmm_decide(const struct pmm_rulebook *rulebook, uint32_t index)
{
	return &rulebook->decisions[rulebook->decision_of[index]];
}

const struct pmm_decision *pmm_decision_at(const struct pmm_rulebook *rulebook, uint32_t ordinal)
{
	return &rulebook->decisions[ordinal];
}

const struct pmm_outcome *pmm_outcome_at(const struct pmm_rulebook *rulebook, uint32_t ordinal)
{
	return rulebook->outcomes[ordinal];
}
