// SPDX-License-Identifier: MIT
// The forms of an answer: compact, indented and as a table; and texts of a
// rulebook that need escapes wherever they come to stand.
#include "api_support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct snapshot_options no_options = {.release = NULL};

static void test_pretty_is_the_compact_one_indented(void **state)
{
	static const char *const targets[] = {"/check?", "/check?role=guru&", "/check?lang=en&",
		"/check?role=nobody&", "/check?x=1&", "/?", "/rulebook?", "/schema/profile.json?",
		"/problems/timeout?", "/nowhere?", "/rulebook/none?"};
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		struct buf wanted = {0};
		char target[200];
		const struct reply *reply = ASK(x, .target = targets[i]);
		unsigned status = reply->status;
		json_indent(&wanted, reply->body, 0);
		snprintf(target, sizeof target, "%spretty=true", targets[i]);
		reply = ASK(x, .target = target);
		assert_status(reply, status);
		if (status != 404) // an address that is not there has no options
			assert_body(reply, buf_view(&wanted));
		buf_finish(&wanted);
	}
	exchange_destroy(x);
	service_destroy(service);
}

// Every profile, in every language and form.
static void check_snapshot(struct str text)
{
	struct snapshot *snapshot;
	struct buf compact = {0}, pretty = {0}, wanted = {0}, table = {0};
	assert_int_equal(snapshot_create(&snapshot, support_load(text), &no_options), 0);
	uint32_t space = pmm_rulebook_info(snapshot_rulebook(snapshot))->space;
	const struct answer_id ids[] = {
		{0}, {"7", 1, false}, {"-7.50E+3", 8, true}, {"\"\\\n\x01\xC3\xA9", 6, false}};
	assert_true(is_json(snapshot_identity(snapshot)));
	for (uint32_t i = 0; i < (size_t)space * 2 * COUNT(ids); i++) {
		uint32_t index = i % space;
		enum pmm_lang lang = (enum pmm_lang)(i / space % 2);
		const struct answer_id id = ids[i / space / 2];
		buf_reset(&compact);
		buf_reset(&pretty);
		buf_reset(&wanted);
		buf_reset(&table);
		snapshot_write(snapshot, &compact, index, id, lang, FORMAT_JSON);
		snapshot_write(snapshot, &pretty, index, id, lang, FORMAT_PRETTY);
		snapshot_write(snapshot, &table, index, id, lang, FORMAT_TEXT);
		json_indent(&wanted, buf_view(&compact), 0);
		assert_true(is_json(buf_view(&compact)));
		assert_true(is_json(buf_view(&pretty)));
		assert_true(str_equal(buf_view(&pretty), buf_view(&wanted)));
		assert_null(memmem(compact.at, compact.size, ",,", 2));
		assert_null(memmem(compact.at, compact.size, "{,", 2));
		assert_int_equal(compact.at[compact.size - 1], '\n');
		assert_int_equal(table.at[table.size - 1], '\n');
	}
	buf_finish(&compact);
	buf_finish(&pretty);
	buf_finish(&wanted);
	buf_finish(&table);
	snapshot_destroy(snapshot);
}

static void test_every_profile_of_the_rulebook(void **state)
{
	(void)state;
	check_snapshot(support_text());
}

static void test_texts_that_need_escapes(void **state)
{
	struct buf text = {0};
	struct service *service;
	static const char *const targets[] = {"/", "/rulebook", "/rulebook?pretty",
		"/schema/profile.json", "/schema/profile.json?pretty&lang=en", "/check?f0=v0",
		"/check", "/check?f0=x", "/check?nobody=1"};
	const struct service_options options = {USUAL_LIMITS};
	(void)state;
	support_generate(&text, "ugly", 2, 3, true);
	check_snapshot(buf_view(&text));
	assert_int_equal(service_create(&service, &options), 0);
	assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	struct exchange *x = exchange_create(service);
	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct reply *reply = ASK(x, .target = targets[i]); // ask() checks the JSON
		assert_true(reply->status == 200 || reply->status == 422);
		ASK(x, .target = targets[i], .accept = "text/plain");
	}
	exchange_destroy(x);
	service_destroy(service);
	buf_finish(&text);
}

// TEXT with every "FROM" in quotes made TO.
static void rename_all(struct buf *to, struct str text, const char *from, const char *name)
{
	char quoted[20];
	size_t size = (size_t)snprintf(quoted, sizeof quoted, "\"%s\"", from);
	for (size_t i = 0; i < text.size;) {
		bool is_it = text.size - i >= size && memcmp(text.at + i, quoted, size) == 0;
		if (is_it)
			buf_json(to, str_of(name));
		else
			buf_char(to, text.at[i]);
		i += is_it ? size : 1;
	}
}

// A rulebook may be refused for such a name; what it may not do is to make the
// service write one member twice. Returns whether it was taken.
static bool check_name(struct str text, const char *from, const char *name)
{
	static const struct question questions[] = {{.target = "/check"}, {.target = "/"},
		{.target = "/check?a0=v0"}, {.target = "/schema/profile.json"},
		{.target = "/rulebook"}, {.text = "[{},{\"f0\":\"v0\",\"id\":\"7\"}]"},
		{.text = "[{},{\"f0\":\"v0\"}]", .target = "/check?detail=full"},
		{.text = "[{},{\"f0\":\"v0\",\"group\":\"x\"}]", .target = "/summary"}};
	const struct service_options options = {USUAL_LIMITS};
	struct pmm_rulebook *rulebook;
	struct service *service;
	struct buf renamed = {0};
	rename_all(&renamed, text, from, name);
	int result = pmm_rulebook_create(&rulebook, renamed.at, renamed.size, PMM_MEMORY_MAX, NULL);
	if (result == 0) {
		assert_int_equal(service_create(&service, &options), 0);
		assert_int_equal(support_publish(service, rulebook), 0);
		struct exchange *x = exchange_create(service);
		for (size_t i = 0; i < COUNT(questions); i++)
			ask(x, &questions[i]); // checks the JSON
		exchange_destroy(x);
		service_destroy(service);
	} else {
		assert_int_equal(result, -EINVAL);
	}
	buf_finish(&renamed);
	return result == 0;
}

static void test_names_that_the_service_uses_too(void **state)
{
	static const char *const places[] = {
		"f1", "a0", "p", "k"}; // fact, attribute, feature, flag
	static const char *const names[] = {"text", "name", "reason", "basis", "missing",
		"possible", "facts", "features", "rulebook", "row", "rows", "error", "errors",
		"summary", "results", "groups", "evaluated", "rejected", "verbose", "lang", "id",
		"group", "f0", "a0", "a1", "k", "q", "changes", "conditions", "undetermined"};
	static const unsigned taken[] = {22, 22, 29, 28};
	struct buf text = {0};
	(void)state;
	support_generate(&text, "names", 2, 2, false);
	for (size_t p = 0; p < COUNT(places); p++) {
		unsigned count = 0;
		for (size_t n = 0; n < COUNT(names); n++)
			count += check_name(buf_view(&text), places[p], names[n]);
		assert_int_equal(count, taken[p]); // else there was nothing to look at
	}
	buf_finish(&text);
}

static void test_languages_are_both_laid_out(void **state)
{
	struct snapshot *snapshot;
	struct buf id = {0}, en = {0};
	(void)state;
	assert_int_equal(snapshot_create(&snapshot, support_load(support_text()), &no_options), 0);
	uint32_t space = pmm_rulebook_info(snapshot_rulebook(snapshot))->space;
	for (uint32_t index = 0; index < space; index++) {
		const struct pmm_decision *decision = pmm_decide(
			snapshot_rulebook(snapshot), index);
		buf_reset(&id);
		buf_reset(&en);
		snapshot_write(snapshot, &id, index, (struct answer_id){"7", 1, false}, PMM_LANG_ID,
			FORMAT_JSON);
		snapshot_write(snapshot, &en, index, (struct answer_id){"7", 1, false}, PMM_LANG_EN,
			FORMAT_JSON);
		for (size_t f = 0; f < 5; f++) {
			const char *const *reason = decision->outcomes[f]->reason;
			assert_non_null(memmem(
				id.at, id.size, reason[PMM_LANG_ID], strlen(reason[PMM_LANG_ID])));
			assert_non_null(memmem(
				en.at, en.size, reason[PMM_LANG_EN], strlen(reason[PMM_LANG_EN])));
		}
	}
	buf_finish(&id);
	buf_finish(&en);
	snapshot_destroy(snapshot);
}

// The next line of *REST, as a string.
static void next_line(struct str *rest, char to[300])
{
	struct str line = str_split(rest, '\n');
	assert_true(line.size < 300);
	if (line.size)
		memcpy(to, line.at, line.size);
	to[line.size] = '\0';
}

static void test_the_columns_of_a_table(void **state)
{
	static const char *const names[] = {"obligation", "deadline", "admin_burden", "access"};
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	char line[300];
	(void)state;
	const struct reply *reply = ASK(
		x, .target = "/check?role=guru&belajar_id=true", .accept = "text/plain");
	struct str rest = reply->body;
	next_line(&rest, line);
	assert_string_equal(line, "role: guru   employment: ?   belajar_id: true   dapodik_gtk: ?");
	next_line(&rest, line);
	assert_string_equal(line, "");
	next_line(&rest, line);
	size_t at[COUNT(names)];
	for (size_t a = 0; a < COUNT(names); a++) {
		assert_non_null(strstr(line, names[a]));
		at[a] = (size_t)(strstr(line, names[a]) - line);
	}
	assert_int_equal(strncmp(line, "feature ", 8), 0);
	for (size_t f = 0; f < 5; f++) {
		next_line(&rest, line);
		assert_int_not_equal(line[strlen(line) - 1], ' ');
		for (size_t a = 0; a < COUNT(names); a++) {
			assert_int_not_equal(line[at[a]], ' ');
			assert_memory_equal(line + at[a] - 2, "  ", 2);
		}
	}
	assert_int_equal(strncmp(line, "pelatihan_mandiri", 8) != 0, 1);
	assert_non_null(strstr(line, "undetermined"));
	next_line(&rest, line);
	assert_string_equal(line, "");
	assert_has(reply, "\nPelatihan Mandiri: Boleh dipakai");
	assert_has(reply, "\n  [SE Dirjen GTK 0559/B.B1/GT.02.00/2024: 1]\n\n");
	assert_false(has(reply, "/2024: 1]\n  [SE Dirjen GTK 0559/B.B1/GT.02.00/2024: 1]")); // once
	assert_has(
		reply, "\n\nSejak 2024-12-09: Surat edaran bersama Mendikdasmen dan Kepala BKN ");
	assert_has(reply, ".\n  [Surat edaran bersama Mendikdasmen dan Kepala BKN, ");
	assert_has(reply,
		"\n\nSejak 2025-01-21: Platform Merdeka Mengajar (PMM) kini bernama Ruang GTK.\n"
		"  [Kementerian yang mengelola platform ini (Kemendikdasmen)]\n\n"
		"Tidak dibahas di sini, dan siapa yang dapat ditanya:\n"
		"  - aturan yang dibuat dinas sendiri: dinas pendidikan setempat\n");
	assert_has(reply, "\n  - CPNS: ");
	assert_has(reply, "juga BKN\n\nse-dirjen-gtk-0559-2024 2.0.0 sha256:");
	exchange_destroy(x);
	service_destroy(service);
}

// A terminal obeys control characters, the C1 range and DEL among them.
static void test_a_table_sends_no_controls_to_the_terminal(void **state)
{
	struct service *service = support_service(NULL);
	struct exchange *x = exchange_create(service);
	(void)state;
	const struct reply *reply = ASK(
		x, .accept = "text/plain", .text = "{\"id\":\"\\u001b[2J\\u007f\\u009b2J\\n\\r\"}");
	assert_status(reply, 200);
	for (size_t i = 0; i < reply->body.size; i++) {
		unsigned char c = (unsigned char)reply->body.at[i];
		assert_true(c >= 0x20 || c == '\n');
		assert_int_not_equal(c, 0x7F);
		if (c == 0xC2)
			assert_true((unsigned char)reply->body.at[i + 1] >= 0xA0);
	}
	exchange_destroy(x);
	service_destroy(service);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pretty_is_the_compact_one_indented),
		cmocka_unit_test(test_every_profile_of_the_rulebook),
		cmocka_unit_test(test_texts_that_need_escapes),
		cmocka_unit_test(test_names_that_the_service_uses_too),
		cmocka_unit_test(test_languages_are_both_laid_out),
		cmocka_unit_test(test_the_columns_of_a_table),
		cmocka_unit_test(test_a_table_sends_no_controls_to_the_terminal),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/layout", tests, NULL, NULL);
	support_close();
	return failed;
}
