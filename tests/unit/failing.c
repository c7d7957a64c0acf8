// SPDX-License-Identifier: MIT
#include "failing.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static struct {
	bool active, failed;
	size_t left;
	enum failing_mode mode;
	void (*other)(void *cls);
	void *cls;
} state;

// The linker gives these names to what it wraps (ld, --wrap).
void *__real_malloc(size_t size); // NOLINT(bugprone-reserved-identifier)
void *__real_calloc(size_t count, size_t size); // NOLINT(bugprone-reserved-identifier)
void *__real_realloc(void *old, size_t size); // NOLINT(bugprone-reserved-identifier)
int __real_pthread_mutex_init( // NOLINT(bugprone-reserved-identifier)
	pthread_mutex_t *lock, const pthread_mutexattr_t *attributes);
void *__wrap_malloc(size_t size); // NOLINT(bugprone-reserved-identifier)
void *__wrap_calloc(size_t count, size_t size); // NOLINT(bugprone-reserved-identifier)
void *__wrap_realloc(void *old, size_t size); // NOLINT(bugprone-reserved-identifier)
int __wrap_pthread_mutex_init( // NOLINT(bugprone-reserved-identifier)
	pthread_mutex_t *lock, const pthread_mutexattr_t *attributes);

void failing_start(size_t count, enum failing_mode mode)
{
	state.active = true;
	state.failed = false;
	state.left = count;
	state.mode = mode;
}

bool failing_stop(void)
{
	state.active = false;
	return state.failed;
}

void failing_interrupt(void (*other)(void *cls), void *cls)
{
	state.other = other;
	state.cls = cls;
}

static bool fails(void)
{
	if (!state.active)
		return false;
	if (state.left > 0) {
		state.left--;
		return false;
	}
	if (state.failed && state.mode == FAILING_ONCE)
		return false;
	state.failed = true;
	return true;
}

void *__wrap_malloc(size_t size) // NOLINT(bugprone-reserved-identifier)
{
	void (*other)(void *cls) = state.other;
	if (other) {
		state.other = NULL;
		other(state.cls);
	}
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) // NOLINT(bugprone-reserved-identifier)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) // NOLINT(bugprone-reserved-identifier)
{
	return fails() ? NULL : __real_realloc(old, size);
}

int __wrap_pthread_mutex_init( // NOLINT(bugprone-reserved-identifier)
	pthread_mutex_t *lock, const pthread_mutexattr_t *attributes)
{
	return fails() ? ENOMEM : __real_pthread_mutex_init(lock, attributes);
}
