// SPDX-License-Identifier: MIT
// Facts with their words: names, values, aliases, and words that say nothing.
#include "tree.h"

#include <errno.h>

// Names that the interfaces around the core use themselves: members of a
// profile, parameters of a query, columns of an answer.
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = {"id", "group", "lang", "pretty", "unknown",
		"explain", "as_of", "rulebook", "detail", "group_by", "id_from", "verbose", "row",
		"error"};
	return TREE_FIND(reserved, TREE_COUNT(reserved), name) < TREE_COUNT(reserved);
}

static void add_word(struct loader *loader, uint32_t owner, const char *text, uint32_t target)
{
	char folded[WORD_MAX];
	if (loader->result)
		return;
	size_t size = word_fold(folded, str_of(text));
	if (size == 0 || size > WORD_MAX) {
		loader_fail(
			loader, "structure", "A word has 1 to %d bytes after folding.", WORD_MAX);
		return;
	}
	int result = words_add(loader->rulebook, owner, text, target);
	if (result == -EEXIST)
		loader_fail(loader, "duplicate_name",
			"The word \"%s\" already means something else here (words are compared "
			"without case, blanks, _ and -).",
			text);
	else
		loader->result = result;
}

// Copies the next of the strings in an array, which are of KIND.
static bool next_string(struct loader *loader, const cJSON **item, const char *name,
	enum tree_kind kind, const char **to)
{
	if (loader->result || !*item)
		return false;
	if (cJSON_IsString(*item))
		tree_read(loader, *item, name, kind, to);
	else
		loader_fail(loader, "structure", "The member \"%s\" must hold strings only.", name);
	*item = (*item)->next;
	return !loader->result;
}

// Copies an array of strings and makes each a word for DIGIT of fact F.
static void load_aliases(struct loader *loader, const cJSON *node, const char *name, uint32_t f,
	uint32_t digit, const char *const **to, size_t *count)
{
	const char **aliases = tree_array(
		loader, node, name, 0, PMM_ALIASES_MAX, count, sizeof *aliases);
	const cJSON *item = aliases ? node->child : NULL;
	*to = aliases;
	for (; next_string(loader, &item, name, TREE_COPY, aliases); aliases++)
		add_word(loader, f, *aliases, digit);
}

// A fact's value is a name, or true or false.
static void load_value_name(struct loader *loader, const cJSON *node, const char **to)
{
	if (cJSON_IsString(node))
		tree_read(loader, node, "value", TREE_VALUE, to);
	else if (cJSON_IsBool(node))
		*to = cJSON_IsTrue(node) ? "true" : "false";
	else if (!loader->result)
		loader_fail(loader, "structure", "A value must be a string, true or false.");
}

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
	load_value_name(loader, value, &to->name);
	tree_read(loader, label, "label", TREE_TEXT, to->label);
	add_word(loader, f, to->name, digit);
	load_aliases(loader, aliases, "aliases", f, digit, &to->aliases, &to->alias_count);
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

void facts_add_member(struct loader *loader, struct pmm_member member)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	char folded[WORD_MAX + 1] = "";
	if (loader->result)
		return;
	member.ordinal = (uint32_t)rulebook->info.member_count;
	word_fold(folded, str_of(member.name)); // fits: it was read as a name
	if (member.ordinal == PMM_MEMBERS_MAX)
		loader_fail(loader, "structure", "There are more than %d names for facts.",
			PMM_MEMBERS_MAX);
	else if (is_reserved(folded))
		loader_fail(loader, "reserved_name",
			"The name \"%s\" is used by the interfaces themselves.", member.name);
	add_word(loader, WORD_OWNER_MEMBER, member.name, member.ordinal);
	if (!loader->result)
		rulebook->members[rulebook->info.member_count++] = member;
}

static void add_name(struct loader *loader, const char *name, uint32_t f)
{
	facts_add_member(
		loader, (struct pmm_member){.name = name, .fact = f, .accepts = UINT32_MAX});
}

static void load_names(struct loader *loader, const cJSON *aliases, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	add_name(loader, fact->name, f);
	const char **names = tree_array(
		loader, aliases, "aliases", 0, PMM_MEMBERS_MAX, &fact->alias_count, sizeof *names);
	const cJSON *item = names ? aliases->child : NULL;
	fact->aliases = names;
	for (; next_string(loader, &item, "aliases", TREE_NAME, names); names++)
		add_name(loader, *names, f);
}

static void load_fact(struct loader *loader, const cJSON *node, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	const cJSON *aliases, *changeable, *values, *unknown;
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &fact->name},
		{"label", TREE_TEXT, .text = fact->label},
		{"aliases", TREE_ARRAY, .node = &aliases, .optional = true},
		{"changeable", TREE_BOOLEAN, .node = &changeable},
		{"values", TREE_ARRAY, .node = &values},
		{"unknown", TREE_ARRAY, .node = &unknown, .optional = true},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	fact->changeable = cJSON_IsTrue(changeable);
	load_names(loader, aliases, f);
	load_values(loader, values, f);
	load_aliases(loader, unknown, "unknown", f, PMM_DIGIT_UNKNOWN, &fact->unknown,
		&fact->unknown_count);
}

void load_facts(struct loader *loader, const cJSON *facts)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct tree_walk walk = tree_items(facts, "facts");
	uint64_t cells;
	tree_count(loader, facts, "facts", 1, PMM_FACTS_MAX, &rulebook->info.fact_count);
	while (tree_next(loader, &walk))
		load_fact(loader, walk.item, (uint32_t)walk.i);
	rulebook->info.facts = rulebook->facts;
	rulebook->info.members = rulebook->members;
	if (!loader->result && !space_init(rulebook, &cells))
		loader_fail(loader, "space_too_large",
			"The facts span %llu profiles, unknown values included; at most %d are "
			"allowed.",
			(unsigned long long)cells, PMM_SPACE_MAX);
}
