// SPDX-License-Identifier: MIT
// Rules (when, features, then, cite, reason) and flags.
#include "facts.h"

#include <errno.h>

static int load_when(struct loader *loader, const cJSON *node, struct pmm_rule *rule)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const cJSON *item;
	for (size_t f = 0; f < PMM_FACTS_MAX; f++)
		rule->when[f] = UINT32_MAX;
	TREE_EACH(item, node)
	{
		uint32_t f = facts_find(rulebook, item->string);
		if (f == PMM_FACTS_MAX)
			return loader_fail(loader, "unknown_name",
				"The rule \"%s\" asks for the fact \"%s\", which is not declared.",
				rule->id, item->string);
		if (!cJSON_IsArray(item))
			return loader_fail(loader, "structure",
				"The rule \"%s\" must give the values of \"%s\" as an array.",
				rule->id, item->string);
		int result = facts_value_set(loader, &rulebook->facts[f], item, &rule->when[f]);
		if (result)
			return result;
		if (rule->when[f] == 0)
			return loader_fail(loader, "unreachable_rule",
				"The rule \"%s\" can never apply: it accepts no value of \"%s\".",
				rule->id, item->string);
	}
	return 0;
}

static int load_rule_features(
	struct loader *loader, const cJSON *node, const struct pmm_rule *rule, uint32_t *features)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	const cJSON *item;
	TREE_EACH(item, node)
	{
		size_t f = 0;
		while (cJSON_IsString(item) && f < info->feature_count &&
			strcmp(info->features[f].name, item->valuestring) != 0)
			f++;
		if (!cJSON_IsString(item) || f == info->feature_count)
			return loader_fail(loader, "unknown_name",
				"The rule \"%s\" speaks of a feature that is not declared.",
				rule->id);
		*features |= UINT32_C(1) << f;
	}
	if (*features == 0)
		return loader_fail(loader, "unreachable_rule",
			"The rule \"%s\" can never apply: it speaks of no feature.", rule->id);
	return 0;
}

// Reads {attribute: value} into TO; NAME is whose it is, for messages.
static int load_outcome(
	struct loader *loader, const cJSON *node, const char *name, uint8_t to[PMM_ATTRIBUTES_MAX])
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	const cJSON *item;
	memset(to, NO_VALUE, PMM_ATTRIBUTES_MAX);
	TREE_EACH(item, node)
	{
		size_t a = 0, v = 0;
		while (a < info->attribute_count &&
			strcmp(info->attributes[a].name, item->string) != 0)
			a++;
		if (a == info->attribute_count)
			return loader_fail(loader, "unknown_name",
				"\"%s\" names the attribute \"%s\", which is not declared.", name,
				item->string);
		const struct pmm_attribute *attribute = &info->attributes[a];
		while (cJSON_IsString(item) && v < attribute->value_count &&
			strcmp(attribute->values[v].name, item->valuestring) != 0)
			v++;
		if (!cJSON_IsString(item) || v == attribute->value_count)
			return loader_fail(loader, "unknown_name",
				"\"%s\" gives \"%s\" a value that is not declared.", name,
				item->string);
		to[a] = (uint8_t)v;
	}
	return 0;
}

static int load_citation(struct loader *loader, const cJSON *node, struct pmm_rule *rule)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	const cJSON *document, *point;
	const struct tree_field fields[] = {
		{"document", TREE_STRING, false, &document},
		{"point", TREE_STRING, false, &point},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	if (result)
		return result;
	for (size_t d = 0; d < info->document_count; d++)
		if (strcmp(info->documents[d].id, document->valuestring) == 0)
			rule->document = &info->documents[d];
	if (!rule->document)
		return loader_fail(loader, "unknown_name",
			"The rule \"%s\" cites a document that is not declared.", rule->id);
	return tree_string(loader, point, &rule->point);
}

static int load_reason(struct loader *loader, const cJSON *node, const struct pmm_rule *rule,
	const char *to[PMM_LANG_COUNT])
{
	int result = tree_text(loader, node, "reason", to);
	for (int lang = 0; node && lang < PMM_LANG_COUNT && result == 0; lang++)
		if (!tree_placeholders_fit(to[lang], "{feature}"))
			result = loader_fail(loader, "bad_placeholder",
				"The reason of the rule \"%s\" has braces other than {feature}.",
				rule->id);
	return result;
}

static int load_rule(struct loader *loader, const cJSON *node, size_t r)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rule *rule = &rulebook->rules[r];
	struct rule *part = &rulebook->rule_parts[r];
	const cJSON *id, *when, *features, *then, *cite, *reason;
	const struct tree_field fields[] = {
		{"id", TREE_STRING, false, &id},
		{"when", TREE_OBJECT, false, &when},
		{"features", TREE_ARRAY, false, &features},
		{"then", TREE_OBJECT, false, &then},
		{"cite", TREE_OBJECT, false, &cite},
		{"reason", TREE_OBJECT, true, &reason},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, id, TREE_ID, &rule->id);
	if (result)
		return result;
	for (size_t i = 0; i < r; i++)
		if (strcmp(rulebook->rules[i].id, rule->id) == 0)
			return loader_fail(
				loader, "duplicate_name", "There are two rules \"%s\".", rule->id);
	result = load_when(loader, when, rule);
	result = result ? result : load_rule_features(loader, features, rule, &part->features);
	result = result ? result : load_outcome(loader, then, rule->id, part->then);
	result = result ? result : load_citation(loader, cite, rule);
	result = result ? result : load_reason(loader, reason, rule, part->reason);
	if (result == 0 && !then->child)
		result = loader_fail(loader, "unreachable_rule",
			"The rule \"%s\" can never apply: it decides nothing.", rule->id);
	return result;
}

int load_rules(struct loader *loader, const cJSON *rules)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	const cJSON *item;
	size_t count = (size_t)cJSON_GetArraySize(rules);
	if (count > PMM_RULES_MAX)
		return loader_fail(loader, "too_many_rules",
			"There are %zu rules; at most %d are allowed.", count, PMM_RULES_MAX);
	rulebook->rules = arena_array(&rulebook->arena, count, sizeof *rulebook->rules);
	rulebook->rule_parts = arena_array(&rulebook->arena, count, sizeof *rulebook->rule_parts);
	if (!rulebook->rules || !rulebook->rule_parts)
		return -ENOMEM;
	info->rules = rulebook->rules;
	TREE_EACH(item, rules)
	{
		size_t mark = loader_enter(loader, "rules[%zu]", info->rule_count);
		int result = load_rule(loader, item, info->rule_count);
		if (result)
			return result;
		info->rule_count++;
		loader_leave(loader, mark);
	}
	return 0;
}

static int load_flag(struct loader *loader, const cJSON *node, size_t i)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_flag *flag = &rulebook->flags[i];
	const cJSON *name, *label, *when;
	const struct tree_field fields[] = {
		{"name", TREE_STRING, false, &name},
		{"label", TREE_OBJECT, false, &label},
		{"when", TREE_OBJECT, false, &when},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, name, TREE_NAME, &flag->name);
	result = result ? result : tree_text(loader, label, "label", flag->label);
	if (result)
		return result;
	for (size_t j = 0; j < i; j++)
		if (strcmp(rulebook->flags[j].name, flag->name) == 0)
			return loader_fail(loader, "duplicate_name", "There are two flags \"%s\".",
				flag->name);
	for (size_t a = 0; a < rulebook->info.attribute_count; a++)
		if (strcmp(rulebook->attributes[a].name, flag->name) == 0)
			return loader_fail(loader, "duplicate_name",
				"\"%s\" is an attribute; a flag needs another name.", flag->name);
	return load_outcome(loader, when, flag->name, rulebook->flag_parts[i].when);
}

int load_flags(struct loader *loader, const cJSON *flags)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	const cJSON *item;
	size_t count;
	if (!flags)
		return 0;
	if (tree_count(loader, flags, "flags", 0, PMM_FLAGS_MAX, &count))
		return -EINVAL;
	info->flags = loader->rulebook->flags;
	TREE_EACH(item, flags)
	{
		size_t mark = loader_enter(loader, "flags[%zu]", info->flag_count);
		int result = load_flag(loader, item, info->flag_count);
		if (result)
			return result;
		info->flag_count++;
		loader_leave(loader, mark);
	}
	return 0;
}
