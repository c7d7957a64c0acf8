// SPDX-License-Identifier: MIT
// Loading a rulebook when memory runs out: at every place where it can, the
// result is -ENOMEM, the caller's pointer is untouched, nothing is leaked and
// no error is told, because the rulebook is not to blame.
//
// Usage: rules_memory RULEBOOK [STEP]
// STEP: bytes between the limits that are tried, for a rulebook whose proof takes
// too long to try every one.
// Linked with --wrap for malloc, calloc, realloc, free and gnutls_hash_fast.
#include "rulebook_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- memory that runs out when it is told to ----

static size_t calls_left; // until one fails
static bool is_brief; // memory is there again after one call has failed
static bool failed;
static long live; // blocks that were not given back

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
int __real_gnutls_hash_fast(
	gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *digest);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);
int __wrap_gnutls_hash_fast(
	gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *digest);

static bool runs_out(void)
{
	if (calls_left > 0) {
		calls_left--;
		return false;
	}
	if (failed && is_brief)
		return false;
	failed = true;
	return true;
}

static void *counted(void *block)
{
	live += block != NULL;
	return block;
}

void *__wrap_malloc(size_t size)
{
	return runs_out() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return runs_out() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	if (runs_out())
		return NULL;
	return old ? __real_realloc(old, size) : counted(__real_realloc(old, size));
}

void __wrap_free(void *old)
{
	live -= old != NULL;
	__real_free(old);
}

int __wrap_gnutls_hash_fast(
	gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *digest)
{
	return runs_out() ? GNUTLS_E_MEMORY_ERROR
			  : __real_gnutls_hash_fast(algorithm, text, size, digest);
}

// ---- loading ----

static char text[1 << 20];
static size_t text_size;
static size_t step = 16; // the smallest piece that is ever taken: an arena aligns to it
static unsigned errors; // findings that are errors

static void count_errors(void *cls, const struct pmm_finding *finding)
{
	(void)cls;
	errors += finding->is_error;
}

// Loads TEXT with what memory there is. Checks all that must hold whatever the
// result; returns whether it succeeded.
static bool load(size_t memory_max)
{
	static char nobody;
	const struct pmm_listener listener = {.finding = count_errors};
	struct pmm_rulebook *const untouched = (void *)&nobody, *rulebook = untouched;
	failed = false;
	errors = 0;
	live = 0;
	int result = pmm_rulebook_create(&rulebook, text, text_size, memory_max, &listener);
	calls_left = SIZE_MAX;
	assert_int_equal(errors, 0);
	if (result == 0) {
		assert_false(failed);
		assert_ptr_not_equal(rulebook, untouched);
		assert_true(live > 0);
		pmm_rulebook_destroy(rulebook);
	} else {
		assert_int_equal(result, -ENOMEM);
		assert_ptr_equal(rulebook, untouched);
	}
	assert_int_equal(live, 0);
	return result == 0;
}

// Tries limits one after the other; in steps of the smallest piece, so that each
// piece is the one refused once.
static void try_limits(size_t limit)
{
	size_t from = limit;
	while (!load(limit)) {
		limit += step;
		assert_in_range(limit, from, PMM_MEMORY_MAX);
	}
	assert_in_range(limit, text_size, PMM_MEMORY_MAX); // the canonical form is in it
	assert_true(load(limit + step));
	assert_true(load(PMM_MEMORY_MAX));
}

static void test_limit(void **state)
{
	(void)state;
	assert_false(load(0));
	try_limits(step);
}

// A long text moves the limit to where the tables of the answers are laid out:
// without one the proof's own memory always ends before the rulebook's does.
static void test_limit_after_proof(void **state)
{
	static const char before[] = "\"issuer\": \"";
	enum { PADDING = 1 << 16 };
	(void)state;
	char *at = strstr(text, before);
	assert_non_null(at);
	at += strlen(before);
	assert_in_range(text_size, 1, sizeof text - PADDING - 1);
	memmove(at + PADDING, at, text_size - (size_t)(at - text));
	memset(at, 'x', PADDING);
	text_size += PADDING;
	assert_false(load((size_t)PADDING * 2)); // the text is kept, and copied
	try_limits((size_t)PADDING * 2);
	text_size -= PADDING;
	memmove(at, at + PADDING, text_size - (size_t)(at - text));
}

// The heap: the first call fails, then the second, and so on.
static void try_heap(void)
{
	size_t calls = 0;
	while (calls_left = calls, !load(PMM_MEMORY_MAX)) {
		calls++;
		assert_in_range(calls, 1, 100000);
	}
	assert_in_range(calls, 10, 100000); // the wrappers are linked in
}

static void test_heap_empty(void **state)
{
	(void)state;
	is_brief = false;
	try_heap();
}

static void test_heap_short(void **state)
{
	(void)state;
	is_brief = true;
	try_heap();
}

static void test_nothing(void **state)
{
	(void)state;
	pmm_rulebook_destroy(NULL);
	assert_int_equal(live, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_limit_after_proof),
		cmocka_unit_test(test_heap_empty),
		cmocka_unit_test(test_heap_short),
	};
	cJSON_Hooks hooks = {__wrap_malloc, __wrap_free};
	calls_left = SIZE_MAX;
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "Usage: rules_memory RULEBOOK [STEP]\n");
		return 2;
	}
	if (argc == 3)
		step = strtoul(argv[2], NULL, 10);
	cJSON_InitHooks(&hooks);
	text_size = rulebook_file_read(argv[1], text, sizeof text);
	if (text_size == 0)
		return 2;
	return cmocka_run_group_tests_name(argv[1], tests, NULL, NULL);
}
