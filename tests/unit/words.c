// SPDX-License-Identifier: MIT
// Every label of tests/cases/labels.tsv, in odd spellings and misspelt: a spelling changes
// nothing, and a suggestion names the one word that is nearest or is not made.
//
// Usage: words RULEBOOK LABELS.tsv
#include "base/base.h"
#include "rulebook_file.h"
#include "unit.h"

#include <pmm/rules.h>

#include <stdio.h>
#include <stdlib.h>

enum { LABELS_MAX = 600, TEXT_MAX = 256, SEED = 559, TWICE = 60 };

struct label {
	char line[TEXT_MAX];
	const struct pmm_member *member;
	const char *text;
	int digit;
	bool is_pattern;
	char folded[WORD_MAX];
	size_t size;
};

static struct pmm_rulebook *rulebook;
static struct label labels[LABELS_MAX];
static size_t label_count;
static const char *rulebook_path, *labels_path;

static int digit_of(const struct pmm_member *member, const char *name)
{
	const struct pmm_fact *fact = &pmm_rulebook_info(rulebook)->facts[member->fact];
	for (size_t v = 0; v < fact->value_count; v++)
		if (strcmp(fact->values[v].name, name) == 0)
			return (int)v + 1;
	assert_true(strcmp(name, "unknown") == 0 || strcmp(name, "refused") == 0);
	return name[0] == 'u' ? PMM_DIGIT_UNKNOWN : PMM_DIGIT_NONE;
}

static void read_label(struct label *label)
{
	char *save = NULL;
	label->line[strcspn(label->line, "\n")] = '\0';
	const char *name = strtok_r(label->line, "\t", &save);
	const char *value = strtok_r(NULL, "\t", &save);
	label->text = strtok_r(NULL, "\t", &save);
	label->is_pattern = strtok_r(NULL, "\t", &save) != NULL;
	label->member = pmm_member_find(rulebook, name, strlen(name));
	if (!label->member)
		fail_msg("no name: %s", name);
	label->digit = digit_of(label->member, value);
	label->size = pmm_fold(label->folded, label->text, strlen(label->text));
}

static int set_up(void **state)
{
	(void)state;
	rulebook = rulebook_file_load(rulebook_path);
	FILE *file = fopen(labels_path, "r");
	assert_true(rulebook && file);
	while (label_count < LABELS_MAX && fgets(labels[label_count].line, TEXT_MAX, file))
		if (labels[label_count].line[0] != '#' || labels[label_count].line[1] != ' ')
			read_label(&labels[label_count++]);
	fclose(file);
	assert_in_range(label_count, 300, LABELS_MAX - 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pmm_rulebook_destroy(rulebook);
	return 0;
}

static int read(const struct label *label, const char *text)
{
	return pmm_member_value(rulebook, label->member, text, strlen(text));
}

static void check(const struct label *label, const char *text)
{
	int digit = read(label, text);
	if (digit != label->digit)
		fail_msg("\"%s\" of %s is %d, not %d", text, label->member->name, digit,
			label->digit);
}

static void test_each_label(void **state)
{
	(void)state;
	for (size_t i = 0; i < label_count; i++)
		check(&labels[i], labels[i].text);
}

// TEXT between BEFORE and BEHIND, with GAP for each blank.
static void spell(char to[4 * TEXT_MAX], const char *text, const char *before, const char *gap,
	const char *behind)
{
	size_t size = (size_t)sprintf(to, "%s", before);
	for (; *text; text++) {
		if (*text == ' ')
			size += (size_t)sprintf(to + size, "%s", gap);
		else
			to[size++] = *text;
	}
	sprintf(to + size, "%s", behind);
}

static bool has_number_behind_blank(const char *text)
{
	const char *at = strpbrk(text, "0123456789");
	return at && at > text && (at[-1] == ' ' || at[-1] == '.');
}

static void test_odd_spellings(void **state)
{
	static const char *const gaps[] = {" ", "  ", "\xC2\xA0", "\xE2\x80\x8B ", " \xE2\x81\xA0",
		"\xE2\x80\xAF", "\xE3\x80\x80", "_", "\t", "\r\n", ". ", "-", "\xE2\x80\x93", ""};
	static const char *const ends[][2] = {{" ", "  "}, {"", ":"}, {"", " *"},
		{"\xEF\xBB\xBF", ""}, {"\xE2\x80\x8E", "\xC2\xA0"}, {"\"", "\""},
		{"\xE2\x80\x9C", "\xE2\x80\x9D"}, {"_", "_"}, {"", "-"}, {"'", ""}};
	char text[4 * TEXT_MAX];
	(void)state;
	for (size_t i = 0; i < label_count; i++) {
		const struct label *label = &labels[i];
		for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
			spell(text, label->text, ends[e][0], " ", ends[e][1]);
			check(label, text);
		}
		const bool takes_dash = !has_number_behind_blank(label->text);
		for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
			const bool is_dash = gaps[g][0] == '-' || g == 12;
			if ((label->is_pattern && (strchr(label->text, '@') || !*gaps[g])) ||
				(is_dash && !takes_dash))
				continue;
			spell(text, label->text, "", gaps[g], "");
			check(label, text);
			for (char *c = text; *c; c++)
				*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
			check(label, text);
			for (char *c = text; *c; c++)
				*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
			check(label, text);
		}
	}
}

static unsigned distance_to(const char *text, const char *folded, size_t size)
{
	char own[WORD_MAX];
	const struct str word = {own, pmm_fold(own, text, strlen(text))};
	return word_distance(word, (struct str){folded, size}, 8);
}

// No label of another meaning is as near as what is suggested for TEXT.
static void check_suggestion(const struct label *label, const char *text, unsigned *made)
{
	if (read(label, text) != PMM_DIGIT_NONE)
		return;
	const uint32_t fact = label->member->fact;
	const char *word = pmm_value_suggest(rulebook, fact, text, strlen(text));
	char folded[WORD_MAX];
	if (!word)
		return;
	++*made;
	const unsigned near = distance_to(text, folded, pmm_fold(folded, word, strlen(word)));
	const int digit = pmm_value_find(rulebook, fact, word, strlen(word));
	if (digit == PMM_DIGIT_NONE || near > 2)
		fail_msg("for \"%s\": %s, which is no word or far", text, word);
	for (size_t i = 0; i < label_count; i++) {
		const struct label *other = &labels[i];
		if (other->member->fact != fact || other->member->selective ||
			other->digit == digit || other->is_pattern)
			continue;
		if (distance_to(text, other->folded, other->size) <= near)
			fail_msg("for \"%s\": %s, though %s is as near", text, word, other->text);
	}
}

// One more edit of TEXT at AT: drop, swap, change, insert.
static void edit(char to[TEXT_MAX], const char *text, size_t at, unsigned kind, char letter)
{
	const size_t size = strlen(text);
	memcpy(to, text, size + 1);
	if (kind == 0)
		memmove(to + at, text + at + 1, size - at);
	else if (kind == 1 && at + 1 < size) {
		to[at] = text[at + 1];
		to[at + 1] = text[at];
	} else if (kind == 3) {
		memcpy(to + at + 1, text + at, size - at + 1);
		to[at] = letter;
	} else {
		to[at] = letter;
	}
}

static void test_misspelt(void **state)
{
	static const char letters[] = "aeiusnkptg";
	char once[TEXT_MAX], twice[TEXT_MAX];
	unsigned made = 0, right = 0;
	(void)state;
	srand(SEED);
	for (size_t i = 0; i < label_count; i++) {
		const struct label *label = &labels[i];
		const size_t size = strlen(label->text);
		if (label->member->selective)
			continue; // any text is fine there
		for (size_t n = 0; n < size * 4; n++) {
			const unsigned before = made;
			edit(once, label->text, n / 4, n % 4, letters[(n * 7 + i) % 10]);
			check_suggestion(label, once, &made);
			right += made > before;
		}
		for (size_t n = 0; n < TWICE && size > 3; n++) {
			edit(once, label->text, (size_t)rand() % size, (unsigned)rand() % 4,
				letters[rand() % 10]);
			edit(twice, once, (size_t)rand() % strlen(once), (unsigned)rand() % 4,
				letters[rand() % 10]);
			check_suggestion(label, twice, &made);
		}
	}
	assert_true(right > 1000); // it is not that none is ever made
}

// What must not be taken for something else (and is refused or known where it stands).
static void test_no_harm(void **state)
{
	static const char *const cases[][2] = {{"belajar_id", "tidak yakin"},
		{"employment", "Non PNS"}, {"employment", "Non P N S S"}, {"employment", "GTX"},
		{"role", "Pendilik"}, {"employment", "kontrakan"},
		{"role", "Wakil Kepala Sekolahan"}, {"role", "Waka Kepala Sekolah"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pmm_member *member = pmm_member_find(
			rulebook, cases[i][0], strlen(cases[i][0]));
		const char *word = pmm_value_suggest(
			rulebook, member->fact, cases[i][1], strlen(cases[i][1]));
		if (word)
			fail_msg("for \"%s\": %s", cases[i][1], word);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_label),
		cmocka_unit_test(test_odd_spellings),
		cmocka_unit_test(test_misspelt),
		cmocka_unit_test(test_no_harm),
	};
	if (argc != 3)
		return 2;
	rulebook_path = argv[1];
	labels_path = argv[2];
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
