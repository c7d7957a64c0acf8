// SPDX-License-Identifier: MIT
// What is said (attributes) and of what (features).
#include "tree.h"

static void load_attribute_value(
	struct loader *loader, const cJSON *node, struct pmm_value *values, size_t v)
{
	struct tree_field fields[] = {
		{"value", TREE_VALUE, .text = &values[v].name},
		{"label", TREE_TEXT, .text = values[v].label},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (!loader->result && strcmp(values[v].name, "undetermined") == 0)
		loader_fail(loader, "reserved_name",
			"The value \"undetermined\" is what partial profiles get.");
	TREE_UNIQUE(loader, "values", values, v);
}

static void load_attribute(
	struct loader *loader, const cJSON *node, struct pmm_attribute *attribute)
{
	// The members that an answer has beside the attributes.
	static const char *const reserved[] = {
		"name", "reason", "basis", "possible", "missing", "changes"};
	const cJSON *values;
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &attribute->name},
		{"label", TREE_TEXT, .text = attribute->label},
		{"values", TREE_ARRAY, .node = &values},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	tree_count(loader, values, "values", 1, PMM_VALUES_MAX, &attribute->value_count);
	if (!loader->result &&
		TREE_FIND(reserved, TREE_COUNT(reserved), attribute->name) < TREE_COUNT(reserved))
		loader_fail(loader, "reserved_name",
			"The name \"%s\" is used by answers themselves.", attribute->name);
	struct pmm_value *to = loader_take(loader, attribute->value_count, sizeof *to);
	struct tree_walk walk = tree_items(values, ".values");
	attribute->values = to;
	while (tree_next(loader, &walk))
		load_attribute_value(loader, walk.item, to, walk.i);
}

void load_attributes(struct loader *loader, const cJSON *attributes)
{
	struct pmm_attribute *to = loader->rulebook->attributes;
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(attributes, "attributes");
	tree_count(loader, attributes, "attributes", 1, PMM_ATTRIBUTES_MAX, &info->attribute_count);
	info->attributes = to;
	while (tree_next(loader, &walk)) {
		load_attribute(loader, walk.item, &to[walk.i]);
		TREE_UNIQUE(loader, "attributes", to, walk.i);
	}
}

static void load_feature(struct loader *loader, const cJSON *node, size_t f)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_feature *feature = &rulebook->features[f];
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &feature->name},
		{"title", TREE_COPY, .text = &feature->title},
		{"note", TREE_TEXT, .text = rulebook->notes[f], .optional = true},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (!loader->result && !tree_placeholders_fit(rulebook->notes[f], "{feature}"))
		loader_fail(loader, "bad_placeholder",
			"The note of \"%s\" has braces other than {feature}.", feature->name);
	TREE_UNIQUE(loader, "features", rulebook->features, f);
}

void load_features(struct loader *loader, const cJSON *features)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(features, "features");
	tree_count(loader, features, "features", 1, PMM_FEATURES_MAX, &info->feature_count);
	info->features = loader->rulebook->features;
	while (tree_next(loader, &walk))
		load_feature(loader, walk.item, walk.i);
}
