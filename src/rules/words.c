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
	rulebook->patterns_end = &rulebook->patterns;
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

// Enters a word if it is not there yet.
static int enter(struct pmm_rulebook *rulebook, struct word_entry entry)
{
	const struct str word = {entry.text, entry.size};
	entry.hash = word_hash(entry.owner, word);
	struct word_entry *slot = find_slot(&rulebook->words, entry.owner, word, entry.hash);
	if (slot->text)
		return 0;
	entry.text = arena_copy(&rulebook->arena, word);
	if (entry.text)
		*slot = entry;
	return entry.text ? 0 : -ENOMEM;
}

static struct word_entry *find_folded(
	const struct pmm_rulebook *rulebook, uint32_t owner, struct str word)
{
	return find_slot(&rulebook->words, owner, word, word_hash(owner, word));
}

int words_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target)
{
	char folded[WORD_MAX];
	const struct str word = {folded, word_fold(folded, str_of(text))};
	const struct word_entry *known = find_folded(rulebook, owner, word);
	struct word_entry entry = {folded, (uint32_t)word.size, 0, owner, target, text, false};
	if (known->text && known->target != target)
		return -EEXIST;
	int result = enter(rulebook, entry);
	entry.text = text;
	entry.size = (uint32_t)strlen(text);
	entry.as_written = NULL;
	return result || entry.size > WORD_MAX ? result : enter(rulebook, entry);
}

int words_add_label(
	struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target)
{
	char folded[WORD_MAX];
	const struct str word = {folded, word_fold(folded, str_of(text))};
	if (word.size == 0 || word.size > WORD_MAX)
		return 0;
	struct word_entry *known = find_folded(rulebook, owner, word);
	if (known->is_label && known->target != target)
		known->target = WORD_REFUSED;
	return enter(rulebook,
		(struct word_entry){folded, (uint32_t)word.size, 0, owner, target, text, true});
}

size_t pmm_fold(char to[PMM_WORD_MAX], const char *text, size_t size)
{
	return word_fold(to, (struct str){text, size});
}

// Where a word is looked for: of a source that has words of its own among them first.
struct vocabulary {
	const struct pmm_rulebook *rulebook;
	uint32_t owners[2];
	size_t count;
};

enum { ABSENT = -2 }; // beside the targets of words

static inline int look_up(const struct vocabulary *known, struct str word)
{
	for (size_t i = 0; i < known->count; i++) {
		const struct word_entry *slot = find_slot(&known->rulebook->words, known->owners[i],
			word, word_hash(known->owners[i], word));
		if (slot->text)
			return (int)slot->target;
	}
	return ABSENT;
}

// Most is written as the rulebook writes it: the others pay for the buffer.
static int look_up_folded(const struct vocabulary *known, struct str text)
{
	char folded[WORD_MAX];
	const struct str word = {folded, word_fold(folded, text)};
	return word.size <= WORD_MAX ? look_up(known, word) : ABSENT;
}

static inline int look_up_text(const struct vocabulary *known, struct str text)
{
	const int target = text.size <= WORD_MAX ? look_up(known, text) : ABSENT;
	return target == ABSENT ? look_up_folded(known, text) : target;
}

static int match(const struct vocabulary *known, const char *at, const char *marks, size_t size)
{
	for (size_t i = 0; i < known->count; i++) {
		const struct word_pattern *pattern = patterns_find(
			known->rulebook, known->owners[i], at, marks, size);
		if (pattern)
			return (int)pattern->target;
	}
	return ABSENT;
}

// Of a text that is no exact word. Where nothing is left of it when it is folded, it says
// nothing. Rare, as above.
static __attribute__((noinline)) int match_text(const struct vocabulary *known, struct str text)
{
	struct word_text folded;
	if (!word_read(&folded, text))
		return ABSENT;
	return folded.size ? match(known, folded.at, folded.marks, folded.size) : PMM_DIGIT_UNKNOWN;
}

const struct pmm_member *pmm_member_find(
	const struct pmm_rulebook *rulebook, const char *name, size_t size)
{
	const struct vocabulary names = {rulebook, {WORD_OWNER_MEMBER}, 1};
	const int target = look_up_text(&names, (struct str){name, size});
	return target == ABSENT || target == WORD_REFUSED ? NULL : &rulebook->members[target];
}

int pmm_value_find(
	const struct pmm_rulebook *rulebook, uint32_t fact, const char *text, size_t size)
{
	const struct vocabulary words = {rulebook, {fact}, 1};
	int target = look_up_text(&words, (struct str){text, size});
	if (target == ABSENT)
		target = match_text(&words, (struct str){text, size});
	return target == ABSENT || target == WORD_REFUSED ? PMM_DIGIT_NONE : target;
}

// --- sources

static bool is_accepted(const struct pmm_member *member, int target)
{
	return target > 0 && target <= PMM_VALUES_MAX && member->accepts >> (target - 1) & 1;
}

// Bytes of a separator of SOURCE that stands at I, as a word of its own; or 0.
static size_t separator_size(const struct source *source, const struct word_text *text, size_t i)
{
	for (size_t s = 0; s < source->separator_count; s++) {
		const struct str separator = source->separators[s];
		const struct str rest = {text->at + i, text->size - i};
		if (str_starts(rest, separator) && text->marks[i] &&
			text->marks[i + separator.size])
			return separator.size;
	}
	return 0;
}

// The next of several words, from *FROM on, and past what separates it from the one behind.
static int read_part(const struct vocabulary *known, const struct source *source,
	const struct word_text *text, size_t *from)
{
	size_t end = *from, separator = 0;
	while (end < text->size && !(separator = separator_size(source, text, end)))
		end++;
	const struct str part = {text->at + *from, end - *from};
	int target = part.size ? ABSENT : PMM_DIGIT_UNKNOWN;
	if (part.size && part.size <= WORD_MAX)
		target = look_up(known, part);
	if (target == ABSENT)
		target = match(known, part.at, text->marks + *from, part.size);
	*from = end + separator;
	return target;
}

// Several posts in one text: one that wins is enough; the others must agree as far as they
// are words. Where none is one, the text may be one as a whole.
static __attribute__((noinline)) int read_parts(const struct vocabulary *known,
	const struct source *source, const struct pmm_member *member, struct str text)
{
	struct word_text folded;
	int found = PMM_DIGIT_UNKNOWN;
	bool is_mixed = false, says_other = false;
	if (!word_read(&folded, text))
		return ABSENT;
	for (size_t at = 0; at < folded.size;) {
		const int target = read_part(known, source, &folded, &at);
		says_other |= target != PMM_DIGIT_UNKNOWN;
		if (!is_accepted(member, target))
			continue;
		if (member->wins >> (target - 1) & 1 && member->wins != UINT32_MAX)
			return target;
		is_mixed |= found && found != target;
		found = target;
	}
	if (is_mixed)
		return ABSENT;
	return found || !says_other ? found : match(known, folded.at, folded.marks, folded.size);
}

int pmm_member_value(const struct pmm_rulebook *rulebook, const struct pmm_member *member,
	const char *text, size_t size)
{
	const struct source *source = rulebook->source_of[member->ordinal];
	if (!source)
		return pmm_value_find(rulebook, member->fact, text, size);
	const struct vocabulary known = {rulebook, {source->owner, member->fact}, 2};
	const struct str whole = {text, size};
	int target = look_up_text(&known, whole);
	const bool is_settled = target == PMM_DIGIT_UNKNOWN || target == WORD_REFUSED ||
				is_accepted(member, target);
	if (source->separator_count && !is_settled)
		target = read_parts(&known, source, member, whole);
	else if (target == ABSENT)
		target = match_text(&known, whole);
	if (target == PMM_DIGIT_UNKNOWN || is_accepted(member, target))
		return target;
	return member->selective ? PMM_DIGIT_UNKNOWN : PMM_DIGIT_NONE;
}

size_t pmm_resolve(const struct pmm_rulebook *rulebook, const struct pmm_given *given, size_t count,
	uint8_t digits[PMM_FACTS_MAX], bool *conflicts)
{
	uint64_t outranked = 0; // bit m: member m loses to one that was given
	size_t bad = 0;
	memset(digits, 0, rulebook->info.fact_count);
	for (size_t i = 0; i < count; i++)
		if (given[i].member->wins >> (given[i].digit - 1) & 1)
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
