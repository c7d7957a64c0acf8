// SPDX-License-Identifier: MIT
// What is said (attributes) and of what (features), rules (when, features, then, cite,
// reason), what they cite, and flags.
#include "tree.h"

static void load_attribute_value(
	struct loader *loader, const cJSON *node, struct pmm_value *values, size_t v)
{
	struct tree_field fields[] = {
		{"value", TREE_VALUE, .text = &values[v].name},
		{"label", TREE_TEXT, .text = values[v].label},
	};
	int32_t day;
	tree_object(loader, node, fields, TREE_COUNT(fields));
	const struct str name = str_of(values[v].name);
	TREE_UNIQUE(loader, fields[0].found, "values", values, v);
	values[v].is_date = date_has_shape(name);
	if (values[v].is_date && !date_read(name, &day))
		loader_fail(loader, fields[0].found, "bad_date", "a day that exists, as YYYY-MM-DD",
			"The value \"%s\" is no day that exists.", name.at);
	if (strcmp(name.at, "undetermined") == 0) {
		loader_fail(loader, fields[0].found, "reserved_name", "another name",
			"The value \"undetermined\" is what partial profiles get.");
		values[v].name = "";
	}
}

static void load_attribute(struct loader *loader, const cJSON *node, size_t a)
{
	// The members that an answer has beside the attributes.
	static const char *const reserved[] = {"name", "reason", "basis", "possible", "missing",
		"changes", "days_left", "explain"};
	struct pmm_attribute *attribute = &loader->rulebook->attributes[a];
	const cJSON *values;
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &attribute->name},
		{"label", TREE_TEXT, .text = attribute->label},
		{"values", TREE_ARRAY, .node = &values},
		{"depends", TREE_TEXT, .text = attribute->depends, .optional = true},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (attribute->depends[0])
		tree_check_depends(loader, fields[3].found, attribute->depends);
	else
		memcpy(attribute->depends, loader->rulebook->depends, sizeof attribute->depends);
	if (TREE_FIND(reserved, TREE_COUNT(reserved), attribute->name) < TREE_COUNT(reserved)) {
		loader_fail(loader, fields[0].found, "reserved_name", "another name",
			"The name \"%s\" is used by answers themselves.", attribute->name);
		attribute->name = "";
	}
	TREE_UNIQUE(loader, fields[0].found, "attributes", loader->rulebook->attributes, a);
	struct tree_walk walk = tree_items(
		loader, values, "values", 1, PMM_VALUES_MAX, &attribute->value_count);
	struct pmm_value *to = tree_room(loader, &attribute->value_count, sizeof *to);
	attribute->values = to;
	while (tree_next(loader, &walk))
		load_attribute_value(loader, walk.item, to, walk.i);
}

static bool has_dates(const struct pmm_attribute *attribute)
{
	bool found = false;
	for (size_t v = 0; v < attribute->value_count; v++)
		found |= attribute->values[v].is_date;
	return found;
}

void load_attributes(struct loader *loader, const cJSON *attributes)
{
	struct pmm_attribute *to = loader->rulebook->attributes;
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(
		loader, attributes, "attributes", 1, PMM_ATTRIBUTES_MAX, &info->attribute_count);
	info->attributes = to;
	while (tree_next(loader, &walk)) {
		load_attribute(loader, walk.item, walk.i);
		if (!has_dates(&to[walk.i]))
			continue;
		// Or an answer would have to count the days left until two of them.
		if (info->dated)
			loader_fail(loader, walk.item, "structure", "one attribute with dates",
				"\"%s\" and \"%s\" have dates as values; one attribute may.",
				info->dated->name, to[walk.i].name);
		info->dated = &to[walk.i];
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
	if (!tree_placeholders_fit(rulebook->notes[f], "{feature}"))
		loader_fail(loader, fields[2].found, "bad_placeholder", "{feature}, or no braces",
			"The note of \"%s\" has braces other than {feature}.", feature->name);
	TREE_UNIQUE(loader, fields[0].found, "features", rulebook->features, f);
}

void load_features(struct loader *loader, const cJSON *features)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(
		loader, features, "features", 1, PMM_FEATURES_MAX, &info->feature_count);
	info->features = loader->rulebook->features;
	while (tree_next(loader, &walk))
		load_feature(loader, walk.item, walk.i);
}

void load_documents(struct loader *loader, const cJSON *documents)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(
		loader, documents, "documents", 1, PMM_DOCUMENTS_MAX, &info->document_count);
	struct pmm_document *to = tree_room(loader, &info->document_count, sizeof *to);
	info->documents = to;
	while (tree_next(loader, &walk)) {
		struct pmm_document *document = &to[walk.i];
		struct tree_field fields[] = {
			{"id", TREE_ID, .text = &document->id},
			{"number", TREE_COPY, .text = &document->number},
			{"title", TREE_COPY, .text = &document->title},
			{"issuer", TREE_COPY, .text = &document->issuer},
			{"date", TREE_DATE, .text = &document->date, .optional = true},
		};
		tree_object(loader, walk.item, fields, TREE_COUNT(fields));
		TREE_UNIQUE(loader, fields[0].found, "documents", to, walk.i);
	}
}

static void load_when(struct loader *loader, const cJSON *node, struct pmm_rule *rule)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	for (size_t f = 0; f < PMM_FACTS_MAX; f++)
		rule->when[f] = UINT32_MAX;
	for (const cJSON *item = node ? node->child : NULL; item; item = item->next) {
		const size_t f = tree_refer(loader, TREE_NAMES(info->facts, info->fact_count),
			"unknown_name", item, true,
			"The rule \"%s\" asks for the fact \"%s\", which is not declared.",
			rule->id, item->string);
		if (!cJSON_IsArray(item))
			loader_fail(loader, item, "structure", "an array of values",
				"The rule \"%s\" must give the values of \"%s\" as an array.",
				rule->id, item->string);
		else if (!item->child)
			loader_fail(loader, item, "unreachable_rule", "values of the fact",
				"The rule \"%s\" can never apply: it accepts no value of \"%s\".",
				rule->id, item->string);
		else if (f < info->fact_count)
			rule->when[f] = facts_value_set(loader, &info->facts[f], item);
	}
}

static void load_rule_features(
	struct loader *loader, const cJSON *node, const struct pmm_rule *rule, uint32_t *features)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	for (const cJSON *item = node ? node->child : NULL; item; item = item->next) {
		const size_t f = tree_refer(loader, TREE_NAMES(info->features, info->feature_count),
			"unknown_name", item, false,
			"The rule \"%s\" speaks of a feature that is not declared.", rule->id);
		if (f < info->feature_count)
			*features |= UINT32_C(1) << f;
	}
	if (node && !node->child)
		loader_fail(loader, node, "unreachable_rule", "names of features",
			"The rule \"%s\" can never apply: it speaks of no feature.", rule->id);
}

// Reads {attribute: value} into TO; NAME is whose it is, for messages.
static void load_outcome(
	struct loader *loader, const cJSON *node, const char *name, uint8_t to[PMM_ATTRIBUTES_MAX])
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	memset(to, PMM_NO_VALUE, PMM_ATTRIBUTES_MAX);
	for (const cJSON *item = node ? node->child : NULL; item; item = item->next) {
		const size_t a = tree_refer(loader,
			TREE_NAMES(info->attributes, info->attribute_count), "unknown_name", item,
			true, "\"%s\" names the attribute \"%s\", which is not declared.", name,
			item->string);
		if (a == info->attribute_count)
			continue;
		const struct pmm_attribute *attribute = &info->attributes[a];
		to[a] = (uint8_t)tree_refer(loader,
			TREE_NAMES(attribute->values, attribute->value_count), "unknown_name", item,
			false, "\"%s\" gives \"%s\" a value that is not declared.", name,
			item->string);
	}
}

static void load_citation(struct loader *loader, const cJSON *node, struct pmm_rule *rule)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	const cJSON *document;
	struct tree_field fields[] = {
		{"document", TREE_STRING, .node = &document},
		{"point", TREE_COPY, .text = &rule->point},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (document)
		rule->document = &info->documents[tree_refer(loader,
			TREE_NAMES(info->documents, info->document_count), "unknown_name", document,
			false, "The rule \"%s\" cites a document that is not declared.", rule->id)];
}

static void load_rule(struct loader *loader, const cJSON *node, size_t r)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rule *rule = &rulebook->rules[r];
	struct rule *part = &rulebook->rule_parts[r];
	const cJSON *when, *features, *then, *cite, *reason;
	struct tree_field fields[] = {
		{"id", TREE_ID, .text = &rule->id},
		{"when", TREE_OBJECT, .node = &when},
		{"features", TREE_ARRAY, .node = &features},
		{"then", TREE_OBJECT, .node = &then},
		{"cite", TREE_OBJECT, .node = &cite},
		{"reason", TREE_OBJECT, .node = &reason, .optional = true},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	TREE_UNIQUE(loader, fields[0].found, "rules", rulebook->rules, r);
	load_when(loader, when, rule);
	load_rule_features(loader, features, rule, &rule->features);
	load_outcome(loader, then, rule->id, rule->then);
	load_citation(loader, cite, rule);
	tree_read(loader, reason, "reason", TREE_TEXT, part->reason);
	if (!tree_placeholders_fit(part->reason, "{feature}"))
		loader_fail(loader, reason, "bad_placeholder", "{feature}, or no braces",
			"The reason of the rule \"%s\" has braces other than {feature}.", rule->id);
	if (then && !then->child)
		loader_fail(loader, then, "unreachable_rule", "an attribute and its value",
			"The rule \"%s\" can never apply: it decides nothing.", rule->id);
}

void load_rules(struct loader *loader, const cJSON *rules)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	const int count = cJSON_GetArraySize(rules);
	if (count > PMM_RULES_MAX)
		loader_fail(loader, rules, "too_many_rules", "fewer rules",
			"There are %d rules; at most %d are allowed.", count, PMM_RULES_MAX);
	struct tree_walk walk = tree_items(
		loader, rules, "rules", 0, PMM_RULES_MAX, &info->rule_count);
	rulebook->rules = tree_room(loader, &info->rule_count, sizeof *rulebook->rules);
	rulebook->rule_parts = loader_take(loader, info->rule_count, sizeof *rulebook->rule_parts);
	info->rules = rulebook->rules;
	while (tree_next(loader, &walk))
		load_rule(loader, walk.item, walk.i);
}

static void load_flag(struct loader *loader, const cJSON *node, size_t i)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const struct pmm_rulebook_info *info = &rulebook->info;
	struct pmm_flag *flag = &rulebook->flags[i];
	const cJSON *when;
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &flag->name},
		{"label", TREE_TEXT, .text = flag->label},
		{"when", TREE_OBJECT, .node = &when},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	TREE_UNIQUE(loader, fields[0].found, "flags", rulebook->flags, i);
	if (TREE_FIND(info->attributes, info->attribute_count, flag->name) < info->attribute_count)
		loader_fail(loader, fields[0].found, "duplicate_name", "another name",
			"\"%s\" is an attribute; a flag needs another name.", flag->name);
	load_outcome(loader, when, flag->name, rulebook->flag_when[i]);
}

void load_flags(struct loader *loader, const cJSON *flags)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(
		loader, flags, "flags", 0, PMM_FLAGS_MAX, &info->flag_count);
	info->flags = loader->rulebook->flags;
	while (tree_next(loader, &walk))
		load_flag(loader, walk.item, walk.i);
}
