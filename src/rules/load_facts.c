// SPDX-License-Identifier: MIT
// Facts: names, values, words that say nothing or are refused.
#include "tree.h"

#include <errno.h>

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
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (cJSON_IsString(value))
		tree_read(loader, value, "value", TREE_VALUE, &to->name);
	else if (cJSON_IsBool(value))
		to->name = tree_word(value);
	else if (!loader->result)
		loader_fail(loader, "structure", "A value must be a string, true or false.");
	tree_read(loader, label, "label", TREE_TEXT, to->label);
	load_word(loader, f, to->name, digit);
	to->aliases = load_aliases(loader, aliases, "aliases", f, digit, &to->alias_count);
	return cJSON_IsBool(value);
}

static void load_values(struct loader *loader, const cJSON *node, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	struct pmm_value *values = tree_array(
		loader, node, "values", 1, PMM_VALUES_MAX, &fact->value_count, sizeof *values);
	struct tree_walk walk = tree_items(node, ".values");
	size_t booleans = 0;
	fact->values = values;
	while (tree_next(loader, &walk))
		booleans += load_value(loader, walk.item, f, (uint32_t)walk.i + 1, &values[walk.i]);
	fact->is_boolean = booleans > 0;
	if (!loader->result && booleans && (booleans != 2 || fact->value_count != 2))
		loader_fail(loader, "structure",
			"The values of a fact are strings, or exactly true and false.");
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

// Enters one more name of a fact, which must live as long as the rulebook.
static void add_name(struct loader *loader, struct pmm_member member, uint32_t source)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	if (loader->result)
		return;
	member.ordinal = (uint32_t)rulebook->info.member_count;
	if (member.ordinal == PMM_MEMBERS_MAX)
		loader_fail(loader, "structure", "There are more than %d names for facts.",
			PMM_MEMBERS_MAX);
	else if (is_reserved(member.name))
		loader_fail(loader, "reserved_name",
			"The name \"%s\" is used by the interfaces themselves.", member.name);
	load_word(loader, WORD_OWNER_MEMBER, member.name, member.ordinal);
	if (loader->result)
		return;
	rulebook->source_of[member.ordinal] = source;
	rulebook->members[rulebook->info.member_count++] = member;
}

const char *const *load_names(struct loader *loader, struct pmm_member member, const cJSON *aliases,
	uint32_t source, size_t *count)
{
	add_name(loader, member, source);
	const char *const *names = load_strings(loader, aliases, "aliases", TREE_NAME, count);
	for (size_t i = 0; i < *count && !loader->result; i++) {
		member.name = names[i];
		add_name(loader, member, source);
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
	if (!loader->result && fact->how[0] && !fact->changeable)
		loader_fail(loader, "structure",
			"\"how\" says how to change a fact, and this one is not changeable.");
	const struct pmm_member member = {
		.name = fact->name, .fact = f, .accepts = UINT32_MAX, .wins = UINT32_MAX};
	fact->aliases = load_names(loader, member, aliases, 0, &fact->alias_count);
	load_values(loader, values, f);
	fact->unknown = load_aliases(
		loader, unknown, "unknown", f, PMM_DIGIT_UNKNOWN, &fact->unknown_count);
	load_aliases(loader, refused, "refused", f, WORD_REFUSED, &refused_count);
	for (size_t v = 0; v < fact->value_count && !loader->result; v++)
		load_labels(loader, f, fact->values[v].label, (uint32_t)v + 1);
}

void load_facts(struct loader *loader, const cJSON *facts, const cJSON *unknown)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct tree_walk walk = tree_items(facts, "facts");
	uint64_t cells;
	tree_count(loader, facts, "facts", 1, PMM_FACTS_MAX, &rulebook->info.fact_count);
	while (tree_next(loader, &walk))
		load_fact(loader, walk.item, (uint32_t)walk.i);
	rulebook->info.unknown = load_aliases(loader, unknown, "unknown", WORD_OWNER_ANY,
		PMM_DIGIT_UNKNOWN, &rulebook->info.unknown_count);
	rulebook->info.facts = rulebook->facts;
	rulebook->info.members = rulebook->members;
	if (!loader->result && !space_init(rulebook, &cells))
		loader_fail(loader, "space_too_large",
			"The facts span %llu profiles, unknown values included; at most %d are "
			"allowed.",
			(unsigned long long)cells, PMM_SPACE_MAX);
}

// The value of FACT that NODE names, as a bit; 0 after an error.
uint32_t facts_value_bit(struct loader *loader, const struct pmm_fact *fact, const cJSON *node)
{
	const size_t value = TREE_FIND(fact->values, fact->value_count, tree_word(node));
	if (value < fact->value_count && cJSON_IsBool(node) == fact->is_boolean)
		return UINT32_C(1) << value;
	loader_fail(loader, "unknown_name", "The fact \"%s\" has no value of that name or type.",
		fact->name);
	return 0;
}

uint32_t facts_value_set(struct loader *loader, const struct pmm_fact *fact, const cJSON *node)
{
	uint32_t set = 0;
	for (const cJSON *item = node->child; item && !loader->result; item = item->next)
		set |= facts_value_bit(loader, fact, item);
	return set;
}
