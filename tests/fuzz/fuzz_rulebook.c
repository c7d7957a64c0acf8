// SPDX-License-Identifier: MIT
// Any bytes as a rulebook. Either it is refused with at least one finding that
// says why, or every profile of it has an answer, and the answers are JSON.
#include "answer/snapshot.h"
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz.h"

#include <errno.h>

enum { MEMORY_MAX = 8 << 20, ANSWERS = 16 };

static unsigned errors;

static void note(void *cls, const struct pmm_finding *finding)
{
	(void)cls;
	errors += finding->is_error;
	FUZZ_ASSERT(finding->code && finding->code[0]);
	FUZZ_ASSERT(finding->message && finding->message[0]);
	FUZZ_ASSERT(finding->where && utf8_valid(str_of(finding->where)));
	FUZZ_ASSERT(finding->witness && utf8_valid(str_of(finding->witness)));
	FUZZ_ASSERT(utf8_valid(str_of(finding->message)));
	FUZZ_ASSERT(finding->expected && utf8_valid(str_of(finding->expected)));
	FUZZ_ASSERT(finding->did_you_mean && utf8_valid(str_of(finding->did_you_mean)));
	FUZZ_ASSERT(finding->line && finding->column);
}

// Everything in a decision is within the rulebook's bounds.
static void check_decision(const struct pmm_rulebook *rulebook, uint32_t index)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct pmm_decision *decision = pmm_decide(rulebook, index);
	uint32_t missing = 0;
	uint8_t digits[PMM_FACTS_MAX];
	FUZZ_ASSERT(decision && decision->ordinal < info->decision_count);
	pmm_profile_digits(rulebook, index, digits);
	FUZZ_ASSERT(pmm_profile_index(rulebook, digits) == index);
	for (size_t f = 0; f < info->feature_count; f++) {
		const struct pmm_outcome *outcome = decision->outcomes[f];
		FUZZ_ASSERT(outcome->feature == f && outcome->ordinal < info->outcome_count);
		for (size_t a = 0; a < info->attribute_count; a++) {
			uint32_t possible = outcome->possible[a];
			size_t values = info->attributes[a].value_count;
			FUZZ_ASSERT(possible && (values == 32 || !(possible >> values)));
		}
		missing |= outcome->missing;
	}
	FUZZ_ASSERT(missing == decision->missing);
	for (size_t f = 0; f < info->fact_count; f++)
		FUZZ_ASSERT(!(missing >> f & 1) || digits[f] == PMM_DIGIT_UNKNOWN);
}

static void check_answers(struct pmm_rulebook *rulebook)
{
	static const struct snapshot_options options = {.release = NULL};
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	struct snapshot *snapshot;
	struct buf buf = {0};
	struct arena arena;
	FUZZ_ASSERT(snapshot_create(&snapshot, rulebook, &options) == 0);
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	for (uint32_t i = 0; i < ANSWERS; i++) {
		uint32_t index = (uint32_t)((uint64_t)info->space * i / ANSWERS);
		buf_reset(&buf);
		snapshot_write(snapshot, &buf, index, (struct answer_id){"\"7\"", 3, false},
			i % PMM_LANG_COUNT, i % 4 < 2 ? FORMAT_JSON : FORMAT_PRETTY);
		FUZZ_ASSERT(!buf.failed);
		FUZZ_ASSERT(json_check(buf_view(&buf), &arena, NULL) == JSON_FAULT_NONE);
		arena_reset(&arena);
		buf_reset(&buf);
		snapshot_write(snapshot, &buf, index, (struct answer_id){"7", 1, true},
			i % PMM_LANG_COUNT, FORMAT_TEXT);
		FUZZ_ASSERT(!buf.failed && utf8_valid(buf_view(&buf)));
	}
	arena_finish(&arena);
	buf_finish(&buf);
	snapshot_destroy(snapshot);
}

// The canonical form is a rulebook itself, with the same digest.
static void check_canonical(const struct pmm_rulebook_info *info)
{
	struct pmm_rulebook *again;
	int result = pmm_rulebook_create(
		&again, info->canonical, info->canonical_size, MEMORY_MAX, NULL);
	FUZZ_ASSERT(result == 0 || result == -ENOMEM);
	if (result)
		return;
	FUZZ_ASSERT(strcmp(pmm_rulebook_info(again)->digest, info->digest) == 0);
	pmm_rulebook_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pmm_listener listener = {.finding = note};
	struct pmm_rulebook *rulebook = NULL;
	errors = 0;
	int result = pmm_rulebook_create(
		&rulebook, (const char *)data, size, MEMORY_MAX, &listener);
	FUZZ_ASSERT(result == 0 || result == -EINVAL || result == -ENOMEM);
	FUZZ_ASSERT(result != -EINVAL || errors > 0);
	if (result) {
		FUZZ_ASSERT(!rulebook);
		return 0;
	}
	FUZZ_ASSERT(errors == 0);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	uint32_t step = info->space / 4096 + 1;
	for (uint32_t index = 0; index < info->space; index += step)
		check_decision(rulebook, index);
	check_canonical(info);
	check_answers(rulebook); // takes it over
	return 0;
}
