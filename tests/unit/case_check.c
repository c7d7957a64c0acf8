// SPDX-License-Identifier: MIT
#include "case_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static bool library_log_warn(
	struct case_answer *answer, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	vsnprintf(answer->problem, sizeof answer->problem, format, values);
	va_end(values);
	return false;
}

static const struct pmm_outcome *find_outcome(const struct case_answer *answer, const char *name)
{
	const struct pmm_rulebook_info *info = answer->info;
	for (size_t f = 0; f < info->feature_count; f++)
		if (strcmp(info->features[f].name, name) == 0)
			return answer->decision->outcomes[f];
	return NULL;
}

static bool find_attribute(
	const struct pmm_rulebook_info *info, const char *name, size_t size, size_t *a)
{
	for (*a = 0; *a < info->attribute_count; ++*a)
		if (strncmp(info->attributes[*a].name, name, size) == 0 &&
			info->attributes[*a].name[size] == '\0')
			return true;
	return false;
}

// Adds WORD to the list in TO, which has room for ROOM bytes.
static void add_word(char *to, size_t room, const char *separator, const char *word)
{
	size_t used = strlen(to);
	snprintf(to + used, room - used, "%s%s", used ? separator : "", word);
}

static bool compare(
	struct case_answer *answer, const char *what, const char *found, const char *wanted)
{
	return strcmp(found, wanted) == 0 ||
	       library_log_warn(answer, "%s: \"%s\", not \"%s\"", what, found, wanted);
}

static bool check_facts(struct case_answer *answer, char *rest)
{
	const struct pmm_rulebook_info *info = answer->info;
	char found[512] = "";
	for (size_t f = 0; f < info->fact_count; f++) {
		const struct pmm_fact *fact = &info->facts[f];
		if (!answer->digits[f])
			continue;
		add_word(found, sizeof found, " ", fact->name);
		size_t used = strlen(found);
		snprintf(found + used, sizeof found - used, "=%s",
			fact->values[answer->digits[f] - 1].name);
	}
	return compare(answer, "facts", found, rest);
}

static bool compare_missing(struct case_answer *answer, uint32_t missing, const char *wanted)
{
	const struct pmm_rulebook_info *info = answer->info;
	char found[512] = "";
	for (size_t f = 0; f < info->fact_count; f++)
		if (missing >> f & 1)
			add_word(found, sizeof found, ",", info->facts[f].name);
	return compare(answer, "missing", found, wanted);
}

static bool check_missing(struct case_answer *answer, char *rest)
{
	return compare_missing(answer, answer->decision->missing, rest);
}

// PART is "attribute=value|value" or "missing=fact,fact".
static bool check_part(
	struct case_answer *answer, const struct pmm_outcome *outcome, const char *part)
{
	const struct pmm_rulebook_info *info = answer->info;
	size_t a, size = strcspn(part, "=");
	char found[512] = "";
	if (part[size] != '=')
		return library_log_warn(answer, "not understood: %s", part);
	if (strncmp(part, "missing=", size + 1) == 0)
		return compare_missing(answer, outcome->missing, part + size + 1);
	if (!find_attribute(answer->info, part, size, &a))
		return library_log_warn(answer, "no such attribute: %s", part);
	for (size_t v = 0; v < info->attributes[a].value_count; v++)
		if (outcome->possible[a] >> v & 1)
			add_word(found, sizeof found, "|", info->attributes[a].values[v].name);
	return compare(answer, part, found, part + size + 1);
}

static bool check_feature(struct case_answer *answer, const char *name, const char *parts)
{
	const struct pmm_outcome *outcome = find_outcome(answer, name);
	if (!outcome)
		return library_log_warn(answer, "no such feature: %s", name);
	char *copy = strdup(parts), *save = NULL;
	bool good = true;
	for (char *part = strtok_r(copy, " ", &save); good && part;
		part = strtok_r(NULL, " ", &save))
		good = check_part(answer, outcome, part);
	free(copy);
	return good;
}

static bool check_then(struct case_answer *answer, char *rest)
{
	const struct pmm_rulebook_info *info = answer->info;
	char *parts = NULL, *save = NULL;
	char *names = strtok_r(rest, " ", &parts);
	if (!names || !*parts)
		return library_log_warn(answer, "`then` expects nothing");
	if (strcmp(names, "*") == 0) {
		for (size_t f = 0; f < info->feature_count; f++)
			if (!check_feature(answer, info->features[f].name, parts))
				return false;
		return true;
	}
	for (char *name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save))
		if (!check_feature(answer, name, parts))
			return false;
	return true;
}

static bool check_cite(struct case_answer *answer, char *rest)
{
	char *point = NULL;
	size_t a, count = 0;
	const char *feature = strtok_r(rest, " ", &point);
	const char *attribute = strtok_r(NULL, " ", &point);
	const struct pmm_outcome *outcome = feature ? find_outcome(answer, feature) : NULL;
	if (!outcome || !attribute ||
		!find_attribute(answer->info, attribute, strlen(attribute), &a))
		return library_log_warn(answer, "`cite` is not understood");
	for (size_t i = 0; i < outcome->basis_count; i++) {
		if (!(outcome->basis[i].attributes >> a & 1))
			continue;
		count++;
		if (!compare(answer, attribute, outcome->basis[i].rule->point, point))
			return false;
	}
	return count || library_log_warn(answer, "%s cites nothing", attribute);
}

static bool has_text(struct case_answer *answer, char *rest, bool wanted)
{
	char *text = NULL;
	const char *lang = strtok_r(rest, " ", &text);
	const char *feature = strtok_r(NULL, " ", &text);
	const struct pmm_outcome *outcome = feature ? find_outcome(answer, feature) : NULL;
	if (!outcome || !*text || (strcmp(lang, "id") != 0 && strcmp(lang, "en") != 0))
		return library_log_warn(answer, "`say` is not understood");
	const char *reason = outcome->reason[lang[0] == 'e' ? PMM_LANG_EN : PMM_LANG_ID];
	return !strstr(reason, text) != wanted || library_log_warn(answer, "\"%s\" is %s \"%s\"",
							  text, wanted ? "not in" : "in", reason);
}

static bool check_say(struct case_answer *answer, char *rest)
{
	return has_text(answer, rest, true);
}

static bool check_never(struct case_answer *answer, char *rest)
{
	return has_text(answer, rest, false);
}

// NAME as a JSON Pointer (RFC 6901).
static void write_pointer(char *to, size_t room, const char *name)
{
	char *end = to + room - 3;
	*to++ = '/';
	for (; *name && to < end; name++) {
		bool is_special = *name == '~' || *name == '/';
		*to++ = is_special ? '~' : *name;
		if (is_special)
			*to++ = *name == '~' ? '0' : '1';
	}
	*to = '\0';
}

static bool check_error(struct case_answer *answer, size_t at, char *rest)
{
	char found[1024], pointer[512];
	char *word = strstr(rest, " => ");
	if (at >= answer->error_count)
		return library_log_warn(answer, "there is no error %s", rest);
	const struct case_error *error = &answer->errors[at];
	if (word) {
		*word = '\0';
		word += strlen(" => ");
		if (!compare(
			    answer, "suggested", error->suggestion ? error->suggestion : "-", word))
			return false;
	}
	write_pointer(pointer, sizeof pointer, error->name);
	snprintf(found, sizeof found, "%s %s", error->code, pointer);
	return compare(answer, "error", found, rest);
}

static const struct {
	const char *verb;
	bool (*check)(struct case_answer *answer, char *rest);
} checks[] = {
	{"facts", check_facts},
	{"missing", check_missing},
	{"then", check_then},
	{"cite", check_cite},
	{"say", check_say},
	{"never", check_never},
};

// LINE is one expectation; ERRORS how many of them were errors so far.
static bool check_line(struct case_answer *answer, char *line, size_t *errors)
{
	char *rest = NULL;
	const char *verb = strtok_r(line, " ", &rest);
	if (strcmp(verb, "error") == 0)
		return check_error(answer, (*errors)++, rest);
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		if (strcmp(checks[i].verb, verb) != 0)
			continue;
		if (answer->error_count)
			return library_log_warn(answer, "%s: refused", answer->errors[0].code);
		return checks[i].check(answer, rest);
	}
	return library_log_warn(answer, "not understood: %s", verb);
}

bool case_check(struct case_answer *answer, const struct case_entry *entry)
{
	size_t errors = 0;
	for (size_t i = 0; i < entry->expected.count; i++) {
		char *line = strdup(entry->expected.text[i]);
		bool good = check_line(answer, line, &errors);
		free(line);
		if (!good)
			return false;
	}
	return errors == answer->error_count ||
	       library_log_warn(answer, "there are %zu errors", answer->error_count);
}
