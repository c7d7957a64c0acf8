// SPDX-License-Identifier: MIT
// The vocabulary of a rulebook: which fact a name means, which value a word.
// It knows nothing of what follows from them.
#include "rulebook.h"

#include <errno.h>

_Static_assert((int)PMM_WORD_MAX == (int)WORD_MAX, "the public limit is the folder's");

const char *pmm_lang_tag(enum pmm_lang lang)
{
	static const char *const tags[PMM_LANG_COUNT] = {"id", "en"};
	return tags[lang];
}

int words_init(struct pmm_rulebook *rulebook, uint32_t room)
{
	struct word_table *words = &rulebook->words;
	words->room = 16;
	while (words->room < room * 2)
		words->room *= 2;
	words->slots = arena_array(&rulebook->arena, words->room, sizeof *words->slots);
	return words->slots ? 0 : -ENOMEM;
}

// The slot of a folded word, or the free one where it belongs. The table is at
// most half full, so the walk ends.
static inline struct word_entry *find_slot(
	const struct word_table *words, uint32_t owner, struct str word, uint32_t hash)
{
	for (uint32_t i = hash;; i++) {
		struct word_entry *slot = &words->slots[i & (words->room - 1)];
		if (!slot->text)
			return slot;
		if (slot->hash == hash && slot->owner == owner && slot->size == word.size &&
			bytes_same(slot->text, word.at, word.size))
			return slot;
	}
}

int words_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target)
{
	char folded[WORD_MAX];
	struct str word = {folded, word_fold(folded, str_of(text))};
	uint32_t hash = word_hash(owner, word);
	struct word_entry *slot = find_slot(&rulebook->words, owner, word, hash);
	if (slot->text)
		return slot->target == target ? 0 : -EEXIST;
	char *copy = arena_copy(&rulebook->arena, word);
	if (!copy)
		return -ENOMEM;
	*slot = (struct word_entry){copy, (uint32_t)word.size, hash, owner, target, text};
	return 0;
}

size_t pmm_fold(char to[PMM_WORD_MAX], const char *text, size_t size)
{
	return word_fold(to, (struct str){text, size});
}

// What OWNER calls a text in any spelling, or NULL; *IS_BLANK is then whether nothing is
// left of it when it is folded. Most is written just as it is folded: the others pay for
// the buffer.
static const struct word_entry *find_unfolded(
	const struct word_table *words, uint32_t owner, struct str text, bool *is_blank)
{
	char folded[WORD_MAX];
	const struct str word = {folded, word_fold(folded, text)};
	*is_blank = word.size == 0;
	if (word.size > WORD_MAX)
		return NULL;
	const struct word_entry *slot = find_slot(words, owner, word, word_hash(owner, word));
	return slot->text ? slot : NULL;
}

static inline const struct word_entry *find_word(
	const struct word_table *words, uint32_t owner, struct str text, bool *is_blank)
{
	if (text.size <= WORD_MAX) {
		const struct word_entry *slot = find_slot(
			words, owner, text, word_hash(owner, text));
		if (slot->text)
			return slot;
	}
	return find_unfolded(words, owner, text, is_blank);
}

const struct pmm_member *pmm_member_find(
	const struct pmm_rulebook *rulebook, const char *name, size_t size)
{
	bool is_blank = false;
	const struct word_entry *entry = find_word(
		&rulebook->words, WORD_OWNER_MEMBER, (struct str){name, size}, &is_blank);
	return entry ? &rulebook->members[entry->target] : NULL;
}

int pmm_value_find(
	const struct pmm_rulebook *rulebook, uint32_t fact, const char *text, size_t size)
{
	bool is_blank = false;
	const struct word_entry *entry = find_word(
		&rulebook->words, fact, (struct str){text, size}, &is_blank);
	if (entry)
		return (int)entry->target;
	return is_blank ? PMM_DIGIT_UNKNOWN : PMM_DIGIT_NONE;
}

int pmm_member_value(const struct pmm_rulebook *rulebook, const struct pmm_member *member,
	const char *text, size_t size)
{
	int digit = pmm_value_find(rulebook, member->fact, text, size);
	if (digit > 0 && !(member->accepts >> (digit - 1) & 1))
		digit = PMM_DIGIT_NONE;
	return digit == PMM_DIGIT_NONE && member->selective ? PMM_DIGIT_UNKNOWN : digit;
}

static size_t common_start(struct str a, struct str b)
{
	size_t size = 0;
	while (size < a.size && size < b.size && a.at[size] == b.at[size])
		size++;
	return size;
}

// Of two equally near entries: the longer common start, for few people misspell
// the first letter, then the rulebook's order, then the alphabet. (Never the
// place in the table, which depends on hashing.)
static bool is_better(
	struct str word, const struct word_entry *entry, const struct word_entry *other)
{
	size_t common = common_start(word, (struct str){entry->text, entry->size});
	size_t other_common = common_start(word, (struct str){other->text, other->size});
	if (common != other_common)
		return common > other_common;
	if (entry->target != other->target)
		return entry->target < other->target;
	return strcmp(entry->text, other->text) < 0;
}

// The nearest word of an owner, or NULL if none is within the tolerance.
static const char *suggest(const struct pmm_rulebook *rulebook, uint32_t owner, struct str text)
{
	char folded[WORD_MAX];
	size_t size = word_fold(folded, text);
	if (size > WORD_MAX)
		return NULL;
	struct str word = {folded, size};
	unsigned best = word_tolerance(size) + 1;
	const struct word_entry *found = NULL;
	for (uint32_t i = 0; i < rulebook->words.room; i++) {
		const struct word_entry *entry = &rulebook->words.slots[i];
		if (!entry->text || entry->owner != owner)
			continue;
		struct str other = {entry->text, entry->size};
		unsigned distance = word_distance(word, other, best);
		if (distance > best || (distance == best && !found))
			continue;
		if (distance < best || is_better(word, entry, found)) {
			best = distance;
			found = entry;
		}
	}
	return found ? found->as_written : NULL;
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

size_t pmm_resolve(const struct pmm_rulebook *rulebook, const struct pmm_given *given, size_t count,
	uint8_t digits[PMM_FACTS_MAX], bool *conflicts)
{
	uint64_t outranked = 0; // bit m: member m loses to one that was given
	size_t bad = 0;
	memset(digits, 0, rulebook->info.fact_count);
	for (size_t i = 0; i < count; i++)
		outranked |= given[i].member->outranks;
	for (size_t i = 0; i < count; i++) {
		uint8_t *digit = &digits[given[i].member->fact];
		bool loses = outranked >> given[i].member->ordinal & 1;
		bool conflict = !loses && *digit && *digit != given[i].digit;
		if (!loses && !*digit)
			*digit = given[i].digit;
		if (conflicts)
			conflicts[i] = conflict;
		bad += conflict;
	}
	return bad;
}
