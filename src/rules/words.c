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

static inline struct word_entry *find_word(
	const struct pmm_rulebook *rulebook, uint32_t owner, struct str word)
{
	return find_slot(&rulebook->words, owner, word, word_hash(owner, word));
}

// What stands for line breaks and tabs as a separator.
static const struct str line_break = {"\n", 1};

// Enters a spelling if it is not there yet.
static int enter(struct pmm_rulebook *rulebook, struct str word, struct word_entry entry)
{
	struct word_entry *slot = find_word(rulebook, entry.owner, word);
	if (slot->text)
		return 0;
	entry.text = arena_copy(&rulebook->arena, word);
	entry.size = (uint32_t)word.size;
	entry.hash = word_hash(entry.owner, word);
	if (entry.text)
		*slot = entry;
	return entry.text ? 0 : -ENOMEM;
}

int words_add(struct pmm_rulebook *rulebook, uint32_t owner, const char *text, uint32_t target,
	bool is_label)
{
	char folded[WORD_MAX];
	const struct str written = str_of(text);
	struct str word = {folded, word_fold(folded, written)};
	struct word_entry entry = {
		.owner = owner, .target = target, .as_written = text, .is_label = is_label};
	if (target == WORD_SEPARATOR && str_equal(written, line_break))
		word = written;
	if (word.size == 0 || word.size > WORD_MAX)
		return word.size ? -E2BIG : -EINVAL;
	struct word_entry *known = find_word(rulebook, owner, word);
	if (known->text && known->target != target) {
		if (known->is_label)
			known->target = WORD_REFUSED;
		return -EEXIST;
	}
	const int result = enter(rulebook, word, entry);
	entry.as_written = NULL;
	return result || is_label || written.size > WORD_MAX ? result
							     : enter(rulebook, written, entry);
}

size_t pmm_fold(char to[PMM_WORD_MAX], const char *text, size_t size)
{
	return word_fold(to, (struct str){text, size});
}

// Where a word is looked for, in this order.
struct vocabulary {
	const struct pmm_rulebook *rulebook;
	const uint32_t *owners;
	size_t count;
};

static inline int look_up(const struct vocabulary *known, struct str word)
{
	for (size_t i = 0; i < known->count; i++) {
		const struct word_entry *slot = find_word(known->rulebook, known->owners[i], word);
		if (slot->text)
			return (int)slot->target;
	}
	return WORD_ABSENT;
}

// Most is written as the rulebook writes it: the others pay for the buffer.
static __attribute__((noinline)) int look_up_folded(const struct vocabulary *known, struct str text)
{
	char folded[WORD_MAX];
	const struct str word = {folded, word_fold(folded, text)};
	return word.size <= WORD_MAX ? look_up(known, word) : WORD_ABSENT;
}

static inline int look_up_text(const struct vocabulary *known, struct str text)
{
	const int target = text.size <= WORD_MAX ? look_up(known, text) : WORD_ABSENT;
	return target == WORD_ABSENT ? look_up_folded(known, text) : target;
}

const struct pmm_member *pmm_member_find(
	const struct pmm_rulebook *rulebook, const char *name, size_t size)
{
	const uint32_t owner = WORD_OWNER_MEMBER;
	const int target = look_up_text(
		&(struct vocabulary){rulebook, &owner, 1}, (struct str){name, size});
	return target == WORD_ABSENT || target == WORD_REFUSED ? NULL : &rulebook->members[target];
}

enum { TOGETHER_MAX = 8 }; // words of a text that are looked up as one

static bool is_value(int target)
{
	return target > PMM_DIGIT_UNKNOWN && target <= PMM_VALUES_MAX;
}

// Whether whoever reads a pattern's value off a text might be wrong: it is a list, or names
// another value, too. "Regu, Satpam" is not what "Regu *" stands for, nor is "Regu merangkap
// Sanggar"; a refused word is offered in "PNS/Non PNS", not in "PPPK Kontrak". (The words
// of a yes/no fact are negated: "belum ada" is a "belum *".)
static bool says_more(const struct vocabulary *known, const struct word_part *text, int target)
{
	for (size_t from = 0; from < text->size; from = word_end(text->marks, text->size, from)) {
		size_t end = from;
		if (memchr(",;&+|", text->at[from], 5))
			return true;
		for (int words = 0; words < TOGETHER_MAX && end < text->size; words++) {
			end = word_end(text->marks, text->size, end);
			const int other = look_up(known, (struct str){text->at + from, end - from});
			const bool is_list = words || (from && text->at[from - 1] == '/');
			if (other == WORD_REFUSED ? is_list : is_value(other) && other != target)
				return true;
		}
	}
	return false;
}

// --- what stands under a name

static bool is_accepted(const struct pmm_member *member, int target)
{
	return is_value(target) && member->accepts >> (target - 1) & 1;
}

// Whether a value counts whatever stands beside it.
static bool is_winner(const struct pmm_member *member, int target)
{
	return is_accepted(member, target) && member->wins >> (target - 1) & 1 &&
	       (member->wins & member->accepts) != UINT32_MAX;
}

static int read_part(const struct vocabulary *known, const struct pmm_member *member,
	const struct word_part *part)
{
	int target = look_up(known, (struct str){part->at, part->size});
	if (target != WORD_ABSENT)
		return target;
	for (size_t i = 0; i < known->count && target == WORD_ABSENT; i++)
		target = patterns_find(known->rulebook, known->owners[i], part);
	const bool is_open = is_value(target) && !is_winner(member, target) &&
			     !known->rulebook->facts[member->fact].is_boolean;
	return is_open && says_more(known, part, target) ? WORD_ABSENT : target;
}

// Whether PART begins a longer word of the LEFT bytes: "Wakil", of "Wakil Ketua Regu".
static bool goes_on(const struct vocabulary *known, struct word_part part, size_t left)
{
	for (int words = 0; words < TOGETHER_MAX && part.size < left; words++) {
		part.size = word_end(part.marks, left, part.size);
		if (look_up(known, (struct str){part.at, part.size}) != WORD_ABSENT)
			return true;
	}
	return false;
}

// Whether WORD numbers the posts of a text that begins so: "1. Operator 2. Bendahara".
static bool is_number(const struct word_text *text, struct str word)
{
	const char first = text->at[0], one = word.at[0];
	return word.size == 1 && word_end(text->marks, text->size, 0) == 1 &&
	       (first == '1' || first == 'a') && (one == ')' || (one >= first && one < first + 9));
}

// The part of a text from *AT on, up to what separates it from the next, and past that.
static struct word_part next_part(
	const struct vocabulary *known, const struct word_text *text, size_t *at)
{
	struct word_part part = {text->at + *at, text->marks + *at, 0};
	const size_t left = text->size - *at;
	const bool has_lines = look_up(known, line_break) == WORD_SEPARATOR;
	while (*at < text->size) {
		const struct str word = {
			text->at + *at, word_end(text->marks, text->size, *at) - *at};
		if (has_lines && part.size && text->marks[*at] == '\n' &&
			!goes_on(known, part, left))
			break;
		*at += word.size;
		if (look_up(known, word) == WORD_SEPARATOR || (has_lines && is_number(text, word)))
			break;
		part.size = (size_t)(word.at - part.at) + word.size;
	}
	return part;
}

// Several posts in one text: one that wins is enough; the others must agree as far as they
// are words. Where none is one, the text may be one as a whole. Rare: its buffer is no cost
// of every word.
static __attribute__((noinline)) int read_parts(
	const struct vocabulary *known, const struct pmm_member *member, struct str text)
{
	struct word_text folded;
	int found = PMM_DIGIT_UNKNOWN;
	bool is_mixed = false, says_other = false;
	// "pupil;card=yes" is what came of an address, and no list.
	if (!word_read(&folded, text) || memchr(folded.at, '=', folded.size))
		return WORD_ABSENT;
	for (size_t at = 0; at < folded.size;) {
		const struct word_part part = next_part(known, &folded, &at);
		const int target = part.size ? read_part(known, member, &part) : PMM_DIGIT_UNKNOWN;
		if (is_winner(member, target))
			return target;
		says_other |= target != PMM_DIGIT_UNKNOWN;
		if (!is_accepted(member, target))
			continue;
		is_mixed |= found && found != target;
		found = target;
	}
	if (is_mixed)
		return WORD_ABSENT;
	const struct word_part whole = {folded.at, folded.marks, folded.size};
	return found || !says_other ? found : read_part(known, member, &whole);
}

int pmm_member_value(const struct pmm_rulebook *rulebook, const struct pmm_member *member,
	const char *text, size_t size)
{
	const uint32_t own = rulebook->source_of[member->ordinal];
	const uint32_t owners[] = {own, member->fact, WORD_OWNER_ANY};
	const struct vocabulary known = {rulebook, owners + !own, own ? 3 : 2};
	const struct str whole = {text, size};
	int target = look_up_text(&known, whole);
	if (target != PMM_DIGIT_UNKNOWN && target != WORD_REFUSED && !is_accepted(member, target))
		target = read_parts(&known, member, whole);
	if (target == PMM_DIGIT_UNKNOWN || is_accepted(member, target))
		return target;
	return member->selective ? PMM_DIGIT_UNKNOWN : PMM_DIGIT_NONE;
}

int pmm_value_find(
	const struct pmm_rulebook *rulebook, uint32_t fact, const char *text, size_t size)
{
	const char *name = rulebook->facts[fact].name;
	return pmm_member_value(
		rulebook, pmm_member_find(rulebook, name, strlen(name)), text, size);
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
