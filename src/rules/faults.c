// SPDX-License-Identifier: MIT
// What the proof found, said so that the author of a rulebook can mend it.
#include "prove.h"

static void report_gap(struct prover *prover, const struct fault *fault, const char *feature,
	const char *attribute)
{
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(prover->rulebook, fault->witness, digits);
	loader_find(prover->loader, true, "gap", feature, digits,
		"No rule decides \"%s\" of \"%s\" for %u of %u profiles.", attribute, feature,
		fault->count, prover->rulebook->info.full_space);
}

static void report_pair(struct prover *prover, const struct fault *fault, const char *feature,
	const char *attribute, bool is_error)
{
	const struct pmm_rule *rules = prover->rulebook->rules;
	const char *first = rules[fault->rules[0]].id, *second = rules[fault->rules[1]].id;
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(prover->rulebook, fault->witness, digits);
	loader_find(prover->loader, is_error, is_error ? "contradiction" : "overlap", first, digits,
		"The rules \"%s\" and \"%s\" %s on \"%s\" of \"%s\" for %u profiles.", first,
		second, is_error ? "contradict each other" : "agree", attribute, feature,
		fault->count);
}

void faults_report(struct prover *prover)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const struct faults *faults = &prover->faults;
	for (size_t f = 0; f < info->feature_count; f++) {
		for (size_t a = 0; a < info->attribute_count; a++) {
			const char *feature = info->features[f].name;
			const char *attribute = info->attributes[a].name;
			if (faults->gaps[f][a].count)
				report_gap(prover, &faults->gaps[f][a], feature, attribute);
			if (faults->contradictions[f][a].count)
				report_pair(prover, &faults->contradictions[f][a], feature,
					attribute, true);
			if (faults->overlaps[f][a].count)
				report_pair(
					prover, &faults->overlaps[f][a], feature, attribute, false);
		}
	}
}
