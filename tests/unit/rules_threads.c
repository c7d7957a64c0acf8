// SPDX-License-Identifier: MIT
// What the header promises about threads: any number of them may create and destroy
// rulebooks at once, read one without a lock, and compare two. Each reads all that is said
// and must have read the same as one thread alone. Made to be run under
// ThreadSanitizer too; without it, a crash or another answer is what it can see.
//
// Usage: rules_threads RULEBOOK BEFORE AFTER
#include "rulebook_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pmm/rules.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 10 };

static char text[1 << 20];
static size_t text_size;
static struct pmm_rulebook *shared, *before, *after;
static uint64_t wanted, wanted_changes;

static void add(uint64_t *sum, const void *at, size_t size)
{
	const unsigned char *byte = at;
	for (size_t i = 0; i < size; i++)
		*sum = (*sum ^ byte[i]) * UINT64_C(1099511628211);
}

static void add_text(uint64_t *sum, const char *word)
{
	add(sum, word ? word : "", word ? strlen(word) + 1 : 1);
}

static void add_outcome(
	uint64_t *sum, const struct pmm_rulebook_info *info, const struct pmm_outcome *outcome)
{
	add(sum, outcome->possible, info->attribute_count * sizeof outcome->possible[0]);
	add(sum, &outcome->missing, sizeof outcome->missing);
	for (size_t b = 0; b < outcome->basis_count; b++)
		add_text(sum, outcome->basis[b].rule->id);
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++)
		add_text(sum, outcome->reason[lang]);
}

static void add_explanation(
	uint64_t *sum, const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature)
{
	struct pmm_explained rules[PMM_FEATURE_RULES_MAX];
	struct pmm_alternative others[PMM_ALTERNATIVES_MAX];
	size_t size = pmm_explain(rulebook, index, feature, rules);
	for (size_t i = 0; i < size; i++) {
		add_text(sum, rules[i].rule->id);
		add(sum, &rules[i].facts, sizeof rules[i].facts);
	}
	size = pmm_alternatives(rulebook, index, feature, others);
	for (size_t i = 0; i < size; i++)
		add(sum, &others[i].digit, sizeof others[i].digit);
}

static void add_words(uint64_t *sum, const struct pmm_rulebook *rulebook)
{
	static const char *const words[] = {"Kartu", "katru", "KELAS-2", "kelas", "ya", "entah"};
	for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
		const size_t size = strlen(words[w]);
		const struct pmm_member *member = pmm_member_find(rulebook, words[w], size);
		add_text(sum, member ? member->name : NULL);
		add_text(sum, pmm_member_suggest(rulebook, words[w], size));
		for (uint32_t f = 0; f < pmm_rulebook_info(rulebook)->fact_count; f++) {
			const int digit = pmm_value_find(rulebook, f, words[w], size);
			add(sum, &digit, sizeof digit);
			add_text(sum, pmm_value_suggest(rulebook, f, words[w], size));
		}
	}
}

// All that a rulebook says, as one number.
static uint64_t read_all(const struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	uint64_t sum = UINT64_C(14695981039346656037);
	add_text(&sum, info->canonical);
	add_words(&sum, rulebook);
	for (uint32_t index = 0; index < info->space; index++) {
		const struct pmm_decision *decision = pmm_decide(rulebook, index);
		uint8_t digits[PMM_FACTS_MAX];
		pmm_profile_digits(rulebook, index, digits);
		add(&sum, digits, info->fact_count);
		for (uint32_t f = 0; f < info->feature_count; f++) {
			add_outcome(&sum, info, decision->outcomes[f]);
			add_explanation(&sum, rulebook, index, f);
		}
	}
	return sum;
}

// What changes from BEFORE to AFTER, as one number; 0: nothing, or no memory.
static uint64_t read_changes(void)
{
	struct pmm_diff *diff;
	uint64_t sum = 0;
	if (pmm_diff_create(&diff, before, after, PMM_MEMORY_MAX))
		return 0;
	const struct pmm_diff_info *info = pmm_diff_info(diff);
	for (size_t i = 0; i < info->change_count; i++) {
		const struct pmm_change *change = &info->changes[i];
		add_text(&sum, change->before->name);
		add_text(&sum, change->after->name);
		add(&sum, change->when, info->fact_count * sizeof change->when[0]);
		add(&sum, &change->profiles, sizeof change->profiles);
	}
	pmm_diff_destroy(diff);
	return sum;
}

static void count(void *cls, const struct pmm_finding *finding)
{
	*(size_t *)cls += finding->is_error && finding->message[0];
}

// One that is refused leaves nothing, and its findings go to its own listener.
static bool refuses(void)
{
	static const char broken[] = "{\"format\": \"pmm-rulebook/1\", \"id\": 7}";
	struct pmm_rulebook *untouched = NULL;
	size_t findings = 0;
	const struct pmm_listener listener = {.finding = count, .cls = &findings};
	return pmm_rulebook_create(&untouched, broken, sizeof broken - 1, PMM_MEMORY_MAX,
		       &listener) == -EINVAL &&
	       !untouched && findings > 0;
}

static bool creates_and_reads(void)
{
	struct pmm_rulebook *own;
	if (pmm_rulebook_create(&own, text, text_size, PMM_MEMORY_MAX, NULL))
		return false;
	const bool good = read_all(own) == wanted;
	pmm_rulebook_destroy(own);
	return good;
}

// cmocka's assertions are for the main thread: here a failure is a return value.
static void *work(void *cls)
{
	uintptr_t failed = 0;
	(void)cls;
	for (int round = 0; round < ROUNDS; round++) {
		failed += !creates_and_reads();
		failed += read_all(shared) != wanted;
		failed += !refuses();
		failed += read_changes() != wanted_changes;
	}
	return (void *)failed;
}

static void test_threads(void **state)
{
	pthread_t threads[THREADS];
	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads)};
	if (argc != 4) {
		fprintf(stderr, "Usage: rules_threads RULEBOOK BEFORE AFTER\n");
		return 2;
	}
	before = rulebook_file_load(argv[2]);
	after = rulebook_file_load(argv[3]);
	text_size = rulebook_file_read(argv[1], text, sizeof text);
	if (!before || !after || !text_size ||
		pmm_rulebook_create(&shared, text, text_size, PMM_MEMORY_MAX, NULL))
		return 2;
	wanted = read_all(shared);
	wanted_changes = read_changes();
	int failed = cmocka_run_group_tests_name("rules/threads", tests, NULL, NULL);
	failed += wanted_changes == 0;
	pmm_rulebook_destroy(shared);
	pmm_rulebook_destroy(before);
	pmm_rulebook_destroy(after);
	return failed;
}
