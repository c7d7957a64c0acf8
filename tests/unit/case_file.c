// SPDX-License-Identifier: MIT
#include "case_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- members ----

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " ");
}

// The text from AT to END less the blanks before END, to be freed.
static char *copy_trimmed(const char *at, const char *end)
{
	while (end > at && end[-1] == ' ')
		end--;
	return strndup(at, (size_t)(end - at));
}

// A name at *AT, and past the sign behind it. NULL if there is none.
static char *take_name(const char **at, bool *is_json)
{
	char *name = NULL;
	const char *end = *at;
	if (*end == '"') {
		cJSON *string = cJSON_ParseWithOpts(*at, &end, false);
		if (string)
			name = strdup(string->valuestring);
		cJSON_Delete(string);
		end = skip_blanks(end);
	} else if ((end = strchr(*at, '='))) {
		end -= end > *at && end[-1] == ':';
		name = copy_trimmed(*at, end);
	}
	*is_json = end && *end == ':';
	if (name && end[*is_json] == '=') {
		*at = skip_blanks(end + *is_json + 1);
		return name;
	}
	free(name);
	return NULL;
}

// A value at *AT, and past the | behind it. NULL if there is none.
static cJSON *take_value(const char **at, bool is_json)
{
	const char *end;
	if (is_json || **at == '"') {
		cJSON *value = cJSON_ParseWithOpts(*at, &end, false);
		end = value ? skip_blanks(end) : end;
		if (value && *end && *end != '|') {
			cJSON_Delete(value);
			return NULL;
		}
		*at = end + (*end == '|');
		return value;
	}
	end = *at + strcspn(*at, "|");
	char *text = copy_trimmed(*at, end);
	cJSON *value = cJSON_CreateString(text);
	free(text);
	*at = end + (*end == '|');
	return value;
}

bool case_profile_read(struct case_profile *profile, const char *text)
{
	*profile = (struct case_profile){0};
	for (const char *at = skip_blanks(text); *at; at = skip_blanks(at)) {
		bool is_json;
		if (profile->count == CASE_MEMBERS_MAX)
			return false;
		struct case_member *member = &profile->members[profile->count++];
		member->name = take_name(&at, &is_json);
		if (!member->name)
			return false;
		member->value = take_value(&at, is_json);
		if (!member->value)
			return false;
	}
	return true;
}

void case_profile_finish(struct case_profile *profile)
{
	for (size_t i = 0; i < profile->count; i++) {
		free(profile->members[i].name);
		cJSON_Delete(profile->members[i].value);
	}
}

// ---- lines ----

static void clear_lines(struct case_lines *lines)
{
	while (lines->count)
		free(lines->text[--lines->count]);
}

static bool add_line(struct case_lines *lines, const char *text)
{
	if (lines->count == CASE_LINES_MAX)
		return false;
	lines->text[lines->count++] = strdup(text);
	return true;
}

// Hands a case over if it is whole, and makes room for the next one.
static bool finish_case(struct case_entry *entry, void (*run)(const struct case_entry *entry))
{
	bool is_whole = entry->profiles.count && entry->expected.count;
	if (is_whole)
		run(entry);
	clear_lines(&entry->profiles);
	clear_lines(&entry->expected);
	return is_whole;
}

static bool starts(const char *line, const char *verb)
{
	size_t size = strlen(verb);
	return strncmp(line, verb, size) == 0 && (line[size] == ' ' || line[size] == '\0');
}

static bool take_line(
	struct case_entry *entry, const char *line, void (*run)(const struct case_entry *entry))
{
	if (line[strspn(line, " \t")] == '\0' || line[0] == '#')
		return true;
	if (starts(line, "case")) {
		bool fits = !entry->title || finish_case(entry, run);
		free(entry->title);
		entry->title = strdup(skip_blanks(line + strlen("case")));
		return fits;
	}
	if (!entry->title)
		return false;
	if (!starts(line, "profile"))
		return entry->profiles.count && add_line(&entry->expected, line);
	if (entry->expected.count)
		finish_case(entry, run);
	return add_line(&entry->profiles, skip_blanks(line + strlen("profile")));
}

bool case_file_read(const char *path, void (*run)(const struct case_entry *entry))
{
	struct case_entry entry = {.path = path};
	char *line = NULL;
	size_t room = 0, number = 0;
	bool good = true;
	FILE *file = fopen(path, "r");
	if (!file) {
		perror(path);
		return false;
	}
	while (good && getline(&line, &room, file) >= 0) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		good = take_line(&entry, line, run);
	}
	good = finish_case(&entry, run) && good;
	if (!good)
		fprintf(stderr, "%s:%zu: this line or the case before it is not understood\n", path,
			number);
	free(entry.title);
	free(line);
	fclose(file);
	return good;
}
