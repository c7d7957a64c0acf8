// SPDX-License-Identifier: MIT
// The table of decisions of any rulebook: that digits and indices are the same
// thing twice, and that equal answers are kept once. What the answers say is
// not its matter.
//
// Usage: rules_table RULEBOOK
#include "base/utf8.h"
#include "rulebook_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pmm_rulebook *rulebook;
static const struct pmm_rulebook_info *info;

static void test_round_trip(void **state)
{
	(void)state;
	uint32_t full = 0;
	for (uint32_t index = 0; index < info->space; index++) {
		uint8_t digits[PMM_FACTS_MAX];
		bool is_full = true;
		pmm_profile_digits(rulebook, index, digits);
		for (size_t f = 0; f < info->fact_count; f++) {
			assert_in_range(digits[f], 0, info->facts[f].value_count);
			is_full = is_full && digits[f] != PMM_DIGIT_UNKNOWN;
		}
		full += is_full;
		assert_int_equal(pmm_profile_index(rulebook, digits), index);
	}
	assert_int_equal(full, info->full_space);
}

// Every combination of digits has a place of its own below info->space.
static void test_every_combination(void **state)
{
	(void)state;
	uint8_t digits[PMM_FACTS_MAX + 1] = {0}; // the one behind the facts takes the carry
	bool *seen = calloc(info->space, sizeof *seen);
	uint32_t count = 0;
	while (digits[info->fact_count] == 0) {
		uint32_t index = pmm_profile_index(rulebook, digits);
		assert_in_range(index, 0, info->space - 1);
		assert_false(seen[index]);
		seen[index] = true;
		count++;
		// Counts up, the first fact fastest.
		size_t f = 0;
		for (; f < info->fact_count && digits[f] == info->facts[f].value_count; f++)
			digits[f] = 0;
		digits[f]++;
	}
	assert_int_equal(count, info->space);
	free(seen);
}

static void test_nothing_known(void **state)
{
	(void)state;
	const uint8_t digits[PMM_FACTS_MAX] = {0};
	assert_int_equal(pmm_profile_index(rulebook, digits), 0);
}

static void test_decisions(void **state)
{
	(void)state;
	const struct pmm_decision **decisions = calloc(info->decision_count, sizeof *decisions);
	for (uint32_t index = 0; index < info->space; index++) {
		const struct pmm_decision *decision = pmm_decide(rulebook, index);
		assert_in_range(decision->ordinal, 0, info->decision_count - 1);
		if (decisions[decision->ordinal])
			assert_ptr_equal(decisions[decision->ordinal], decision);
		decisions[decision->ordinal] = decision;
	}
	for (uint32_t i = 0; i < info->decision_count; i++) {
		assert_non_null(decisions[i]);
		assert_ptr_equal(pmm_decision_at(rulebook, i), decisions[i]);
	}
	free(decisions);
}

// No two decisions have the same outcomes: each against all, or every so many of them.
static void test_sharing(void **state)
{
	(void)state;
	size_t size = info->feature_count * sizeof(void *);
	const uint32_t step = info->decision_count > 1000 ? info->decision_count / 1000 : 1;
	for (uint32_t i = 0; i < info->decision_count; i += step) {
		const struct pmm_decision *a = pmm_decision_at(rulebook, i);
		for (uint32_t j = 0; j < info->decision_count; j++) {
			const struct pmm_decision *b = pmm_decision_at(rulebook, j);
			assert_int_equal(memcmp(a->outcomes, b->outcomes, size) == 0, i == j);
		}
	}
}

static void test_outcomes(void **state)
{
	(void)state;
	const struct pmm_outcome **outcomes = calloc(info->outcome_count, sizeof *outcomes);
	for (uint32_t index = 0; index < info->space; index++) {
		const struct pmm_decision *decision = pmm_decide(rulebook, index);
		uint32_t missing = 0;
		for (size_t f = 0; f < info->feature_count; f++) {
			const struct pmm_outcome *outcome = decision->outcomes[f];
			assert_int_equal(outcome->feature, f);
			assert_in_range(outcome->ordinal, 0, info->outcome_count - 1);
			if (outcomes[outcome->ordinal])
				assert_ptr_equal(outcomes[outcome->ordinal], outcome);
			outcomes[outcome->ordinal] = outcome;
			missing |= outcome->missing;
		}
		assert_int_equal(decision->missing, missing);
	}
	for (uint32_t i = 0; i < info->outcome_count; i++) {
		assert_non_null(outcomes[i]);
		assert_ptr_equal(pmm_outcome_at(rulebook, i), outcomes[i]);
	}
	free(outcomes);
}

// A rule applies to a profile that is known if it says what follows; to any other as to those
// with one fact more: to all of them, to none, or that is open. Returns how many applied.
static uint32_t check_standings(uint32_t index, uint32_t feature)
{
	struct pmm_explained rules[PMM_FEATURE_RULES_MAX], further[PMM_FEATURE_RULES_MAX];
	uint32_t said[PMM_ATTRIBUTES_MAX] = {0}, applied = 0;
	uint8_t digits[PMM_FACTS_MAX];
	const size_t count = pmm_explain(rulebook, index, feature, rules);
	size_t known = 0, place = 0;
	pmm_profile_digits(rulebook, index, digits);
	for (; known < info->fact_count && digits[known]; known++) {
	}
	for (size_t r = 0; r < info->rule_count; r++)
		if (info->rules[r].features >> feature & 1)
			assert_ptr_equal(rules[place++].rule, &info->rules[r]);
	assert_int_equal(place, count);
	for (size_t i = 0; i < count; i++) {
		bool all = true, none = true;
		for (size_t v = 0; known < info->fact_count && v < info->facts[known].value_count;
			v++) {
			digits[known] = (uint8_t)(v + 1);
			pmm_explain(
				rulebook, pmm_profile_index(rulebook, digits), feature, further);
			all &= further[i].standing == PMM_APPLIED;
			none &= further[i].standing == PMM_NOT_APPLIED;
		}
		if (known < info->fact_count)
			assert_int_equal(rules[i].standing, all    ? PMM_APPLIED
							    : none ? PMM_NOT_APPLIED
								   : PMM_OPEN);
		else
			assert_int_not_equal(rules[i].standing, PMM_OPEN);
		applied += rules[i].standing == PMM_APPLIED;
		for (size_t a = 0; a < info->attribute_count; a++)
			if (rules[i].standing == PMM_APPLIED &&
				rules[i].rule->then[a] != PMM_NO_VALUE)
				said[a] |= UINT32_C(1) << rules[i].rule->then[a];
	}
	const struct pmm_outcome *outcome = pmm_decide(rulebook, index)->outcomes[feature];
	if (known == info->fact_count)
		assert_memory_equal(said, outcome->possible, sizeof said);
	return applied;
}

// How far apart the profiles are that a slow test takes: it takes all of a small space, and of
// a large one those at a distance that has no divisor in common with any fact's digits, so that
// each of these comes up.
static uint32_t stride(void)
{
	enum { SMALL = 100000, PRIME = 13 };
	return info->space <= SMALL ? 1 : PRIME;
}

static void test_explained(void **state)
{
	(void)state;
	uint32_t applied = 0;
	for (uint32_t index = 0; index < info->space; index += stride())
		for (uint32_t f = 0; f < info->feature_count; f++)
			applied += check_standings(index, f);
	assert_int_not_equal(applied, 0);
}

static void test_alternatives(void **state)
{
	(void)state;
	struct pmm_alternative found[PMM_ALTERNATIVES_MAX];
	uint8_t digits[PMM_FACTS_MAX];
	for (uint32_t i = 0; i < info->space * (uint32_t)info->feature_count; i += stride()) {
		const uint32_t index = i % info->space, feature = i / info->space;
		const struct pmm_outcome *now = pmm_decide(rulebook, index)->outcomes[feature];
		const size_t count = pmm_alternatives(rulebook, index, feature, found);
		size_t place = 0;
		for (uint32_t f = 0; f < info->fact_count; f++) {
			pmm_profile_digits(rulebook, index, digits);
			for (digits[f] = 1; info->facts[f].changeable &&
					    digits[f] <= info->facts[f].value_count;
				digits[f]++) {
				const uint32_t other = pmm_profile_index(rulebook, digits);
				const struct pmm_outcome *then = pmm_decide(rulebook, other)
									 ->outcomes[feature];
				bool differs = false;
				for (size_t a = 0; a < info->attribute_count; a++)
					differs |= then->possible[a] != now->possible[a] &&
						   (pmm_is_determined(then->possible[a]) ||
							   pmm_is_determined(now->possible[a]));
				if (!differs)
					continue;
				assert_in_range(place, 0, count - 1);
				assert_int_equal(found[place].fact, f);
				assert_int_equal(found[place].digit, digits[f]);
				assert_ptr_equal(found[place++].outcome, then);
			}
		}
		assert_int_equal(place, count);
	}
}

// A listener is not needed to be refused.
static void test_nobody_listens(void **state)
{
	(void)state;
	struct pmm_rulebook *untouched = rulebook, *refused = untouched;
	int result = pmm_rulebook_create(&refused, "[]", 2, PMM_MEMORY_MAX, NULL);
	assert_int_equal(result, -EINVAL);
	assert_ptr_equal(refused, untouched);
}

static void keep_longest(void *cls, const struct pmm_finding *finding)
{
	size_t *longest = cls, size = strlen(finding->message);
	if (size > *longest)
		*longest = size;
	assert_true(utf8_valid((struct str){finding->message, size}));
}

// A message that is too long is cut, but not inside a character.
static void test_long_names(void **state)
{
	static const char *const letters[] = {"e", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x90\xA6"};
	(void)state;
	for (size_t i = 0; i < sizeof letters / sizeof letters[0] * 4; i++) {
		char text[1024] = "{\"xxxx";
		size_t longest = 0, size = strlen("{\"") + i % 4;
		const struct pmm_listener listener = {.finding = keep_longest, .cls = &longest};
		struct pmm_rulebook *refused;
		while (size < sizeof text - 16) {
			const char *letter = letters[i / 4];
			memcpy(text + size, letter, strlen(letter));
			size += strlen(letter);
		}
		memcpy(text + size, "\":1}", 4);
		int result = pmm_rulebook_create(
			&refused, text, size + 4, PMM_MEMORY_MAX, &listener);
		assert_int_equal(result, -EINVAL);
		assert_in_range(longest, 508, 511);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_sharing),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_alternatives),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_long_names),
	};
	if (argc != 2) {
		fprintf(stderr, "Usage: rules_table RULEBOOK\n");
		return 2;
	}
	rulebook = rulebook_file_load(argv[1]);
	if (!rulebook)
		return 2;
	info = pmm_rulebook_info(rulebook);
	int failures = cmocka_run_group_tests_name("rules_table", tests, NULL, NULL);
	pmm_rulebook_destroy(rulebook);
	return failures;
}
