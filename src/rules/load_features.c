// SPDX-License-Identifier: MIT
// What is said (attributes) and of what (features).
#include "tree.h"

#include <errno.h>

static int load_attribute_value(struct loader *loader, const cJSON *node,
	const struct pmm_attribute *attribute, struct pmm_value *to)
{
	const cJSON *value, *label;
	const struct tree_field fields[] = {
		{"value", TREE_STRING, false, &value},
		{"label", TREE_OBJECT, false, &label},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, value, TREE_VALUE, &to->name);
	result = result ? result : tree_text(loader, label, "label", to->label);
	if (result)
		return result;
	if (strcmp(to->name, "undetermined") == 0)
		return loader_fail(loader, "reserved_name",
			"The value \"undetermined\" is what partial profiles get.");
	for (size_t v = 0; v < attribute->value_count; v++)
		if (strcmp(attribute->values[v].name, to->name) == 0)
			return loader_fail(
				loader, "duplicate_name", "There are two values \"%s\".", to->name);
	return 0;
}

// The members that an answer has beside the attributes.
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = {
		"name", "reason", "basis", "possible", "missing", "changes"};
	for (size_t i = 0; i < TREE_COUNT(reserved); i++)
		if (strcmp(reserved[i], name) == 0)
			return true;
	return false;
}

static int load_attribute(struct loader *loader, const cJSON *node, struct pmm_attribute *attribute)
{
	const cJSON *name, *label, *values, *item;
	size_t count;
	const struct tree_field fields[] = {
		{"name", TREE_STRING, false, &name},
		{"label", TREE_OBJECT, false, &label},
		{"values", TREE_ARRAY, false, &values},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, name, TREE_NAME, &attribute->name);
	result = result ? result : tree_text(loader, label, "label", attribute->label);
	result = result ? result : tree_count(loader, values, "values", 1, PMM_VALUES_MAX, &count);
	if (result)
		return result;
	if (is_reserved(attribute->name))
		return loader_fail(loader, "reserved_name",
			"The name \"%s\" is used by answers themselves.", attribute->name);
	struct pmm_value *to = arena_array(&loader->rulebook->arena, count, sizeof *to);
	if (!to)
		return -ENOMEM;
	attribute->values = to;
	TREE_EACH(item, values)
	{
		size_t mark = loader_enter(loader, ".values[%zu]", attribute->value_count);
		result = load_attribute_value(loader, item, attribute, &to[attribute->value_count]);
		if (result)
			return result;
		attribute->value_count++;
		loader_leave(loader, mark);
	}
	return 0;
}

int load_attributes(struct loader *loader, const cJSON *attributes)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	const cJSON *item;
	size_t count;
	if (tree_count(loader, attributes, "attributes", 1, PMM_ATTRIBUTES_MAX, &count))
		return -EINVAL;
	info->attributes = rulebook->attributes;
	TREE_EACH(item, attributes)
	{
		struct pmm_attribute *attribute = &rulebook->attributes[info->attribute_count];
		size_t mark = loader_enter(loader, "attributes[%zu]", info->attribute_count);
		int result = load_attribute(loader, item, attribute);
		if (result)
			return result;
		for (size_t a = 0; a < info->attribute_count; a++)
			if (strcmp(rulebook->attributes[a].name, attribute->name) == 0)
				return loader_fail(loader, "duplicate_name",
					"There are two attributes \"%s\".", attribute->name);
		info->attribute_count++;
		loader_leave(loader, mark);
	}
	return 0;
}

static int load_feature(struct loader *loader, const cJSON *node, size_t f)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_feature *feature = &rulebook->features[f];
	const cJSON *name, *title, *note;
	const struct tree_field fields[] = {
		{"name", TREE_STRING, false, &name},
		{"title", TREE_STRING, false, &title},
		{"note", TREE_OBJECT, true, &note},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, name, TREE_NAME, &feature->name);
	result = result ? result : tree_string(loader, title, &feature->title);
	result = result ? result : tree_text(loader, note, "note", rulebook->notes[f]);
	if (result)
		return result;
	for (int lang = 0; note && lang < PMM_LANG_COUNT; lang++)
		if (!tree_placeholders_fit(rulebook->notes[f][lang], "{feature}"))
			return loader_fail(loader, "bad_placeholder",
				"The note of \"%s\" has braces other than {feature}.",
				feature->name);
	for (size_t i = 0; i < f; i++)
		if (strcmp(rulebook->features[i].name, feature->name) == 0)
			return loader_fail(loader, "duplicate_name",
				"There are two features \"%s\".", feature->name);
	return 0;
}

int load_features(struct loader *loader, const cJSON *features)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	const cJSON *item;
	size_t count;
	if (tree_count(loader, features, "features", 1, PMM_FEATURES_MAX, &count))
		return -EINVAL;
	info->features = rulebook->features;
	TREE_EACH(item, features)
	{
		size_t mark = loader_enter(loader, "features[%zu]", info->feature_count);
		int result = load_feature(loader, item, info->feature_count);
		if (result)
			return result;
		info->feature_count++;
		loader_leave(loader, mark);
	}
	return 0;
}
