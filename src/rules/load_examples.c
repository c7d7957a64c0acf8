// SPDX-License-Identifier: MIT
// Examples: profiles as people write them, and what must follow. A rulebook
// that does not keep its own examples is refused.
#include "tree.h"

#include <errno.h>

// The digit that a profile's member stands for; PMM_DIGIT_NONE if it is none.
static int read_digit(
	const struct pmm_rulebook *rulebook, const struct pmm_member *member, const cJSON *node)
{
	const char *text = cJSON_IsString(node)  ? node->valuestring
			   : cJSON_IsTrue(node)  ? "true"
			   : cJSON_IsFalse(node) ? "false"
						 : NULL;
	if (!text || (cJSON_IsBool(node) && !rulebook->facts[member->fact].is_boolean))
		return PMM_DIGIT_NONE;
	return pmm_member_value(rulebook, member, text, strlen(text));
}

static int read_profile(
	struct loader *loader, const cJSON *node, const char *name, uint8_t digits[PMM_FACTS_MAX])
{
	const struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_given given[PMM_MEMBERS_MAX];
	uint64_t seen = 0;
	size_t count = 0;
	const cJSON *item;
	TREE_EACH(item, node)
	{
		const struct pmm_member *member = pmm_member_find(
			rulebook, item->string, strlen(item->string));
		int digit = member ? read_digit(rulebook, member, item) : PMM_DIGIT_NONE;
		if (digit == PMM_DIGIT_NONE || seen >> member->ordinal & 1)
			return loader_fail(loader, "unknown_name",
				"The example \"%s\" has a member \"%s\" that cannot be read.", name,
				item->string);
		seen |= UINT64_C(1) << member->ordinal;
		if (digit != PMM_DIGIT_UNKNOWN)
			given[count++] = (struct pmm_given){member, (uint8_t)digit};
	}
	if (pmm_resolve(rulebook, given, count, digits, NULL))
		return loader_fail(loader, "unknown_name",
			"The example \"%s\" says two things about one fact.", name);
	return 0;
}

// The name of what follows for an attribute, "undetermined" included.
static const char *follows(const struct pmm_attribute *attribute, uint32_t possible)
{
	if (!pmm_is_determined(possible))
		return "undetermined";
	return attribute->values[__builtin_ctz(possible)].name;
}

static int check_attribute(struct loader *loader, const cJSON *expected, const char *name,
	const uint8_t *digits, const struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	size_t a = 0;
	while (a < info->attribute_count && strcmp(info->attributes[a].name, expected->string) != 0)
		a++;
	if (a == info->attribute_count || !cJSON_IsString(expected))
		return loader_fail(loader, "unknown_name",
			"The example \"%s\" expects something of \"%s\" that is not declared.",
			name, expected->string);
	const char *value = follows(&info->attributes[a], outcome->possible[a]);
	if (strcmp(value, expected->valuestring) == 0)
		return 0;
	loader_find(loader, true, "failing_example", name, digits,
		"The example \"%s\" expects \"%s\" of \"%s\" to be \"%s\", but it is \"%s\".", name,
		expected->string, info->features[outcome->feature].name, expected->valuestring,
		value);
	return -EINVAL;
}

static int check_feature(
	struct loader *loader, const cJSON *expected, const char *name, const uint8_t *digits)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	const cJSON *attribute;
	size_t f = 0;
	while (f < info->feature_count && strcmp(info->features[f].name, expected->string) != 0)
		f++;
	if (f == info->feature_count || !cJSON_IsObject(expected))
		return loader_fail(loader, "unknown_name",
			"The example \"%s\" expects something of \"%s\", which is no feature.",
			name, expected->string);
	uint32_t index = pmm_profile_index(loader->rulebook, digits);
	const struct pmm_outcome *outcome = pmm_decide(loader->rulebook, index)->outcomes[f];
	int result = 0;
	TREE_EACH(attribute, expected)
	if (check_attribute(loader, attribute, name, digits, outcome))
		result = -EINVAL;
	return result;
}

static int load_example(struct loader *loader, const cJSON *node)
{
	const cJSON *name, *profile, *expect, *item;
	uint8_t digits[PMM_FACTS_MAX];
	const struct tree_field fields[] = {
		{"name", TREE_STRING, false, &name},
		{"profile", TREE_OBJECT, false, &profile},
		{"expect", TREE_OBJECT, false, &expect},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	if (result)
		return result;
	result = read_profile(loader, profile, name->valuestring, digits);
	if (result)
		return result;
	TREE_EACH(item, expect)
	if (check_feature(loader, item, name->valuestring, digits))
		result = -EINVAL;
	return result;
}

int load_examples(struct loader *loader, const cJSON *examples)
{
	const cJSON *item;
	size_t *count = &loader->rulebook->info.example_count;
	int result = 0;
	if (!examples)
		return 0;
	if (tree_count(loader, examples, "examples", 0, PMM_EXAMPLES_MAX, count))
		return -EINVAL;
	size_t at = 0;
	TREE_EACH(item, examples)
	{
		size_t mark = loader_enter(loader, "examples[%zu]", at++);
		if (load_example(loader, item))
			result = -EINVAL;
		loader_leave(loader, mark);
	}
	return result;
}
