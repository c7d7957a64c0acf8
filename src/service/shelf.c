// SPDX-License-Identifier: MIT
#include "shelf.h"

#include "date.h"

#include <errno.h>
#include <stdlib.h>

struct shelf {
	atomic_uint holders;
	size_t count;
	struct edition *editions[SHELF_MAX];
};

// Dates of this form sort as text. NULL is an end that is not known.
static bool is_over_before(const char *end, const char *day)
{
	return end && strcmp(end, day) < 0;
}

// The first day that both claim, or NULL.
static const char *find_common_day(
	const struct pmm_rulebook_info *one, const struct pmm_rulebook_info *other)
{
	if (is_over_before(one->effective_to, other->effective_from) ||
		is_over_before(other->effective_to, one->effective_from))
		return NULL;
	bool later = strcmp(one->effective_from, other->effective_from) < 0;
	return later ? other->effective_from : one->effective_from;
}

size_t shelf_find_conflicts(struct pmm_rulebook *const *rulebooks, size_t count,
	void (*tell)(void *cls, const struct shelf_conflict *conflict), void *cls)
{
	size_t found = 0;
	for (size_t other = 1; other < count; other++) {
		for (size_t one = 0; one < other; one++) {
			const struct pmm_rulebook_info *a = pmm_rulebook_info(rulebooks[one]);
			const struct pmm_rulebook_info *b = pmm_rulebook_info(rulebooks[other]);
			bool same_id = strcmp(a->id, b->id) == 0;
			const char *day = same_id ? NULL : find_common_day(a, b);
			if (!same_id && !day)
				continue;
			const struct shelf_conflict conflict = {one, other, day};
			if (tell)
				tell(cls, &conflict);
			found++;
		}
	}
	return found;
}

static int compare_days(const void *a, const void *b)
{
	struct edition *const *one = a, *const *other = b;
	int32_t from = edition_begins(*one), other_from = edition_begins(*other);
	return (from > other_from) - (from < other_from);
}

int shelf_create(struct shelf **out, struct pmm_rulebook *const *rulebooks, size_t count,
	const struct edition_options *options)
{
	if (count == 0 || count > SHELF_MAX || shelf_find_conflicts(rulebooks, count, NULL, NULL))
		return -EINVAL;
	struct shelf *shelf = calloc(1, sizeof *shelf);
	if (!shelf)
		return -ENOMEM;
	atomic_init(&shelf->holders, 1);
	for (; shelf->count < count; shelf->count++) {
		struct edition **edition = &shelf->editions[shelf->count];
		if (edition_create(edition, rulebooks[shelf->count], options))
			goto fail;
	}
	qsort(shelf->editions, count, sizeof(struct edition *), compare_days);
	*out = shelf;
	return 0;
fail:
	while (shelf->count > 0)
		edition_give_back(shelf->editions[--shelf->count]);
	free(shelf);
	return -ENOMEM;
}

struct shelf *shelf_ref(struct shelf *shelf)
{
	atomic_fetch_add_explicit(&shelf->holders, 1, memory_order_relaxed);
	return shelf;
}

void shelf_unref(struct shelf *shelf)
{
	if (!shelf || atomic_fetch_sub_explicit(&shelf->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < shelf->count; i++)
		edition_unref(shelf->editions[i]);
	free(shelf);
}

size_t shelf_count(const struct shelf *shelf)
{
	return shelf->count;
}

struct edition *shelf_at(const struct shelf *shelf, size_t place)
{
	return shelf->editions[place];
}

struct edition *shelf_find(const struct shelf *shelf, struct str id)
{
	for (size_t i = 0; i < shelf->count; i++) {
		const struct pmm_rulebook *rulebook = edition_rulebook(shelf->editions[i]);
		if (str_equal(str_of(pmm_rulebook_info(rulebook)->id), id))
			return shelf->editions[i];
	}
	return NULL;
}

// The last that has begun on a day, or NULL.
static struct edition *find_begun(const struct shelf *shelf, int32_t day)
{
	for (size_t i = shelf->count; i > 0; i--)
		if (edition_begins(shelf->editions[i - 1]) <= day)
			return shelf->editions[i - 1];
	return NULL;
}

struct edition *shelf_on(const struct shelf *shelf, int32_t day)
{
	struct edition *edition = find_begun(shelf, day);
	return edition && edition_is_in_force(edition, day) ? edition : NULL;
}

struct edition *shelf_current(const struct shelf *shelf, int32_t (*today)(void))
{
	if (shelf->count == 1)
		return shelf->editions[0];
	struct edition *edition = find_begun(shelf, today ? today() : DATE_MAX);
	return edition ? edition : shelf->editions[0];
}
