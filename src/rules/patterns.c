// SPDX-License-Identifier: MIT
// Words with "*" at one end. They are asked only where no exact word was found, so that
// they may be compared one after the other.
#include "rulebook.h"

#include <errno.h>

static bool is_at_end(
	const struct word_pattern *pattern, const char *at, const char *marks, size_t size)
{
	const size_t start = size - pattern->size;
	return memcmp(at + start, pattern->text, pattern->size) == 0 && marks[start];
}

// One address: something before its only "@", no space within, and the end written as the
// pattern has it ("bela.jar.id" is another host).
static bool is_address(
	const struct word_pattern *pattern, const char *at, const char *marks, size_t size)
{
	const char *sign = memchr(at, '@', size);
	const size_t start = size - pattern->size;
	if (!sign || sign == at || memchr(sign + 1, '@', (size_t)(at + size - sign - 1)))
		return false;
	for (size_t i = 1; i < size; i++)
		if (marks[i] == ' ')
			return false;
	return (marks[start] == '@' || marks[start] == pattern->marks[0]) &&
	       memcmp(marks + start + 1, pattern->marks + 1, pattern->size - 1) == 0;
}

static bool matches(
	const struct word_pattern *pattern, const char *at, const char *marks, size_t size)
{
	if (size <= pattern->size)
		return false;
	if (pattern->is_suffix && !is_at_end(pattern, at, marks, size))
		return false;
	if (pattern->is_address)
		return is_address(pattern, at, marks, size);
	const struct str rest = {
		at + (pattern->is_suffix ? 0 : pattern->size), size - pattern->size};
	if (memchr(at, '@', size) || !word_says_something(rest))
		return false;
	return pattern->is_suffix ||
	       (memcmp(at, pattern->text, pattern->size) == 0 && marks[pattern->size]);
}

const struct word_pattern *patterns_find(const struct pmm_rulebook *rulebook, uint32_t owner,
	const char *at, const char *marks, size_t size)
{
	for (const struct word_pattern *one = rulebook->patterns; one; one = one->next)
		if (one->owner == owner && matches(one, at, marks, size))
			return one;
	return NULL;
}

// Whether a text matches both: of two at one end, the longer one ends with the shorter.
static bool overlap(const struct word_pattern *a, const struct word_pattern *b)
{
	const struct word_pattern *longer = a->size < b->size ? b : a;
	const struct word_pattern *shorter = longer == a ? b : a;
	const size_t gap = longer->size - shorter->size;
	if (a->is_address != b->is_address)
		return false;
	if (a->is_suffix != b->is_suffix)
		return true;
	if (memcmp(longer->text + (a->is_suffix ? gap : 0), shorter->text, shorter->size) != 0)
		return false;
	return gap == 0 || longer->marks[a->is_suffix ? gap : shorter->size];
}

int patterns_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target,
	const char **other)
{
	const struct str whole = str_of(text);
	const bool is_suffix = text[0] == '*';
	struct word_text fixed;
	if (strchr(text, '*') != strrchr(text, '*') ||
		(!is_suffix && whole.at[whole.size - 1] != '*') || !word_read(&fixed, whole) ||
		fixed.size > WORD_MAX || !fixed.size)
		return -EINVAL;
	struct word_pattern *pattern = arena_take(&rulebook->arena, sizeof *pattern);
	char *copies = arena_take(&rulebook->arena, 2 * fixed.size);
	if (!pattern || !copies)
		return -ENOMEM;
	memcpy(copies, fixed.at, fixed.size);
	memcpy(copies + fixed.size, fixed.marks, fixed.size);
	*pattern = (struct word_pattern){NULL, copies, copies + fixed.size, fixed.size, owner,
		target, is_suffix, is_suffix && (text[1] == '.' || text[1] == '@'), text};
	for (const struct word_pattern *one = rulebook->patterns; one; one = one->next) {
		if (one->owner == owner && one->target != target && overlap(one, pattern)) {
			*other = one->as_written;
			return -EEXIST;
		}
	}
	*rulebook->patterns_end = pattern;
	rulebook->patterns_end = &pattern->next;
	return 0;
}
