// SPDX-License-Identifier: MIT
// What is read out of CSV as people have it: which record is the header, what was
// understood of it, which records are no person, and where a spreadsheet shows the
// others. Each file is read whole, cut in two at every byte, and byte by byte.
#include "api_support.h"
#include "rows/rows.h"

#include <stdio.h>
#include <stdlib.h>

static struct snapshot *snapshot;
static struct buf told;

// "1@3:1200 a": row 1 in sheet row 3, the digits of its facts, its id. A rejected row has
// "!" for its digits; one of which nothing was given ends with "-".
static enum code note_row(void *cls, const struct row *row)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(snapshot);
	uint8_t digits[PMM_FACTS_MAX];
	(void)cls;
	support_add(&told, "%u@%u:", (unsigned)row->number, (unsigned)row->sheet_row);
	if (row->rejected == CODE_invalid_profile)
		buf_text(&told, "!");
	else if (row->rejected)
		buf_text(&told, code_info(row->rejected)->name);
	else
		pmm_profile_digits(rulebook, row->index, digits);
	for (size_t f = 0; !row->rejected && f < pmm_rulebook_info(rulebook)->fact_count; f++)
		buf_char(&told, (char)('0' + digits[f]));
	support_add(&told, "%s%.*s%s\n", row->id.size ? " " : "", (int)row->id.size,
		row->id.size ? row->id.at : "", row->is_bare ? " -" : "");
	return CODE_none;
}

// "; mark read(Jenis PTK=role,) near(Jenis PKT~jenis_ptk,) ignored 2 skipped 1"
static void note_end(const struct rows *rows)
{
	const struct rows_header *header = rows_header(rows);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	if (rows_failure(rows)->code)
		buf_text(&told, code_info(rows_failure(rows)->code)->name);
	if (!header)
		return;
	support_add(&told, "%s%s read(",
		header->delimiter == '\t' ? "tab" : (char[]){header->delimiter, 0},
		header->has_mark ? " mark" : "");
	for (size_t i = 0; i < header->read_count; i++)
		support_add(&told, "%.*s=%s,", (int)header->read[i].name.size,
			header->read[i].name.at, info->facts[header->read[i].member->fact].name);
	buf_text(&told, ") near(");
	for (size_t i = 0; i < header->near_count; i++)
		support_add(&told, "%.*s~%s,", (int)header->near[i].name.size,
			header->near[i].name.at, header->near[i].suggestion);
	support_add(
		&told, ") ignored %zu skipped %u", header->ignored, (unsigned)rows_skipped(rows));
}

static void read_cut(struct str body, size_t first, size_t piece)
{
	const struct rows_options options = {
		.snapshot = snapshot, .rows_max = 100, .take = note_row};
	struct rows *rows = rows_create(ROWS_CSV, &options);
	buf_reset(&told);
	assert_non_null(rows);
	bool goes_on = rows_feed(rows, body.at, first);
	for (size_t at = first; goes_on && at < body.size; at += piece) {
		const size_t left = body.size - at, size = left < piece ? left : piece;
		char *copy = malloc(size); // so that a sanitizer sees a look beyond it
		assert_non_null(copy);
		memcpy(copy, body.at + at, size);
		goes_on = rows_feed(rows, copy, size);
		free(copy);
	}
	if (goes_on)
		rows_end(rows);
	note_end(rows);
	rows_destroy(rows);
}

// Whether it is so; else says what it is.
static bool check(struct str body, const char *wanted)
{
	for (size_t cut = 0; cut <= body.size; cut++) {
		read_cut(body, cut, cut ? body.size : 1);
		if (!str_equal(buf_view(&told), str_of(wanted))) {
			print_error("%.*s\ncut at %zu is\n%.*s\nnot\n%s\n", (int)body.size, body.at,
				cut, (int)told.size, told.at, wanted);
			return false;
		}
	}
	return true;
}

#define MARK    "\xEF\xBB\xBF"
#define TEN     "x\nx\nx\nx\nx\nx\nx\nx\nx\nx\n"
#define JABATAN " read(Jabatan=role,) near() "
#define BOTH    " read(Jenis PTK=role,Status Kepegawaian=employment,) near() "

static const struct {
	const char *name, *body, *wanted;
} files[] = {
	// --- which record is the header
	{"most facts",
		"Jabatan\nStatus Kepegawaian;PNS\nid;Jenis PTK;Status Kepegawaian\na;Guru;PNS\n",
		"1@4:1100 a\n;" BOTH "ignored 0 skipped 0"},
	{"the first of equals",
		"id;Jenis PTK;Status Kepegawaian\na;Guru;PNS\n"
		"x;Status Kepegawaian;Jenis PTK\n",
		"1@2:1100 a\n2@3:! x\n;" BOTH "ignored 0 skipped 0"},
	{"facts, not names", "Jabatan;Jenis PTK;Peran\nJenis PTK;Status Kepegawaian\nGuru;PNS\n",
		"1@3:1100\n;" BOTH "ignored 0 skipped 0"},
	{"a title that is a name", "Jabatan\nid;Jabatan\na;Guru\n",
		"1@3:1000 a\n;" JABATAN "ignored 0 skipped 0"},
	{"a title of the same, padded", ";Jabatan;;\nid;No;Jabatan;\na;1;Guru;\n",
		"1@3:1000 a\n;" JABATAN "ignored 1 skipped 0"},
	{"a name and its value", "Jabatan;Guru;;\nNama;Jabatan;;\nx;Kepala Sekolah\n",
		"1@3:2000\n;" JABATAN "ignored 1 skipped 0"},
	{"a name and another value", "Jabatan;Semua\nid;Jabatan;x\na;Guru\n",
		"1@3:1000 a\n;" JABATAN "ignored 1 skipped 0"},
	{"two names and their values",
		"Jenis PTK;Guru;Status Kepegawaian;PNS\n"
		"id;x;Jenis PTK;Status Kepegawaian\na;;Tutor;GTY\n",
		"1@3:3200 a\n;" BOTH "ignored 1 skipped 0"},
	{"one column", "Jabatan\nGuru\nKepala Sekolah\n",
		"1@2:1000\n2@3:2000\n, read(Jabatan=role,) near() ignored 0 skipped 0"},
	{"the 30th record", TEN TEN "\n,\n\"a\nb\"\nx\nx\nx\nx\nx\nx\nJabatan;id\nGuru;a\n",
		"1@31:1000 a\n;" JABATAN "ignored 0 skipped 0"},
	{"the 31st record", TEN TEN TEN "Jabatan;id\nGuru;a\n", "no_header"},
	{"a better one in the 30th",
		"Jabatan\n" TEN TEN "x\nx\nx\nx\nx\nx\nx\nx\nJenis PTK;"
		"Status Kepegawaian\nGuru;PNS",
		"1@31:1100\n;" BOTH "ignored 0 skipped 0"},
	{"a pipe", "id|Jenis PTK\na|Guru\n", "no_header"},
	{"none at all", "", "no_header"},
	// --- the delimiter
	{"of the header", "x,y,z\nid;Jabatan\na,\"b;Guru\nc;Guru\n\"d\";Guru\n",
		"1@3:1000 a,\"b\n2@4:1000 c\n3@5:1000 d\n;" JABATAN "ignored 0 skipped 0"},
	{"a quote behind another", "id;Jabatan\na,\"b;Guru\nc;Guru\nd,\"e;Guru\nf;\"Gux\nru\"\n",
		"1@2:1000 a,\"b\n2@3:1000 c\n3@4:1000 d,\"e\n4@5:! f\n"
		";" JABATAN "ignored 0 skipped 0"},
	{"open behind another", "id;Jabatan\na,\"b;Guru\nc;Guru\n\"d\";\"Guru\n",
		"1@2:1000 a,\"b\n2@3:1000 c\n3@4:malformed_csv\n"
		";" JABATAN "ignored 0 skipped 0"},
	{"sep=", "SEP=\t\r\nid\tJabatan\r\na\tGuru",
		"1@2:1000 a\ntab read(Jabatan=role,) near() ignored 0 skipped 0"},
	{"sep= in quotes", MARK "\"sep=;\"\nJabatan,x;id\nJabatan;id\nGuru;a\n",
		"1@3:1000 a\n; mark read(Jabatan=role,) near() ignored 0 skipped 0"},
	{"sep= of nothing", "sep=|\nJabatan;id\nGuru;a\n",
		"1@3:1000 a\n;" JABATAN "ignored 0 skipped 0"},
	// --- line ends
	{"CR", "x\rid;Jabatan\ra;Guru\r\rb;Tutor",
		"1@3:1000 a\n2@5:3000 b\n;" JABATAN "ignored 0 skipped 0"},
	{"CR and quotes", "id;\"Jenis\rPTK\"\r\"a\";Guru\r\"b\rc\";Tutor\r",
		"1@2:1000 a\n2@3:3000 b\rc\n; read(Jenis\rPTK=role,) near() ignored 0 skipped 0"},
	{"all of them", "x\r\nid;Jabatan\ra;Guru\n\rb;Tutor\r\n\nc;Guru\r\n",
		"1@3:1000 a\n2@5:3000 b\n3@7:1000 c\n;" JABATAN "ignored 0 skipped 0"},
	{"a quote that stays open, CR", "id;Jabatan\ra;Guru\r\"b;Guru\rc;Guru\r\nd;Guru",
		"1@2:1000 a\n2@3:malformed_csv\n3@4:1000 c\n4@5:1000 d\n"
		";" JABATAN "ignored 0 skipped 0"},
	{"one that stays open up to a CR at the end", "id;Jabatan\n\na;Guru\n\"b;\r",
		"1@3:1000 a\n2@4:malformed_csv\n;" JABATAN "ignored 0 skipped 0"},
	{"a stray quote", "id;Jabatan\n\"C;Guru\nD;Guru\r\n\"E;Guru\nF;Guru\n",
		"1@2:malformed_csv\n2@3:1000 D\n3@4:malformed_csv\n4@5:1000 F\n"
		";" JABATAN "ignored 0 skipped 0"},
	{"one at the end", "id;Jabatan\r\"C;Guru\rD;Guru\r\r\"E;Guru\r",
		"1@2:malformed_csv\n2@3:1000 D\n3@5:malformed_csv\n"
		";" JABATAN "ignored 0 skipped 0"},
	{"one above the header", "\"x\nid;Jabatan\n\"a\"b;Guru\n\"c\" ;\"Guru\"\t\n\"d\"\"\"e",
		"1@3:malformed_csv\n2@4:1000 c\n3@5:malformed_csv\n"
		";" JABATAN "ignored 0 skipped 0"},
	// --- the byte-order mark
	{"a mark", MARK "id;Jabatan\na;Guru\n",
		"1@2:1000 a\n; mark read(Jabatan=role,) near() ignored 0 skipped 0"},
	{"two marks", MARK MARK "\"id\";Jabatan\na;Guru\n",
		"1@2:1000 a\n; mark read(Jabatan=role,) near() ignored 0 skipped 0"},
	{"one and a half", MARK "\xEF\xBBid;Jabatan\na;Guru\n", "malformed_csv"},
	{"UTF-16", "\xFF\xFEi", "malformed_csv"},
	// --- records that are no person
	{"the header again", "id;Jabatan;\na;Guru\nID;\"jabatan\"\nb;Guru\nid;Jabatan;x\nid;Guru\n",
		"1@2:1000 a\n3@4:1000 b\n4@5:! id\n5@6:1000 id\n"
		";" JABATAN "ignored 0 skipped 1"},
	{"a numbering row", "No;id;Jabatan\n\n(1);(2);(3)\n1;a;Guru\n",
		"2@4:1000 a\n;" JABATAN "ignored 1 skipped 1"},
	{"in other ways", "No;id;Jabatan;x\n\"1.\"; 2 ;;[4]\n1;2;3\nNo;id;Jabatan;x\n1;;2;3\n",
		"2@3:! 2\n;" JABATAN "ignored 2 skipped 3"},
	{"as Excel has it", "id;Jabatan;x\n-1;-2;-3\n-1;2;x\n",
		"2@3:! -1\n;" JABATAN "ignored 1 skipped 1"},
	{"no numbering row", "id;Jabatan;x\n2;;4\n1;2;3\n1;;\n",
		"1@2:0000 2 -\n2@3:! 1\n3@4:0000 1 -\n;" JABATAN "ignored 1 skipped 0"},
	{"one number is a person", "id;Jabatan\n1;\n",
		"1@2:0000 1 -\n;" JABATAN "ignored 0 skipped 0"},
	// --- rows of which nothing is given
	{"bare rows",
		"id;Jabatan;Status Kepegawaian;Tugas Tambahan\nJumlah;;\"\";\na;;Lainnya;x\nb;;PNS;\nc;x;;\n",
		"1@2:0000 Jumlah -\n2@3:0000 a -\n3@4:0100 b\n4@5:! c\n"
		"; read(Jabatan=role,Status Kepegawaian=employment,Tugas Tambahan=role,) near() ignored 0 skipped 0"},
	// --- what was understood of the header
	{"columns",
		" Jenis PTK ;Jenis PKT;\"Status\nKepegawaian\";NIP;;id;group; ;x\xFF;statsu_kepegawaian\nGuru\n",
		"1@2:1000\n; read(Jenis PTK=role,Status\nKepegawaian=employment,) "
		"near(Jenis PKT~jenis_ptk,statsu_kepegawaian~status_kepegawaian,) ignored 2 skipped 0"},
	{"a column twice", "role;role;id\nguru;guru;a\nguru;lainnya;b\n",
		"1@2:1000 a\n2@3:! b\n; read(role=role,role=role,) near() ignored 0 skipped 0"},
};

static void test_files(void **state)
{
	(void)state;
	unsigned failed = 0;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (check(str_of(files[i].body), files[i].wanted))
			continue;
		print_error("in \"%s\"\n", files[i].name);
		failed++;
	}
	assert_int_equal(failed, 0);
}

int main(int argc, char **argv)
{
	static const struct snapshot_options no_options = {.release = NULL};
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_files)};
	support_open(argc, argv);
	if (snapshot_create(&snapshot, support_load(support_text()), &no_options))
		return 1;
	int failed = cmocka_run_group_tests_name("rows/csv", tests, NULL, NULL);
	snapshot_destroy(snapshot);
	buf_finish(&told);
	support_close();
	return failed;
}
