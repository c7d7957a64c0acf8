// SPDX-License-Identifier: MIT
// Who a rulebook is, when it holds, what it cites, and its own small phrases.
#include "base/base.h"
#include "tree.h"

#include <errno.h>

static int load_date(struct loader *loader, const cJSON *node, const char *name, const char **to)
{
	int32_t day;
	if (node && !date_read(str_of(node->valuestring), &day))
		return loader_fail(loader, "bad_date",
			"The member \"%s\" must be a day that exists, as YYYY-MM-DD.", name);
	return tree_string(loader, node, to);
}

static int load_document(struct loader *loader, const cJSON *node, struct pmm_document *document)
{
	const cJSON *id, *number, *title, *issuer, *date;
	const struct tree_field fields[] = {
		{"id", TREE_STRING, false, &id},
		{"number", TREE_STRING, false, &number},
		{"title", TREE_STRING, false, &title},
		{"issuer", TREE_STRING, false, &issuer},
		{"date", TREE_STRING, true, &date},
	};
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result : tree_name(loader, id, TREE_ID, &document->id);
	result = result ? result : tree_string(loader, number, &document->number);
	result = result ? result : tree_string(loader, title, &document->title);
	result = result ? result : tree_string(loader, issuer, &document->issuer);
	return result ? result : load_date(loader, date, "date", &document->date);
}

static int load_documents(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct pmm_rulebook_info *info = &rulebook->info;
	const cJSON *item;
	size_t count;
	if (tree_count(loader, node, "documents", 1, PMM_DOCUMENTS_MAX, &count))
		return -EINVAL;
	rulebook->documents = arena_array(&rulebook->arena, count, sizeof *rulebook->documents);
	if (!rulebook->documents)
		return -ENOMEM;
	info->documents = rulebook->documents;
	TREE_EACH(item, node)
	{
		struct pmm_document *document = &rulebook->documents[info->document_count];
		size_t mark = loader_enter(loader, "documents[%zu]", info->document_count);
		int result = load_document(loader, item, document);
		if (result)
			return result;
		for (size_t i = 0; i < info->document_count; i++)
			if (strcmp(rulebook->documents[i].id, document->id) == 0)
				return loader_fail(loader, "duplicate_name",
					"There are two documents \"%s\".", document->id);
		info->document_count++;
		loader_leave(loader, mark);
	}
	return 0;
}

static int load_phrases(struct loader *loader, const cJSON *node)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	const cJSON *undetermined, *depends, *conjunction;
	const struct tree_field fields[] = {
		{"undetermined", TREE_OBJECT, false, &undetermined},
		{"depends", TREE_OBJECT, false, &depends},
		{"and", TREE_OBJECT, false, &conjunction},
	};
	size_t mark = loader_enter(loader, "phrases");
	int result = tree_object(loader, node, fields, TREE_COUNT(fields));
	result = result ? result
			: tree_text(loader, undetermined, "undetermined",
				  rulebook->info.undetermined);
	result = result ? result : tree_text(loader, depends, "depends", rulebook->depends);
	result = result ? result : tree_text(loader, conjunction, "and", rulebook->conjunction);
	for (int lang = 0; lang < PMM_LANG_COUNT && result == 0; lang++)
		if (!strstr(rulebook->depends[lang], "{facts}") ||
			!tree_placeholders_fit(rulebook->depends[lang], "{facts}"))
			result = loader_fail(loader, "bad_placeholder",
				"The text \"depends\" must say {facts} where their names go, "
				"and have no other braces.");
	loader_leave(loader, result ? loader->where_size : mark);
	return result;
}

int load_identity(struct loader *loader, const cJSON *const *parts)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	int result = tree_name(loader, parts[0], TREE_ID, &info->id);
	result = result ? result : tree_name(loader, parts[1], TREE_ID, &info->version);
	result = result ? result : tree_text(loader, parts[2], "title", info->title);
	result = result ? result
			: load_date(loader, parts[3], "effective_from", &info->effective_from);
	result = result ? result : load_date(loader, parts[4], "effective_to", &info->effective_to);
	if (result)
		return result;
	// Dates of this form sort as text.
	if (info->effective_to && strcmp(info->effective_to, info->effective_from) < 0)
		return loader_fail(
			loader, "bad_date", "\"effective_to\" is before \"effective_from\".");
	result = load_documents(loader, parts[5]);
	return result ? result : load_phrases(loader, parts[6]);
}
