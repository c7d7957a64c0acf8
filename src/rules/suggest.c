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

// Of two equally near entries: the one that goes on as WORD does where they differ, for few
// people misspell the first letter, else the alphabet. (Never the place in the table, which
// depends on hashing.)
static bool is_better(
	struct str word, const struct word_entry *entry, const struct word_entry *other)
{
	size_t i = 0;
	while (i < word.size && entry->text[i] && entry->text[i] == other->text[i])
		i++;
	const char wanted = i < word.size ? word.at[i] : '\0';
	return other->text[i] != wanted &&
	       (entry->text[i] == wanted || entry->text[i] < other->text[i]);
}

static bool is_of(const struct word_entry *entry, uint32_t owner)
{
	return entry->as_written && (entry->owner == owner || (entry->owner == WORD_OWNER_ANY &&
								      owner != WORD_OWNER_MEMBER));
}

// The next entry of OWNER that is at most MOST edits from WORD, or NULL, and how many it is.
static const struct word_entry *next_near(const struct word_table *words, uint32_t owner,
	struct str word, unsigned most, uint32_t *at, unsigned *distance)
{
	while (*at < words->room) {
		const struct word_entry *entry = &words->slots[(*at)++];
		if (!is_of(entry, owner))
			continue;
		*distance = word_distance(word, (struct str){entry->text, entry->size}, most);
		if (*distance <= most)
			return entry;
	}
	return NULL;
}

static const char *suggest(const struct pmm_rulebook *rulebook, uint32_t owner, struct str text)
{
	const struct word_table *words = &rulebook->words;
	const struct word_entry *other, *found = NULL;
	struct word_text typed, candidate;
	unsigned distance, best = 2;
	if (!word_read(&typed, text) || typed.size > WORD_MAX)
		return NULL;
	const struct str word = {typed.at, typed.size};
	for (uint32_t at = 0; (other = next_near(words, owner, word, best, &at, &distance));) {
		if (found && distance == best && !is_better(word, other, found))
			continue;
		if (!word_read(&candidate, str_of(other->as_written)) ||
			!word_is_meant(&typed, &candidate))
			continue;
		found = other;
		best = distance;
	}
	if (!found || found->target == WORD_REFUSED ||
		(owner != WORD_OWNER_MEMBER && found->target == PMM_DIGIT_UNKNOWN))
		return NULL;
	for (uint32_t at = 0; (other = next_near(words, owner, word, best, &at, &distance));)
		if (!is_same(rulebook, found, other))
			return NULL;
	return found->as_written;
}

const char *pmm_member_suggest(const struct pmm_rulebook *rulebook, const char *name, size_t size)
{
	const char *found = suggest(rulebook, WORD_OWNER_MEMBER, (struct str){name, size});
	const char *bracket = found || !size ? NULL : memchr(name, '(', size);
	// "Kartu Anggota (Ya/Tidak)": what a bracket explains is no part of the name.
	return bracket ? suggest(rulebook, WORD_OWNER_MEMBER,
				 (struct str){name, (size_t)(bracket - name)})
		       : found;
}

const char *pmm_value_suggest(
	const struct pmm_rulebook *rulebook, uint32_t fact, const char *text, size_t size)
{
	return suggest(rulebook, fact, (struct str){text, size});
}
