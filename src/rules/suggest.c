// SPDX-License-Identifier: MIT
// The word that was meant by a misspelt one. A wrong guess does more harm than none: where
// a word of another meaning is as near, there is none.
#include "rulebook.h"

static bool is_same(
	const struct pmm_rulebook *rulebook, const struct word_entry *a, const struct word_entry *b)
{
	if (a->owner == WORD_OWNER_MEMBER && b->target != WORD_REFUSED)
		return rulebook->members[a->target].fact == rulebook->members[b->target].fact;
	return a->target == b->target;
}

static size_t common_start(struct str a, struct str b)
{
	size_t size = 0;
	while (size < a.size && size < b.size && a.at[size] == b.at[size])
		size++;
	return size;
}

static struct str text_of(const struct word_entry *entry)
{
	return (struct str){entry->text, entry->size};
}

// Of two equally near entries: the longer common start, for few people misspell the first
// letter, then the alphabet. (Never the place in the table, which depends on hashing.)
static bool is_better(
	struct str word, const struct word_entry *entry, const struct word_entry *other)
{
	const size_t common = common_start(word, text_of(entry));
	const size_t other_common = common_start(word, text_of(other));
	return common != other_common ? common > other_common
				      : strcmp(entry->text, other->text) < 0;
}

// The next entry of OWNER that is at most MOST edits from WORD, or NULL.
static const struct word_entry *next_near(const struct word_table *words, uint32_t owner,
	struct str word, unsigned most, uint32_t *at)
{
	while (*at < words->room) {
		const struct word_entry *entry = &words->slots[(*at)++];
		if (entry->as_written && entry->owner == owner &&
			word_distance(word, text_of(entry), most) <= most)
			return entry;
	}
	return NULL;
}

static const struct word_entry *find_meant(const struct pmm_rulebook *rulebook, uint32_t owner,
	const struct word_text *typed, unsigned *distance)
{
	const struct str word = {typed->at, typed->size};
	const struct word_entry *entry, *found = NULL;
	struct word_text candidate;
	unsigned best = 2;
	for (uint32_t at = 0; (entry = next_near(&rulebook->words, owner, word, best, &at));) {
		const unsigned near = word_distance(word, text_of(entry), best);
		if (found && near == best && !is_better(word, entry, found))
			continue;
		if (!word_read(&candidate, str_of(entry->as_written)) ||
			!word_is_meant(typed, &candidate))
			continue;
		found = entry;
		best = near;
	}
	*distance = best;
	return found;
}

static const char *suggest(const struct pmm_rulebook *rulebook, uint32_t owner, struct str text)
{
	struct word_text typed;
	unsigned distance;
	if (!word_read(&typed, text) || typed.size > WORD_MAX)
		return NULL;
	const struct word_entry *other, *found = find_meant(rulebook, owner, &typed, &distance);
	if (!found || found->target == WORD_REFUSED)
		return NULL;
	const struct str word = {typed.at, typed.size};
	for (uint32_t at = 0; (other = next_near(&rulebook->words, owner, word, distance, &at));)
		if (!is_same(rulebook, found, other))
			return NULL;
	return found->as_written;
}

const char *pmm_member_suggest(const struct pmm_rulebook *rulebook, const char *name, size_t size)
{
	return suggest(rulebook, WORD_OWNER_MEMBER, (struct str){name, size});
}

const char *pmm_value_suggest(
	const struct pmm_rulebook *rulebook, uint32_t fact, const char *text, size_t size)
{
	return suggest(rulebook, fact, (struct str){text, size});
}
