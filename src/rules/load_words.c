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
	char folded[WORD_MAX];
	if (loader->result)
		return;
	if (strchr(text, '*')) {
		add_pattern(loader, owner, text, target);
		return;
	}
	size_t size = word_fold(folded, str_of(text));
	if (size == 0 && target == PMM_DIGIT_UNKNOWN && owner != WORD_OWNER_MEMBER &&
		text[strspn(text, BLANKS)])
		return; // what only separates says nothing anyway
	if (size == 0 || size > WORD_MAX) {
		loader_fail(
			loader, "structure", "A word has 1 to %d bytes after folding.", WORD_MAX);
		return;
	}
	int result = words_add(loader->rulebook, owner, text, target);
	if (result == -EEXIST)
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
		loader->result = words_add_label(loader->rulebook, owner, label[lang], target);
}

bool load_string(struct loader *loader, const cJSON **item, const char *name, enum tree_kind kind,
	const char **to)
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

void load_strings(struct loader *loader, const cJSON *node, const char *name, enum tree_kind kind,
	const char *const **to, size_t *count)
{
	const char **strings = tree_array(
		loader, node, name, 0, PMM_ALIASES_MAX, count, sizeof *strings);
	const cJSON *item = strings ? node->child : NULL;
	*to = strings;
	while (load_string(loader, &item, name, kind, strings))
		strings++;
}

void load_aliases(struct loader *loader, const cJSON *node, const char *name, uint32_t owner,
	uint32_t digit, const char *const **to, size_t *count)
{
	*count = 0;
	load_strings(loader, node, name, TREE_COPY, to, count);
	for (size_t i = 0; i < *count && !loader->result; i++)
		load_word(loader, owner, (*to)[i], digit);
}
