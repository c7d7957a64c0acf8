// SPDX-License-Identifier: MIT
// Asks a rulebook about one person, or what a later rulebook changes (c-library.md):
//
//     ask RULEBOOK [NAME=VALUE...]
//     ask --diff BEFORE AFTER
#include <pmm/rules.h>
#include <stdio.h>
#include <string.h>

static void print_finding(void *cls, const struct pmm_finding *finding)
{
	if (finding->is_error)
		fprintf(stderr, "%s: [%s] %s: %s\n", (const char *)cls, finding->code,
			finding->where, finding->message);
}

static struct pmm_rulebook *load(char *path)
{
	static char text[4 << 20];
	const struct pmm_listener listener = {.finding = print_finding, .cls = path};
	struct pmm_rulebook *book = NULL; // stays NULL where it is refused
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return NULL;
	}
	const size_t size = fread(text, 1, sizeof text, file);
	fclose(file);
	pmm_rulebook_create(&book, text, size, PMM_MEMORY_MAX, &listener);
	return book;
}

// Notes a fact as a person would write it, "Jenis PTK=Guru Kelas".
static int give(const struct pmm_rulebook *book, uint8_t *digits, const char *pair)
{
	const size_t size = strcspn(pair, "=");
	const char *value = pair[size] ? pair + size + 1 : "", *meant;
	const struct pmm_member *member = pmm_member_find(book, pair, size);
	int digit = PMM_DIGIT_NONE;
	if (member) {
		digit = pmm_member_value(book, member, value, strlen(value));
		meant = pmm_value_suggest(book, member->fact, value, strlen(value));
	} else {
		meant = pmm_member_suggest(book, pair, size);
	}
	if (digit > PMM_DIGIT_UNKNOWN) // else it says nothing, and the fact stays unknown
		digits[member->fact] = (uint8_t)digit;
	else if (digit == PMM_DIGIT_NONE)
		fprintf(stderr, "%s: not understood%s%s\n", pair, meant ? "; is it " : "",
			meant ? meant : "");
	return digit != PMM_DIGIT_NONE;
}

static void print_facts(const struct pmm_rulebook_info *info, uint32_t set)
{
	for (size_t f = 0; f < info->fact_count; f++)
		if (set >> f & 1)
			printf(" %s", info->facts[f].name);
}

static void print_values(const struct pmm_value *values, size_t count, uint32_t set)
{
	for (size_t v = 0; v < count; v++)
		if (set >> v & 1)
			printf(" %s", values[v].name);
}

static void print_outcome(const struct pmm_rulebook_info *info, const struct pmm_outcome *outcome)
{
	printf("%s\n", info->features[outcome->feature].name);
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		printf("  %s:", attribute->name);
		print_values(attribute->values, attribute->value_count, outcome->possible[a]);
		if (!pmm_is_determined(outcome->possible[a])) {
			printf("; depends on");
			print_facts(info, outcome->missing_of[a]);
		}
		printf("\n");
	}
	printf("  %s\n", outcome->reason[PMM_LANG_EN]);
}

// Why it is so, and what would change it.
static void print_explanation(const struct pmm_rulebook *book, uint32_t index, uint32_t feature)
{
	static const char *const standings[] = {
		[PMM_APPLIED] = "applies", [PMM_NOT_APPLIED] = "does not", [PMM_OPEN] = "is open"};
	const struct pmm_rulebook_info *info = pmm_rulebook_info(book);
	struct pmm_explained rules[PMM_FEATURE_RULES_MAX];
	struct pmm_alternative others[PMM_ALTERNATIVES_MAX];
	size_t count = pmm_explain(book, index, feature, rules);
	for (size_t i = 0; i < count; i++) {
		printf("  %s (%s) %s:", rules[i].rule->id, rules[i].rule->point,
			standings[rules[i].standing]);
		print_facts(info, rules[i].facts);
		printf("\n");
	}
	count = pmm_alternatives(book, index, feature, others);
	for (size_t i = 0; i < count; i++) {
		const struct pmm_fact *fact = &info->facts[others[i].fact];
		printf("  another with %s=%s\n", fact->name,
			fact->values[others[i].digit - 1].name);
	}
}

static int ask(const struct pmm_rulebook *book, char **pairs)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(book);
	uint8_t digits[PMM_FACTS_MAX] = {0}; // 0: not known
	int good = 1;
	for (; *pairs; pairs++)
		good &= give(book, digits, *pairs);
	const uint32_t index = pmm_profile_index(book, digits);
	const struct pmm_decision *decision = pmm_decide(book, index);
	for (uint32_t f = 0; f < info->feature_count; f++) {
		print_outcome(info, decision->outcomes[f]);
		print_explanation(book, index, f);
	}
	return good ? 0 : 1;
}

static int compare(const struct pmm_rulebook *before, const struct pmm_rulebook *after)
{
	struct pmm_diff *diff;
	if (pmm_diff_create(&diff, before, after, PMM_MEMORY_MAX))
		return 2;
	const struct pmm_diff_info *info = pmm_diff_info(diff);
	printf("%u of %u profiles\n", (unsigned)info->changed, (unsigned)info->profiles);
	for (size_t i = 0; i < info->change_count; i++) {
		const struct pmm_change *change = &info->changes[i];
		printf("%s.%s: %s -> %s, %u profiles:", change->feature->name,
			change->attribute->name, change->before->name, change->after->name,
			(unsigned)change->profiles);
		for (size_t f = 0; f < info->fact_count; f++) {
			const struct pmm_fact *fact = info->facts[f];
			if (change->when[f] == info->common[f])
				continue; // any value that both know
			printf(" %s =", fact->name);
			print_values(fact->values, fact->value_count, change->when[f]);
		}
		printf("\n");
	}
	pmm_diff_destroy(diff);
	return 0;
}

int main(int argc, char **argv)
{
	const int is_diff = argc == 4 && strcmp(argv[1], "--diff") == 0;
	struct pmm_rulebook *book = argc < 2 ? NULL : load(argv[is_diff ? 2 : 1]);
	struct pmm_rulebook *later = is_diff ? load(argv[3]) : NULL;
	int status = 2;
	if (book && later)
		status = compare(book, later);
	else if (book && !is_diff)
		status = ask(book, argv + 2);
	pmm_rulebook_destroy(later);
	pmm_rulebook_destroy(book);
	return status;
}
