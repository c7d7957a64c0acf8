// SPDX-License-Identifier: MIT
// The words of facts, values and sources as a rulebook lists them: aliases, patterns, labels.
#include "tree.h"

#include <errno.h>

#define BLANKS " \t\r\n\v\f"

static void add_pattern(struct loader *loader, uint32_t owner, const char *text, uint32_t target)
{
	const char *other;
	const int result = patterns_add(loader->rulebook, owner, text, target, &other);
	if (result == -EINVAL)
		loader_fail(loader, "structure",
			"In the word \"%s\" one * must stand at one end, with text beside it.",
			text);
	else if (result == -EEXIST)
		loader_fail(loader, "pattern_overlap",
			"The words \"%s\" and \"%s\" take the same texts and mean different "
			"things.",
			other, text);
	else
		loader->result = result;
}

void load_word(struct loader *loader, uint32_t owner, const char *text, uint32_t target)
{
	if (loader->result)
		return;
	if (strchr(text, '*')) {
		add_pattern(loader, owner, text, target);
		return;
	}
	const int result = words_add(loader->rulebook, owner, text, target, false);
	if (result == -EINVAL && target == PMM_DIGIT_UNKNOWN && text[strspn(text, BLANKS)])
		return; // what only separates says nothing anyway
	if (result == -EINVAL || result == -E2BIG)
		loader_fail(
			loader, "structure", "A word has 1 to %d bytes after folding.", WORD_MAX);
	else if (result == -EEXIST)
		loader_fail(loader, "duplicate_name",
			"The word \"%s\" already means something else here (words are compared "
			"by their letters and digits).",
			text);
	else
		loader->result = result;
}

void load_labels(struct loader *loader, uint32_t owner, const char *const label[PMM_LANG_COUNT],
	uint32_t target)
{
	for (int lang = 0; lang < PMM_LANG_COUNT && !loader->result; lang++)
		if (words_add(loader->rulebook, owner, label[lang], target, true) == -ENOMEM)
			loader->result = -ENOMEM;
}

void load_strings(struct loader *loader, const cJSON *node, const char *name, enum tree_kind kind,
	const char *const **to, size_t *count)
{
	const char **strings = tree_array(loader, node, name, 0,
		kind == TREE_NAME ? PMM_MEMBERS_MAX : PMM_ALIASES_MAX, count, sizeof *strings);
	*to = strings;
	const cJSON *item = strings ? node->child : NULL;
	for (; item && !loader->result; item = item->next, strings++) {
		if (cJSON_IsString(item))
			tree_read(loader, item, name, kind, strings);
		else
			loader_fail(loader, "structure",
				"The member \"%s\" must hold strings only.", name);
	}
}

void load_aliases(struct loader *loader, const cJSON *node, const char *name, uint32_t owner,
	uint32_t digit, const char *const **to, size_t *count)
{
	const char *const *words;
	size_t size = 0;
	load_strings(loader, node, name, TREE_COPY, &words, &size);
	for (size_t i = 0; i < size && !loader->result; i++)
		load_word(loader, owner, words[i], digit);
	if (to) {
		*to = words;
		*count = size;
	}
}
