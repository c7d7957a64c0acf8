// SPDX-License-Identifier: MIT
// Words: folding (contract, section 2), distance against the plain recursive
// definition, what may be meant. Which words a rulebook knows is tested elsewhere.
#include "base/base.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static const char *fold(const char *text, char to[WORD_MAX + 1])
{
	size_t size = word_fold(to, str_of(text));
	assert_true(size <= WORD_MAX);
	to[size] = '\0';
	return to;
}

static void test_folding(void **state)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{"", ""},
		{" ", ""},
		{" \t\r\n\v\f ", ""},
		{"guru", "guru"},
		{"GURU", "guru"},
		{"  Guru Kelas\n", "gurukelas"},
		{"Status Kepegawaian:", "statuskepegawaian"},
		{"status_-_kepegawaian *", "statuskepegawaian"},
		{"GTY / PTY", "gty/pty"},
		{"a / / b", "a//b"},
		{" / ", "/"},
		{"\"guru\" 'a' `b`", "guruab"},
		{"Honor Daerah TK. II Kab/Kota", "honordaerahtkiikab/kota"},
		{"a&b,c;d(e)f@g+h", "a&b,c;d(e)f@g+h"},
		{"@Z[`z{", "@z[z{"},
		// a sign is no separator
		{"1", "1"},
		{"-1", "-1"},
		{" -1", "-1"},
		{"--1", "-1"},
		{"- 1", "1"},
		{"a-1", "a1"},
		{"2-1", "21"},
		{"a -1", "a-1"},
		{"/-1", "/-1"},
		{"\xE2\x80\x93"
		 "1",
			"-1"},
		{"PPPK-2022", "pppk2022"},
		{"-a", "a"},
		{"+1", "+1"},
		{"-", ""},
		{"***", ""},
		// only ASCII is folded
		{"\xC3\x89"
		 "COLE",
			"\xC3\x89"
			"cole"},
		{"\xE2\x9C\x93", "\xE2\x9C\x93"},
		{"a\xE2\x80\xA6", "a\xE2\x80\xA6"},
		{"\xE2\x80", "\xE2\x80"},
		{"\xC2", "\xC2"},
		{"\xE2\x80 x", "\xE2\x80x"},
		{"\xA0x", "\xA0x"},
		{"\xE2(\xA0", "\xE2(\xA0"},
	};
	char to[WORD_MAX + 1];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(fold(cases[i].text, to), cases[i].folded);
	assert_int_equal(word_fold(to, (struct str){NULL, 0}), 0);
}

// Every character up to U+FFFF: those that only separate, and no others, are dropped.
static void test_what_separates(void **state)
{
	static const unsigned dropped[][2] = {{'\t', '\r'}, {' ', ' '}, {'"', '"'}, {'\'', '\''},
		{'*', '*'}, {'-', '.'}, {':', ':'}, {'_', '`'}, {0x85, 0x85}, {0xA0, 0xA0},
		{0xAB, 0xAB}, {0xAD, 0xAD}, {0xBB, 0xBB}, {0x1680, 0x1680}, {0x180E, 0x180E},
		{0x2000, 0x2015}, {0x2018, 0x201F}, {0x2028, 0x202F}, {0x205F, 0x2060},
		{0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
	(void)state;
	for (unsigned point = 1; point < 0x10000; point++) {
		char text[8] = "x", to[WORD_MAX];
		if (point >= 0xD800 && point <= 0xDFFF)
			continue;
		size_t size = 1 + utf8_put(text + 1, point);
		text[size++] = 'y';
		bool wanted = false;
		for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
			wanted |= point >= dropped[i][0] && point <= dropped[i][1];
		if ((word_fold(to, (struct str){text, size}) == 2) != wanted)
			fail_msg("U+%04X", point);
	}
}

// The text, with a mark before each byte that has one: "|" for a blank.
static void test_marks(void **state)
{
	static const char *const cases[][2] = {{"Guru Kelas", "guru|kelas"},
		{"GuruKelas", "gurukelas"}, {"PPPK/Guru", "pppk///guru"},
		{"PPPK (Guru)", "pppk|((guru))"}, {"Guru_Penggerak", "guru_penggerak"},
		{"PPPK-Tahap-III", "pppk-tahap-iii"}, {"a@guru.id", "a@@@guru.id"},
		{"Gu\xE2\x80\x8Dru", "guru"}, {"a\xE2\x80\x8Bz", "az"}, {"a\xC2\xA0z", "a|z"},
		{" a. z ", "a|z"}, {"a \r\n- z", "a\nz"}, {"a\xE2\x80\xA9z", "a\nz"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct word_text text;
		char said[64];
		size_t size = 0;
		assert_true(word_read(&text, str_of(cases[i][0])));
		for (size_t c = 0; c < text.size; c++) {
			if (c && text.marks[c])
				said[size++] = (char)(text.marks[c] == ' ' ? '|' : text.marks[c]);
			said[size++] = text.at[c];
		}
		said[size] = '\0';
		assert_string_equal(said, cases[i][1]);
		assert_int_equal(text.marks[0] && text.marks[text.size], 1);
	}
}

static void test_texts_at_the_limit(void **state)
{
	char long_text[WORD_TEXT_MAX + 1];
	struct word_text text;
	(void)state;
	memset(long_text, 'a', sizeof long_text);
	assert_true(word_read(&text, (struct str){long_text, WORD_TEXT_MAX}));
	assert_false(word_read(&text, (struct str){long_text, WORD_TEXT_MAX + 1}));
}

static void test_folding_at_the_limit(void **state)
{
	char text[WORD_MAX + 4], to[WORD_MAX];
	(void)state;
	memset(text, 'A', sizeof text);
	assert_int_equal(word_fold(to, (struct str){text, WORD_MAX - 1}), WORD_MAX - 1);
	assert_int_equal(word_fold(to, (struct str){text, WORD_MAX}), WORD_MAX);
	assert_int_equal(to[WORD_MAX - 1], 'a');
	assert_int_equal(word_fold(to, (struct str){text, WORD_MAX + 1}), WORD_MAX + 1);
	assert_int_equal(word_fold(to, (struct str){text, WORD_MAX + 4}), WORD_MAX + 1);
	memset(text + WORD_MAX, ' ', 4); // what is dropped does not count
	assert_int_equal(word_fold(to, (struct str){text, sizeof text}), WORD_MAX);
	memset(text + 1, ' ', 4);
	assert_int_equal(word_fold(to, (struct str){text, WORD_MAX + 3}), WORD_MAX - 4);
	memset(text, 'A', sizeof text);
	text[WORD_MAX] = ' ';
	assert_int_equal(word_fold(to, (struct str){text, WORD_MAX + 2}), WORD_MAX + 1);
}

// Of all short texts over the letters that matter: folding what is folded
// changes nothing, and case and separator do not matter.
static void test_folding_is_stable(void **state)
{
	static const char letters[] = {'a', 'A', ' ', '_', '-', '/', '\t'};
	(void)state;
	for (unsigned n = 0; n < 7 * 7 * 7 * 7 * 7 * 7; n++) {
		char text[6], once[WORD_MAX], twice[WORD_MAX];
		for (unsigned i = 0, rest = n; i < 6; i++, rest /= 7)
			text[i] = letters[rest % 7];
		size_t size = word_fold(once, (struct str){text, 6});
		assert_int_equal(word_fold(twice, (struct str){once, size}), size);
		assert_memory_equal(once, twice, size);
		for (size_t i = 0; i < size; i++)
			assert_true(once[i] == 'a' || once[i] == '/');
	}
}

static void test_hash_depends_on_all_of_it(void **state)
{
	(void)state;
	uint32_t hash = word_hash(1, STR("guru"));
	assert_int_equal(word_hash(1, STR("guru")), hash);
	assert_int_not_equal(word_hash(2, STR("guru")), hash);
	assert_int_not_equal(word_hash(1, STR("guri")), hash);
	assert_int_not_equal(word_hash(1, STR("gur")), hash);
	assert_int_not_equal(word_hash(1, STR("urug")), hash);
	assert_int_equal(word_hash(1, (struct str){NULL, 0}), word_hash(1, STR("")));
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;
	return least < c ? least : c;
}

// The definition, without any table: what the last letters allow.
static unsigned oracle(struct str a, struct str b)
{
	if (a.size == 0 || b.size == 0)
		return (unsigned)(a.size + b.size);
	struct str x = {a.at, a.size - 1}, y = {b.at, b.size - 1};
	bool same = a.at[x.size] == b.at[y.size];
	unsigned best = min3(oracle(x, b) + 1, oracle(a, y) + 1, oracle(x, y) + !same);
	if (x.size && y.size && a.at[x.size] == b.at[y.size - 1] &&
		a.at[x.size - 1] == b.at[y.size]) {
		unsigned swapped = oracle((struct str){a.at, a.size - 2},
					   (struct str){b.at, b.size - 2}) +
				   1;
		best = swapped < best ? swapped : best;
	}
	return best;
}

static struct str short_word(unsigned n, char to[4])
{
	struct str word = {to, 0};
	for (; n; n /= 4) // base 4, no digit 0: every word up to 4 letters
		to[word.size++] = (char)('a' + n % 4);
	return word;
}

static void check_distance(struct str a, struct str b)
{
	unsigned wanted = oracle(a, b);
	for (unsigned most = 0; most < 6; most++) {
		unsigned bounded = wanted > most ? most + 1 : wanted;
		if (word_distance(a, b, most) != bounded)
			fail_msg("%.*s %.*s %u", (int)a.size, a.at, (int)b.size, b.at, most);
	}
}

static void test_distance_of_all_short_words(void **state)
{
	char x[4], y[4];
	(void)state;
	for (unsigned n = 0; n < 256; n++)
		for (unsigned m = 0; m < 256; m++)
			check_distance(short_word(n, x), short_word(m, y));
}

static void test_distance_of_words_people_misspell(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
		{"", "", 0}, {"guru", "", 4}, {"guru", "guru", 0}, {"guru", "gur", 1},
		{"guru", "gguru", 1}, {"guru", "gury", 1},
		{"guru", "gruu", 1}, // neighbours swapped
		{"jabatan", "jabtaan", 1}, {"employment", "emplyoment", 1},
		{"employment", "emploiment", 1}, {"kepala_sekolah", "kepla_sekola", 2},
		{"abcdef", "badcfe", 3}, {"ca", "abc", 3}, // the swap may not be edited again
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str a = str_of(cases[i].a), b = str_of(cases[i].b);
		assert_int_equal(word_distance(a, b, 20), cases[i].distance);
		assert_int_equal(word_distance(b, a, 20), cases[i].distance);
	}
}

static void test_distance_of_the_longest_words(void **state)
{
	char a[WORD_MAX], b[WORD_MAX];
	(void)state;
	memset(a, 'a', sizeof a);
	memset(b, 'b', sizeof b);
	struct str x = {a, WORD_MAX}, y = {b, WORD_MAX};
	assert_int_equal(word_distance(x, x, 3), 0);
	assert_int_equal(word_distance(x, y, WORD_MAX), WORD_MAX);
	assert_int_equal(word_distance(x, y, 3), 4);
	assert_int_equal(word_distance(x, (struct str){a, WORD_MAX - 3}, 3), 3);
	assert_int_equal(word_distance(x, (struct str){a, WORD_MAX - 4}, 3), 4);
	assert_int_equal(word_distance((struct str){NULL, 0}, x, WORD_MAX), WORD_MAX);
}

static void test_what_may_be_meant(void **state)
{
	static const struct {
		const char *typed, *word;
		bool is_meant;
	} cases[] = {
		{"guru", "guru", true},
		{"gru", "guru", true},
		{"guruu", "guru", true},
		{"gggru", "guru", false}, // four letters have one edit
		{"PNSS", "PNS", true},
		{"PSN", "PNS", true},
		{"PNX", "PNS", false}, // three, none
		{"GTT", "GTY", false},
		{"ay", "ya", false},
		{"as_off", "as_of", true},
		{"aya", "ya", false},
		{"abd", "abc", false},
		{"ccb", "bcb", false},
		{"tidka", "tidak", true},
		{"Pendidik", "Penilik", false}, // eight letters have one edit,
		{"Instrktr", "Instruktur", true}, // nine two
		{"abcdefgh", "abcdefxy", false},
		{"abcdefghi", "abcdefgxy", true},
		{"abcdefghij", "abcdefgxyz", false},
		// each word has its own
		{"kepla sekola", "kepala_sekolah", true},
		{"kepalasekola", "kepala_sekolah", true},
		{"Guru Agama", "Guru Magang", false},
		{"PPPK Penuh Waktu", "PPPK Paruh Waktu", false},
		{"Non PNS", "non_ASN", false},
		{"tidak apa", "tidak ada", false},
		{"Jenis PKT", "jenis_ptk", true},
		{"GTY / PTX", "GTY/PTY", false},
		{"", "guru", false},
		{"", "", true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct word_text a, b;
		word_read(&a, str_of(cases[i].typed));
		word_read(&b, str_of(cases[i].word));
		if (word_is_meant(&a, &b) != cases[i].is_meant ||
			word_is_meant(&b, &a) != cases[i].is_meant)
			fail_msg("%s, %s", cases[i].typed, cases[i].word);
	}
}

// tests/rules/accepted.json has them as words of the first fact, so that the table of
// words meets a hash twice. Whoever changes the hash finds two others.
static void test_two_words_with_one_hash(void **state)
{
	(void)state;
	assert_int_equal(word_hash(0, STR("kata8768")), word_hash(0, STR("kata346527")));
}

// How many different places of SLOTS, a power of two, 26 words get that differ in the
// byte at PLACE only.
static unsigned count_places(size_t size, size_t place, uint32_t slots)
{
	bool taken[1024] = {false};
	char text[32];
	unsigned count = 0;
	memset(text, 'x', sizeof text);
	for (int c = 'a'; c <= 'z'; c++) {
		text[place] = (char)c;
		uint32_t slot = word_hash(7, (struct str){text, size}) & (slots - 1);
		count += !taken[slot];
		taken[slot] = true;
	}
	return count;
}

// Tables take the low bits, so every byte must reach them. By chance 26 words would
// get 25 or 26 places of 1,024.
static void test_every_byte_spreads(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 32; size++)
		for (size_t place = 0; place < size; place++)
			assert_in_range(count_places(size, place, 1024), 20, 26);
}

// As ids do. By chance 500 would get about 396 places of 1,024.
static void test_numbers_that_count_up_spread(void **state)
{
	bool taken[1024] = {false};
	unsigned count = 0;
	(void)state;
	for (int i = 0; i < 500; i++) {
		char text[16];
		size_t size = (size_t)sprintf(text, "%d", 20100000 + i);
		uint32_t slot = word_hash(0, (struct str){text, size}) % 1024;
		count += !taken[slot];
		taken[slot] = true;
	}
	assert_in_range(count, 300, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_what_separates),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_texts_at_the_limit),
		cmocka_unit_test(test_folding_at_the_limit),
		cmocka_unit_test(test_folding_is_stable),
		cmocka_unit_test(test_hash_depends_on_all_of_it),
		cmocka_unit_test(test_two_words_with_one_hash),
		cmocka_unit_test(test_every_byte_spreads),
		cmocka_unit_test(test_numbers_that_count_up_spread),
		cmocka_unit_test(test_distance_of_all_short_words),
		cmocka_unit_test(test_distance_of_words_people_misspell),
		cmocka_unit_test(test_distance_of_the_longest_words),
		cmocka_unit_test(test_what_may_be_meant),
	};
	return cmocka_run_group_tests_name("base/word", tests, NULL, NULL);
}
