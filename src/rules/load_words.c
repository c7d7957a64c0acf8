// SPDX-License-Identifier: MIT
// The words of facts, values and sources as a rulebook lists them: aliases, patterns, labels.
#include "tree.h"

#define BLANKS " \t\r\n\v\f"

bool load_word(
	struct loader *loader, uint32_t owner, const cJSON *node, const char *text, uint32_t target)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const char *other = "";
	if (loader_ends(loader))
		return false;
	const bool is_pattern = strchr(text, '*') != NULL;
	const int result = is_pattern ? patterns_add(rulebook, owner, text, target, &other)
				      : words_add(rulebook, owner, text, target, false);
	const bool is_empty = result == -EINVAL && !is_pattern;
	if (result == 0)
		return true;
	if (is_empty && target == PMM_DIGIT_UNKNOWN && text[strspn(text, BLANKS)])
		return true; // what only separates says nothing anyway
	if (is_empty || result == -E2BIG)
		loader_fail(loader, node, "structure",
			"a word with a letter or digit, not too long",
			"A word has 1 to %d bytes after folding.", WORD_MAX);
	else if (result == -EINVAL)
		loader_fail(loader, node, "structure", "* and a word, or a word and *",
			"In the word \"%s\" one * must stand at one end, with text beside it.",
			text);
	else if (result == -EEXIST && is_pattern)
		loader_fail(loader, node, "pattern_overlap", "a narrower word",
			"The words \"%s\" and \"%s\" take the same texts and mean different "
			"things.",
			other, text);
	else if (result == -EEXIST)
		loader_fail(loader, node, "duplicate_name", "another word",
			"The word \"%s\" already means something else here (words are compared "
			"by their letters and digits).",
			text);
	else
		loader->result = result;
	return false;
}

void load_labels(struct loader *loader, uint32_t owner, const char *const label[PMM_LANG_COUNT],
	uint32_t target)
{
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++)
		if (words_add(loader->rulebook, owner, label[lang], target, true) == -ENOMEM)
			loader->result = -ENOMEM;
}

const char *const *load_strings(struct loader *loader, const cJSON *node, const char *name,
	enum tree_kind kind, size_t *count)
{
	const size_t max = kind == TREE_NAME ? PMM_MEMBERS_MAX : PMM_ALIASES_MAX;
	*count = 0;
	struct tree_walk walk = tree_items(loader, node, name, 0, max, count);
	const char **strings = tree_room(loader, count, sizeof *strings);
	while (tree_next(loader, &walk)) {
		strings[walk.i] = "";
		if (cJSON_IsString(walk.item))
			tree_read(loader, walk.item, name, kind, &strings[walk.i]);
		else
			loader_fail(loader, walk.item, "structure", "a string",
				"The member \"%s\" must hold strings only.", name);
	}
	return strings;
}

const char *const *load_aliases(struct loader *loader, const cJSON *node, const char *name,
	uint32_t owner, uint32_t target, size_t *count)
{
	const char *const *words = load_strings(loader, node, name, TREE_COPY, count);
	struct tree_walk walk = {.next = *count ? node->child : NULL};
	while (tree_next(loader, &walk))
		load_word(loader, owner, walk.item, words[walk.i], target);
	return words;
}
