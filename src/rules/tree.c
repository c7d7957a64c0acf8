// SPDX-License-Identifier: MIT
#include "tree.h"

#include <stdio.h>

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
	[TREE_ANY] = {.types = ~0, .said = "a value"},
	[TREE_STRING] = {.types = cJSON_String, .said = "a string"},
	[TREE_BOOLEAN] = {.types = cJSON_True | cJSON_False, .said = "true or false"},
	[TREE_ARRAY] = {.types = cJSON_Array, .said = "an array"},
	[TREE_OBJECT] = {.types = cJSON_Object, .said = "an object"},
	[TREE_TEXT] = {.types = cJSON_Object, .said = "an object with \"id\" and \"en\""},
	[TREE_COPY] = {.types = cJSON_String, .said = "a string"},
	[TREE_DATE] = {.types = cJSON_String, .said = "a string"},
	[TREE_NAME] = {cJSON_String, "a string", LOWER, LOWER DIGITS "_",
		"a-z, 0-9 and _ and begins with a letter"},
	[TREE_ID] = {cJSON_String, "a string", LOWER DIGITS, LOWER DIGITS "-.",
		"a-z and 0-9 with single - or . between"},
	[TREE_VALUE] = {cJSON_String, "a string", LOWER UPPER DIGITS, LOWER UPPER DIGITS "_.-",
		"letters, digits, _ . and -"},
};

static void check_field(struct loader *loader, const cJSON *node, struct tree_field *field)
{
	const char *said = kinds[field->kind].said;
	if (field->optional && cJSON_IsNull(field->found))
		field->found = NULL;
	if (!field->found && !field->optional) {
		const struct loader_fault fault = {
			.code = "structure", .node = node, .is_lack = true, .expected = said};
		loader_find(loader, &fault,
			"The member \"%s\" is missing from the object that begins here.",
			field->name);
	} else if (field->found && !(field->found->type & kinds[field->kind].types)) {
		loader_fail(loader, field->found, "structure", said,
			"The member \"%s\" must be %s.", field->name, said);
		field->found = NULL;
	}
	if (field->node)
		*field->node = field->found;
}

// Says that MEMBER is none of those that are not there yet, and takes it for the nearest.
static void take_unknown(
	struct loader *loader, const cJSON *member, struct tree_field *fields, size_t count)
{
	const char *absent[32];
	size_t left = 0;
	for (size_t i = 0; i < count; i++)
		if (!fields[i].found)
			absent[left++] = fields[i].name;
	const struct tree_names names = {absent, left, sizeof *absent, false, false};
	tree_refer(loader, &names, "unknown_member", member, true,
		"The format knows no member \"%s\" here.", member->string);
	struct word_nearest nearest = {.word = str_of(member->string)};
	for (size_t i = 0; i < left; i++)
		word_nearest_try(&nearest, absent[i]);
	const size_t i = TREE_FIND(fields, count, nearest.text);
	if (i < count)
		fields[i].found = member;
}

static void set_defaults(struct tree_field *field)
{
	field->found = NULL;
	if (field->node)
		*field->node = NULL;
	if (field->text && !field->optional)
		for (int lang = 0; lang < (field->kind == TREE_TEXT ? PMM_LANG_COUNT : 1); lang++)
			field->text[lang] = "";
}

void tree_nodes(struct loader *loader, const cJSON *node, struct tree_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		set_defaults(&fields[i]);
	if (node && !cJSON_IsObject(node))
		loader_fail(loader, node, "structure", "an object", "This must be an object.");
	if (!cJSON_IsObject(node))
		return;
	const cJSON *member;
	for (member = node->child; member; member = member->next) {
		const size_t i = TREE_FIND(fields, count, member->string);
		if (i < count)
			fields[i].found = member;
	}
	for (member = node->child; member; member = member->next)
		if (TREE_FIND(fields, count, member->string) == count)
			take_unknown(loader, member, fields, count);
	for (size_t i = 0; i < count; i++)
		check_field(loader, node, &fields[i]);
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

struct tree_walk tree_items(struct loader *loader, const cJSON *node, const char *name, size_t min,
	size_t max, size_t *count)
{
	const size_t found = (size_t)cJSON_GetArraySize(node);
	if (!node)
		return (struct tree_walk){.next = NULL};
	if (found < min || found > max) {
		char expected[64];
		snprintf(expected, sizeof expected, "%zu to %zu items", min, max);
		loader_fail(loader, node, "structure", expected,
			"The member \"%s\" has %zu items; there must be %zu to %zu.", name, found,
			min, max);
		return (struct tree_walk){.next = NULL};
	}
	*count = found;
	return (struct tree_walk){.next = node->child};
}

bool tree_next(struct loader *loader, struct tree_walk *walk)
{
	walk->i += walk->item != NULL;
	walk->item = loader_ends(loader) ? NULL : walk->next;
	if (walk->item)
		walk->next = walk->item->next;
	return walk->item != NULL;
}

void *tree_room(struct loader *loader, size_t *count, size_t size)
{
	void *room = loader_take(loader, *count, size);
	if (!room)
		*count = 0;
	return room;
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

size_t tree_refer(struct loader *loader, const struct tree_names *names, const char *code,
	const cJSON *node, bool is_name, const char *format, ...)
{
	const char *text = is_name ? node->string : tree_word(node);
	const bool fits = is_name || cJSON_IsBool(node) == names->is_bare;
	const size_t found = tree_find(names->items, names->count, names->size, fits ? text : NULL);
	const char *quote = names->is_bare ? "" : "\"";
	char expected[512] = "";
	struct word_nearest nearest = {.word = str_of(text ? text : "")};
	bool lacks = names->lacks;
	size_t used = 0;
	if (found < names->count)
		return found;
	for (size_t i = 0; i < names->count; i++) {
		const char *name = name_of(names->items, names->size, i);
		lacks |= !name[0];
		if (!name[0])
			continue;
		word_nearest_try(&nearest, name);
		used = loader_text(expected, sizeof expected, used, "%s%s%s%s", used ? ", " : "",
			quote, name, quote);
	}
	const struct loader_fault fault = {.code = code,
		.node = node,
		.is_name = is_name,
		.expected = expected,
		.near = nearest.text};
	va_list values;
	va_start(values, format);
	if (nearest.text || !lacks)
		loader_find_as(loader, &fault, format, values);
	va_end(values);
	return found;
}

void tree_unique(struct loader *loader, const cJSON *node, const char *kind, void *items,
	size_t size, size_t i)
{
	const char **name = (void *)((char *)items + i * size);
	if (!*name[0] || tree_find(items, i, size, *name) == i)
		return;
	loader_fail(loader, node, "duplicate_name", "another name", "There are two %s \"%s\".",
		kind, *name);
	*name = "";
}

const char *tree_word(const cJSON *node)
{
	return cJSON_IsTrue(node) ? "true" : cJSON_IsFalse(node) ? "false" : node->valuestring;
}

static void read_text(struct loader *loader, const cJSON *node, const char *name,
	const char *text[PMM_LANG_COUNT])
{
	struct tree_field fields[PMM_LANG_COUNT] = {0};
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++)
		fields[lang] = (struct tree_field){
			.name = pmm_lang_tag((enum pmm_lang)lang), .optional = true};
	tree_nodes(loader, node, fields, PMM_LANG_COUNT);
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
		const cJSON *found = fields[lang].found;
		text[lang] = "";
		if (cJSON_IsString(found) && found->valuestring[0]) {
			tree_read(loader, found, name, TREE_COPY, &text[lang]);
			continue;
		}
		const struct loader_fault fault = {.code = "missing_translation",
			.node = found ? found : node,
			.is_lack = !found,
			.expected = "a text in every language"};
		loader_find(loader, &fault, "The text \"%s\" has nothing in the language \"%s\".",
			name, fields[lang].name);
	}
}

static bool check_name(
	struct loader *loader, const cJSON *node, const char *text, enum tree_kind kind)
{
	const size_t size = strspn(text, kinds[kind].all);
	char expected[128];
	bool fits = size > 0 && size <= WORD_MAX && !text[size] &&
		    strchr(kinds[kind].first, text[0]);
	if (kind == TREE_ID)
		for (const char *c = text; (c = strpbrk(c, "-.")); c++)
			fits &= c[1] && c[1] != '-' && c[1] != '.';
	if (fits)
		return true;
	snprintf(expected, sizeof expected, "1 to %d bytes of %s", WORD_MAX, kinds[kind].letters);
	loader_fail(loader, node, "structure", expected, "A name here has %s.", expected);
	return false;
}

void tree_read(struct loader *loader, const cJSON *node, const char *name, enum tree_kind kind,
	const char **text)
{
	int32_t day;
	if (!node)
		return;
	if (kind == TREE_TEXT) {
		read_text(loader, node, name, text);
		return;
	}
	const struct str string = str_of(node->valuestring);
	if (kind == TREE_DATE && !date_read(string, &day)) {
		loader_fail(loader, node, "bad_date", "a day that exists, as YYYY-MM-DD",
			"The member \"%s\" must be a day that exists, as YYYY-MM-DD.", name);
		return;
	}
	if (kind > TREE_DATE && !check_name(loader, node, string.at, kind))
		return;
	const char *copy = loader_copy(loader, string);
	*text = copy ? copy : "";
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

void tree_check_depends(
	struct loader *loader, const cJSON *node, const char *const texts[PMM_LANG_COUNT])
{
	bool fits = tree_placeholders_fit(texts, "{facts}");
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) // of an empty one it was told
		fits &= !texts[lang][0] || strstr(texts[lang], "{facts}");
	if (!fits)
		loader_fail(loader, node, "bad_placeholder", "{facts}",
			"The text \"depends\" must say {facts} where their names go, and have no "
			"other braces.");
}
