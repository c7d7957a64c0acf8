// SPDX-License-Identifier: MIT
// A row of many is answered as if it had been asked alone, whichever way it was
// read: rows of one form take a short cut, words are remembered, and none of it
// may show. Random rows, always the same ones; each against /check.
#include "api_support.h"

#include <stdio.h>

enum { RUNS = 60, ROWS = 24, MEMBERS_MAX = 6 };

static struct exchange *x, *single;
static uint32_t seed;
static unsigned rejected; // of all rows

static unsigned pick(unsigned count)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 12) % count;
}

#define PICK(list) ((list)[pick(sizeof(list) / sizeof(list)[0])])

// The first ones are each about something else; the others may contradict them,
// or are not known.
enum { PLAIN_NAMES = 7 };
static const char *const names[] = {"Jenis PTK", "status_kepegawaian", "belajar_id", "dapodik_gtk",
	"tugas_tambahan", "id", "group", "role", "AKUN_BELAJAR_ID", "employment", "jabatan",
	"nama"};

// In each list the last word, or two, is not known.
static const char *const roles[] = {"guru", "guru", "Guru Kelas", "KEPALA SEKOLAH", "Tutor", "",
	"Plt. Kepala Sekolah", "caf\xC3\xA9", "gugu"};
static const char *const statuses[] = {
	"PNS", "PNS", "GTY / PTY", "CPNS", "Lainnya", "", " ", "x", "PPK"};
static const char *const switches[] = {
	"ya", "tidak", "1", "0", "true", "FALSE", "", "mungkin", "2"};
static const char *const texts[] = {
	"7", "8", "", " ", "a,b;c\td", "x\"y\"\"", "caf\xC3\xA9", "line\nbreak", "=1+1"};
enum { WORDS = 9, PLAIN_WORDS = 7 };

static bool is_odd; // whether this run has what may be refused

static const char *pick_word(const char *name)
{
	unsigned word = pick(is_odd ? WORDS : PLAIN_WORDS);
	switch (name[0]) {
	case 'J':
	case 'r':
	case 'j':
	case 't': return roles[word];
	case 's':
	case 'e': return statuses[word];
	case 'b':
	case 'A':
	case 'd': return switches[word];
	default: return texts[pick(WORDS)];
	}
}

static const char *const others[] = {"null", "true", "false", "1", "0", "2", "[1]", "{\"a\":[]}",
	"\"\\u0067uru\"", "\"ya\\n\"", "-1.5e3", "\"caf\xE9\"", "nul", "\"\\ud800\"", "\"\\q\""};

// Which members the rows of one run have, in order, none twice.
static unsigned pick_members(const char *members[MEMBERS_MAX])
{
	unsigned count = 0, wanted = 2 + pick(MEMBERS_MAX - 1);
	while (count < wanted) {
		const char *name = names[pick(is_odd ? sizeof names / sizeof *names : PLAIN_NAMES)];
		unsigned i = 0;
		while (i < count && members[i] != name)
			i++;
		if (i == count)
			members[count++] = name;
	}
	return count;
}

static void add_member(struct buf *buf, const char *name, const char *value, bool is_text)
{
	buf_json(buf, str_of(name));
	buf_text(buf, pick(8) ? ":" : " : ");
	if (is_text)
		buf_json(buf, str_of(value));
	else
		buf_text(buf, value);
}

// The errors of a problem document or of a row: from "errors" to its bracket.
static struct str errors_of(struct str text)
{
	static const char key[] = "\"errors\":[";
	const char *at = memmem(text.at, text.size, key, sizeof key - 1);
	const char *end = at ? memmem(at, (size_t)(text.at + text.size - at), "}]", 2) : NULL;
	while (end && (end[2] == ',' && end[3] == '{')) // a value that looks like the end
		end = memmem(end + 1, (size_t)(text.at + text.size - end - 1), "}]", 2);
	return end ? (struct str){at, (size_t)(end - at)} : (struct str){NULL, 0};
}

static void assert_line(struct str line, struct str wanted)
{
	if (!str_equal(line, wanted))
		fail_msg(
			"%.*s\nis not\n%.*s", (int)line.size, line.at, (int)wanted.size, wanted.at);
}

// What LINE must be, given the answer to the same profile alone.
static void check_line(struct str line, unsigned number, const struct reply *alone)
{
	struct buf wanted = {0};
	buf_text(&wanted, "{\"row\":");
	buf_uint(&wanted, number);
	buf_char(&wanted, ',');
	if (alone->status == 200) {
		buf_add(&wanted, alone->body.at + 1, alone->body.size - 2);
		assert_line(line, buf_view(&wanted));
	} else if (alone->status == 400) {
		const char *offset = memmem(alone->body.at, alone->body.size, "\"offset\":", 9);
		assert_non_null(offset);
		buf_text(&wanted, "\"error\":{\"code\":\"malformed_json\",");
		buf_add(&wanted, offset, strcspn(offset, "}"));
		buf_text(&wanted, "}}");
		assert_line(line, buf_view(&wanted));
	} else {
		struct str errors = errors_of(alone->body);
		assert_status(alone, 422);
		assert_true(errors.size > 0 && str_starts(line, buf_view(&wanted)));
		assert_line(errors_of(line), errors);
		rejected++;
	}
	buf_finish(&wanted);
}

// Asks for all rows at once and for each of them alone.
static void check_rows(const struct question *many, const struct buf rows[ROWS], const char *target)
{
	const struct reply *reply = ask(x, many);
	assert_status(reply, 200);
	struct buf all = {0}; // the next question takes the reply away
	buf_str(&all, reply->body);
	struct str rest = buf_view(&all);
	for (unsigned i = 0; i < ROWS; i++) {
		struct str line = str_split(&rest, '\n');
		check_line(line, i + 1, ASK(single, .body = buf_view(&rows[i]), .target = target));
	}
	assert_true(str_starts(rest, STR("{\"summary\":{\"rows\":24,")));
	buf_finish(&all);
}

static void finish_all(struct buf rows[ROWS])
{
	for (unsigned i = 0; i < ROWS; i++)
		buf_finish(&rows[i]);
}

static void test_rows_of_json(void **state)
{
	(void)state;
	rejected = 0;
	for (seed = 1; seed <= RUNS; seed++) {
		struct buf rows[ROWS] = {{0}}, lines = {0};
		const char *members[MEMBERS_MAX] = {NULL};
		is_odd = seed % 3 == 0;
		unsigned kept = seed, count = pick_members(members),
			 oddness = seed % 3 == 1 ? 0 : 6;
		for (unsigned i = 0; i < ROWS; i++) {
			for (unsigned m = 0; m < count; m++) {
				buf_char(&rows[i], m ? ',' : '{');
				bool is_text = oddness == 0 || pick(oddness) != 0;
				add_member(&rows[i], members[m],
					is_text ? pick_word(members[m]) : PICK(others), is_text);
			}
			buf_char(&rows[i], '}');
			buf_str(&lines, buf_view(&rows[i]));
			buf_text(&lines, pick(5) ? "\n" : "\r\n\n");
		}
		const struct question many = {.body = buf_view(&lines),
			.type = "application/x-ndjson",
			.target = "/check?detail=full",
			.piece = seed % 2 ? 0 : 100};
		check_rows(&many, rows, "/check");
		finish_all(rows);
		buf_finish(&lines);
		seed = kept;
	}
	assert_in_range(rejected, RUNS * ROWS / 10, RUNS * ROWS / 2); // some of both
}

// A value is looked at in pieces; what makes one odd may stand anywhere in them, and
// the line may end anywhere behind.
static void test_odd_bytes_anywhere(void **state)
{
	static const char *const odd[] = {
		"\\\"", "\\u0061", "\x1F", "\x7F", "\x80", "caf\xC3\xA9", "\"", "\\", " ", ""};
	static const char *const members[] = {"role", "id", "group"};
	(void)state;
	for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
		for (size_t o = 0; o < sizeof odd / sizeof *odd; o++) {
			struct buf rows[ROWS] = {{0}}, lines = {0};
			for (unsigned i = 0; i < ROWS; i++) {
				support_add(
					&rows[i], "{\"employment\":\"PNS\",\"%s\":\"", members[m]);
				for (unsigned letters = 0; i > 1 && letters < i - 2; letters++)
					buf_char(&rows[i], 'a');
				buf_text(&rows[i], i < 2 ? "guru" : odd[o]);
				buf_text(&rows[i], i % 2 ? "\"}" : "guru\"}");
				buf_str(&lines, buf_view(&rows[i]));
				buf_char(&lines, '\n');
			}
			const struct question many = {.body = buf_view(&lines),
				.type = "application/x-ndjson",
				.target = "/check?detail=full"};
			check_rows(&many, rows, "/check");
			finish_all(rows);
			buf_finish(&lines);
		}
	}
}

// A field as a spreadsheet writes it.
static void add_field(struct buf *buf, const char *text, char delimiter)
{
	const char special[] = {delimiter, '"', '\n', '\0'};
	bool is_quoted = strpbrk(text, special) || pick(10) == 0;
	if (is_quoted)
		buf_char(buf, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_char(buf, '"');
		buf_char(buf, *text);
	}
	if (is_quoted)
		buf_char(buf, '"');
}

// The same row as CSV and as JSON, in which everything is text.
static void make_csv_row(struct buf *csv, struct buf *json, const char *const *members,
	unsigned count, char delimiter)
{
	for (unsigned m = 0; m < count; m++) {
		// A record of blanks would be no row.
		const char *word = m ? pick_word(members[m]) : roles[pick(4)];
		if (m)
			buf_char(csv, delimiter);
		add_field(csv, word, delimiter);
		buf_char(json, m ? ',' : '{');
		add_member(json, members[m], word, true);
	}
	buf_char(json, '}');
	buf_text(csv, pick(5) ? "\n" : "\r\n");
}

static void test_rows_of_csv(void **state)
{
	(void)state;
	rejected = 0;
	for (seed = 1; seed <= RUNS; seed++) {
		struct buf rows[ROWS] = {{0}}, csv = {0};
		const char *members[MEMBERS_MAX] = {NULL};
		is_odd = seed % 3 == 0;
		unsigned kept = seed, count = pick_members(members);
		char delimiter = PICK(((const char[]){',', ';', '\t'}));
		for (unsigned m = 1; m < count; m++)
			if (members[m] == names[0])
				members[m] = "nama";
		members[0] = names[0]; // a header must name a fact
		for (unsigned m = 0; m < count; m++) {
			add_field(&csv, members[m], delimiter);
			buf_char(&csv, m + 1 < count ? delimiter : '\n');
		}
		for (unsigned i = 0; i < ROWS; i++)
			make_csv_row(&csv, &rows[i], members, count, delimiter);
		const struct question many = {.body = buf_view(&csv),
			.type = "text/csv",
			.accept = "application/x-ndjson",
			.target = "/check?detail=full&employment=CPNS",
			.piece = seed % 2 ? 0 : 100};
		check_rows(&many, rows, "/check?unknown=ignore&employment=CPNS");
		finish_all(rows);
		buf_finish(&csv);
		seed = kept;
	}
	assert_in_range(rejected, RUNS * ROWS / 10, RUNS * ROWS / 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_of_json),
		cmocka_unit_test(test_odd_bytes_anywhere),
		cmocka_unit_test(test_rows_of_csv),
	};
	support_open(argc, argv);
	struct service *service = support_service(NULL);
	x = exchange_create(service);
	single = exchange_create(service);
	int failed = cmocka_run_group_tests_name("service/rows", tests, NULL, NULL);
	exchange_destroy(x);
	exchange_destroy(single);
	service_destroy(service);
	support_close();
	return failed;
}
