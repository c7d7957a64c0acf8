// SPDX-License-Identifier: MIT
// From the text of a rulebook to a proved one: the order of the steps.
#include "tree.h"

#include <errno.h>
#include <stdlib.h>

static void load_phrases(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct tree_field fields[] = {
		{"undetermined", TREE_TEXT, .text = rulebook->info.undetermined},
		{"depends", TREE_TEXT, .text = rulebook->depends},
		{"and", TREE_TEXT, .text = rulebook->conjunction},
	};
	tree_object(loader, node, fields, TREE_COUNT(fields));
	tree_check_depends(loader, fields[1].found, rulebook->depends);
}

static void load_notices(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(
		loader, node, "notices", 0, PMM_NOTICES_MAX, &info->notice_count);
	struct pmm_notice *to = tree_room(loader, &info->notice_count, sizeof *to);
	info->notices = to;
	while (tree_next(loader, &walk)) {
		struct tree_field fields[] = {
			{"since", TREE_DATE, .text = &to[walk.i].since},
			{"text", TREE_TEXT, .text = to[walk.i].text},
			{"source", TREE_TEXT, .text = to[walk.i].source, .optional = true},
		};
		tree_object(loader, walk.item, fields, TREE_COUNT(fields));
	}
}

static void load_silent(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_walk walk = tree_items(
		loader, node, "silent", 0, PMM_SILENT_MAX, &info->silent_count);
	struct pmm_silent *to = tree_room(loader, &info->silent_count, sizeof *to);
	info->silent = to;
	while (tree_next(loader, &walk)) {
		struct tree_field fields[] = {
			{"text", TREE_TEXT, .text = to[walk.i].text},
			{"ask", TREE_TEXT, .text = to[walk.i].ask},
		};
		tree_object(loader, walk.item, fields, TREE_COUNT(fields));
	}
}

// How many slots the word table can come to need: every string below NODE, or none.
static uint32_t count_nodes(const cJSON *node)
{
	uint32_t count = 1;
	for (const cJSON *child = node ? node->child : NULL; child; child = child->next)
		count += count_nodes(child);
	return count;
}

// Whether the optional member NAME is there and could not be read as NODE.
static bool is_refused(const cJSON *root, const char *name, const cJSON *node)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(root, name);
	return member && !cJSON_IsNull(member) && !node;
}

// What a rulebook consists of besides a few texts; NULL: it is not there, or refused.
struct parts {
	const cJSON *format, *documents, *phrases, *facts, *unknown, *sources, *attributes,
		*features, *rules, *flags, *examples, *notices, *silent;
};

// Reads the texts, and finds the parts.
static void load_root(struct loader *loader, const cJSON *root, struct parts *parts)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct tree_field fields[] = {
		{"format", TREE_STRING, .node = &parts->format},
		{"id", TREE_ID, .text = &info->id},
		{"version", TREE_ID, .text = &info->version},
		{"title", TREE_TEXT, .text = info->title},
		{"effective_from", TREE_DATE, .text = &info->effective_from},
		{"effective_to", TREE_DATE, .text = &info->effective_to, .optional = true},
		{"documents", TREE_ARRAY, .node = &parts->documents},
		{"phrases", TREE_OBJECT, .node = &parts->phrases},
		{"facts", TREE_ARRAY, .node = &parts->facts},
		{"unknown", TREE_ARRAY, .node = &parts->unknown, .optional = true},
		{"sources", TREE_ARRAY, .node = &parts->sources, .optional = true},
		{"attributes", TREE_ARRAY, .node = &parts->attributes},
		{"features", TREE_ARRAY, .node = &parts->features},
		{"rules", TREE_ARRAY, .node = &parts->rules},
		{"flags", TREE_ARRAY, .node = &parts->flags, .optional = true},
		{"notices", TREE_ARRAY, .node = &parts->notices, .optional = true},
		{"silent", TREE_ARRAY, .node = &parts->silent, .optional = true},
		{"examples", TREE_ARRAY, .node = &parts->examples, .optional = true},
		{"$schema", TREE_STRING, .optional = true},
	};
	tree_nodes(loader, root, fields, TREE_COUNT(fields));
	if (parts->format && strcmp(parts->format->valuestring, "pmm-rulebook/1") != 0)
		loader_fail(loader, parts->format, "structure", "\"pmm-rulebook/1\"",
			"The member \"format\" must be \"pmm-rulebook/1\".");
	load_canonical(loader, root);
	tree_texts(loader, fields, TREE_COUNT(fields));
	// Dates of this form sort as text.
	if (info->effective_to && strcmp(info->effective_to, info->effective_from) < 0)
		loader_fail(loader, fields[5].found, "bad_date", "a day that is not before that",
			"\"effective_to\" is before \"effective_from\".");
}

static void load_tree(struct loader *loader, const cJSON *root)
{
	struct parts parts;
	load_root(loader, root, &parts);
	load_documents(loader, parts.documents);
	load_phrases(loader, parts.phrases);
	load_notices(loader, parts.notices);
	load_silent(loader, parts.silent);
	// Each word may be there in two spellings.
	const uint32_t room = count_nodes(parts.facts) + count_nodes(parts.sources) +
			      count_nodes(parts.unknown);
	const int result = words_init(loader->rulebook, 2 * room);
	if (result) {
		loader->result = result;
		return;
	}
	if (is_refused(root, "sources", parts.sources) ||
		is_refused(root, "unknown", parts.unknown))
		loader->lacking = UINT32_MAX;
	load_facts(loader, parts.facts, parts.unknown);
	load_sources(loader, parts.sources);
	load_attributes(loader, parts.attributes);
	load_features(loader, parts.features);
	load_rules(loader, parts.rules);
	load_flags(loader, parts.flags);
	const bool is_proved = load_prove(loader);
	if (is_proved)
		load_reasons(loader);
	load_examples(loader, parts.examples, is_proved);
	loader_close(loader);
}

static const char *describe_fault(enum json_fault fault)
{
	switch (fault) {
	case JSON_FAULT_DUPLICATE: return "a member name is given twice in one object";
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
	if (fault != JSON_FAULT_NONE) {
		const struct loader_fault told = {.code = "malformed_json", .offset = offset};
		loader_find(loader, &told, "At byte %zu: %s.", offset, describe_fault(fault));
		return loader->result;
	}
	text = utf8_skip_mark(text);
	cJSON *root = cJSON_ParseWithLength(text.at, text.size);
	if (!root)
		return -ENOMEM; // the only reason left after json_check
	loader->root = root;
	load_tree(loader, root);
	cJSON_Delete(root);
	return loader->result;
}

int pmm_rulebook_create(struct pmm_rulebook **out, const char *text, size_t size, size_t memory_max,
	const struct pmm_listener *listener)
{
	struct pmm_rulebook *rulebook = calloc(1, sizeof *rulebook);
	if (!rulebook)
		return -ENOMEM;
	arena_init(&rulebook->arena, NULL, 0, memory_max);
	struct loader loader = {.rulebook = rulebook, .listener = listener, .text = {text, size}};
	int result = load_text(&loader, loader.text);
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
