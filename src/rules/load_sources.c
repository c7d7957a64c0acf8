// SPDX-License-Identifier: MIT
// Sources: columns that speak of a fact only with some words, and then win over
// other names of it. Dapodik's additional duty over its kind of staff is one.
#include "facts.h"

#include <errno.h>

int facts_value_set(
	struct loader *loader, const struct pmm_fact *fact, const cJSON *node, uint32_t *set)
{
	const cJSON *item;
	*set = 0;
	TREE_EACH(item, node)
	{
		uint8_t value = facts_value(fact, item);
		if (value == NO_VALUE)
			return loader_fail(loader, "unknown_name",
				"The fact \"%s\" has no value of that name or type.", fact->name);
		*set |= UINT32_C(1) << value;
	}
	return 0;
}

uint32_t facts_find(const struct pmm_rulebook *rulebook, const char *name)
{
	for (uint32_t f = 0; f < rulebook->info.fact_count; f++)
		if (strcmp(rulebook->facts[f].name, name) == 0)
			return f;
	return PMM_FACTS_MAX;
}

// The members of fact F that NODE names, as bits.
static int load_outranked(struct loader *loader, const cJSON *node, uint32_t f, uint64_t *outranks)
{
	const cJSON *item;
	TREE_EACH(item, node)
	{
		const struct pmm_member *member = NULL;
		if (cJSON_IsString(item))
			member = pmm_member_find(
				loader->rulebook, item->valuestring, strlen(item->valuestring));
		if (!member || member->fact != f)
			return loader_fail(loader, "unknown_name",
				"A source outranks names of its own fact, declared before it.");
		*outranks |= UINT64_C(1) << member->ordinal;
	}
	return 0;
}

static int load_source(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const cJSON *name, *fact, *accepts, *outranks;
	const char *member_name = NULL;
	uint64_t outranked = 0;
	uint32_t set = 0;
	const struct tree_field fields[] = {
		{"name", TREE_STRING, false, &name},
		{"fact", TREE_STRING, false, &fact},
		{"accepts", TREE_ARRAY, false, &accepts},
		{"outranks", TREE_ARRAY, false, &outranks},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, name, TREE_NAME, &member_name);
	if (result)
		return result;
	uint32_t f = facts_find(rulebook, fact->valuestring);
	if (f == PMM_FACTS_MAX)
		return loader_fail(loader, "unknown_name", "There is no fact of that name.");
	result = facts_value_set(loader, &rulebook->facts[f], accepts, &set);
	if (result == 0 && set == 0)
		result = loader_fail(loader, "structure", "A source accepts at least one value.");
	result = result ? result : load_outranked(loader, outranks, f, &outranked);
	result = result ? result : facts_add_member(loader, member_name, f, true);
	if (result)
		return result;
	struct pmm_member *member = &rulebook->members[rulebook->info.member_count - 1];
	member->accepts = set;
	member->outranks = outranked;
	return 0;
}

int load_sources(struct loader *loader, const cJSON *sources)
{
	const cJSON *item;
	size_t at = 0;
	TREE_EACH(item, sources)
	{
		size_t mark = loader_enter(loader, "sources[%zu]", at++);
		int result = load_source(loader, item);
		if (result)
			return result;
		loader_leave(loader, mark);
	}
	return 0;
}
