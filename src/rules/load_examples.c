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

static const struct pmm_member *find_member(const struct pmm_rulebook *rulebook, const cJSON *node)
{
	return pmm_member_find(rulebook, node->string, strlen(node->string));
}

// What an example says, as it is read.
struct example {
	const char *name;
	uint8_t digits[PMM_FACTS_MAX];
	bool is_known; // the digits are all that it says, and there are decisions
};

// NODE is a member of a profile that says nothing known.
static void fail_member(struct loader *loader, const cJSON *node, const struct example *example)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	const struct pmm_member *member = find_member(loader->rulebook, node);
	const struct pmm_fact *fact = member ? &info->facts[member->fact] : NULL;
	const char *names[PMM_MEMBERS_MAX]; // that it could be, or values that it could have
	size_t count = 0;
	for (size_t m = 0; !fact && m < info->member_count; m++)
		names[count++] = info->members[m].name;
	for (size_t v = 0; fact && v < fact->value_count; v++)
		if (member->accepts >> v & 1)
			names[count++] = fact->values[v].name;
	const struct tree_names known = {names, count, sizeof *names, fact && fact->is_boolean,
		loader->lacking >> (fact ? member->fact : LOADER_NAMES) & 1};
	tree_refer(loader, &known, "unknown_name", node, !fact,
		"The example \"%s\" has a member \"%s\" that cannot be read.", example->name,
		node->string);
}

static void read_profile(struct loader *loader, const cJSON *node, struct example *example)
{
	const struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_given given[PMM_MEMBERS_MAX];
	const cJSON *items[PMM_MEMBERS_MAX];
	bool conflicts[PMM_MEMBERS_MAX] = {false};
	const cJSON *ranked[PMM_FACTS_MAX] = {NULL}; // what says nothing if its fact is given
	uint64_t seen = 0;
	size_t count = 0;
	for (const cJSON *item = node ? node->child : NULL; item; item = item->next) {
		const struct pmm_member *member = find_member(rulebook, item);
		const uint64_t bit = member ? UINT64_C(1) << member->ordinal : 0;
		const int digit = member ? read_digit(rulebook, member, item) : PMM_DIGIT_NONE;
		if (seen & bit) {
			loader_fail(loader, item, "unknown_name", "each name once",
				"The example \"%s\" gives \"%s\" twice.", example->name,
				item->string);
		} else if (digit > PMM_DIGIT_UNKNOWN) {
			items[count] = item;
			given[count++] = (struct pmm_given){member, (uint8_t)digit};
		} else if (digit == PMM_DIGIT_NONE && bit && member->ranked &&
			   !cJSON_IsNumber(item)) {
			ranked[member->fact] = item;
		} else if (digit == PMM_DIGIT_NONE) {
			fail_member(loader, item, example);
		}
		seen |= bit;
	}
	pmm_resolve(rulebook, given, count, example->digits, conflicts);
	for (size_t i = 0; i < count; i++)
		if (conflicts[i] && !(loader->lacking >> LOADER_NAMES & 1))
			loader_fail(loader, items[i], "unknown_name", "one value for one fact",
				"The example \"%s\" says two things about one fact.",
				example->name);
	for (size_t f = 0; f < rulebook->info.fact_count; f++)
		if (ranked[f] && !example->digits[f])
			fail_member(loader, ranked[f], example);
}

// OUTCOME may be NULL, where there is none.
static void check_attribute(struct loader *loader, const cJSON *expected,
	const struct example *example, const struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	const size_t a = tree_refer(loader, TREE_NAMES(info->attributes, info->attribute_count),
		"unknown_name", expected, true,
		"The example \"%s\" expects something of \"%s\" that is not declared.",
		example->name, expected->string);
	const struct pmm_attribute *attribute = &info->attributes[a];
	const char *value = "undetermined", *wanted = expected->valuestring;
	if (a == info->attribute_count)
		return;
	if ((!wanted || strcmp(wanted, value) != 0) &&
		tree_refer(loader, TREE_NAMES(attribute->values, attribute->value_count),
			"unknown_name", expected, false,
			"The example \"%s\" expects a value of \"%s\" that is not declared.",
			example->name, expected->string) == attribute->value_count)
		return;
	if (!outcome)
		return;
	if (pmm_is_determined(outcome->possible[a]))
		value = attribute->values[__builtin_ctz(outcome->possible[a])].name;
	const struct loader_fault fault = {
		.code = "failing_example", .node = expected, .witness = example->digits};
	if (strcmp(value, wanted) != 0)
		loader_find(loader, &fault,
			"The example \"%s\" expects \"%s\" of \"%s\" to be \"%s\", but it is \"%s\".",
			example->name, expected->string, info->features[outcome->feature].name,
			wanted, value);
}

static void check_feature(
	struct loader *loader, const cJSON *expected, const struct example *example)
{
	const struct pmm_rulebook *rulebook = loader->rulebook;
	const size_t count = rulebook->info.feature_count;
	const size_t f = tree_refer(loader, TREE_NAMES(rulebook->features, count), "unknown_name",
		expected, true,
		"The example \"%s\" expects something of \"%s\", which is no feature.",
		example->name, expected->string);
	const struct pmm_outcome *outcome = NULL;
	if (!cJSON_IsObject(expected))
		loader_fail(loader, expected, "structure", "an object of attributes and values",
			"The example \"%s\" must say what it expects of \"%s\" as an object.",
			example->name, expected->string);
	else if (f < count && example->is_known)
		outcome = pmm_decide(rulebook, pmm_profile_index(rulebook, example->digits))
				  ->outcomes[f];
	const cJSON *item = cJSON_IsObject(expected) ? expected->child : NULL;
	for (; item; item = item->next)
		check_attribute(loader, item, example, outcome);
}

// The rules that LIST names must all be judged as WANTED.
static void check_rules(struct loader *loader, const cJSON *list, const struct example *example,
	enum pmm_standing wanted)
{
	static const char *const standings[] = {
		"it applies", "what is known excludes it", "what is unknown leaves it open"};
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	for (const cJSON *item = list ? list->child : NULL; item; item = item->next) {
		const size_t r = tree_refer(loader, TREE_NAMES(info->rules, info->rule_count),
			"unknown_name", item, false,
			"The example \"%s\" has in \"%s\" what is no rule.", example->name,
			list->string);
		if (r == info->rule_count || !example->is_known)
			continue;
		uint32_t facts;
		const enum pmm_standing standing = rule_standing(
			loader->rulebook, &info->rules[r], example->digits, &facts);
		const struct loader_fault fault = {
			.code = "failing_example", .node = item, .witness = example->digits};
		if (standing != wanted)
			loader_find(loader, &fault,
				"The example \"%s\" has the rule \"%s\" in \"%s\", but %s.",
				example->name, info->rules[r].id, list->string,
				standings[standing]);
	}
}

static void load_example(struct loader *loader, const cJSON *node, bool is_proved)
{
	const cJSON *profile, *expect, *matched, *not_matched;
	struct example example = {.name = ""};
	struct tree_field fields[] = {
		{"name", TREE_COPY, .text = &example.name},
		{"profile", TREE_OBJECT, .node = &profile},
		{"expect", TREE_OBJECT, .node = &expect},
		{"matched", TREE_ARRAY, .node = &matched, .optional = true},
		{"not_matched", TREE_ARRAY, .node = &not_matched, .optional = true},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	const unsigned errors = loader->errors;
	read_profile(loader, profile, &example);
	example.is_known = is_proved && profile && loader->errors == errors;
	for (const cJSON *item = expect ? expect->child : NULL; item; item = item->next)
		check_feature(loader, item, &example);
	check_rules(loader, matched, &example, PMM_APPLIED);
	check_rules(loader, not_matched, &example, PMM_NOT_APPLIED);
}

void load_examples(struct loader *loader, const cJSON *examples, bool is_proved)
{
	struct tree_walk walk = tree_items(loader, examples, "examples", 0, PMM_EXAMPLES_MAX,
		&loader->rulebook->info.example_count);
	while (tree_next(loader, &walk))
		load_example(loader, walk.item, is_proved);
}
