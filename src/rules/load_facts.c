// SPDX-License-Identifier: MIT
// Facts with their words: names, values, aliases, and words that say nothing. And sources:
// columns that speak of a fact only with some words, and then win over other names of it.
// Dapodik's additional duty over its kind of staff is one.
#include "tree.h"

#include <errno.h>

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

// Enters one more name of a fact, which must live as long as the rulebook.
static void add_member(struct loader *loader, struct pmm_member member)
{
	// Names that the interfaces around the core use themselves: members of a
	// profile, parameters of a query, columns of an answer.
	static const char *const reserved[] = {"id", "group", "lang", "pretty", "unknown",
		"explain", "as_of", "rulebook", "detail", "group_by", "id_from", "verbose", "row",
		"error"};
	struct pmm_rulebook *rulebook = loader->rulebook;
	char folded[WORD_MAX + 1] = "";
	if (loader->result)
		return;
	member.ordinal = (uint32_t)rulebook->info.member_count;
	word_fold(folded, str_of(member.name)); // fits: it was read as a name
	if (member.ordinal == PMM_MEMBERS_MAX)
		loader_fail(loader, "structure", "There are more than %d names for facts.",
			PMM_MEMBERS_MAX);
	else if (TREE_FIND(reserved, TREE_COUNT(reserved), folded) < TREE_COUNT(reserved))
		loader_fail(loader, "reserved_name",
			"The name \"%s\" is used by the interfaces themselves.", member.name);
	add_word(loader, WORD_OWNER_MEMBER, member.name, member.ordinal);
	if (!loader->result)
		rulebook->members[rulebook->info.member_count++] = member;
}

// Enters a name under which any value of fact F may be given.
static void add_name(struct loader *loader, const char *name, uint32_t f)
{
	add_member(loader, (struct pmm_member){.name = name, .fact = f, .accepts = UINT32_MAX});
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

// --- sources

uint32_t facts_value_set(struct loader *loader, const struct pmm_fact *fact, const cJSON *node)
{
	uint32_t set = 0;
	for (const cJSON *item = node->child; item; item = item->next) {
		const size_t value = TREE_FIND(fact->values, fact->value_count, tree_word(item));
		if (value == fact->value_count || cJSON_IsBool(item) != fact->is_boolean) {
			loader_fail(loader, "unknown_name",
				"The fact \"%s\" has no value of that name or type.", fact->name);
			break;
		}
		set |= UINT32_C(1) << value;
	}
	return set;
}

// The members of fact F that NODE names, as bits.
static uint64_t load_outranked(struct loader *loader, const cJSON *node, uint32_t f)
{
	uint64_t outranks = 0;
	for (const cJSON *item = node->child; item; item = item->next) {
		const struct pmm_member *member = NULL;
		if (cJSON_IsString(item))
			member = pmm_member_find(
				loader->rulebook, item->valuestring, strlen(item->valuestring));
		if (!member || member->fact != f) {
			loader_fail(loader, "unknown_name",
				"A source outranks names of its own fact, declared before it.");
			break;
		}
		outranks |= UINT64_C(1) << member->ordinal;
	}
	return outranks;
}

static void load_source(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const cJSON *fact, *accepts, *outranks;
	struct pmm_member member = {.selective = true};
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &member.name},
		{"fact", TREE_STRING, .node = &fact},
		{"accepts", TREE_ARRAY, .node = &accepts},
		{"outranks", TREE_ARRAY, .node = &outranks},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	if (loader->result)
		return;
	member.fact = (uint32_t)TREE_FIND(
		rulebook->facts, rulebook->info.fact_count, fact->valuestring);
	if (member.fact == rulebook->info.fact_count) {
		loader_fail(loader, "unknown_name", "There is no fact of that name.");
		return;
	}
	member.accepts = facts_value_set(loader, &rulebook->facts[member.fact], accepts);
	if (!loader->result && member.accepts == 0)
		loader_fail(loader, "structure", "A source accepts at least one value.");
	if (!loader->result)
		member.outranks = load_outranked(loader, outranks, member.fact);
	add_member(loader, member);
}

void load_sources(struct loader *loader, const cJSON *sources)
{
	struct tree_walk walk = tree_items(sources, "sources");
	while (tree_next(loader, &walk))
		load_source(loader, walk.item);
}
