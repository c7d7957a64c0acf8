// SPDX-License-Identifier: MIT
// Sources: columns that speak of a fact in words of their own, in several at once, or with
// some values only, and then win over other names of it. An additional duty over the kind of
// staff is one.
#include "tree.h"

// The members of fact F that NODE names, as bits.
static uint64_t load_outranked(struct loader *loader, const cJSON *node, uint32_t f)
{
	const struct pmm_rulebook_info *info = &loader->rulebook->info;
	const char *own[PMM_MEMBERS_MAX];
	size_t count = 0;
	for (size_t m = 0; m < info->member_count; m++)
		if (info->members[m].fact == f)
			own[count++] = info->members[m].name;
	const struct tree_names names = {
		own, count, sizeof *own, false, loader->lacking >> LOADER_NAMES & 1};
	uint64_t outranks = 0;
	for (const cJSON *item = node ? node->child : NULL; item; item = item->next) {
		const char *name = cJSON_IsString(item) ? item->valuestring : "";
		const struct pmm_member *member = pmm_member_find(
			loader->rulebook, name, strlen(name));
		if (member && member->fact == f)
			outranks |= UINT64_C(1) << member->ordinal;
		else
			tree_refer(loader, &names, "unknown_name", item, false,
				"A source outranks names of its own fact, declared before it.");
	}
	return outranks;
}

// Words of a value that count under the names of this source only.
static void load_own_words(struct loader *loader, const cJSON *words, uint32_t owner, uint32_t f)
{
	struct pmm_fact *fact = &loader->rulebook->facts[f];
	size_t count = 0;
	struct tree_walk walk = tree_items(loader, words, "words", 0, SIZE_MAX, &count);
	while (tree_next(loader, &walk)) {
		const cJSON *value, *aliases;
		struct tree_field fields[] = {
			{"value", TREE_ANY, .node = &value},
			{"aliases", TREE_ARRAY, .node = &aliases},
		};
		tree_object(loader, walk.item, fields, TREE_COUNT(fields));
		const uint32_t bit = value ? facts_value_bit(loader, fact, value) : 0;
		load_aliases(loader, aliases, "aliases", owner,
			bit ? 1 + (uint32_t)__builtin_ctz(bit) : 0, &count);
	}
}

static void load_source(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const struct pmm_rulebook_info *info = &rulebook->info;
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
	if (fact)
		member.fact = (uint32_t)tree_refer(loader,
			TREE_NAMES(info->facts, info->fact_count), "unknown_name", fact, false,
			"There is no fact of that name.");
	if (!fact || member.fact == info->fact_count)
		return;
	if (accepts)
		member.accepts = facts_value_set(loader, &info->facts[member.fact], accepts);
	if (wins)
		member.wins = facts_value_set(loader, &info->facts[member.fact], wins);
	if (accepts && !accepts->child)
		loader_fail(loader, accepts, "structure", "values of the fact",
			"A source accepts at least one value.");
	member.outranks = load_outranked(loader, outranks, member.fact);
	// One that takes some values only is about other things, too; one that takes all is
	// about this fact, in words that need not all be known.
	member.selective = accepts != NULL;
	member.ranked = accepts == NULL;
	const uint32_t owner = WORD_OWNER_SOURCE + (uint32_t)rulebook->info.member_count;
	load_own_words(loader, words, owner, member.fact);
	load_aliases(loader, unknown, "unknown", owner, PMM_DIGIT_UNKNOWN, &count);
	load_aliases(loader, several, "several", owner, WORD_SEPARATOR, &count);
	load_name(loader, member, fields[0].found, owner);
	load_names(loader, member, aliases, owner, &count);
}

void load_sources(struct loader *loader, const cJSON *sources)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	size_t count = 0;
	struct tree_walk walk = tree_items(loader, sources, "sources", 0, SIZE_MAX, &count);
	while (tree_next(loader, &walk)) {
		const unsigned errors = loader->errors;
		load_source(loader, walk.item);
		if (loader->errors != errors)
			loader->lacking = UINT32_MAX;
	}
	// The labels of facts, once all names are known: those count before labels.
	for (uint32_t m = 0; m < rulebook->info.member_count && !loader_ends(loader); m++) {
		const struct pmm_fact *fact = &rulebook->facts[rulebook->members[m].fact];
		if (fact->name == rulebook->members[m].name)
			load_labels(loader, WORD_OWNER_MEMBER, fact->label, m);
	}
}
