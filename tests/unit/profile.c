// SPDX-License-Identifier: MIT
// A profile while it is read: every spelling, every kind of value, and every
// error, all at once (contract, section 2). What follows from a profile is
// tested against the rules.
#include "api_support.h"

#include <stdio.h>

static struct arena arena;
static struct pmm_rulebook *rulebook;

static int reset(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

static void add_facts(struct buf *buf, const uint8_t digits[PMM_FACTS_MAX])
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	for (size_t f = 0; f < info->fact_count; f++) {
		if (digits[f] == 0)
			continue;
		buf_text(buf, info->facts[f].name);
		buf_char(buf, '=');
		buf_text(buf, info->facts[f].values[digits[f] - 1].name);
		buf_char(buf, ' ');
	}
}

// "code name ~suggestion; " for each; the whole document is named ".".
static void add_errors(struct buf *buf, const struct profile *profile)
{
	for (const struct profile_error *e = profile->errors; e; e = e->next) {
		buf_text(buf, code_info(e->code)->name);
		buf_char(buf, ' ');
		buf_str(buf, e->name.at ? e->name : STR("."));
		const char *suggestion = profile_suggestion(profile, e);
		if (suggestion)
			buf_print(buf, " ~%s", suggestion);
		buf_text(buf, "; ");
	}
}

// What was read, as text: facts, then id and group, or all errors.
static void read_json(struct buf *buf, struct str text, bool ignore)
{
	struct profile profile;
	uint8_t digits[PMM_FACTS_MAX] = {0};
	size_t offset;
	buf_reset(buf);
	profile_init(&profile, rulebook, &arena);
	profile.ignore_unknown = ignore;
	enum json_fault fault = profile_read_json(&profile, text, &offset);
	if (fault != JSON_FAULT_NONE) {
		buf_text(buf, "fault ");
		buf_uint(buf, fault);
		buf_text(buf, " at ");
		buf_uint(buf, offset);
		return;
	}
	bool good = profile_finish(&profile, digits);
	assert_int_equal(good, profile.error_count == 0);
	add_errors(buf, &profile);
	if (!good)
		return;
	add_facts(buf, digits);
	if (profile.id.size) {
		buf_text(buf, profile.id_is_number ? "number:" : "id:");
		buf_str(buf, profile.id);
	}
	if (profile.group.size) {
		buf_text(buf, " group:");
		buf_str(buf, profile.group);
	}
}

struct reading {
	const char *text, *wanted;
};

static void check_readings(const struct reading *cases, size_t count, bool ignore)
{
	struct buf buf = {0};
	for (size_t i = 0; i < count; i++) {
		read_json(&buf, str_of(cases[i].text), ignore);
		if (!str_equal(buf_view(&buf), str_of(cases[i].wanted)))
			fail_msg("%s\n gives %.*s\n not   %s", cases[i].text, (int)buf.size,
				buf.at ? buf.at : "", cases[i].wanted);
	}
	buf_finish(&buf);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_good_profiles(void **state)
{
	static const struct reading cases[] = {
		{"{}", ""},
		{"{\"role\":\"guru\"}", "role=guru "},
		{"{\"ROLE\":\" GURU \"}", "role=guru "},
		{"{\"jabatan\":\"teacher\"}", "role=guru "},
		{"{\"peran\":\"Guru Mapel\"}", "role=guru "},
		{"{\"Jenis PTK\":\"Kepala Sekolah\"}", "role=kepala_sekolah "},
		{"{\"jenis_ptk_id_str\":\"Tutor\"}", "role=lainnya "},
		{"{\"status-kepegawaian\":\"GTY / PTY\"}", "employment=non_ASN "},
		{"{\"employment\":\"non asn\"}", "employment=non_ASN "},
		{"{\"belajar_id\":true,\"dapodik_gtk\":false}",
			"belajar_id=true dapodik_gtk=false "},
		{"{\"belajar_id\":1,\"dapodik_gtk\":0}", "belajar_id=true dapodik_gtk=false "},
		{"{\"belajar_id\":\"ya\",\"dapodik_gtk\":\"Tidak Ada\"}",
			"belajar_id=true dapodik_gtk=false "},
		{"{\"akun_belajar_id\":\"TRUE\",\"status_dapodik\":\"GTK\"}",
			"belajar_id=true dapodik_gtk=true "},
		// nothing said
		{"{\"role\":null,\"employment\":\"\",\"belajar_id\":\" \",\"dapodik_gtk\":null}",
			""},
		{"{\"employment\":\"Lainnya\"}", ""},
		// id and group
		{"{\"id\":\"7\",\"group\":\"SMA 1\"}", "id:7 group:SMA 1"},
		{"{\"ID\":\" 7 \",\"Group\":\"\"}", "id: 7 "}, // as they are
		{"{\"id\":null,\"group\":null}", ""},
		{"{\"id\":\"\"}", ""},
		{"{\"id\":\"\\u0041\\n\\ud83d\\ude42\"}", "id:A\n\xF0\x9F\x99\x82"},
		{"{\"id\":\"7\",\"ID\":\"7\"}", "id:7"},
		{"{\"id\":-7.50e+3,\"ID\":-7.50e+3}", "number:-7.50e+3"},
		{"{\"id\":\"\",\"ID\":7}", "number:7"},
		{"{\"id\":7,\"ID\":\"\"}", "number:7"},
		// escapes in names and values
		{"{\"\\u0072ole\":\"\\u0067uru\"}", "role=guru "},
		{"{\"role\\u0020\":\"guru\\t\"}", "role=guru "},
		// the same fact twice, agreeing
		{"{\"role\":\"guru\",\"jabatan\":\"Guru Kelas\"}", "role=guru "},
		{"{\"role\":\"guru\",\"Role\":\"teacher\"}", "role=guru "},
		{"{\"role\":\"guru\",\"jabatan\":\"\"}", "role=guru "},
		{"{\"role\":\"\",\"Role\":\"guru\"}", "role=guru "},
		// an additional duty wins if it is a principal's, and says nothing else
		{"{\"jenis_ptk\":\"Guru\",\"tugas_tambahan\":\"Kepala Sekolah\"}",
			"role=kepala_sekolah "},
		{"{\"tugas_tambahan\":\"Plt. Kepala Sekolah\",\"jenis_ptk\":\"Guru\"}",
			"role=kepala_sekolah "},
		{"{\"jenis_ptk\":\"Guru\",\"tugas_tambahan\":\"Kepala Perpustakaan\"}",
			"role=guru "},
		{"{\"jenis_ptk\":\"Guru\",\"tugas_tambahan\":\"Guru\"}", "role=guru "},
		{"{\"jenis_ptk\":\"Guru\",\"tugas_tambahan\":\"\"}", "role=guru "},
		{"{\"tugas_tambahan\":\"Pembina OSIS\"}", ""},
		{"\xEF\xBB\xBF {\"role\":\"guru\"} \n", "role=guru "},
	};
	(void)state;
	check_readings(cases, COUNT(cases), false);
	check_readings(cases, COUNT(cases), true);
}

static const struct reading error_cases[] = {
	// names
	{"{\"rolle\":\"guru\"}", "unknown_member rolle ~role; "},
	{"{\"Rol\":1}", "unknown_member Rol ~role; "},
	{"{\"emploiment\":[{}]}", "unknown_member emploiment ~employment; "},
	{"{\"grup\":\"x\"}", "unknown_member grup ~group; "},
	{"{\"grroup\":\"x\"}", "unknown_member grroup ~group; "},
	// "group" is suggested where it is nearer than any name of a fact
	{"{\"groue\":\"x\"}", "unknown_member groue ~group; "},
	{"{\"grole\":\"x\"}", "unknown_member grole ~role; "},
	{"{\"rolup\":\"x\"}", "unknown_member rolup; "},
	{"{\"rroup\":\"x\"}", "unknown_member rroup ~group; "},
	{"{\"nuptk\":null}", "unknown_member nuptk; "},
	{"{\"\":null}", "unknown_member ; "},
	{"{\" \":1}", "unknown_member  ; "},
	{"{\"a/b~c\":1}", "unknown_member a/b~c; "},
	{"{\"i\":\"7\"}", "unknown_member i; "},
	// values
	{"{\"role\":\"gugu\"}", "unknown_value role ~guru; "},
	{"{\"jabatan\":\"kepala sekola\"}", "unknown_value jabatan ~kepala_sekolah; "},
	{"{\"role\":\"Zzzzzzzz\"}", "unknown_value role; "},
	{"{\"belajar_id\":\"mungkin\"}", "unknown_value belajar_id; "},
	{"{\"belajar_id\":\"2\"}", "unknown_value belajar_id; "},
	// types
	{"{\"role\":true}", "wrong_type role; "},
	{"{\"role\":false}", "wrong_type role; "},
	{"{\"role\":1}", "wrong_type role; "},
	{"{\"role\":[]}", "wrong_type role; "},
	{"{\"role\":{\"a\":[{}]}}", "wrong_type role; "},
	{"{\"belajar_id\":2}", "wrong_type belajar_id; "},
	{"{\"belajar_id\":1.0}", "wrong_type belajar_id; "},
	{"{\"belajar_id\":-1}", "wrong_type belajar_id; "},
	{"{\"belajar_id\":[true]}", "wrong_type belajar_id; "},
	{"{\"tugas_tambahan\":1}", "wrong_type tugas_tambahan; "},
	{"{\"tugas_tambahan\":[]}", "wrong_type tugas_tambahan; "},
	{"{\"id\":true}", "wrong_type id; "},
	{"{\"group\":[]}", "wrong_type group; "},
	{"{\"group\":{}}", "wrong_type group; "},
	// conflicts name the later one
	{"{\"role\":\"guru\",\"jabatan\":\"lainnya\"}", "conflicting_members jabatan; "},
	{"{\"jabatan\":\"lainnya\",\"role\":\"guru\"}", "conflicting_members role; "},
	{"{\"role\":\"guru\",\"ROLE\":\"lainnya\"}", "conflicting_members ROLE; "},
	{"{\"belajar_id\":true,\"akun_belajar_id\":0}", "conflicting_members akun_belajar_id; "},
	{"{\"role\":\"guru\",\"jabatan\":\"guru\",\"peran\":\"Tutor\"}",
		"conflicting_members peran; "},
	{"{\"id\":\"7\",\"ID\":\"8\"}", "conflicting_members ID; "},
	{"{\"id\":\"7\",\"ID\":7}", "conflicting_members ID; "},
	{"{\"group\":\"a\",\"GROUP\":\"b\",\"Group\":\"a\"}", "conflicting_members GROUP; "},
	// all at once, in the order of the document, conflicts last
	{"{\"x\":1,\"role\":\"gugu\",\"id\":[7],\"employment\":false,\"group\":[1]}",
		"unknown_member x; unknown_value role ~guru; wrong_type id; "
		"wrong_type employment; wrong_type group; "},
	{"{\"role\":\"guru\",\"jabatan\":\"Tutor\",\"belajar_id\":true,"
	 "\"akun_belajar_id\":false,\"id\":true}",
		"wrong_type id; conflicting_members jabatan; "
		"conflicting_members akun_belajar_id; "},
	// not a profile at all
	{"[]", "wrong_type .; "},
	{"[{\"role\":\"guru\"}]", "wrong_type .; "},
	{"\"role\"", "wrong_type .; "},
	{"7", "wrong_type .; "},
	{"true", "wrong_type .; "},
	{"null", "wrong_type .; "},
};

static void test_errors(void **state)
{
	(void)state;
	check_readings(error_cases, COUNT(error_cases), false);
}

static void test_unknown_names_may_be_ignored(void **state)
{
	static const struct reading cases[] = {
		{"{\"rolle\":\"guru\",\"nama\":[{\"x\":1}],\"role\":\"guru\"}", "role=guru "},
		{"{\"rolle\":\"guru\",\"role\":\"gugu\"}", "unknown_value role ~guru; "},
		{"{\"nama\":1,\"id\":[2]}", "wrong_type id; "},
		{"[]", "wrong_type .; "},
	};
	(void)state;
	check_readings(cases, COUNT(cases), true);
}

static void test_faults_of_the_text(void **state)
{
	static const struct reading cases[] = {
		{"", "fault 9 at 0"}, // JSON_FAULT_EMPTY
		{"{\"role\":\"guru\"", "fault 7 at 14"}, // JSON_FAULT_ENDED
		{"{\"role\":\"guru\"}x", "fault 8 at 15"}, // JSON_FAULT_TRAILING
		{"{\"role\":\"guru\",\"role\":\"guru\"}", "fault 10 at 15"}, // JSON_FAULT_DUPLICATE
		{"{\"role\":}", "fault 1 at 8"},
		{"{\"x\":[1,}", "fault 1 at 8"},
		{"{\"x\":[1,{\"a\":1,\"a\":2}]}", "fault 10 at 15"},
		{"{\"bad\":1,\"role\":?", "fault 1 at 16"}, // a bad text is no profile
		{"[1,", "fault 7 at 3"},
		{"[] []", "fault 8 at 3"},
		{"7 8", "fault 8 at 2"},
		{"?", "fault 1 at 0"},
	};
	(void)state;
	check_readings(cases, COUNT(cases), false);
	check_readings(cases, COUNT(cases), true);
}

static void test_length_of_id_and_group(void **state)
{
	char text[400], value[PROFILE_TEXT_MAX + 2];
	struct buf buf = {0};
	(void)state;
	assert_int_equal(PROFILE_TEXT_MAX, 128); // contract, section 2
	memset(value, 'x', sizeof value);
	snprintf(text, sizeof text, "{\"id\":\"%.128s\",\"group\":\"%.128s\"}", value, value);
	read_json(&buf, str_of(text), false);
	assert_int_equal(buf.size, 128 + 128 + strlen("id: group:"));
	snprintf(text, sizeof text, "{\"id\":\"%.129s\",\"group\":\"%.129s\"}", value, value);
	read_json(&buf, str_of(text), false);
	assert_true(str_equal(buf_view(&buf), STR("too_long id; too_long group; ")));
	// Decoded bytes count, not those of the document.
	snprintf(text, sizeof text, "{\"id\":\"%.127s\\u0041\"}", value);
	read_json(&buf, str_of(text), false);
	assert_int_equal(buf.size, 128 + strlen("id:"));
	snprintf(text, sizeof text, "{\"id\":\"%.127s\\u00e9\"}", value);
	read_json(&buf, str_of(text), false);
	assert_true(str_equal(buf_view(&buf), STR("too_long id; ")));
	buf_finish(&buf);
}

static void test_very_long_names_and_values(void **state)
{
	char text[2000], word[1000];
	struct buf buf = {0};
	(void)state;
	memset(word, 'r', sizeof word);
	for (int size = 120; size < 140; size++) {
		snprintf(text, sizeof text, "{\"%.*s\":1,\"role\":\"%.*s\"}", size, word, size,
			word);
		read_json(&buf, str_of(text), false);
		assert_true(buf.at && memmem(buf.at, buf.size, "unknown_value role; ", 20));
	}
	snprintf(text, sizeof text, "{\"%.*s\":1}", 999, word);
	read_json(&buf, str_of(text), false);
	assert_int_equal(buf.size, strlen("unknown_member ; ") + 999);
	buf_finish(&buf);
}

static void test_the_list_of_errors_ends(void **state)
{
	struct profile profile;
	struct buf text = {0};
	uint8_t digits[PMM_FACTS_MAX];
	size_t offset;
	(void)state;
	assert_int_equal(PROFILE_ERRORS_MAX, 100);
	for (size_t count = 99; count <= 102; count++) {
		buf_reset(&text);
		buf_char(&text, '{');
		for (size_t i = 0; i < count; i++) {
			buf_text(&text, i ? ",\"x" : "\"x");
			buf_uint(&text, i);
			buf_text(&text, "\":1");
		}
		// Conflicts are found at the end; they are counted like all others.
		buf_text(&text, ",\"role\":\"guru\",\"peran\":\"Tutor\",\"id\":true}");
		profile_init(&profile, rulebook, &arena);
		assert_int_equal(profile_read_json(&profile, buf_view(&text), &offset), 0);
		assert_false(profile_finish(&profile, digits));
		assert_int_equal(profile.error_count, count + 2);
		size_t listed = 0;
		for (const struct profile_error *e = profile.errors; e; e = e->next)
			listed++;
		assert_int_equal(listed, count + 2 < 100 ? count + 2 : 100);
	}
	buf_finish(&text);
}

static void test_names_in_addresses(void **state)
{
	static const char *const own_names[] = {"pretty", "unknown", NULL};
	struct profile profile;
	struct buf errors = {0};
	(void)state;
	profile_init(&profile, rulebook, &arena);
	profile.takes_text = false;
	profile.own_names = own_names;
	assert_int_equal(profile_read_pairs(&profile,
				 STR("id=7&group=x&grup=y&role=guru&belajar_id=1&rolle=x&prety=1"),
				 NULL, NULL),
		0);
	add_errors(&errors, &profile);
	const char *wanted = "unknown_member id; unknown_member group; unknown_member grup; "
			     "unknown_member rolle ~role; unknown_member prety ~pretty; ";
	assert_true(str_equal(buf_view(&errors), str_of(wanted)));
	assert_int_equal(profile.given_count, 2);
	assert_int_equal(profile.id.size, 0);
	buf_finish(&errors);
}

// Far more spellings of one name than there are names.
static void test_a_name_in_many_spellings(void **state)
{
	struct buf text = {0}, read = {0};
	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		buf_text(&text, i ? ",\"" : "{\"");
		for (unsigned blank = 0; blank < i / 16; blank++)
			buf_char(&text, ' ');
		for (unsigned c = 0; c < 4; c++)
			buf_char(&text, (char)((i >> c & 1) ? "ROLE"[c] : "role"[c]));
		buf_text(&text, "\":\"Guru Kelas\"");
	}
	buf_text(&text, "}");
	read_json(&read, buf_view(&text), false);
	assert_true(str_equal(buf_view(&read), STR("role=guru ")));
	text.size--;
	buf_text(&text, ",\"RoLe_\":1,\"ro_le\":\"Tutor\",\"\\tROLE\":\"Tutor\"}");
	read_json(&read, buf_view(&text), false);
	assert_non_null(memmem(read.at, read.size, "conflicting_members \tROLE; ", 27));
	buf_finish(&text);
	buf_finish(&read);
}

// ?id_from= and ?group_by= name the members to take; what they name is known.
static void test_members_named_for_id_and_group(void **state)
{
	static const char text[] = "{\"Nama Sekolah\":\"SD 1\",\"npsn\":20100001,\"id\":\"x\","
				   "\"group\":\"y\",\"role\":\"guru\"}";
	struct profile profile;
	uint8_t digits[PMM_FACTS_MAX] = {0};
	size_t offset;
	(void)state;
	profile_init(&profile, rulebook, &arena);
	profile.id_from = STR("npsn");
	profile.group_by = STR("namasekolah");
	assert_int_equal(profile_read_json(&profile, str_of(text), &offset), JSON_FAULT_NONE);
	assert_true(profile_finish(&profile, digits));
	assert_true(str_equal(profile.id, STR("20100001"))); // as it was written
	assert_true(str_equal(profile.group, STR("SD 1")));
	assert_int_equal(digits[0], 1);
	profile_init(&profile, rulebook, &arena);
	profile.id_from = profile.group_by = STR("role"); // one member, three uses
	profile_read_json(&profile, STR("{\"role\":\"guru\"}"), &offset);
	assert_true(profile_finish(&profile, digits));
	assert_true(str_equal(profile.id, STR("guru")) && str_equal(profile.group, STR("guru")));
	profile_init(&profile, rulebook, &arena);
	profile.id_from = STR("npsn");
	profile_read_json(&profile, STR("{\"npsn\":[1],\"id\":[7]}"), &offset);
	assert_false(profile_finish(&profile, digits));
	assert_int_equal(profile.error_count, 1); // "id" means nothing now
	assert_int_equal(profile.errors->code, CODE_wrong_type);
}

static void test_defaults_stay_where_nothing_is_given(void **state)
{
	struct profile profile;
	uint8_t digits[PMM_FACTS_MAX] = {3, 2, 1, 1};
	size_t offset;
	(void)state;
	profile_init(&profile, rulebook, &arena);
	profile_read_json(&profile, STR("{\"role\":\"guru\",\"employment\":null}"), &offset);
	assert_true(profile_finish(&profile, digits));
	assert_int_equal(digits[0], 1);
	assert_int_equal(digits[1], 2);
	assert_int_equal(digits[2], 1);
	assert_int_equal(digits[3], 1);
}

static void test_every_way_to_run_out_of_memory(void **state)
{
	static const char text[] = "{\"\\u0061\":\"\\u0061\",\"id\":\"\\u0041\",\"b\":{\"c\":1},"
				   "\"role\":\"guru\",\"peran\":\"Tutor\"}";
	bool passed = false;
	(void)state;
	for (size_t limit = 0; limit < 4000; limit += 16) {
		struct arena small;
		struct profile profile;
		uint8_t digits[PMM_FACTS_MAX];
		size_t offset;
		arena_init(&small, NULL, 0, limit);
		profile_init(&profile, rulebook, &small);
		enum json_fault fault = profile_read_json(&profile, str_of(text), &offset);
		assert_true(fault == JSON_FAULT_NONE || fault == JSON_FAULT_MEMORY);
		if (fault == JSON_FAULT_NONE) {
			assert_false(profile_finish(&profile, digits));
			passed = !profile.out_of_memory;
			assert_int_equal(profile.error_count, 3);
		}
		assert_false(passed && fault == JSON_FAULT_MEMORY); // more memory never harms
		arena_finish(&small);
	}
	assert_true(passed);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_good_profiles, reset),
		cmocka_unit_test_setup(test_errors, reset),
		cmocka_unit_test_setup(test_unknown_names_may_be_ignored, reset),
		cmocka_unit_test_setup(test_faults_of_the_text, reset),
		cmocka_unit_test_setup(test_length_of_id_and_group, reset),
		cmocka_unit_test_setup(test_very_long_names_and_values, reset),
		cmocka_unit_test_setup(test_the_list_of_errors_ends, reset),
		cmocka_unit_test_setup(test_names_in_addresses, reset),
		cmocka_unit_test_setup(test_a_name_in_many_spellings, reset),
		cmocka_unit_test_setup(test_members_named_for_id_and_group, reset),
		cmocka_unit_test_setup(test_defaults_stay_where_nothing_is_given, reset),
		cmocka_unit_test_setup(test_every_way_to_run_out_of_memory, reset),
	};
	support_open(argc, argv);
	arena_init(&arena, NULL, 0, 1 << 20);
	rulebook = support_load(support_text());
	int failed = cmocka_run_group_tests_name("service/profile", tests, NULL, NULL);
	pmm_rulebook_destroy(rulebook);
	arena_finish(&arena);
	support_close();
	return failed;
}
