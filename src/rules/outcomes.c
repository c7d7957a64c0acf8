// SPDX-License-Identifier: MIT
// From the working memory of the proof to the tables that answers read.
#include "prover.h"

// Which flags hold for certain: every attribute that a flag names is
// determined, and has its value.
static uint32_t find_flags(
	const struct pmm_rulebook *rulebook, const uint32_t possible[PMM_ATTRIBUTES_MAX])
{
	uint32_t flags = 0;
	for (size_t i = 0; i < rulebook->info.flag_count; i++) {
		bool holds = true;
		for (size_t a = 0; a < rulebook->info.attribute_count; a++) {
			uint8_t value = rulebook->flag_when[i][a];
			holds &= value == PMM_NO_VALUE || possible[a] == UINT32_C(1) << value;
		}
		flags |= (uint32_t)holds << i;
	}
	return flags;
}

static void keep_basis(
	struct prover *prover, const struct outcome_key *key, struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const uint32_t *rules = prover->features[key->feature].rules;
	uint64_t rest = 0;
	for (size_t a = 0; a < info->attribute_count; a++)
		rest |= key->basis[a];
	outcome->basis_count = (size_t)__builtin_popcountll(rest);
	struct pmm_basis *basis = loader_take(prover->loader, outcome->basis_count, sizeof *basis);
	outcome->basis = basis;
	for (; basis && rest; rest &= rest - 1, basis++) {
		const int i = __builtin_ctzll(rest);
		basis->rule = &info->rules[rules[i]];
		for (size_t a = 0; a < info->attribute_count; a++)
			basis->attributes |= (uint32_t)(key->basis[a] >> i & 1) << a;
	}
}

static void keep_outcome(struct prover *prover, uint32_t ordinal)
{
	struct pmm_rulebook *rulebook = prover->rulebook;
	const struct outcome_key *key = prover_outcome(prover, ordinal);
	struct pmm_outcome *outcome = loader_take(prover->loader, 1, sizeof *outcome);
	if (!outcome)
		return;
	rulebook->outcomes[ordinal] = outcome;
	outcome->ordinal = ordinal;
	outcome->feature = (uint32_t)key->feature;
	for (size_t a = 0; a < PMM_ATTRIBUTES_MAX; a++)
		outcome->missing |= key->missing[a];
	memcpy(outcome->missing_of, key->missing, sizeof outcome->missing_of);
	outcome->flags = find_flags(rulebook, key->possible);
	memcpy(outcome->possible, key->possible, sizeof outcome->possible);
	keep_basis(prover, key, outcome);
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

void outcomes_keep(struct prover *prover)
{
	struct loader *loader = prover->loader;
	struct pmm_rulebook *rulebook = prover->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	const size_t features = info->feature_count;
	info->outcome_count = prover->outcomes.count;
	info->decision_count = prover->decisions[features - 1].count;
	rulebook->outcomes = loader_take(loader, info->outcome_count, sizeof *rulebook->outcomes);
	rulebook->decisions = loader_take(
		loader, info->decision_count, sizeof *rulebook->decisions);
	const struct pmm_outcome **outcomes = loader_take(
		loader, info->decision_count * features, sizeof *outcomes);
	for (uint32_t i = 0; !loader->result && i < info->outcome_count; i++)
		keep_outcome(prover, i);
	for (uint32_t i = 0; !loader->result && i < info->decision_count; i++)
		keep_decision(prover, i, outcomes + i * features);
}
