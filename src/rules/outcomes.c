// SPDX-License-Identifier: MIT
// From the working memory of the proof to the tables that answers read.
#include "prove.h"

#include <errno.h>

// Which flags hold for certain: every attribute that a flag names is
// determined, and has its value.
static uint32_t find_flags(
	const struct pmm_rulebook *rulebook, const uint32_t possible[PMM_ATTRIBUTES_MAX])
{
	uint32_t flags = 0;
	for (size_t i = 0; i < rulebook->info.flag_count; i++) {
		bool holds = true;
		for (size_t a = 0; a < rulebook->info.attribute_count; a++) {
			uint8_t value = rulebook->flag_parts[i].when[a];
			holds &= value == NO_VALUE || possible[a] == UINT32_C(1) << value;
		}
		flags |= (uint32_t)holds << i;
	}
	return flags;
}

static int keep_basis(
	struct prover *prover, const struct outcome_key *key, struct pmm_outcome *outcome)
{
	const struct feature_rules *rules = &prover->features[key->feature];
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	struct pmm_basis basis[PMM_FEATURE_RULES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < rules->count; i++) {
		uint32_t attributes = 0;
		for (size_t a = 0; a < info->attribute_count; a++)
			attributes |= (uint32_t)(key->basis[a] >> i & 1) << a;
		if (attributes)
			basis[count++] = (struct pmm_basis){
				&info->rules[rules->rules[i]], attributes};
	}
	struct pmm_basis *kept = arena_array(&prover->rulebook->arena, count, sizeof *kept);
	if (!kept)
		return -ENOMEM;
	memcpy(kept, basis, count * sizeof *kept);
	outcome->basis = kept;
	outcome->basis_count = count;
	return 0;
}

static int keep_outcome(struct prover *prover, uint32_t ordinal)
{
	struct pmm_rulebook *rulebook = prover->rulebook;
	const struct outcome_key *key = prover_outcome(prover, ordinal);
	struct pmm_outcome *outcome = arena_take(&rulebook->arena, sizeof *outcome);
	if (!outcome)
		return -ENOMEM;
	rulebook->outcomes[ordinal] = outcome;
	outcome->ordinal = ordinal;
	outcome->feature = key->feature;
	outcome->missing = key->missing;
	outcome->flags = find_flags(rulebook, key->possible);
	memcpy(outcome->possible, key->possible, sizeof outcome->possible);
	return keep_basis(prover, key, outcome);
}

// Follows the chain of keys from the last feature to the first.
static void keep_decision(
	struct prover *prover, uint32_t ordinal, const struct pmm_outcome **outcomes)
{
	struct pmm_rulebook *rulebook = prover->rulebook;
	struct pmm_decision *decision = &rulebook->decisions[ordinal];
	decision->ordinal = ordinal;
	decision->outcomes = outcomes;
	for (size_t f = rulebook->info.feature_count; f-- > 0;) {
		const struct decision_key
			*key = (const void *)intern_at(&prover->decisions[f], ordinal).at;
		outcomes[f] = rulebook->outcomes[key->outcome];
		decision->missing |= outcomes[f]->missing;
		ordinal = key->before;
	}
}

int outcomes_keep(struct prover *prover)
{
	struct pmm_rulebook *rulebook = prover->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	size_t features = info->feature_count;
	info->outcome_count = prover->outcomes.count;
	info->decision_count = prover->decisions[features - 1].count;
	rulebook->outcomes = arena_array(
		&rulebook->arena, info->outcome_count, sizeof *rulebook->outcomes);
	rulebook->decisions = arena_array(
		&rulebook->arena, info->decision_count, sizeof *rulebook->decisions);
	const struct pmm_outcome **outcomes = arena_array(
		&rulebook->arena, info->decision_count * features, sizeof *outcomes);
	if (!rulebook->outcomes || !rulebook->decisions || !outcomes)
		return -ENOMEM;
	for (uint32_t i = 0; i < info->outcome_count; i++)
		if (keep_outcome(prover, i))
			return -ENOMEM;
	for (uint32_t i = 0; i < info->decision_count; i++)
		keep_decision(prover, i, outcomes + i * features);
	return 0;
}
