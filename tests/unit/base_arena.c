// SPDX-License-Identifier: MIT
// The pool: what it hands out, up to which limit, and what it does when there
// is no more. It does not look into the blocks.
#include "base/arena.h"
#include "failing.h"
#include "unit.h"

#include <stdalign.h>
#include <stdlib.h>

static const size_t plenty = (size_t)1 << 30;

static bool is_zero(const char *at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i])
			return false;
	return true;
}

static void assert_fresh(void *taken, size_t size)
{
	assert_non_null(taken);
	assert_int_equal((uintptr_t)taken % alignof(max_align_t), 0);
	assert_true(is_zero(taken, size));
	memset(taken, 0xA5, size);
}

static void test_takes_are_zeroed_aligned_and_apart(void **state)
{
	struct arena arena;
	char *taken[300];
	(void)state;
	arena_init(&arena, NULL, 0, plenty);
	for (int round = 0; round < 3; round++) { // later rounds meet used memory
		for (size_t i = 0; i < 300; i++) {
			taken[i] = arena_take(&arena, i);
			assert_fresh(taken[i], i);
		}
		for (size_t i = 0; i < 300; i++)
			for (size_t j = 0; j < i; j++)
				assert_true(taken[i] + i <= taken[j] || taken[j] + j <= taken[i]);
		arena_reset(&arena);
	}
	arena_finish(&arena);
}

static void test_empty_takes_differ(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, plenty);
	char *a = arena_take(&arena, 0), *b = arena_take(&arena, 0);
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	arena_finish(&arena);
}

static void test_own_block_comes_first_and_stays(void **state)
{
	alignas(max_align_t) char block[256 + 1];
	struct arena arena;
	(void)state;
	arena_init(&arena, block + 1, sizeof block - 1, plenty); // wrongly aligned
	for (int round = 0; round < 2; round++) {
		memset(block, 0x5A, sizeof block);
		for (int i = 0; i < 15; i++) {
			char *taken = arena_take(&arena, 16);
			assert_fresh(taken, 16);
			assert_true(taken > block && taken + 16 <= block + sizeof block);
		}
		char *beyond = arena_take(&arena, 16);
		assert_fresh(beyond, 16);
		assert_true(beyond + 16 <= block || beyond >= block + sizeof block);
		assert_int_equal(block[0], 0x5A);
		arena_reset(&arena);
	}
	arena_finish(&arena);
}

static void test_own_block_that_holds_nothing(void **state)
{
	char block[3];
	struct arena arena;
	(void)state;
	arena_init(&arena, block, sizeof block, plenty);
	char *taken = arena_take(&arena, 1);
	assert_fresh(taken, 1);
	arena_finish(&arena);
}

static void test_grows_by_blocks_and_by_large_takes(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, plenty);
	for (size_t size = 1; size < (1 << 20); size *= 2) {
		assert_fresh(arena_take(&arena, size), size);
		assert_fresh(arena_take(&arena, size + 1), size + 1);
		assert_fresh(arena_take(&arena, 3), 3);
	}
	arena_finish(&arena);
}

static void test_limit_is_the_last_byte(void **state)
{
	struct arena arena;
	(void)state;
	for (size_t limit = 0; limit < 70; limit++) {
		arena_init(&arena, NULL, 0, limit);
		assert_null(arena_take(&arena, limit + 1));
		assert_null(arena_take(&arena, SIZE_MAX));
		if (limit)
			assert_fresh(arena_take(&arena, limit), limit);
		assert_null(arena_take(&arena, 1));
		assert_null(arena_take(&arena, 0));
		arena_reset(&arena);
		if (limit)
			assert_fresh(arena_take(&arena, 1), 1);
		arena_finish(&arena);
	}
}

static void test_limit_counts_the_callers_block_too(void **state)
{
	alignas(max_align_t) char block[1024];
	struct arena arena;
	(void)state;
	arena_init(&arena, block, sizeof block, 64);
	for (int i = 0; i < 4; i++)
		assert_fresh(arena_take(&arena, 16), 16);
	assert_null(arena_take(&arena, 1));
	arena_finish(&arena);
}

static void test_a_refused_take_changes_nothing(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, 64);
	assert_fresh(arena_take(&arena, 32), 32);
	assert_null(arena_take(&arena, 33));
	assert_fresh(arena_take(&arena, 32), 32);
	arena_finish(&arena);
}

// Rounding up must not turn a size that cannot be into a small one.
static void test_sizes_beyond_memory(void **state)
{
	alignas(max_align_t) char block[64];
	struct arena arena;
	(void)state;
	arena_init(&arena, block, sizeof block, SIZE_MAX);
	for (size_t less = 0; less < 40; less++)
		assert_null(arena_take(&arena, SIZE_MAX - less));
	assert_fresh(arena_take(&arena, 64), 64);
	arena_finish(&arena);
}

static void test_array_checks_the_product(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, plenty);
	assert_fresh(arena_array(&arena, 7, 9), 63);
	assert_fresh(arena_array(&arena, 0, 9), 0);
	assert_fresh(arena_array(&arena, SIZE_MAX, 0), 0);
	assert_null(arena_array(&arena, SIZE_MAX, 2));
	assert_null(arena_array(&arena, SIZE_MAX / 2 + 2, 2)); // the product wraps to 2
	assert_null(arena_array(&arena, 2, SIZE_MAX / 2 + 2));
	assert_null(arena_array(&arena, SIZE_MAX / 4, 4));
	arena_finish(&arena);
}

static void test_copy_ends_with_nul(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, plenty);
	char *copy = arena_copy(&arena, (struct str){"kepala sekolah", 6});
	assert_string_equal(copy, "kepala");
	assert_string_equal(arena_copy(&arena, (struct str){NULL, 0}), "");
	arena_finish(&arena);
	arena_init(&arena, NULL, 0, 6);
	assert_null(arena_copy(&arena, STR("kepala"))); // no room for the NUL
	assert_string_equal(arena_copy(&arena, STR("peran")), "peran");
	arena_finish(&arena);
}

static void test_heap_that_gives_out(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, plenty);
	failing_start(0, FAILING_ONCE);
	assert_null(arena_take(&arena, 10));
	assert_true(failing_stop());
	assert_fresh(arena_take(&arena, 10), 10);
	failing_start(0, FAILING_ONCE);
	assert_null(arena_copy(&arena, (struct str){(char[100000]){0}, 100000}));
	assert_true(failing_stop());
	assert_fresh(arena_take(&arena, 10), 10);
	arena_finish(&arena);
}

static void test_finish_twice_and_again(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, NULL, 0, plenty);
	arena_finish(&arena);
	arena_finish(&arena);
	assert_fresh(arena_take(&arena, 100), 100);
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_are_zeroed_aligned_and_apart),
		cmocka_unit_test(test_empty_takes_differ),
		cmocka_unit_test(test_own_block_comes_first_and_stays),
		cmocka_unit_test(test_own_block_that_holds_nothing),
		cmocka_unit_test(test_grows_by_blocks_and_by_large_takes),
		cmocka_unit_test(test_limit_is_the_last_byte),
		cmocka_unit_test(test_limit_counts_the_callers_block_too),
		cmocka_unit_test(test_a_refused_take_changes_nothing),
		cmocka_unit_test(test_sizes_beyond_memory),
		cmocka_unit_test(test_array_checks_the_product),
		cmocka_unit_test(test_copy_ends_with_nul),
		cmocka_unit_test(test_heap_that_gives_out),
		cmocka_unit_test(test_finish_twice_and_again),
	};
	return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
