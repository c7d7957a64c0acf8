// SPDX-License-Identifier: MIT
#include "tree.h"

#include <errno.h>

static const char *const kind_names[] = {
	[TREE_STRING] = "a string",
	[TREE_BOOLEAN] = "true or false",
	[TREE_ARRAY] = "an array",
	[TREE_OBJECT] = "an object",
	[TREE_ANY] = "a value",
};

static bool is_kind(const cJSON *node, enum tree_kind kind)
{
	switch (kind) {
	case TREE_STRING: return cJSON_IsString(node);
	case TREE_BOOLEAN: return cJSON_IsBool(node);
	case TREE_ARRAY: return cJSON_IsArray(node);
	case TREE_OBJECT: return cJSON_IsObject(node);
	default: return true;
	}
}

static const struct tree_field *find_field(
	const struct tree_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static int read_field(struct loader *loader, const cJSON *node, const struct tree_field *field)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, field->name);
	if (!value || (field->optional && cJSON_IsNull(value))) {
		if (!field->optional)
			return loader_fail(
				loader, "structure", "The member \"%s\" is missing.", field->name);
		*field->to = NULL;
		return 0;
	}
	if (!is_kind(value, field->kind))
		return loader_fail(loader, "structure", "The member \"%s\" must be %s.",
			field->name, kind_names[field->kind]);
	*field->to = value;
	return 0;
}

int tree_object(
	struct loader *loader, const cJSON *node, const struct tree_field *fields, size_t count)
{
	const cJSON *member;
	if (!cJSON_IsObject(node))
		return loader_fail(loader, "structure", "This must be an object.");
	TREE_EACH(member, node)
	if (!find_field(fields, count, member->string))
		return loader_fail(loader, "unknown_member",
			"The format knows no member \"%s\" here.", member->string);
	for (size_t i = 0; i < count; i++) {
		int result = read_field(loader, node, &fields[i]);
		if (result)
			return result;
	}
	return 0;
}

int tree_count(struct loader *loader, const cJSON *node, const char *name, size_t min, size_t max,
	size_t *count)
{
	size_t found = (size_t)cJSON_GetArraySize(node);
	if (found < min || found > max)
		return loader_fail(loader, "structure",
			"The member \"%s\" has %zu items; there must be %zu to %zu.", name, found,
			min, max);
	*count = found;
	return 0;
}

int tree_string(struct loader *loader, const cJSON *node, const char **to)
{
	if (!node)
		return 0;
	*to = arena_copy(&loader->rulebook->arena, str_of(node->valuestring));
	return *to ? 0 : -ENOMEM;
}

int tree_text(
	struct loader *loader, const cJSON *node, const char *name, const char *to[PMM_LANG_COUNT])
{
	const cJSON *member;
	if (!node)
		return 0;
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
		member = cJSON_GetObjectItemCaseSensitive(node, pmm_lang_tag((enum pmm_lang)lang));
		if (!cJSON_IsString(member) || member->valuestring[0] == '\0')
			return loader_fail(loader, "missing_translation",
				"The text \"%s\" has nothing in the language \"%s\".", name,
				pmm_lang_tag((enum pmm_lang)lang));
		if (tree_string(loader, member, &to[lang]))
			return -ENOMEM;
	}
	if (cJSON_GetArraySize(node) != PMM_LANG_COUNT)
		return loader_fail(loader, "unknown_member",
			"The text \"%s\" has a language that the format does not know.", name);
	return 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool fits_name(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!is_lower(*c) && !(c > text && (is_digit(*c) || *c == '_')))
			return false;
	return true;
}

static bool fits_id(const char *text)
{
	for (const char *c = text; *c; c++) {
		bool joins = c > text && (*c == '-' || *c == '.') &&
			     (is_lower(c[1]) || is_digit(c[1]));
		if (!is_lower(*c) && !is_digit(*c) && !joins)
			return false;
	}
	return true;
}

static bool fits_value(const char *text)
{
	for (const char *c = text; *c; c++) {
		bool joins = c > text && (*c == '_' || *c == '.' || *c == '-');
		if (!is_letter(*c) && !is_digit(*c) && !joins)
			return false;
	}
	return true;
}

int tree_name(struct loader *loader, const cJSON *node, enum tree_letters letters, const char **to)
{
	const char *text = node->valuestring;
	bool fits = letters == TREE_NAME ? fits_name(text)
		    : letters == TREE_ID ? fits_id(text)
					 : fits_value(text);
	if (!fits || !*text || strlen(text) > WORD_MAX)
		return loader_fail(loader, "structure", "A name here has 1 to %d bytes of %s.",
			WORD_MAX,
			letters == TREE_NAME ? "a-z, 0-9 and _ and begins with a letter"
			: letters == TREE_ID ? "a-z and 0-9 with single - or . between"
					     : "letters, digits, _ . and -");
	return tree_string(loader, node, to);
}

bool tree_placeholders_fit(const char *text, const char *placeholder)
{
	size_t size = strlen(placeholder);
	for (const char *at = text; *at;) {
		if (strncmp(at, placeholder, size) == 0)
			at += size;
		else if (*at == '{' || *at == '}')
			return false;
		else
			at++;
	}
	return true;
}

const char *pmm_lang_tag(enum pmm_lang lang)
{
	static const char *const tags[PMM_LANG_COUNT] = {"id", "en"};
	return tags[lang];
}
