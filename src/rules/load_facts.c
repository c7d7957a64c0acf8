// SPDX-License-Identifier: MIT
// Facts with their words: names, values, aliases, and words that say nothing.
#include "facts.h"

#include <errno.h>

// Names that the interfaces around the core use themselves: members of a
// profile, parameters of a query, columns of an answer.
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = {"id", "group", "lang", "pretty", "unknown",
		"explain", "as_of", "rulebook", "detail", "group_by", "id_from", "verbose", "row",
		"error"};
	for (size_t i = 0; i < TREE_COUNT(reserved); i++)
		if (strcmp(reserved[i], name) == 0)
			return true;
	return false;
}

static int add_word(struct loader *loader, uint32_t owner, const char *text, uint32_t target)
{
	char folded[WORD_MAX];
	size_t size = word_fold(folded, str_of(text));
	if (size == 0 || size > WORD_MAX)
		return loader_fail(
			loader, "structure", "A word has 1 to %d bytes after folding.", WORD_MAX);
	int result = words_add(loader->rulebook, owner, text, target);
	if (result == -EEXIST)
		return loader_fail(loader, "duplicate_name",
			"The word \"%s\" already means something else here (words are compared "
			"without case, blanks, _ and -).",
			text);
	return result;
}

// Copies an array of strings and makes each a word for TARGET.
static int load_aliases(struct loader *loader, const cJSON *node, const char *name, uint32_t owner,
	uint32_t target, const char *const **to, size_t *count)
{
	const cJSON *item;
	size_t at = 0;
	if (!node)
		return 0;
	if (tree_count(loader, node, name, 0, PMM_ALIASES_MAX, count))
		return -EINVAL;
	const char **aliases = arena_array(&loader->rulebook->arena, *count, sizeof *aliases);
	if (!aliases)
		return -ENOMEM;
	*to = aliases;
	TREE_EACH(item, node)
	{
		if (!cJSON_IsString(item))
			return loader_fail(loader, "structure",
				"The member \"%s\" must hold strings only.", name);
		int result = tree_string(loader, item, &aliases[at]);
		result = result ? result : add_word(loader, owner, aliases[at], target);
		if (result)
			return result;
		at++;
	}
	return 0;
}

// A fact's value is a name, or true or false.
static int load_value_name(struct loader *loader, const cJSON *node, const char **to)
{
	if (cJSON_IsString(node))
		return tree_name(loader, node, TREE_VALUE, to);
	if (!cJSON_IsBool(node))
		return loader_fail(loader, "structure", "A value must be a string, true or false.");
	*to = cJSON_IsTrue(node) ? "true" : "false";
	return 0;
}

static int load_value(struct loader *loader, const cJSON *node, uint32_t fact, uint32_t digit,
	struct pmm_value *to, bool *is_boolean)
{
	const cJSON *value, *label, *aliases;
	const struct tree_field fields[] = {
		{"value", TREE_ANY, false, &value},
		{"label", TREE_OBJECT, false, &label},
		{"aliases", TREE_ARRAY, true, &aliases},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : load_value_name(loader, value, &to->name);
	result = result ? result : tree_text(loader, label, "label", to->label);
	if (result)
		return result;
	*is_boolean = cJSON_IsBool(value);
	result = add_word(loader, fact, to->name, digit);
	return result ? result
		      : load_aliases(loader, aliases, "aliases", fact, digit, &to->aliases,
				&to->alias_count);
}

static int load_values(struct loader *loader, const cJSON *node, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	const cJSON *item;
	size_t count, booleans = 0;
	if (tree_count(loader, node, "values", 1, PMM_VALUES_MAX, &count))
		return -EINVAL;
	struct pmm_value *values = arena_array(&loader->rulebook->arena, count, sizeof *values);
	if (!values)
		return -ENOMEM;
	fact->values = values;
	TREE_EACH(item, node)
	{
		bool is_boolean = false;
		size_t mark = loader_enter(loader, ".values[%zu]", fact->value_count);
		struct pmm_value *value = &values[fact->value_count];
		uint32_t digit = (uint32_t)++fact->value_count;
		int result = load_value(loader, item, f, digit, value, &is_boolean);
		if (result)
			return result;
		booleans += is_boolean;
		loader_leave(loader, mark);
	}
	fact->is_boolean = booleans > 0;
	if (booleans && (booleans != 2 || count != 2))
		return loader_fail(loader, "structure",
			"The values of a fact are strings, or exactly true and false.");
	return 0;
}

int facts_add_member(struct loader *loader, const char *name, uint32_t f, bool selective)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	uint32_t ordinal = (uint32_t)rulebook->info.member_count;
	char folded[WORD_MAX + 1] = "";
	word_fold(folded, str_of(name)); // fits: tree_name saw to its size
	if (ordinal == PMM_MEMBERS_MAX)
		return loader_fail(loader, "structure", "There are more than %d names for facts.",
			PMM_MEMBERS_MAX);
	if (is_reserved(folded))
		return loader_fail(loader, "reserved_name",
			"The name \"%s\" is used by the interfaces themselves.", name);
	rulebook->members[ordinal] = (struct pmm_member){.name = name,
		.ordinal = ordinal,
		.fact = f,
		.accepts = UINT32_MAX,
		.selective = selective};
	int result = add_word(loader, WORD_OWNER_MEMBER, name, ordinal);
	if (result == 0)
		rulebook->info.member_count++;
	return result;
}

static int add_members(struct loader *loader, const cJSON *aliases, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	const cJSON *item;
	size_t at = 0;
	int result = facts_add_member(loader, fact->name, f, false);
	if (result || !aliases)
		return result;
	if (tree_count(loader, aliases, "aliases", 0, PMM_MEMBERS_MAX, &fact->alias_count))
		return -EINVAL;
	const char **names = arena_array(
		&loader->rulebook->arena, fact->alias_count, sizeof *names);
	if (!names)
		return -ENOMEM;
	fact->aliases = names;
	TREE_EACH(item, aliases)
	{
		if (!cJSON_IsString(item))
			return loader_fail(loader, "structure",
				"The member \"aliases\" must hold strings only.");
		result = tree_name(loader, item, TREE_NAME, &names[at]);
		result = result ? result : facts_add_member(loader, names[at], f, false);
		if (result)
			return result;
		at++;
	}
	return 0;
}

static int load_fact(struct loader *loader, const cJSON *node, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	const cJSON *name, *label, *aliases, *changeable, *values, *unknown;
	const struct tree_field fields[] = {
		{"name", TREE_STRING, false, &name},
		{"label", TREE_OBJECT, false, &label},
		{"aliases", TREE_ARRAY, true, &aliases},
		{"changeable", TREE_BOOLEAN, false, &changeable},
		{"values", TREE_ARRAY, false, &values},
		{"unknown", TREE_ARRAY, true, &unknown},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, name, TREE_NAME, &fact->name);
	result = result ? result : tree_text(loader, label, "label", fact->label);
	result = result ? result : add_members(loader, aliases, f);
	if (result)
		return result;
	fact->changeable = cJSON_IsTrue(changeable);
	result = load_values(loader, values, f);
	return result ? result
		      : load_aliases(loader, unknown, "unknown", f, PMM_DIGIT_UNKNOWN,
				&fact->unknown, &fact->unknown_count);
}

uint8_t facts_value(const struct pmm_fact *fact, const cJSON *node)
{
	const char *name = cJSON_IsString(node)  ? node->valuestring
			   : cJSON_IsTrue(node)  ? "true"
			   : cJSON_IsFalse(node) ? "false"
						 : "";
	if (cJSON_IsBool(node) != fact->is_boolean)
		return NO_VALUE;
	for (size_t v = 0; v < fact->value_count; v++)
		if (strcmp(fact->values[v].name, name) == 0)
			return (uint8_t)v;
	return NO_VALUE;
}

// How many slots the word table can come to need: every string below NODE.
static uint32_t count_nodes(const cJSON *node)
{
	uint32_t count = 1;
	const cJSON *child;
	TREE_EACH(child, node) count += count_nodes(child);
	return count;
}

int load_facts(struct loader *loader, const cJSON *facts, const cJSON *sources)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	const cJSON *item;
	size_t count;
	uint64_t cells;
	if (tree_count(loader, facts, "facts", 1, PMM_FACTS_MAX, &count))
		return -EINVAL;
	if (words_init(rulebook, count_nodes(facts) + (sources ? count_nodes(sources) : 0)))
		return -ENOMEM;
	info->facts = rulebook->facts;
	info->members = rulebook->members;
	TREE_EACH(item, facts)
	{
		size_t mark = loader_enter(loader, "facts[%zu]", info->fact_count);
		int result = load_fact(loader, item, (uint32_t)info->fact_count++);
		if (result)
			return result;
		loader_leave(loader, mark);
	}
	if (!space_init(rulebook, &cells))
		return loader_fail(loader, "space_too_large",
			"The facts span %llu profiles, unknown values included; at most %d are "
			"allowed.",
			(unsigned long long)cells, PMM_SPACE_MAX);
	return sources ? load_sources(loader, sources) : 0;
}
