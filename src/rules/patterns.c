// SPDX-License-Identifier: MIT
// Words with "*" at one end. They are asked only where no exact word was found, so that
// they may be compared one after the other.
#include "rulebook.h"

#include <errno.h>

// Whether a text begins or ends with what is fixed of PATTERN, as words of its own.
static bool has_fixed(const struct word_pattern *pattern, const struct word_part *text)
{
	const struct word_part *fixed = &pattern->fixed;
	if (text->size < fixed->size)
		return false;
	const size_t gap = text->size - fixed->size;
	return memcmp(text->at + (pattern->is_suffix ? gap : 0), fixed->at, fixed->size) == 0 &&
	       (!gap || text->marks[pattern->is_suffix ? gap : fixed->size]);
}

// One address: something before its only "@", no space within, and the end written as the
// pattern has it ("bela.jar.id" is another host).
static bool is_address(const struct word_part *fixed, const struct word_part *text)
{
	const char *sign = memchr(text->at, '@', text->size);
	const char *end = text->at + text->size, *marks = text->marks + text->size - fixed->size;
	if (!sign || sign == text->at || memchr(sign + 1, '@', (size_t)(end - sign - 1)) ||
		memchr(text->marks + 1, ' ', text->size - 1) ||
		memchr(text->marks + 1, '\n', text->size - 1))
		return false;
	return (marks[0] == '@' || marks[0] == fixed->marks[0]) &&
	       memcmp(marks + 1, fixed->marks + 1, fixed->size - 1) == 0;
}

static bool matches(const struct word_pattern *pattern, const struct word_part *text)
{
	const size_t size = pattern->fixed.size;
	if (text->size == size || !has_fixed(pattern, text))
		return false;
	if (pattern->is_address)
		return is_address(&pattern->fixed, text);
	const char *rest = text->at + (pattern->is_suffix ? 0 : size);
	return !memchr(text->at, '@', text->size) &&
	       word_says_something((struct str){rest, text->size - size});
}

int patterns_find(const struct pmm_rulebook *rulebook, uint32_t owner, const struct word_part *text)
{
	for (const struct word_pattern *one = rulebook->patterns; one; one = one->next)
		if (one->owner == owner && matches(one, text))
			return (int)one->target;
	return WORD_ABSENT;
}

// Whether there are texts that match both. Words for any fact are added behind those of
// the facts.
static bool overlap(const struct word_pattern *a, const struct word_pattern *b)
{
	if (a->is_address != b->is_address)
		return false;
	return a->is_suffix != b->is_suffix || has_fixed(a, &b->fixed) || has_fixed(b, &a->fixed);
}

int patterns_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target,
	const char **other)
{
	const bool is_suffix = text[0] == '*';
	struct word_text fixed;
	if (strchr(text, '*') != strrchr(text, '*') ||
		(!is_suffix && text[strlen(text) - 1] != '*') || !word_read(&fixed, str_of(text)) ||
		fixed.size > WORD_MAX || !fixed.size)
		return -EINVAL;
	struct word_pattern *pattern = arena_take(&rulebook->arena, sizeof *pattern);
	const char *at = arena_copy(&rulebook->arena, (struct str){fixed.at, fixed.size});
	const char *marks = arena_copy(&rulebook->arena, (struct str){fixed.marks, fixed.size});
	if (!pattern || !at || !marks)
		return -ENOMEM;
	*pattern = (struct word_pattern){NULL, {at, marks, fixed.size}, owner, target, is_suffix,
		is_suffix && (text[1] == '.' || text[1] == '@'), text};
	struct word_pattern **end = &rulebook->patterns;
	for (; *end; end = &(*end)->next) {
		const struct word_pattern *one = *end;
		if ((one->owner == owner || owner == WORD_OWNER_ANY) && one->target != target &&
			overlap(one, pattern)) {
			*other = one->as_written;
			return -EEXIST;
		}
	}
	*end = pattern;
	return 0;
}
