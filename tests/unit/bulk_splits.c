// SPDX-License-Identifier: MIT
// A body may arrive in any pieces: small files of every form, and rows about
// as long as a row may be, are fed to the service cut at every byte (or at many
// of them), and each reply must be the one to the uncut body. Whether that
// reply is right is for other tests to say; so is the transport.
//
// Usage: bulk_splits RULEBOOK
#include "bulk_ask.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static void check_same(const struct question *question, const struct answer *whole,
	const size_t *cuts, size_t count)
{
	struct answer cut;
	ask(question, cuts, count, &cut);
	bool same = cut.status == whole->status && strcmp(cut.type, whole->type) == 0 &&
		    cut.size == whole->size && memcmp(cut.body, whole->body, cut.size) == 0;
	if (!same) {
		print_error("%s of %s cut at", question->target, question->content_type);
		for (size_t i = 0; i < count && i < 4; i++)
			print_error(" %zu", cuts[i]);
		print_error(": %u %.*s\nuncut: %u %.*s\n", cut.status,
			(int)(cut.size < 800 ? cut.size : 800), cut.body, whole->status,
			(int)(whole->size < 800 ? whole->size : 800), whole->body);
		fail();
	}
	free(cut.body);
}

// The byte-order mark and the first bytes of a file, cut in three everywhere:
// three pieces are what a mark of three bytes takes.
enum { THREE_PIECES_MOST = 40 };

static void cut_everywhere(const struct question *question)
{
	struct answer whole;
	size_t size = question->body.size, cuts[2], *each = calloc(size, sizeof *each);
	assert_non_null(each);
	ask(question, NULL, 0, &whole);
	for (cuts[0] = 1; cuts[0] < size; cuts[0]++) {
		check_same(question, &whole, cuts, 1);
		for (cuts[1] = cuts[0] + 1; cuts[1] < size && cuts[1] < THREE_PIECES_MOST;
			cuts[1]++)
			check_same(question, &whole, cuts, 2);
	}
	for (size_t i = 1; i < size; i++)
		each[i - 1] = i;
	check_same(question, &whole, each, size ? size - 1 : 0);
	free(each);
	free(whole.body);
}

// With every kind of reply that the input can have.
static void cut_in_all_forms(const char *content_type, struct str body)
{
	const struct question questions[] = {
		{"/check", content_type, "*/*", body},
		{"/check?unknown=ignore&id_from=nama&detail=full", content_type,
			"application/x-ndjson", body},
		{"/summary?pretty=true", content_type, NULL, body},
	};
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
		cut_everywhere(&questions[i]);
}

#define BOM "\xEF\xBB\xBF"
#define BODY(text)                                                                                 \
	{                                                                                          \
		"" text, sizeof(text) - 1                                                          \
	}

static void check_ndjson(void **state)
{
	static const struct str bodies[] = {
		BODY(BOM
			"{\"id\":\"a\\\"\\u00e9\\uD83D\\uDC26\xC3\xA9\xF0\x9F\x90\xA6\",\"role\":\"Gu"
			"ru\"}\r\n\r\n \t\n{\"id\":\"b\",\"jabatan\":\"x\\\\\",\"employment\":null"
			"}\n{\"belajar_id\":true,\"x\":[[{}]]}\n{\"a\":1,\"a\":2}\n{\"id\":\"c\n"
			"[1]\n7 \n{\"role\":\"guru\",\"nama\":\"\xC3\"}\n" BOM "{}"),
		BODY("{\"role\":\"guru\",\"id\":\"1\"}\n{\"role\":\"guru\",\"id\":\"2\"}\n"
		     "{\"role\":\"lainnya\",\"id\":\"\\n\"}\n{\"role\":\"guru\",\"id\":3}\n"),
		BODY("\n"),
		BODY(BOM),
		BODY("\xEF\xBB{}\n{}"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		cut_in_all_forms("application/x-ndjson", bodies[i]);
}

static void check_array(void **state)
{
	static const struct str bodies[] = {
		BODY(BOM " [ {\"id\":\"a\\\"]\\u00e9\\uD83D\\uDC26\xC3\xA9\xF0\x9F\x90\xA6\"} ,\r\n"
			 "{\"role\":\"Guru\",\"nama\":\"},{\\\\\"},7,\"x\\\"y\",[[]],null,-1.5e+3,"
			 "{\"a\":[{\"b\":\"]\"}]},{\"a\":1,\"a\":2},true ] \n"),
		BODY("[]"),
		BODY(" \n[ \t] "),
		BODY("[{},]"),
		BODY("[{\"role\":\"\xC3\"}]"),
		BODY("[{},{\"id\":\"a\\u12"),
		BODY("[{}{}]"),
		BODY("[1 2]"),
		BODY("[{}] x"),
		BODY("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
		BODY("\xEF\xBB[{}]"),
		BODY("\xEF\xBBx"),
		BODY(BOM BOM "[{}]"),
		BODY(BOM),
		BODY(" "),
	};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		cut_in_all_forms("application/json", bodies[i]);
}

static void check_single(void **state)
{
	static const struct str bodies[] = {
		BODY(BOM " {\"id\":\"a\\u00e9\xC3\xA9\",\"role\":\"Guru\",\"nama\":[1]} \n"),
		BODY("{\"role\":\"guru\"} x"),
		BODY("7"),
		BODY(" \"x\" "),
		BODY("-"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		cut_in_all_forms("application/json", bodies[i]);
}

static void check_csv(void **state)
{
	static const struct str bodies[] = {
		BODY(BOM
			"Daftar;\r\n\"a \"\"b\"\";\r\nc\";\r\n\r\nNama;Jenis PTK;id;Status "
			"Kepegawaian\r\n\"\xC3\xA9\";Guru;\"1\"\"2\";PNS\r\n\"x;\ny\r\n\";\"Guru "
			"Kelas\"z;\xF0\x9F\x90\xA6;\"\"\r\n \t\r\n;x;=1;GTY / PTY\r\na\"b;\xFF;\xFF"
			";c\r\nd;guru"),
		BODY("role,id\nguru,1\r\nguru,\"2\n"),
		BODY("role,id,nama\nguru,1,a\n\"guru,2,b\nguru,\"3\n4\",c\nguru,\"5\"\"\",d\n"),
		BODY("\"role\n\";\"id\"\nguru;a\n"),
		BODY(BOM "\"Status\nKepegawaian\";\"Jenis\r\nPTK\"\r\nPNS;Guru\r\n"),
		BODY("\"title\nrole\nguru\n"),
		BODY("a,b\nc,d\n"),
		BODY("\xFF\xFEr\0o\0l\0e\0\n\0"),
		BODY(BOM),
		BODY("\r\n"),
		BODY("role"),
		BODY("role\r"),
		BODY("role\n\"\n\n\n\n"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		cut_in_all_forms("text/csv", bodies[i]);
}

// ---- rows about as long as a row may be ----

enum { ROW_MOST = 64 << 10, CUTS = 40 };

static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * UINT32_C(1664525) + UINT32_C(1013904223);
	return (uint32_t)((uint64_t)random_state * limit >> 32);
}

// A body that is HEAD, then FILL until a row is ROW bytes long, then TAIL.
static struct str make_long(const char *head, const char *fill, size_t row, const char *tail)
{
	const char *last = strrchr(head, '\n');
	size_t head_size = strlen(head), row_start = last ? (size_t)(last + 1 - head) : 0;
	size_t row_tail = strcspn(tail, "\n"), size = 0;
	char *body = malloc(row_start + row + strlen(tail) + 1);
	assert_non_null(body);
	memcpy(body, head, head_size);
	for (size = head_size; size < row_start + row - row_tail; size++)
		body[size] = fill[(size - head_size) % strlen(fill)];
	memcpy(body + size, tail, strlen(tail));
	return (struct str){body, size + strlen(tail)};
}

// Cut once, and in up to ten pieces, half of the cuts near the row's limit.
static void cut_at_random(const char *content_type, struct str body)
{
	const struct question question = {"/check", content_type, "application/x-ndjson", body};
	struct answer whole;
	ask(&question, NULL, 0, &whole);
	for (int i = 0; i < CUTS; i++) {
		size_t cuts[9] = {0}, count = 1 + random_below(i % 2 ? 9 : 1);
		for (size_t c = 0; c < count; c++) {
			uint32_t size = (uint32_t)body.size, from = size > 100 ? size - 100 : 0;
			size_t cut = i % 4 < 2 ? random_below(size)
					       : from + random_below(size - from);
			size_t place = c;
			for (; place && cuts[place - 1] > cut; place--)
				cuts[place] = cuts[place - 1];
			cuts[place] = cut;
		}
		check_same(&question, &whole, cuts, count);
	}
	free(whole.body);
}

#define SOME_TEXT "some text so that there are fewer rows, some text so that there are fewer rows"

struct long_row {
	const char *type, *head, *fill, *tail;
};

static void check_long_rows(void **state)
{
	static const struct long_row rows[] = {
		{"application/x-ndjson", "{\"id\":\"a\"}\n{\"role\":\"guru\",\"id\":\"b\"", " ",
			"}\n{\"id\":\"c\"}\n"},
		{"application/x-ndjson", "{\"id\":\"a\"}\n{\"id\":\"b\"", " ", "}"},
		{"application/x-ndjson", "{\"id\":\"a\"}\n", " ", "\n{\"id\":\"c\"}"},
		{"application/x-ndjson", "{\"id\":\"a\"}\n{\"nama\":\"", "\xC3\xA9", "\"}\r\n{}"},
		{"application/json", "[\n{\"role\":\"", "\\\"", "\"}\n,{\"id\":\"c\"}]"},
		{"application/json", "[\n{\"role\":\"guru\"", "\t", "}\n,{\"id\":\"c\"}]"},
		{"application/json", "[\n", "[", "\n]"},
		{"application/json", "[\n", "1", "\n]"},
		{"text/csv", "id,role,x\na,guru,", "x", "\nb,guru\n"},
		{"text/csv", "id,role,x\na,guru,", "x", "\r\nb,guru\r\n"},
		{"text/csv", "id,role,x\na,guru,\"", "x", "\"\nb,guru\n"},
		{"text/csv", "id,role,x\na,guru,\"", "\"", "\nb,guru\n"},
		{"text/csv", "id,role,x\na,guru,\"", "\n", "\nb,guru\n"},
		{"text/csv", "id,role,x\na,guru,\"", "b,guru," SOME_TEXT "\n", "\nc,\"guru\"\n"},
		{"text/csv", "id,role,x\na,guru,\"", "b,guru,\"\"" SOME_TEXT "\n",
			"\nc,\"guru\"\n"},
		{"text/csv", "id,role,x\na,guru,\"", "b,\"guru" SOME_TEXT "\n", "\nc,\"guru\"\n"},
		{"text/csv", "id,role,x\na,guru,x", ",\"y", "\nc,\"guru\"\nd,guru"},
		{"text/csv", "id,role,x\na,guru,\"", "x", ""},
		{"text/csv", "x\n\"title", "x", "\nid,role\na,guru\n"},
		{"text/csv", "x\ntitle", "x", "\nid,role\na,guru\n"},
		{"text/csv", "x\nrole,", "x", "\nguru\n"},
	};
	(void)state;
	random_state = 559;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t size = ROW_MOST - 2; size <= ROW_MOST + 2; size++) {
			struct str body = make_long(rows[i].head, rows[i].fill, size, rows[i].tail);
			cut_at_random(rows[i].type, body);
			free((char *)(uintptr_t)body.at);
		}
		struct str body = make_long(rows[i].head, rows[i].fill, 3 * ROW_MOST, rows[i].tail);
		cut_at_random(rows[i].type, body);
		free((char *)(uintptr_t)body.at);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_ndjson),
		cmocka_unit_test(check_array),
		cmocka_unit_test(check_single),
		cmocka_unit_test(check_csv),
		cmocka_unit_test(check_long_rows),
	};
	if (argc != 2) {
		fprintf(stderr, "Usage: bulk_splits RULEBOOK\n");
		return 2;
	}
	rulebook_path = argv[1];
	return cmocka_run_group_tests(tests, ask_start, ask_stop);
}
