// SPDX-License-Identifier: MIT
// From the text of a rulebook to a proved one: the order of the steps.
#include "base/base.h"
#include "tree.h"

#include <errno.h>
#include <stdlib.h>

static int load_tree(struct loader *loader, const cJSON *root)
{
	const cJSON *format, *id, *version, *title, *from, *to, *documents, *phrases, *facts,
		*sources, *attributes, *features, *rules, *flags, *examples;
	const struct tree_field fields[] = {
		{"format", TREE_STRING, false, &format},
		{"id", TREE_STRING, false, &id},
		{"version", TREE_STRING, false, &version},
		{"title", TREE_OBJECT, false, &title},
		{"effective_from", TREE_STRING, false, &from},
		{"effective_to", TREE_STRING, true, &to},
		{"documents", TREE_ARRAY, false, &documents},
		{"phrases", TREE_OBJECT, false, &phrases},
		{"facts", TREE_ARRAY, false, &facts},
		{"sources", TREE_ARRAY, true, &sources},
		{"attributes", TREE_ARRAY, false, &attributes},
		{"features", TREE_ARRAY, false, &features},
		{"rules", TREE_ARRAY, false, &rules},
		{"flags", TREE_ARRAY, true, &flags},
		{"examples", TREE_ARRAY, true, &examples},
	};
	int result = tree_object(loader, root, fields, TREE_COUNT(fields));
	if (result)
		return result;
	if (strcmp(format->valuestring, "pmm-rulebook/1") != 0)
		return loader_fail(
			loader, "structure", "The member \"format\" must be \"pmm-rulebook/1\".");
	const cJSON *const identity[] = {id, version, title, from, to, documents, phrases};
	result = load_canonical(loader, root);
	result = result ? result : load_identity(loader, identity);
	result = result ? result : load_facts(loader, facts, sources);
	result = result ? result : load_attributes(loader, attributes);
	result = result ? result : load_features(loader, features);
	result = result ? result : load_rules(loader, rules);
	result = result ? result : load_flags(loader, flags);
	result = result ? result : load_prove(loader);
	result = result ? result : load_reasons(loader);
	return result ? result : load_examples(loader, examples);
}

static const char *describe_fault(enum json_fault fault)
{
	switch (fault) {
	case JSON_FAULT_DUPLICATE: return "a member name stands twice in one object";
	case JSON_FAULT_DEPTH: return "the nesting is too deep";
	case JSON_FAULT_UTF8: return "the text is not UTF-8";
	case JSON_FAULT_EMPTY: return "there is nothing in it";
	default: return "this is not JSON (RFC 8259)";
	}
}

// Strictness first: cJSON alone would let more pass than RFC 8259 (json.h).
static int load_text(struct loader *loader, struct str text)
{
	size_t offset;
	enum json_fault fault = json_check(text, &loader->rulebook->arena, &offset);
	if (fault == JSON_FAULT_MEMORY)
		return -ENOMEM;
	if (fault != JSON_FAULT_NONE)
		return loader_fail(loader, "malformed_json", "At byte %zu: %s.", offset,
			describe_fault(fault));
	text = utf8_skip_mark(text);
	cJSON *root = cJSON_ParseWithLength(text.at, text.size);
	if (!root)
		return -ENOMEM; // the only reason left after json_check
	int result = load_tree(loader, root);
	cJSON_Delete(root);
	return result;
}

int pmm_rulebook_create(struct pmm_rulebook **out, const char *text, size_t size, size_t memory_max,
	const struct pmm_listener *listener)
{
	struct pmm_rulebook *rulebook = calloc(1, sizeof *rulebook);
	if (!rulebook)
		return -ENOMEM;
	arena_init(&rulebook->arena, NULL, 0, memory_max);
	struct loader loader = {.rulebook = rulebook, .listener = listener};
	int result = load_text(&loader, (struct str){text, size});
	if (result) {
		pmm_rulebook_destroy(rulebook);
		return result;
	}
	*out = rulebook;
	return 0;
}

void pmm_rulebook_destroy(struct pmm_rulebook *rulebook)
{
	if (!rulebook)
		return;
	arena_finish(&rulebook->arena);
	free(rulebook);
}

const struct pmm_rulebook_info *pmm_rulebook_info(const struct pmm_rulebook *rulebook)
{
	return &rulebook->info;
}
