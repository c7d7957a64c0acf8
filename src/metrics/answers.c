// SPDX-License-Identifier: MIT
#include "answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Counters of one rulebook, over all its shards: one with very many decisions
// gets fewer shards, for it spreads its counting by itself.
enum { COUNTERS_MAX = 1 << 16, SHARDS_MAX = 16 };

// Counters in a cache line.
enum { LINE = 64 / sizeof(uint64_t) };

// What was counted by rulebooks that are gone, and by all.
enum { OF_GONE, OF_ALL, OF_COUNT };

struct ledger_pair {
	char *feature; // heap; VALUE lies behind it
	const char *value;
	uint64_t counts[OF_COUNT];
};

struct answers {
	struct ledger *ledger;
	struct answers *next;
	const struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	const struct pmm_attribute *attribute;
	size_t attribute_at;
	uint32_t *pairs; // [feature][value, or the number of values: undetermined]
	unsigned shards; // a power of two
	size_t stride; // counters from one shard to the next
	_Atomic uint64_t *counters;
};

int ledger_init(struct ledger *ledger)
{
	*ledger = (struct ledger){.live = NULL};
	return pthread_mutex_init(&ledger->lock, NULL) ? -ENOMEM : 0;
}

// Forgets the pairs from the one at COUNT on.
static void cut_pairs(struct ledger *ledger, uint32_t count)
{
	while (ledger->count > count)
		free(ledger->pairs[--ledger->count].feature);
}

void ledger_finish(struct ledger *ledger)
{
	cut_pairs(ledger, 0);
	free(ledger->pairs);
	pthread_mutex_destroy(&ledger->lock);
}

static bool add_pair(struct ledger *ledger, const char *feature, const char *value)
{
	if (ledger->count == ledger->room) {
		uint32_t room = ledger->room ? ledger->room * 2 : 32;
		struct ledger_pair *pairs = realloc(ledger->pairs, room * sizeof *pairs);
		if (!pairs)
			return false;
		ledger->pairs = pairs;
		ledger->room = room;
	}
	size_t feature_size = strlen(feature) + 1, value_size = strlen(value) + 1;
	char *names = malloc(feature_size + value_size);
	if (!names)
		return false;
	memcpy(names, feature, feature_size);
	memcpy(names + feature_size, value, value_size);
	ledger->pairs[ledger->count++] = (struct ledger_pair){
		.feature = names, .value = names + feature_size};
	return true;
}

// Sets *AT to the pair of these names, made if need be.
static bool find_pair(struct ledger *ledger, const char *feature, const char *value, uint32_t *at)
{
	for (*at = 0; *at < ledger->count; ++*at)
		if (strcmp(ledger->pairs[*at].feature, feature) == 0 &&
			strcmp(ledger->pairs[*at].value, value) == 0)
			return true;
	return add_pair(ledger, feature, value);
}

static bool find_pairs(struct answers *answers)
{
	const struct pmm_attribute *attribute = answers->attribute;
	uint32_t *at = answers->pairs;
	for (size_t f = 0; f < answers->info->feature_count; f++)
		for (size_t v = 0; v <= attribute->value_count; v++)
			if (!find_pair(answers->ledger, answers->info->features[f].name,
				    v < attribute->value_count ? attribute->values[v].name
							       : "undetermined",
				    at++))
				return false;
	return true;
}

static void choose_attribute(struct answers *answers)
{
	const struct pmm_rulebook_info *info = answers->info;
	size_t at = 0;
	while (at < info->attribute_count && strcmp(info->attributes[at].name, "obligation") != 0)
		at++;
	answers->attribute_at = at < info->attribute_count ? at : 0;
	answers->attribute = &info->attributes[answers->attribute_at];
}

static void choose_shards(struct answers *answers)
{
	// A line more than there are decisions: shards must not share one.
	answers->stride = (answers->info->decision_count + LINE - 1) / LINE * LINE + LINE;
	answers->shards = SHARDS_MAX;
	while (answers->shards > 1 && answers->shards * answers->stride > COUNTERS_MAX)
		answers->shards /= 2;
}

static bool allocate(struct answers *answers)
{
	const struct pmm_rulebook_info *info = answers->info;
	choose_attribute(answers);
	choose_shards(answers);
	answers->counters = calloc(answers->shards * answers->stride, sizeof *answers->counters);
	answers->pairs = malloc(info->feature_count * (answers->attribute->value_count + 1) *
				sizeof *answers->pairs);
	return answers->counters && answers->pairs;
}

static void release(struct answers *answers)
{
	free(answers->counters);
	free(answers->pairs);
	free(answers);
}

// Enters ANSWERS into its ledger.
static bool enter(struct answers *answers)
{
	struct ledger *ledger = answers->ledger;
	pthread_mutex_lock(&ledger->lock);
	uint32_t count = ledger->count;
	bool good = find_pairs(answers);
	if (good) {
		answers->next = ledger->live;
		ledger->live = answers;
	} else {
		cut_pairs(ledger, count);
	}
	pthread_mutex_unlock(&ledger->lock);
	return good;
}

int answers_create(struct answers **out, struct ledger *ledger, const struct pmm_rulebook *rulebook)
{
	struct answers *answers = calloc(1, sizeof *answers);
	if (!answers)
		return -ENOMEM;
	answers->ledger = ledger;
	answers->rulebook = rulebook;
	answers->info = pmm_rulebook_info(rulebook);
	if (!allocate(answers) || !enter(answers)) {
		release(answers);
		return -ENOMEM;
	}
	*out = answers;
	return 0;
}

static uint64_t count_decision(const struct answers *answers, uint32_t ordinal)
{
	uint64_t count = 0;
	for (size_t shard = 0; shard < answers->shards; shard++)
		count += atomic_load_explicit(&answers->counters[shard * answers->stride + ordinal],
			memory_order_relaxed);
	return count;
}

// Adds what ANSWERS counted to the pairs' counts of KIND.
static void add_up(const struct answers *answers, int kind)
{
	size_t values = answers->attribute->value_count;
	for (uint32_t d = 0; d < answers->info->decision_count; d++) {
		uint64_t count = count_decision(answers, d);
		if (!count)
			continue;
		const struct pmm_decision *decision = pmm_decision_at(answers->rulebook, d);
		for (size_t f = 0; f < answers->info->feature_count; f++) {
			uint32_t possible = decision->outcomes[f]->possible[answers->attribute_at];
			size_t v = pmm_is_determined(possible) ? (size_t)__builtin_ctz(possible)
							       : values;
			uint32_t pair = answers->pairs[f * (values + 1) + v];
			answers->ledger->pairs[pair].counts[kind] += count;
		}
	}
}

void answers_destroy(struct answers *answers)
{
	if (!answers)
		return;
	struct ledger *ledger = answers->ledger;
	pthread_mutex_lock(&ledger->lock);
	add_up(answers, OF_GONE);
	struct answers **link = &ledger->live;
	while (*link != answers)
		link = &(*link)->next;
	*link = answers->next;
	pthread_mutex_unlock(&ledger->lock);
	release(answers);
}

void answers_add(struct answers *answers, unsigned shard, uint32_t ordinal, uint64_t count)
{
	if (!answers)
		return;
	size_t at = (shard & (answers->shards - 1)) * answers->stride + ordinal;
	atomic_fetch_add_explicit(&answers->counters[at], count, memory_order_relaxed);
}

void ledger_each(struct ledger *ledger,
	void (*show)(void *cls, const char *feature, const char *value, uint64_t count), void *cls)
{
	pthread_mutex_lock(&ledger->lock);
	for (uint32_t i = 0; i < ledger->count; i++)
		ledger->pairs[i].counts[OF_ALL] = ledger->pairs[i].counts[OF_GONE];
	for (const struct answers *answers = ledger->live; answers; answers = answers->next)
		add_up(answers, OF_ALL);
	for (uint32_t i = 0; i < ledger->count; i++)
		show(cls, ledger->pairs[i].feature, ledger->pairs[i].value,
			ledger->pairs[i].counts[OF_ALL]);
	pthread_mutex_unlock(&ledger->lock);
}
