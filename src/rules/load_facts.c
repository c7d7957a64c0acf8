// SPDX-License-Identifier: MIT
// Facts: names, values, words that say nothing or are refused.
#include "tree.h"

// Returns whether it is true or false.
static bool load_value(
	struct loader *loader, const cJSON *node, uint32_t f, uint32_t digit, struct pmm_value *to)
{
	const cJSON *value, *label, *aliases;
	struct tree_field fields[] = {
		{"value", TREE_ANY, .node = &value},
		{"label", TREE_OBJECT, .node = &label},
		{"aliases", TREE_ARRAY, .node = &aliases, .optional = true},
	};
	to->name = to->label[PMM_LANG_ID] = to->label[PMM_LANG_EN] = "";
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (cJSON_IsString(value))
		tree_read(loader, value, "value", TREE_VALUE, &to->name);
	else if (cJSON_IsBool(value))
		to->name = tree_word(value);
	else if (value)
		loader_fail(loader, value, "structure", "a string, true or false",
			"A value must be a string, true or false.");
	tree_read(loader, label, "label", TREE_TEXT, to->label);
	if (to->name[0] && !load_word(loader, f, value, to->name, digit))
		to->name = "";
	to->aliases = load_aliases(loader, aliases, "aliases", f, digit, &to->alias_count);
	return cJSON_IsBool(value);
}

static void load_values(struct loader *loader, const cJSON *node, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	struct tree_walk walk = tree_items(
		loader, node, "values", 1, PMM_VALUES_MAX, &fact->value_count);
	struct pmm_value *values = tree_room(loader, &fact->value_count, sizeof *values);
	size_t booleans = 0;
	fact->values = values;
	const unsigned errors = loader->errors;
	while (tree_next(loader, &walk))
		booleans += load_value(loader, walk.item, f, (uint32_t)walk.i + 1, &values[walk.i]);
	fact->is_boolean = booleans > 0;
	if (booleans && (booleans != 2 || fact->value_count != 2) && loader->errors == errors) {
		loader_fail(loader, node, "structure", "strings, or true and false",
			"The values of a fact are strings, or exactly true and false.");
		fact->value_count = 0; // none of them can be meant
	}
}

// Whether the interfaces around the core use a name themselves: for members of a profile,
// parameters of a query, columns of an answer.
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = {"id", "group", "lang", "pretty", "unknown",
		"explain", "as_of", "rulebook", "detail", "group_by", "id_from", "verbose", "row",
		"error"};
	char folded[WORD_MAX], other[WORD_MAX];
	const struct str word = {folded, word_fold(folded, str_of(name))};
	for (size_t i = 0; i < TREE_COUNT(reserved); i++)
		if (str_equal(word, (struct str){other, word_fold(other, str_of(reserved[i]))}))
			return true;
	return false;
}

bool load_name(struct loader *loader, struct pmm_member member, const cJSON *node, uint32_t source)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const bool is_crowded = rulebook->info.member_count == PMM_MEMBERS_MAX;
	if (is_crowded && !loader->is_crowded)
		loader_fail(loader, node, "structure", "fewer names",
			"There are more than %d names for facts.", PMM_MEMBERS_MAX);
	loader->is_crowded = is_crowded;
	if (is_crowded || !member.name[0])
		return false;
	if (is_reserved(member.name)) {
		loader_fail(loader, node, "reserved_name", "another name",
			"The name \"%s\" is used by the interfaces themselves.", member.name);
		return false;
	}
	member.ordinal = (uint32_t)rulebook->info.member_count;
	if (!load_word(loader, WORD_OWNER_MEMBER, node, member.name, member.ordinal))
		return false;
	rulebook->source_of[member.ordinal] = source;
	rulebook->members[rulebook->info.member_count++] = member;
	return true;
}

const char *const *load_names(struct loader *loader, struct pmm_member member, const cJSON *aliases,
	uint32_t source, size_t *count)
{
	const char *const *names = load_strings(loader, aliases, "aliases", TREE_NAME, count);
	struct tree_walk walk = {.next = *count ? aliases->child : NULL};
	while (tree_next(loader, &walk)) {
		member.name = names[walk.i];
		load_name(loader, member, walk.item, source);
	}
	return names;
}

static void load_fact(struct loader *loader, const cJSON *node, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	const cJSON *aliases, *changeable, *values, *unknown, *refused;
	size_t refused_count;
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &fact->name},
		{"label", TREE_TEXT, .text = fact->label},
		{"aliases", TREE_ARRAY, .node = &aliases, .optional = true},
		{"changeable", TREE_BOOLEAN, .node = &changeable},
		{"how", TREE_TEXT, .text = fact->how, .optional = true},
		{"values", TREE_ARRAY, .node = &values},
		{"unknown", TREE_ARRAY, .node = &unknown, .optional = true},
		{"refused", TREE_ARRAY, .node = &refused, .optional = true},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	fact->changeable = cJSON_IsTrue(changeable);
	if (fact->how[0] && changeable && !fact->changeable)
		loader_fail(loader, fields[4].found, "structure", "\"changeable\": true",
			"\"how\" says how to change a fact, and this one is not changeable.");
	const struct pmm_member member = {
		.name = fact->name, .fact = f, .accepts = UINT32_MAX, .wins = UINT32_MAX};
	if (!load_name(loader, member, fields[0].found, 0))
		fact->name = "";
	fact->aliases = load_names(loader, member, aliases, 0, &fact->alias_count);
	load_values(loader, values, f);
	fact->unknown = load_aliases(
		loader, unknown, "unknown", f, PMM_DIGIT_UNKNOWN, &fact->unknown_count);
	load_aliases(loader, refused, "refused", f, WORD_REFUSED, &refused_count);
	for (size_t v = 0; v < fact->value_count && !loader_ends(loader); v++)
		load_labels(loader, f, fact->values[v].label, (uint32_t)v + 1);
}

void load_facts(struct loader *loader, const cJSON *facts, const cJSON *unknown)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	struct tree_walk walk = tree_items(
		loader, facts, "facts", 1, PMM_FACTS_MAX, &info->fact_count);
	uint64_t cells;
	info->facts = rulebook->facts;
	info->members = rulebook->members;
	while (tree_next(loader, &walk)) {
		const unsigned errors = loader->errors;
		load_fact(loader, walk.item, (uint32_t)walk.i);
		if (loader->errors != errors)
			loader->lacking |= UINT32_C(1) << LOADER_NAMES | UINT32_C(1) << walk.i;
	}
	if (info->fact_count == 0)
		loader->lacking = UINT32_MAX;
	info->unknown = load_aliases(loader, unknown, "unknown", WORD_OWNER_ANY, PMM_DIGIT_UNKNOWN,
		&info->unknown_count);
	if (!loader_ends(loader) && !space_init(rulebook, &cells))
		loader_fail(loader, facts, "space_too_large", "fewer facts or values",
			"The facts span %llu profiles, unknown values included; at most %d are "
			"allowed.",
			(unsigned long long)cells, PMM_SPACE_MAX);
}

uint32_t facts_value_bit(struct loader *loader, const struct pmm_fact *fact, const cJSON *node)
{
	const struct tree_names names = {fact->values, fact->value_count, sizeof *fact->values,
		fact->is_boolean, fact->value_count == 0};
	const size_t value = tree_refer(loader, &names, "unknown_name", node, false,
		"The fact \"%s\" has no value of that name or type.", fact->name);
	return value < fact->value_count ? UINT32_C(1) << value : 0;
}

uint32_t facts_value_set(struct loader *loader, const struct pmm_fact *fact, const cJSON *node)
{
	uint32_t set = 0;
	for (const cJSON *item = node->child; item; item = item->next)
		set |= facts_value_bit(loader, fact, item);
	return set;
}
