// SPDX-License-Identifier: MIT
// Counting: requests and rows by number, answers by decision.
//
// All answers of a rulebook are its decisions, and they are few: so an answer is counted
// by adding 1 to its decision. What that means for each feature is worked out, and moved
// to the pairs, when somebody asks and when the rulebook goes:
//
//     rulebook ── counts [decision] ──┐
//     rulebook ── counts [decision] ──┴──► pairs {feature, value} count
//
// The pairs outlive rulebooks, so no count falls when one is replaced.
#include "counters.h"

#include <errno.h>
#include <stdlib.h>

// The commonest first: they are searched in this order.
const unsigned metrics_statuses[METRICS_STATUSES - 1] = {
	200, 304, 422, 404, 400, 405, 413, 415, 204, 401, 406, 408, 414, 431, 503};

// From a cached answer on an idle machine to a bulk request over a slow line.
const uint64_t metrics_bounds_ns[METRICS_BOUNDS] = {10000, 25000, 50000, 100000, 250000, 500000,
	1000000, 2500000, 5000000, 10000000, 25000000, 50000000, 100000000, 250000000, 500000000,
	1000000000, 2500000000, 5000000000, 10000000000, 30000000000, 60000000000};

struct answer_pair {
	struct answer_pair *next;
	const char *value; // behind the feature
	uint64_t count;
	char feature[];
};

// The counters of one rulebook.
struct answers {
	struct metrics *metrics;
	struct answers *next;
	const struct pmm_rulebook *rulebook;
	const struct pmm_rulebook_info *info;
	size_t attribute; // which one is counted,
	size_t values; // and how many it has
	struct answer_pair **pairs; // [feature][value, or VALUES: undetermined], behind counts
	_Atomic uint64_t counts[]; // [decision]
};

static void free_pairs(struct answer_pair **link)
{
	struct answer_pair *pair = *link;
	*link = NULL;
	while (pair) {
		struct answer_pair *next = pair->next;
		free(pair);
		pair = next;
	}
}

int metrics_create(struct metrics **out)
{
	struct metrics *metrics = calloc(1, sizeof *metrics);
	if (!metrics)
		return -ENOMEM;
	if (pthread_mutex_init(&metrics->lock, NULL)) {
		free(metrics);
		return -ENOMEM;
	}
	*out = metrics;
	return 0;
}

void metrics_destroy(struct metrics *metrics)
{
	if (!metrics)
		return;
	free_pairs(&metrics->pairs);
	pthread_mutex_destroy(&metrics->lock);
	free(metrics);
}

static void add(_Atomic uint64_t *counter, uint64_t count)
{
	atomic_fetch_add_explicit(counter, count, memory_order_relaxed);
}

void metrics_count_request(struct metrics *metrics, const struct metrics_request *request)
{
	size_t place = 0, bucket = 0;
	while (place < METRICS_STATUSES - 1 && metrics_statuses[place] != request->status)
		place++;
	while (bucket < METRICS_BOUNDS && request->duration_ns > metrics_bounds_ns[bucket])
		bucket++;
	add(&metrics->routes[request->route].requests[request->method][place], 1);
	add(&metrics->routes[request->route].durations[bucket], 1);
	add(&metrics->routes[request->route].ns, request->duration_ns);
	if (request->code != CODE_none)
		add(&metrics->problems[request->code], 1);
}

void metrics_count_errors(struct metrics *metrics, enum code code, uint64_t count)
{
	add(&metrics->errors[code], count);
}

void metrics_count_rows(struct metrics *metrics, enum code code, uint64_t count)
{
	add(&metrics->rows[code], count);
}

// --- answers

// The pair of these names, made if need be, or NULL.
static struct answer_pair *find_pair(
	struct metrics *metrics, const char *feature, const char *value)
{
	struct answer_pair **link = &metrics->pairs;
	for (; *link; link = &(*link)->next)
		if (strcmp((*link)->feature, feature) == 0 && strcmp((*link)->value, value) == 0)
			return *link;
	size_t feature_size = strlen(feature) + 1, value_size = strlen(value) + 1;
	struct answer_pair *pair = calloc(1, sizeof *pair + feature_size + value_size);
	if (!pair)
		return NULL;
	memcpy(pair->feature, feature, feature_size);
	pair->value = memcpy(pair->feature + feature_size, value, value_size);
	*link = pair;
	return pair;
}

// Sets all pairs of ANSWERS, or makes none.
static bool find_pairs(struct answers *answers)
{
	const struct pmm_attribute *attribute = &answers->info->attributes[answers->attribute];
	struct answer_pair **end = &answers->metrics->pairs, **to = answers->pairs;
	while (*end)
		end = &(*end)->next;
	for (size_t f = 0; f < answers->info->feature_count; f++) {
		for (size_t v = 0; v <= answers->values; v++) {
			*to = find_pair(answers->metrics, answers->info->features[f].name,
				v < answers->values ? attribute->values[v].name : "undetermined");
			if (!*to++) {
				free_pairs(end);
				return false;
			}
		}
	}
	return true;
}

void *metrics_attach(void *cls, const struct pmm_rulebook *rulebook)
{
	struct metrics *metrics = cls;
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	size_t attribute = info->attribute_count - 1;
	while (attribute > 0 && strcmp(info->attributes[attribute].name, "obligation") != 0)
		attribute--;
	const size_t values = info->attributes[attribute].value_count;
	struct answers *answers = calloc(
		1, sizeof *answers + info->decision_count * sizeof answers->counts[0] +
			   info->feature_count * (values + 1) * sizeof answers->pairs[0]);
	if (!answers)
		return NULL;
	answers->metrics = metrics;
	answers->rulebook = rulebook;
	answers->info = info;
	answers->attribute = attribute;
	answers->values = values;
	answers->pairs = (struct answer_pair **)(uintptr_t)(answers->counts + info->decision_count);
	pthread_mutex_lock(&metrics->lock);
	bool is_good = find_pairs(answers);
	if (is_good) {
		answers->next = metrics->live;
		metrics->live = answers;
	}
	pthread_mutex_unlock(&metrics->lock);
	if (is_good)
		return answers;
	free(answers);
	return NULL;
}

void metrics_count_answers(void *cls, uint32_t ordinal, uint64_t count)
{
	struct answers *answers = cls;
	if (answers)
		add(&answers->counts[ordinal], count);
}

// Moves what was counted to the pairs.
static void fold(struct answers *answers)
{
	const size_t values = answers->values;
	for (uint32_t d = 0; d < answers->info->decision_count; d++) {
		uint64_t count = atomic_exchange_explicit(
			&answers->counts[d], 0, memory_order_relaxed);
		if (!count)
			continue;
		const struct pmm_decision *decision = pmm_decision_at(answers->rulebook, d);
		for (size_t f = 0; f < answers->info->feature_count; f++) {
			uint32_t possible = decision->outcomes[f]->possible[answers->attribute];
			size_t v = pmm_is_determined(possible) ? (size_t)__builtin_ctz(possible)
							       : values;
			answers->pairs[f * (values + 1) + v]->count += count;
		}
	}
}

void metrics_detach(void *cls)
{
	struct answers *answers = cls;
	struct metrics *metrics = answers->metrics;
	pthread_mutex_lock(&metrics->lock);
	fold(answers);
	struct answers **link = &metrics->live;
	while (*link != answers)
		link = &(*link)->next;
	*link = answers->next;
	pthread_mutex_unlock(&metrics->lock);
	free(answers);
}

void metrics_each_answer(struct metrics *metrics,
	void (*show)(void *cls, const char *feature, const char *value, uint64_t count), void *cls)
{
	pthread_mutex_lock(&metrics->lock);
	for (struct answers *answers = metrics->live; answers; answers = answers->next)
		fold(answers);
	for (const struct answer_pair *pair = metrics->pairs; pair; pair = pair->next)
		show(cls, pair->feature, pair->value, pair->count);
	pthread_mutex_unlock(&metrics->lock);
}
