// SPDX-License-Identifier: MIT
// Runs tests/cases/*.case against the library: words to digits, digits to a
// decision, and what that says. What only a request has (id and group, types,
// one name twice) is left to tests/cases/run_http.py, and said to be.
//
// Usage: cases RULEBOOK FILE.case...
// Prints TAP: one point for each profile.
#include "case_check.h"
#include "rulebook_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pmm_rulebook *rulebook;
static const struct pmm_rulebook_info *info;
static unsigned points, failures;

static void add_error(
	struct case_answer *answer, const char *code, const char *name, const char *suggestion)
{
	answer->errors[answer->error_count++] = (struct case_error){code, name, suggestion};
}

// What a value says, as text; NULL if only a request can say it.
static const char *text_of(const struct pmm_member *member, const cJSON *value)
{
	if (cJSON_IsString(value))
		return value->valuestring;
	if (cJSON_IsNull(value))
		return "";
	if (!cJSON_IsBool(value) || !info->facts[member->fact].is_boolean)
		return NULL;
	return cJSON_IsTrue(value) ? "true" : "false";
}

// An error about a value that is no word. What a ranked name said is judged at the end.
static void refuse(struct case_answer *answer, const struct pmm_member *member, const char *name,
	const char *text)
{
	add_error(answer, "unknown_value", name,
		pmm_value_suggest(rulebook, member->fact, text, strlen(text)));
}

static bool is_ours(const char *name)
{
	char folded[PMM_WORD_MAX + 1] = "";
	size_t size = pmm_fold(folded, name, strlen(name));
	return size <= PMM_WORD_MAX && (strcmp(folded, "id") == 0 || strcmp(folded, "group") == 0);
}

static void decide(struct case_answer *answer, const struct case_profile *profile)
{
	struct pmm_given given[CASE_MEMBERS_MAX];
	const char *names[CASE_MEMBERS_MAX];
	bool conflicts[CASE_MEMBERS_MAX];
	const struct pmm_member *ranked[CASE_MEMBERS_MAX];
	size_t count = 0, ranked_at[CASE_MEMBERS_MAX], ranked_count = 0;
	uint64_t seen = 0;
	for (size_t i = 0; i < profile->count; i++) {
		const char *name = profile->members[i].name;
		const struct pmm_member *member = pmm_member_find(rulebook, name, strlen(name));
		if (!member && !is_ours(name)) {
			add_error(answer, "unknown_member", name,
				pmm_member_suggest(rulebook, name, strlen(name)));
			continue;
		}
		const char *text = member ? text_of(member, profile->members[i].value) : NULL;
		if (!text || seen >> member->ordinal & 1) {
			answer->on_the_wire = true;
			return;
		}
		seen |= UINT64_C(1) << member->ordinal;
		int digit = pmm_member_value(rulebook, member, text, strlen(text));
		if (digit == PMM_DIGIT_NONE && member->ranked) {
			ranked_at[ranked_count] = i;
			ranked[ranked_count++] = member;
		} else if (digit == PMM_DIGIT_NONE) {
			refuse(answer, member, name, text);
		}
		if (digit <= 0)
			continue;
		names[count] = name;
		given[count++] = (struct pmm_given){member, (uint8_t)digit};
	}
	pmm_resolve(rulebook, given, count, answer->digits, conflicts);
	for (size_t i = 0; i < ranked_count; i++)
		if (!answer->digits[ranked[i]->fact])
			refuse(answer, ranked[i], profile->members[ranked_at[i]].name,
				text_of(ranked[i], profile->members[ranked_at[i]].value));
	for (size_t i = 0; i < count; i++)
		if (conflicts[i])
			add_error(answer, "conflicting_members", names[i], NULL);
	answer->decision = pmm_decide(rulebook, pmm_profile_index(rulebook, answer->digits));
}

static void run_case(const struct case_entry *entry)
{
	const char *slash = strrchr(entry->path, '/');
	for (size_t i = 0; i < entry->profiles.count; i++) {
		struct case_profile profile;
		struct case_answer answer = {.info = info};
		bool good = true;
		if (!case_profile_read(&profile, entry->profiles.text[i]))
			good = false;
		else
			decide(&answer, &profile);
		good = good && (answer.on_the_wire || case_check(&answer, entry));
		printf("%sok %u - %s: %s: %s%s\n", good ? "" : "not ", ++points,
			slash ? slash + 1 : entry->path, entry->title, entry->profiles.text[i],
			good && answer.on_the_wire ? " # SKIP only a request has this" : "");
		if (!good)
			printf("# %s\n", answer.problem[0] ? answer.problem
							   : "the profile is not understood");
		failures += !good;
		case_profile_finish(&profile);
	}
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "Usage: cases RULEBOOK FILE.case...\n");
		return 2;
	}
	rulebook = rulebook_file_load(argv[1]);
	if (!rulebook)
		return 2;
	info = pmm_rulebook_info(rulebook);
	for (int i = 2; i < argc; i++) {
		if (!case_file_read(argv[i], run_case)) {
			printf("not ok %u - %s can be read\n", ++points, argv[i]);
			failures++;
		}
	}
	printf("1..%u\n", points);
	pmm_rulebook_destroy(rulebook);
	return failures ? 1 : 0;
}
