// SPDX-License-Identifier: MIT
// Tells of what the proof found, each with the smallest profile that shows it: the one
// with the fewest facts given all of whose completions have the fault. Runs only where
// there is something to tell.
#include "prover.h"

#include <stdio.h>

struct witness {
	size_t given; // facts
	uint8_t digits[PMM_FACTS_MAX];
};

// The smallest profiles for which no rule decides an attribute of FEATURE. The walk meets a
// fact's values before it meets that as unknown: so completions come before what they
// complete, and of equals the first in the order of the rulebook.
static void find_gaps(
	const struct prover *prover, uint32_t feature, struct witness witnesses[PMM_ATTRIBUTES_MAX])
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const struct feature_rules *rules = &prover->features[feature];
	uint32_t *open = prover->outcome_of; // bit a: attribute a is, in all completions
	uint8_t places[PMM_FACTS_MAX] = {0}; // as many as there are values: unknown
	for (uint32_t rank = 0; rank < info->space; rank++) {
		struct witness here = {.given = 0};
		uint64_t applying = UINT64_MAX;
		uint32_t set = value_bits(info->attribute_count);
		size_t f = info->fact_count, unknown = f;
		while (f-- > 0) {
			if (places[f] == info->facts[f].value_count) {
				unknown = f;
				continue;
			}
			here.given++;
			here.digits[f] = (uint8_t)(places[f] + 1);
			applying &= rules->accepting[f][here.digits[f]];
		}
		for (uint32_t v = unknown < info->fact_count ? places[unknown] : 0; v > 0; v--)
			set &= open[rank - v * prover->rulebook->stride[unknown]];
		for (size_t a = 0; unknown == info->fact_count && a < info->attribute_count; a++)
			if (applying & rules->setters[a])
				set &= ~(UINT32_C(1) << a);
		open[rank] = set;
		for (; set; set &= set - 1)
			if (here.given < witnesses[__builtin_ctz(set)].given)
				witnesses[__builtin_ctz(set)] = here;
		for (f = info->fact_count; f-- > 0 && places[f]++ == info->facts[f].value_count;)
			places[f] = 0;
	}
}

// To how many profiles both rules apply, and the smallest one with all of its completions
// among them: only a fact of which they exclude a value must be given.
static uint32_t meet(const struct prover *prover, const uint32_t rules[2], struct witness *witness)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	uint32_t count = 1;
	*witness = (struct witness){.given = 0};
	for (size_t f = 0; f < info->fact_count && count; f++) {
		const uint32_t all = value_bits(info->facts[f].value_count);
		const uint32_t both = info->rules[rules[0]].when[f] &
				      info->rules[rules[1]].when[f] & all;
		count *= (uint32_t)__builtin_popcount(both);
		if (both == all || !both)
			continue;
		witness->digits[f] = (uint8_t)(__builtin_ctz(both) + 1);
		witness->given++;
	}
	return count;
}

static const cJSON *find_value(const struct prover *prover, uint32_t rule, const char *attribute)
{
	return cJSON_GetObjectItemCaseSensitive(
		prover_node(prover, "rules", rule, "then"), attribute);
}

static void report_gap(struct prover *prover, uint32_t f, size_t a, const struct witness *witness)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const struct loader_fault fault = {.code = "gap",
		.node = prover_node(prover, "features", f, "name"),
		.expected = "a rule that applies to it and decides that",
		.witness = witness->digits};
	loader_find(prover->loader, &fault,
		"No rule decides \"%s\" of \"%s\" for %u of %u profiles.", info->attributes[a].name,
		info->features[f].name, prover->faults[f][a].gaps, info->full_space);
}

// Tells of COUNT profiles for which two RULES speak of the attribute, of FEATURES.
static void report_pair(struct prover *prover, size_t a, const uint32_t rules[2], uint32_t features,
	const uint8_t *witness, uint32_t count)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const struct pmm_rule *first = &info->rules[rules[0]], *second = &info->rules[rules[1]];
	const char *attribute = info->attributes[a].name;
	const bool is_error = first->then[a] != second->then[a];
	const int others = __builtin_popcount(features) - 1;
	char expected[256], more[64] = "";
	snprintf(expected, sizeof expected, "\"%s\", or conditions that exclude each other",
		find_value(prover, rules[0], attribute)->valuestring);
	if (others)
		snprintf(
			more, sizeof more, " and %d more feature%s", others, others > 1 ? "s" : "");
	const struct loader_fault fault = {.code = is_error ? "contradiction" : "overlap",
		.node = find_value(prover, rules[1], attribute),
		.is_note = !is_error,
		.expected = is_error ? expected : NULL,
		.witness = witness};
	loader_find(prover->loader, &fault,
		"The rules \"%s\" and \"%s\" %s on \"%s\" of \"%s\"%s for %u profiles.", first->id,
		second->id, is_error ? "contradict each other" : "agree", attribute,
		info->features[__builtin_ctz(features)].name, more, count);
}

// Tells of each pair of rules that contradict each other, or agree, on the attribute with
// GIVEN facts in the witness; at the first feature of which both speak, for all.
static void report_pairs(struct prover *prover, uint32_t f, size_t a, size_t given, bool agree)
{
	const struct pmm_rule *all = prover->rulebook->rules;
	const struct feature_rules *rules = &prover->features[f];
	struct witness witness;
	for (uint64_t one = rules->setters[a]; one; one &= one - 1) {
		for (uint64_t other = one & (one - 1); other; other &= other - 1) {
			const uint32_t pair[2] = {rules->rules[__builtin_ctzll(one)],
				rules->rules[__builtin_ctzll(other)]};
			const uint32_t features = all[pair[0]].features & all[pair[1]].features;
			if ((all[pair[0]].then[a] == all[pair[1]].then[a]) != agree ||
				features & (((uint32_t)1 << f) - 1))
				continue;
			const uint32_t count = meet(prover, pair, &witness);
			if (count && witness.given == given)
				report_pair(prover, a, pair, features, witness.digits, count);
		}
	}
}

void prover_report(struct prover *prover)
{
	const struct pmm_rulebook_info *info = &prover->rulebook->info;
	const struct pmm_listener *listener = prover->loader->listener;
	const bool hears_notes = listener && !listener->errors_only;
	struct witness gaps[PMM_FEATURES_MAX][PMM_ATTRIBUTES_MAX] = {{{0}}};
	if (!prover->has_faults && !hears_notes)
		return; // nothing that anybody would hear
	for (uint32_t f = 0; f < info->feature_count; f++) {
		bool has_gaps = false;
		for (size_t a = 0; a < info->attribute_count; a++) {
			gaps[f][a].given = SIZE_MAX;
			has_gaps |= prover->faults[f][a].gaps > 0;
		}
		if (has_gaps)
			find_gaps(prover, f, gaps[f]);
	}
	const size_t places = info->feature_count * info->attribute_count;
	for (size_t i = 0; i < (info->fact_count + 1) * places; i++) {
		const size_t given = i / places, a = i % info->attribute_count;
		const uint32_t f = (uint32_t)(i / info->attribute_count % info->feature_count);
		const struct faults *faults = &prover->faults[f][a];
		if (gaps[f][a].given == given)
			report_gap(prover, f, a, &gaps[f][a]);
		if (faults->is_contradicted)
			report_pairs(prover, f, a, given, false);
		if (hears_notes && faults->is_agreed && !faults->is_contradicted)
			report_pairs(prover, f, a, given, true);
	}
}
