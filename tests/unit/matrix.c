// SPDX-License-Identifier: MIT
// Every profile that the default rulebook can be asked, each fact known or
// not, held against what the circular says (oracle.h): values, what is possible
// and missing, flags, clauses, reasons. What words people use for values is
// not its matter (tests/cases is).
//
// Usage: matrix RULEBOOK
#include "oracle.h"
#include "rulebook_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// ---- the rulebook, by its names ----

static const char *rulebook_path;
static struct pmm_rulebook *rulebook;
static const struct pmm_rulebook_info *info;

static int load(void **state)
{
	(void)state;
	rulebook = rulebook_file_load(rulebook_path);
	if (!rulebook || !oracle_init())
		return -1;
	info = pmm_rulebook_info(rulebook);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	pmm_rulebook_destroy(rulebook);
	return 0;
}

static uint32_t fact_at(int fact)
{
	for (uint32_t f = 0; f < info->fact_count; f++)
		if (strcmp(info->facts[f].name, fact_names[fact]) == 0)
			return f;
	fail_msg("no fact %s", fact_names[fact]);
	return 0;
}

static size_t feature_at(int feature)
{
	for (size_t f = 0; f < info->feature_count; f++)
		if (strcmp(info->features[f].name, feature_names[feature]) == 0)
			return f;
	fail_msg("no feature %s", feature_names[feature]);
	return 0;
}

static size_t attribute_at(int attribute)
{
	for (size_t a = 0; a < info->attribute_count; a++)
		if (strcmp(info->attributes[a].name, attribute_names[attribute]) == 0)
			return a;
	fail_msg("no attribute %s", attribute_names[attribute]);
	return 0;
}

static uint32_t index_of(const struct person *person)
{
	uint8_t digits[PMM_FACTS_MAX] = {0};
	for (int f = 0; f < FACTS; f++) {
		const struct pmm_fact *fact = &info->facts[fact_at(f)];
		if (!person->fact[f])
			continue;
		uint8_t v = 0;
		while (v < fact->value_count && strcmp(fact->values[v].name, person->fact[f]) != 0)
			v++;
		assert_in_range(v, 0, fact->value_count - 1);
		digits[fact_at(f)] = (uint8_t)(v + 1);
	}
	return pmm_profile_index(rulebook, digits);
}

static const struct pmm_outcome *outcome_of(const struct person *person, int feature)
{
	const struct pmm_decision *decision = pmm_decide(rulebook, index_of(person));
	return decision->outcomes[feature_at(feature)];
}

static const char *known(const struct person *person, int fact)
{
	return person->fact[fact] ? person->fact[fact] : "?";
}

// Fails with the profile and the place.
#define MISMATCH(person, feature, what, ...)                                                       \
	fail_msg("role=%s employment=%s belajar_id=%s dapodik_gtk=%s, %s: " what,                  \
		known(person, ROLE), known(person, EMPLOYMENT), known(person, BELAJAR_ID),         \
		known(person, DAPODIK_GTK), feature_names[feature], __VA_ARGS__)

// Calls CHECK for everybody and each feature.
static void check_each(void (*check)(const struct person *person, int feature))
{
	for (size_t i = 0; i < EVERYBODY; i++)
		for (int feature = 0; feature < FEATURES; feature++)
			check(&everybody[i], feature);
}

// ---- the tests ----

static void test_shape(void **state)
{
	(void)state;
	assert_int_equal(info->space, EVERYBODY);
	assert_int_equal(info->full_space, EVERYBODY_KNOWN);
	assert_int_equal(info->fact_count, FACTS);
	assert_int_equal(info->attribute_count, ATTRIBUTES);
	assert_int_equal(info->feature_count, FEATURES);
	for (int f = 0; f < FACTS; f++) // answers list them in this order
		assert_int_equal(fact_at(f), f);
}

// Nobody has the place of another.
static void test_places(void **state)
{
	(void)state;
	bool seen[EVERYBODY] = {false};
	for (size_t i = 0; i < EVERYBODY; i++) {
		uint32_t index = index_of(&everybody[i]);
		assert_in_range(index, 0, info->space - 1);
		assert_false(seen[index]);
		seen[index] = true;
	}
}

static void check_attribute(const struct person *person, int feature, int a)
{
	const struct pmm_attribute *attribute = &info->attributes[attribute_at(a)];
	uint32_t possible = outcome_of(person, feature)->possible[attribute_at(a)];
	const char *value = oracle_value(person, feature, a);
	uint32_t wanted = 0;
	for (size_t v = 0; v < attribute->value_count; v++) {
		const char *name = attribute->values[v].name;
		if (oracle_possible(person, feature, a, name))
			wanted |= UINT32_C(1) << v;
		if (value && strcmp(value, name) == 0 && possible != UINT32_C(1) << v)
			MISMATCH(person, feature, "%s must be %s", attribute->name, name);
	}
	if (possible != wanted)
		MISMATCH(
			person, feature, "%s may be %x, not %x", attribute->name, possible, wanted);
	if (!value && (possible & (possible - 1)) == 0)
		MISMATCH(person, feature, "%s cannot be certain", attribute->name);
}

static void check_values(const struct person *person, int feature)
{
	assert_int_equal(outcome_of(person, feature)->feature, feature_at(feature));
	for (int a = 0; a < ATTRIBUTES; a++)
		check_attribute(person, feature, a);
}

static void test_values(void **state)
{
	(void)state;
	check_each(check_values);
}

static void check_missing(const struct person *person, int feature)
{
	const struct pmm_outcome *outcome = outcome_of(person, feature);
	for (int f = 0; f < FACTS; f++)
		if ((outcome->missing >> fact_at(f) & 1) != oracle_missing(person, feature, f))
			MISMATCH(person, feature, "%s missing is wrong", fact_names[f]);
	assert_int_equal(outcome->missing >> FACTS, 0);
}

static void test_missing(void **state)
{
	(void)state;
	check_each(check_missing);
}

static void test_missing_of_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < EVERYBODY; i++) {
		uint32_t missing = 0;
		for (int f = 0; f < FACTS; f++)
			for (int feature = 0; feature < FEATURES; feature++)
				if (oracle_missing(&everybody[i], feature, f))
					missing |= UINT32_C(1) << fact_at(f);
		uint32_t found = pmm_decide(rulebook, index_of(&everybody[i]))->missing;
		if (found != missing)
			MISMATCH(&everybody[i], 0, "missing is %x, not %x", found, missing);
	}
}

static void check_flags(const struct person *person, int feature)
{
	const char *must = oracle_value(person, feature, OBLIGATION);
	const char *can = oracle_value(person, feature, ACCESS);
	bool holds = must && can && strcmp(must, "required") == 0 &&
		     strcmp(can, "unavailable") == 0;
	if (outcome_of(person, feature)->flags != holds)
		MISMATCH(person, feature, "%s is wrong", info->flags[0].name);
}

static void test_flags(void **state)
{
	(void)state;
	assert_int_equal(info->flag_count, 1);
	assert_string_equal(info->flags[0].name, "required_unavailable");
	check_each(check_flags);
}

static const char *document_of(const char *point)
{
	return strncmp(point, "Akses", 5) == 0 ? "Pusat Bantuan PMM"
					       : "SE Dirjen GTK 0559/B.B1/GT.02.00/2024";
}

// Every rule that carries attribute A cites POINT; returns how many there are.
static size_t count_citations(const struct person *person, int feature, int a, const char *point)
{
	const struct pmm_outcome *outcome = outcome_of(person, feature);
	size_t count = 0;
	for (size_t b = 0; b < outcome->basis_count; b++) {
		const struct pmm_rule *rule = outcome->basis[b].rule;
		if (!(outcome->basis[b].attributes >> attribute_at(a) & 1))
			continue;
		count++;
		if (!point || strcmp(rule->point, point) != 0 ||
			strcmp(rule->document->number, document_of(point)) != 0)
			MISMATCH(person, feature, "%s cites %s %s, not %s", attribute_names[a],
				rule->document->number, rule->point, point ? point : "nothing");
	}
	return count;
}

static void check_basis(const struct person *person, int feature)
{
	for (int a = 0; a < ATTRIBUTES; a++) {
		bool certain = oracle_value(person, feature, a);
		const char *point = certain ? oracle_clause(person, feature, a) : NULL;
		size_t count = count_citations(person, feature, a, point);
		if (certain != (count > 0))
			MISMATCH(person, feature, "%s rests on %zu rules", attribute_names[a],
				count);
	}
}

static void test_basis(void **state)
{
	(void)state;
	check_each(check_basis);
}

static void require_words(const struct person *person, int feature, const char *id, const char *en)
{
	const struct pmm_outcome *outcome = outcome_of(person, feature);
	if (!strstr(outcome->reason[PMM_LANG_ID], id))
		MISMATCH(person, feature, "\"%s\" is not in \"%s\"", id,
			outcome->reason[PMM_LANG_ID]);
	if (!strstr(outcome->reason[PMM_LANG_EN], en))
		MISMATCH(person, feature, "\"%s\" is not in \"%s\"", en,
			outcome->reason[PMM_LANG_EN]);
}

static void check_reasons(const struct person *person, int feature)
{
	const struct pmm_outcome *outcome = outcome_of(person, feature);
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++)
		if (!outcome->reason[lang][0] || strpbrk(outcome->reason[lang], "{}"))
			MISMATCH(person, feature, "reason: \"%s\"", outcome->reason[lang]);
	if (feature == PENGELOLAAN_KINERJA)
		require_words(person, feature, "SKP", "SKP");
	const char *obligation = oracle_value(person, feature, OBLIGATION);
	if (obligation && strcmp(obligation, "not_covered") == 0)
		require_words(person, feature, "anyakan", "sk ");
}

static void test_reasons(void **state)
{
	(void)state;
	check_each(check_reasons);
}

// An outcome with something open names each fact that it depends on.
static void check_reasons_name_facts(const struct person *person, int feature)
{
	for (int f = 0; f < FACTS; f++) {
		const struct pmm_fact *fact = &info->facts[fact_at(f)];
		if (oracle_missing(person, feature, f))
			require_words(person, feature, fact->label[PMM_LANG_ID],
				fact->label[PMM_LANG_EN]);
	}
}

static void test_reasons_name_facts(void **state)
{
	(void)state;
	check_each(check_reasons_name_facts);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_missing_of_all),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_basis),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_reasons_name_facts),
	};
	if (argc != 2) {
		fprintf(stderr, "Usage: matrix RULEBOOK\n");
		return 2;
	}
	rulebook_path = argv[1];
	return cmocka_run_group_tests_name("matrix", tests, load, unload);
}
