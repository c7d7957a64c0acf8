// SPDX-License-Identifier: MIT
// Sources: columns that speak of a fact in words of their own, in several at once, or with
// some values only, and then win over other names of it. An additional duty over the kind of
// staff is one.
#include "tree.h"

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

// Words of a value that count under the names of this source only.
static void load_own_words(struct loader *loader, const cJSON *words, uint32_t owner, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	struct tree_walk walk = tree_items(words, ".words");
	while (tree_next(loader, &walk)) {
		const cJSON *value, *aliases;
		size_t count;
		struct tree_field fields[] = {
			{"value", TREE_ANY, .node = &value},
			{"aliases", TREE_ARRAY, .node = &aliases},
		};
		tree_object(loader, walk.item, fields, TREE_COUNT(fields));
		if (loader->result)
			return;
		const uint32_t bit = facts_value_bit(loader, fact, value);
		load_aliases(loader, aliases, "aliases", owner,
			bit ? 1 + (uint32_t)__builtin_ctz(bit) : 0, &count);
	}
}

static void load_source(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const cJSON *fact, *aliases, *accepts, *wins, *outranks, *words, *unknown, *several;
	size_t count;
	struct pmm_member member = {.accepts = UINT32_MAX, .wins = UINT32_MAX};
	struct tree_field fields[] = {
		{"name", TREE_NAME, .text = &member.name},
		{"aliases", TREE_ARRAY, .node = &aliases, .optional = true},
		{"fact", TREE_STRING, .node = &fact},
		{"accepts", TREE_ARRAY, .node = &accepts, .optional = true},
		{"wins", TREE_ARRAY, .node = &wins, .optional = true},
		{"outranks", TREE_ARRAY, .node = &outranks},
		{"words", TREE_ARRAY, .node = &words, .optional = true},
		{"unknown", TREE_ARRAY, .node = &unknown, .optional = true},
		{"several", TREE_ARRAY, .node = &several, .optional = true},
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
	if (accepts)
		member.accepts = facts_value_set(loader, &rulebook->facts[member.fact], accepts);
	if (wins && !loader->result)
		member.wins = facts_value_set(loader, &rulebook->facts[member.fact], wins);
	if (!loader->result && member.accepts == 0)
		loader_fail(loader, "structure", "A source accepts at least one value.");
	if (!loader->result)
		member.outranks = load_outranked(loader, outranks, member.fact);
	// One that takes some values only is about other things, too; one that takes all is
	// about this fact, in words that need not all be known.
	member.selective = accepts != NULL;
	member.ranked = accepts == NULL;
	const uint32_t owner = WORD_OWNER_SOURCE + (uint32_t)rulebook->info.member_count;
	load_own_words(loader, words, owner, member.fact);
	load_aliases(loader, unknown, "unknown", owner, PMM_DIGIT_UNKNOWN, &count);
	load_aliases(loader, several, "several", owner, WORD_SEPARATOR, &count);
	load_names(loader, member, aliases, owner, &count);
}

void load_sources(struct loader *loader, const cJSON *sources)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct tree_walk walk = tree_items(sources, "sources");
	while (tree_next(loader, &walk))
		load_source(loader, walk.item);
	// The labels of facts, once all names are known: those count before labels.
	for (uint32_t m = 0; m < rulebook->info.member_count && !loader->result; m++) {
		const struct pmm_fact *fact = &rulebook->facts[rulebook->members[m].fact];
		if (fact->name == rulebook->members[m].name)
			load_labels(loader, WORD_OWNER_MEMBER, fact->label, m);
	}
}
