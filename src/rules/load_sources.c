// SPDX-License-Identifier: MIT
// Sources: columns that speak of a fact only with some words, and then win over
// other names of it. Dapodik's additional duty over its kind of staff is one.
#include "tree.h"

// The ordinal of a fact's value by its canonical name, or the number of values.
static size_t find_value(const struct pmm_fact *fact, const cJSON *node)
{
	const char *name = cJSON_IsString(node)  ? node->valuestring
			   : cJSON_IsTrue(node)  ? "true"
			   : cJSON_IsFalse(node) ? "false"
						 : "";
	if (cJSON_IsBool(node) != fact->is_boolean)
		return fact->value_count;
	return TREE_FIND(fact->values, fact->value_count, name);
}

uint32_t facts_value_set(struct loader *loader, const struct pmm_fact *fact, const cJSON *node)
{
	const cJSON *item;
	uint32_t set = 0;
	TREE_EACH(item, node)
	{
		const size_t value = find_value(fact, item);
		if (value == fact->value_count) {
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
	const cJSON *item;
	uint64_t outranks = 0;
	TREE_EACH(item, node)
	{
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
	facts_add_member(loader, member);
}

void load_sources(struct loader *loader, const cJSON *sources)
{
	struct tree_walk walk = tree_items(sources, "sources");
	while (tree_next(loader, &walk))
		load_source(loader, walk.item);
}
