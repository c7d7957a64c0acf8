// SPDX-License-Identifier: MIT
#include "rulebook_set.h"

#include "base/base.h"

#include <errno.h>
#include <stdlib.h>

struct rulebook_set {
	atomic_uint holders;
	size_t count;
	struct snapshot *snapshots[RULEBOOK_SET_MAX];
};

// The first day that both claim, or NULL: one without a last day ends where the other
// begins, unless both begin on one day. Dates of this form sort as text.
static const char *find_common_day(
	const struct pmm_rulebook_info *one, const struct pmm_rulebook_info *other)
{
	const int order = strcmp(one->effective_from, other->effective_from);
	const char *end = order < 0 ? one->effective_to : other->effective_to;
	const char *day = order < 0 ? other->effective_from : one->effective_from;
	return order == 0 || (end && strcmp(end, day) >= 0) ? day : NULL;
}

size_t rulebook_set_find_conflicts(struct pmm_rulebook *const *rulebooks, size_t count,
	void (*tell)(void *cls, const struct rulebook_set_conflict *conflict), void *cls)
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
			const struct rulebook_set_conflict conflict = {one, other, day};
			if (tell)
				tell(cls, &conflict);
			found++;
		}
	}
	return found;
}

static int compare_days(const void *a, const void *b)
{
	struct snapshot *const *one = a, *const *other = b;
	int32_t from = snapshot_begins(*one), other_from = snapshot_begins(*other);
	return (from > other_from) - (from < other_from);
}

int rulebook_set_create(struct rulebook_set **out, struct pmm_rulebook *const *rulebooks,
	size_t count, const struct snapshot_options *options)
{
	if (count == 0 || count > RULEBOOK_SET_MAX ||
		rulebook_set_find_conflicts(rulebooks, count, NULL, NULL))
		return -EINVAL;
	struct rulebook_set *set = calloc(1, sizeof *set);
	if (!set)
		return -ENOMEM;
	atomic_init(&set->holders, 1);
	for (; set->count < count; set->count++) {
		struct snapshot **snapshot = &set->snapshots[set->count];
		if (snapshot_create(snapshot, rulebooks[set->count], options))
			goto fail;
	}
	qsort(set->snapshots, count, sizeof(struct snapshot *), compare_days);
	for (size_t i = 1; i < count; i++)
		snapshot_succeed(set->snapshots[i - 1], snapshot_begins(set->snapshots[i]));
	*out = set;
	return 0;
fail:
	while (set->count > 0)
		snapshot_give_back(set->snapshots[--set->count]);
	free(set);
	return -ENOMEM;
}

struct rulebook_set *rulebook_set_ref(struct rulebook_set *set)
{
	atomic_fetch_add_explicit(&set->holders, 1, memory_order_relaxed);
	return set;
}

void rulebook_set_unref(struct rulebook_set *set)
{
	if (!set || atomic_fetch_sub_explicit(&set->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < set->count; i++)
		snapshot_destroy(set->snapshots[i]);
	free(set);
}

size_t rulebook_set_count(const struct rulebook_set *set)
{
	return set->count;
}

struct snapshot *rulebook_set_at(const struct rulebook_set *set, size_t place)
{
	return set->snapshots[place];
}

struct snapshot *rulebook_set_find(const struct rulebook_set *set, struct str id)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct pmm_rulebook *rulebook = snapshot_rulebook(set->snapshots[i]);
		if (str_equal(str_of(pmm_rulebook_info(rulebook)->id), id))
			return set->snapshots[i];
	}
	return NULL;
}

// The last that has begun on a day, or NULL.
static struct snapshot *find_begun(const struct rulebook_set *set, int32_t day)
{
	for (size_t i = set->count; i > 0; i--)
		if (snapshot_begins(set->snapshots[i - 1]) <= day)
			return set->snapshots[i - 1];
	return NULL;
}

struct snapshot *rulebook_set_on(const struct rulebook_set *set, int32_t day)
{
	struct snapshot *snapshot = find_begun(set, day);
	return snapshot && snapshot_is_in_force(snapshot, day) ? snapshot : NULL;
}

struct snapshot *rulebook_set_current(const struct rulebook_set *set, int32_t (*today)(void))
{
	if (set->count == 1)
		return set->snapshots[0];
	struct snapshot *snapshot = find_begun(set, today ? today() : DATE_MAX);
	return snapshot ? snapshot : set->snapshots[0];
}
