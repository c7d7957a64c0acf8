// SPDX-License-Identifier: MIT
#include "tree.h"

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

// What a node of each kind is in JSON, for cJSON and for people. A name: the letters that
// it begins with, all that it may have, and how to say that.
static const struct {
	int types;
	const char *said;
	const char *first, *all, *letters;
} kinds[] = {
	[TREE_ANY] = {.types = ~0},
	[TREE_STRING] = {.types = cJSON_String, .said = "a string"},
	[TREE_BOOLEAN] = {.types = cJSON_True | cJSON_False, .said = "true or false"},
	[TREE_ARRAY] = {.types = cJSON_Array, .said = "an array"},
	[TREE_OBJECT] = {.types = cJSON_Object, .said = "an object"},
	[TREE_TEXT] = {.types = cJSON_Object, .said = "an object"},
	[TREE_COPY] = {.types = cJSON_String, .said = "a string"},
	[TREE_DATE] = {.types = cJSON_String, .said = "a string"},
	[TREE_NAME] = {cJSON_String, "a string", LOWER, LOWER DIGITS "_",
		"a-z, 0-9 and _ and begins with a letter"},
	[TREE_ID] = {cJSON_String, "a string", LOWER DIGITS, LOWER DIGITS "-.",
		"a-z and 0-9 with single - or . between"},
	[TREE_VALUE] = {cJSON_String, "a string", LOWER UPPER DIGITS, LOWER UPPER DIGITS "_.-",
		"letters, digits, _ . and -"},
};

static void check_field(struct loader *loader, struct tree_field *field)
{
	if (field->optional && cJSON_IsNull(field->found))
		field->found = NULL;
	if (!field->found && !field->optional)
		loader_fail(loader, "structure", "The member \"%s\" is missing.", field->name);
	else if (field->found && !(field->found->type & kinds[field->kind].types))
		loader_fail(loader, "structure", "The member \"%s\" must be %s.", field->name,
			kinds[field->kind].said);
	else if (field->node)
		*field->node = field->found;
}

void tree_nodes(struct loader *loader, const cJSON *node, struct tree_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].node)
			*fields[i].node = NULL;
	if (loader->result)
		return;
	if (!cJSON_IsObject(node)) {
		loader_fail(loader, "structure", "This must be an object.");
		return;
	}
	for (const cJSON *member = node->child; member; member = member->next) {
		const size_t i = TREE_FIND(fields, count, member->string);
		if (i == count) {
			loader_fail(loader, "unknown_member",
				"The format knows no member \"%s\" here.", member->string);
			return;
		}
		fields[i].found = member;
	}
	for (size_t i = 0; i < count && !loader->result; i++)
		check_field(loader, &fields[i]);
}

void tree_texts(struct loader *loader, const struct tree_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].text)
			tree_read(loader, fields[i].found, fields[i].name, fields[i].kind,
				fields[i].text);
}

void tree_object(struct loader *loader, const cJSON *node, struct tree_field *fields, size_t count)
{
	tree_nodes(loader, node, fields, count);
	tree_texts(loader, fields, count);
}

void tree_count(struct loader *loader, const cJSON *node, const char *name, size_t min, size_t max,
	size_t *count)
{
	size_t found = (size_t)cJSON_GetArraySize(node);
	if (loader->result)
		return;
	if (found < min || found > max)
		loader_fail(loader, "structure",
			"The member \"%s\" has %zu items; there must be %zu to %zu.", name, found,
			min, max);
	else
		*count = found;
}

void *tree_array(struct loader *loader, const cJSON *node, const char *name, size_t min, size_t max,
	size_t *count, size_t size)
{
	tree_count(loader, node, name, min, max, count);
	return node && !loader->result ? loader_take(loader, *count, size) : NULL;
}

struct tree_walk tree_items(const cJSON *node, const char *name)
{
	return (struct tree_walk){.name = name, .next = node ? node->child : NULL};
}

bool tree_next(struct loader *loader, struct tree_walk *walk)
{
	if (walk->item) {
		loader_leave(loader, walk->mark);
		walk->i++;
	}
	walk->item = loader->result ? NULL : walk->next;
	if (!walk->item)
		return false;
	walk->next = walk->item->next;
	walk->mark = loader_enter(loader, "%s[%zu]", walk->name, walk->i);
	return true;
}

static const char *name_of(const void *items, size_t size, size_t i)
{
	return *(const char *const *)(const void *)((const char *)items + i * size);
}

size_t tree_find(const void *items, size_t count, size_t size, const char *name)
{
	size_t i = name ? 0 : count;
	while (i < count && strcmp(name_of(items, size, i), name) != 0)
		i++;
	return i;
}

void tree_unique(struct loader *loader, const char *kind, const void *items, size_t size, size_t i)
{
	if (!loader->result && tree_find(items, i, size, name_of(items, size, i)) < i)
		loader_fail(loader, "duplicate_name", "There are two %s \"%s\".", kind,
			name_of(items, size, i));
}

const char *tree_word(const cJSON *node)
{
	return cJSON_IsTrue(node) ? "true" : cJSON_IsFalse(node) ? "false" : node->valuestring;
}

static void read_text(struct loader *loader, const cJSON *node, const char *name,
	const char *text[PMM_LANG_COUNT])
{
	for (int lang = 0; lang < PMM_LANG_COUNT && !loader->result; lang++) {
		const char *tag = pmm_lang_tag((enum pmm_lang)lang);
		const cJSON *member = cJSON_GetObjectItemCaseSensitive(node, tag);
		if (!cJSON_IsString(member) || member->valuestring[0] == '\0')
			loader_fail(loader, "missing_translation",
				"The text \"%s\" has nothing in the language \"%s\".", name, tag);
		else
			tree_read(loader, member, name, TREE_COPY, &text[lang]);
	}
	if (!loader->result && cJSON_GetArraySize(node) != PMM_LANG_COUNT)
		loader_fail(loader, "unknown_member",
			"The text \"%s\" has a language that the format does not know.", name);
}

static void check_name(struct loader *loader, const char *text, enum tree_kind kind)
{
	const size_t size = strspn(text, kinds[kind].all);
	bool fits = size > 0 && size <= WORD_MAX && !text[size] &&
		    strchr(kinds[kind].first, text[0]);
	if (kind == TREE_ID)
		for (const char *c = text; (c = strpbrk(c, "-.")); c++)
			fits &= c[1] && c[1] != '-' && c[1] != '.';
	if (!fits)
		loader_fail(loader, "structure", "A name here has 1 to %d bytes of %s.", WORD_MAX,
			kinds[kind].letters);
}

void tree_read(struct loader *loader, const cJSON *node, const char *name, enum tree_kind kind,
	const char **text)
{
	int32_t day;
	if (!node || loader->result)
		return;
	if (kind == TREE_TEXT) {
		read_text(loader, node, name, text);
		return;
	}
	const struct str string = str_of(node->valuestring);
	if (kind == TREE_DATE && !date_read(string, &day))
		loader_fail(loader, "bad_date",
			"The member \"%s\" must be a day that exists, as YYYY-MM-DD.", name);
	else if (kind > TREE_DATE)
		check_name(loader, string.at, kind);
	*text = loader_copy(loader, string);
}

bool tree_placeholders_fit(const char *const texts[PMM_LANG_COUNT], const char *placeholder)
{
	const size_t size = strlen(placeholder);
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++)
		for (const char *at = texts[lang]; at && (at = strpbrk(at, "{}")); at += size)
			if (strncmp(at, placeholder, size) != 0)
				return false;
	return true;
}

void tree_check_depends(struct loader *loader, const char *const texts[PMM_LANG_COUNT])
{
	bool fits = loader->result || tree_placeholders_fit(texts, "{facts}");
	for (int lang = 0; lang < PMM_LANG_COUNT && !loader->result; lang++)
		fits &= strstr(texts[lang], "{facts}") != NULL;
	if (!fits)
		loader_fail(loader, "bad_placeholder",
			"The text \"depends\" must say {facts} where their names go, and have no "
			"other braces.");
}
