// SPDX-License-Identifier: MIT
// Examples: profiles as people write them, what must follow, and by which rules. A rulebook
// that does not keep its own examples is refused.
#include "tree.h"

// The digit that a profile's member stands for; PMM_DIGIT_NONE if it is none.
static int read_digit(
	const struct pmm_rulebook *rulebook, const struct pmm_member *member, const cJSON *node)
{
	const char *text = tree_word(node);
	if (!text || (cJSON_IsBool(node) && !rulebook->facts[member->fact].is_boolean))
		return PMM_DIGIT_NONE;
	return pmm_member_value(rulebook, member, text, strlen(text));
}

static void fail_member(struct loader *loader, const char *name, const cJSON *item)
{
	loader_fail(loader, "unknown_name",
		"The example \"%s\" has a member \"%s\" that cannot be read.", name, item->string);
}

static void read_profile(
	struct loader *loader, const cJSON *node, const char *name, uint8_t digits[PMM_FACTS_MAX])
{
	const struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_given given[PMM_MEMBERS_MAX];
	const cJSON *ranked[PMM_FACTS_MAX] = {NULL}; // what says nothing if its fact is given
	uint64_t seen = 0;
	size_t count = 0;
	for (const cJSON *item = node->child; item; item = item->next) {
		const struct pmm_member *member = pmm_member_find(
			rulebook, item->string, strlen(item->string));
		int digit = member ? read_digit(rulebook, member, item) : PMM_DIGIT_NONE;
		if (digit == PMM_DIGIT_NONE && member && member->ranked)
			ranked[member->fact] = item;
		else if (digit == PMM_DIGIT_NONE || seen >> member->ordinal & 1) {
			fail_member(loader, name, item);
			return;
		}
		seen |= UINT64_C(1) << member->ordinal;
		if (digit > PMM_DIGIT_UNKNOWN)
			given[count++] = (struct pmm_given){member, (uint8_t)digit};
	}
	if (pmm_resolve(rulebook, given, count, digits, NULL))
		loader_fail(loader, "unknown_name",
			"The example \"%s\" says two things about one fact.", name);
	for (size_t f = 0; f < rulebook->info.fact_count; f++)
		if (ranked[f] && !digits[f])
			fail_member(loader, name, ranked[f]);
}

static void check_attribute(struct loader *loader, const cJSON *expected, const char *name,
	const uint8_t *digits, const struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	const size_t a = TREE_FIND(info->attributes, info->attribute_count, expected->string);
	if (a == info->attribute_count || !cJSON_IsString(expected)) {
		loader_fail(loader, "unknown_name",
			"The example \"%s\" expects something of \"%s\" that is not declared.",
			name, expected->string);
		return;
	}
	const uint32_t possible = outcome->possible[a];
	const char *value = "undetermined";
	if (pmm_is_determined(possible))
		value = info->attributes[a].values[__builtin_ctz(possible)].name;
	if (strcmp(value, expected->valuestring) != 0)
		loader_find(loader, true, "failing_example", name, digits,
			"The example \"%s\" expects \"%s\" of \"%s\" to be \"%s\", but it is "
			"\"%s\".",
			name, expected->string, info->features[outcome->feature].name,
			expected->valuestring, value);
}

static void check_feature(
	struct loader *loader, const cJSON *expected, const char *name, const uint8_t *digits)
{
	const struct pmm_rulebook *rulebook = loader->rulebook;
	const size_t count = rulebook->info.feature_count;
	const size_t f = TREE_FIND(rulebook->features, count, expected->string);
	if (f == count || !cJSON_IsObject(expected)) {
		loader_fail(loader, "unknown_name",
			"The example \"%s\" expects something of \"%s\", which is no feature.",
			name, expected->string);
		return;
	}
	const uint32_t index = pmm_profile_index(rulebook, digits);
	const struct pmm_outcome *outcome = pmm_decide(rulebook, index)->outcomes[f];
	for (const cJSON *item = expected->child; item; item = item->next)
		check_attribute(loader, item, name, digits, outcome);
}

// Whether a rule applies to a profile: 1, or -1 where what is known excludes it; 0: what
// is unknown leaves it open.
static int judge_rule(
	const struct pmm_rulebook_info *info, const struct pmm_rule *rule, const uint8_t *digits)
{
	int judged = 1;
	for (size_t f = 0; f < info->fact_count; f++) {
		const uint32_t all = UINT32_MAX >> (PMM_VALUES_MAX - info->facts[f].value_count);
		const uint32_t may_be = digits[f] ? UINT32_C(1) << (digits[f] - 1) : all;
		if (!(may_be & rule->when[f]))
			return -1;
		if (may_be & ~rule->when[f])
			judged = 0;
	}
	return judged;
}

// The rules that LIST names must all be judged as WANTED.
static void check_rules(struct loader *loader, const cJSON *list, const char *name,
	const uint8_t *digits, int wanted)
{
	static const char *const judgements[] = {
		"what is known excludes it", "what is unknown leaves it open", "it applies"};
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
		const size_t r = TREE_FIND(info->rules, info->rule_count, item->valuestring);
		if (r == info->rule_count) {
			loader_fail(loader, "unknown_name",
				"The example \"%s\" has in \"%s\" what is no rule.", name,
				list->string);
			continue;
		}
		const int judged = judge_rule(info, &info->rules[r], digits);
		if (judged != wanted)
			loader_find(loader, true, "failing_example", name, digits,
				"The example \"%s\" has the rule \"%s\" in \"%s\", but %s.", name,
				info->rules[r].id, list->string, judgements[judged + 1]);
	}
}

static void load_example(struct loader *loader, const cJSON *node)
{
	const cJSON *name, *profile, *expect, *matched, *not_matched;
	uint8_t digits[PMM_FACTS_MAX];
	struct tree_field fields[] = {
		{"name", TREE_STRING, .node = &name},
		{"profile", TREE_OBJECT, .node = &profile},
		{"expect", TREE_OBJECT, .node = &expect},
		{"matched", TREE_ARRAY, .node = &matched, .optional = true},
		{"not_matched", TREE_ARRAY, .node = &not_matched, .optional = true},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (!loader->result)
		read_profile(loader, profile, name->valuestring, digits);
	if (loader->result)
		return;
	for (const cJSON *item = expect->child; item; item = item->next)
		check_feature(loader, item, name->valuestring, digits);
	check_rules(loader, matched, name->valuestring, digits, 1);
	check_rules(loader, not_matched, name->valuestring, digits, -1);
}

// One that fails does not keep the others from being told.
void load_examples(struct loader *loader, const cJSON *examples)
{
	struct tree_walk walk = tree_items(examples, "examples");
	tree_count(loader, examples, "examples", 0, PMM_EXAMPLES_MAX,
		&loader->rulebook->info.example_count);
	int result = loader->result;
	while (tree_next(loader, &walk)) {
		load_example(loader, walk.item);
		if (loader->result)
			result = loader->result;
		loader->result = 0;
	}
	loader->result = result;
}
