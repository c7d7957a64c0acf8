// SPDX-License-Identifier: MIT
// Rows of a bulk request whose short cuts could show: ids that cannot stay as they
// came, more profiles than a request or a snapshot keeps the answers of, facts that
// a row does not give, and what is counted of all that.
#include "api_support.h"

#include <stdio.h>
#include <stdlib.h>

static struct service *service;
static struct exchange *x;

// A service with a rulebook of FACTS facts with VALUES values.
static void open_service(unsigned facts, unsigned values)
{
	struct buf text = {0};
	service = support_service(NULL);
	support_generate(&text, "generated", facts, values, false);
	assert_int_equal(support_publish(service, support_load(buf_view(&text))), 0);
	buf_finish(&text);
	x = exchange_create(service);
}

static void close_service(void)
{
	exchange_destroy(x);
	service_destroy(service);
}

// --- ids

static const char *const odd_bytes[] = {"\"", "\\", "\x01", "\n", "\r", "\t", "\x1F", " ", "\x7F",
	",", "=", "+", "-", "@", "\xC3\xA9", "'"};
enum { ODD = sizeof odd_bytes / sizeof odd_bytes[0], ID_MOST = 20 };

// An id of SIZE letters with one of the odd bytes from PLACE on.
static struct str make_id(char room[ID_MOST + 2], size_t size, size_t place, const char *odd)
{
	size_t more = strlen(odd);
	memset(room, 'a', size);
	memcpy(room + place, odd, more);
	return (struct str){room, size > place + more ? size : place + more};
}

static void add_csv_id(struct buf *buf, struct str id)
{
	bool is_quoted = memchr(id.at, ',', id.size) || memchr(id.at, '"', id.size) ||
			 memchr(id.at, '\n', id.size) || memchr(id.at, '\r', id.size);
	buf_text(buf, is_quoted ? "\"" : "");
	buf_text(buf, memchr("=+-@\t\r", id.at[0], 6) ? "'" : "");
	for (size_t i = 0; i < id.size; i++) {
		buf_text(buf, id.at[i] == '"' ? "\"" : "");
		buf_char(buf, id.at[i]);
	}
	buf_text(buf, is_quoted ? "\"" : "");
}

// Goes through all ids: calls ADD with the number of each.
static unsigned each_id(struct buf *buf, void (*add)(struct buf *, unsigned number, struct str id))
{
	unsigned number = 0;
	char room[ID_MOST + 2];
	for (size_t size = 1; size <= ID_MOST; size++)
		for (size_t place = 0; place < size; place++)
			for (size_t odd = 0; odd < ODD; odd++)
				add(buf, ++number, make_id(room, size, place, odd_bytes[odd]));
	return number;
}

static void add_question(struct buf *buf, unsigned number, struct str id)
{
	(void)number;
	buf_text(buf, "{\"f0\":\"v1\",\"id\":");
	buf_json(buf, id);
	buf_text(buf, "}\n");
}

#define OUTCOMES                                                                                   \
	"\"facts\":{\"f0\":\"v1\"},\"features\":{\"p\":{\"a0\":\"w1\",\"a1\":\"w0\"},"             \
	"\"q\":{\"a0\":\"w1\",\"a1\":\"w0\"}}}"

static void add_json_answer(struct buf *buf, unsigned number, struct str id)
{
	support_add(buf, "{\"row\":%u,\"id\":", number);
	buf_json(buf, id);
	buf_text(buf, "," OUTCOMES "\n");
}

static void add_array_answer(struct buf *buf, unsigned number, struct str id)
{
	buf_text(buf, number > 1 ? "," : "{\"results\":[");
	add_json_answer(buf, number, id);
	buf->size--; // the line feed
}

static void add_csv_answer(struct buf *buf, unsigned number, struct str id)
{
	if (number == 1)
		buf_text(buf, "row,id,f0,p.a0,p.a1,q.a0,q.a1,error\n");
	support_add(buf, "%u,", number);
	add_csv_id(buf, id);
	buf_text(buf, ",v1,w1,w0,w1,w0,\n");
}

static void test_ids(void **state)
{
	static const struct {
		const char *accept;
		void (*add)(struct buf *, unsigned number, struct str id);
	} shapes[] = {
		{"application/x-ndjson", add_json_answer},
		{"application/json", add_array_answer},
		{"text/csv", add_csv_answer},
	};
	struct buf rows = {0};
	(void)state;
	open_service(1, 2);
	each_id(&rows, add_question);
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		struct buf wanted = {0};
		each_id(&wanted, shapes[i].add);
		const struct reply *reply = ASK(x, .body = buf_view(&rows),
			.type = "application/x-ndjson", .accept = shapes[i].accept);
		assert_status(reply, 200);
		assert_true(str_starts(reply->body, buf_view(&wanted)));
		buf_finish(&wanted);
	}
	buf_finish(&rows);
	close_service();
}

// --- profiles

// Of one profile its facts as JSON, in a row to be asked or in an answer.
static void add_facts(struct buf *buf, unsigned index, unsigned facts, unsigned values)
{
	const char *mark = "";
	for (unsigned f = 0; f < facts; f++, index /= values + 1) {
		unsigned digit = index % (values + 1);
		if (!digit)
			continue;
		support_add(buf, "%s\"f%u\":\"v%u\"", mark, f, digit - 1);
		mark = ",";
	}
}

// All profiles, in an order that is far from theirs.
enum { FACTS = 4, VALUES = 8, SPACE = 9 * 9 * 9 * 9, STEP = 1000, TWICE = 2 };

static unsigned pick(unsigned row)
{
	return row * STEP % SPACE;
}

static void add_profiles(struct buf *rows)
{
	for (unsigned row = 0; row < TWICE * SPACE; row++) {
		buf_char(rows, '{');
		add_facts(rows, pick(row), FACTS, VALUES);
		buf_text(rows, "}\n");
	}
}

static void check_profiles(struct str answer)
{
	for (unsigned row = 0; row < TWICE * SPACE; row++) {
		struct str line = str_split(&answer, '\n');
		struct buf wanted = {0};
		support_add(&wanted, "{\"row\":%u,\"facts\":{", row + 1);
		add_facts(&wanted, pick(row), FACTS, VALUES);
		buf_text(&wanted, "},\"features\":{\"p\":{\"a0\":\"");
		unsigned digit = pick(row) % (VALUES + 1); // the first fact decides
		if (digit)
			support_add(&wanted, "w%u\"", digit - 1);
		else
			buf_text(&wanted, "undetermined\"");
		if (!str_starts(line, buf_view(&wanted)))
			fail_msg("%.*s\nis not\n%.*s", (int)line.size, line.at, (int)wanted.size,
				wanted.at);
		buf_finish(&wanted);
	}
}

// More than a request has places for, and more than a snapshot has cached for. Each
// counts, once.
static void test_more_profiles_than_are_kept(void **state)
{
	static const char *const targets[] = {"/check", "/summary"};
	struct buf rows = {0};
	(void)state;
	add_profiles(&rows);
	for (size_t i = 0; i < 2; i++) {
		open_service(FACTS, VALUES);
		const struct reply *reply = ASK(x, .body = buf_view(&rows),
			.type = "application/x-ndjson", .target = targets[i]);
		assert_status(reply, 200);
		if (i == 0)
			check_profiles(reply->body);
		exchange_count(x, 1);
		reply = ASK(x, .target = "/metrics");
		for (unsigned v = 0; v <= VALUES; v++) {
			char line[100], name[16] = "undetermined";
			if (v < VALUES)
				snprintf(name, sizeof name, "w%u", v);
			snprintf(line, sizeof line,
				"pmm_answers_total{feature=\"p\",obligation=\"%s\"} %d\n", name,
				TWICE * SPACE / (VALUES + 1));
			assert_has(reply, line);
		}
		close_service();
	}
	buf_finish(&rows);
}

// A line may end before its facts do, and the address may give them.
static void test_facts_that_are_not_given(void **state)
{
	static const char *const lines[] = {"v1,v2,v0", "v1,v2", "v1", "v1,,", ",v2", ",,v1"};
	static const char *const facts[] = {"\"f0\":\"v1\",\"f1\":\"v2\",\"f2\":\"v0\"",
		"\"f0\":\"v1\",\"f1\":\"v2\",\"f2\":\"v2\"",
		"\"f0\":\"v1\",\"f1\":\"v0\",\"f2\":\"v2\"",
		"\"f0\":\"v1\",\"f1\":\"v0\",\"f2\":\"v2\"", "\"f1\":\"v2\",\"f2\":\"v2\"",
		"\"f1\":\"v0\",\"f2\":\"v1\""};
	struct buf rows = {0};
	(void)state;
	open_service(3, 3);
	buf_text(&rows, "f0,f1,f2\n");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		buf_text(&rows, lines[i]);
		buf_char(&rows, '\n');
	}
	struct str rest = ASK(x, .body = buf_view(&rows), .type = "text/csv",
		.accept = "application/x-ndjson", .target = "/check?f1=v0&f2=v2")
				  ->body;
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		char wanted[120];
		int size = snprintf(
			wanted, sizeof wanted, "{\"row\":%zu,\"facts\":{%s},", i + 1, facts[i]);
		assert_true(str_starts(str_split(&rest, '\n'), (struct str){wanted, (size_t)size}));
	}
	buf_finish(&rows);
	close_service();
}

// --- the form of a question in CSV

static const char delimiters[] = ",;\t";

// Writes a row of the id, and holds it against what it was measured to be, where it was.
static void write_csv(const struct results *results, struct buf *buf, uint64_t number,
	struct str id, struct snapshot *snapshot)
{
	const size_t before = buf->size;
	const struct cached_response *part = snapshot_cached(
		snapshot, 1, PMM_LANG_ID, FORMAT_ROW_CSV);
	results_row(results, buf, number, answer_id_of(id, false), 1);
	assert_non_null(part);
	if (results_is_direct(results, id))
		assert_int_equal(buf->size - before,
			results_direct_size(results, number, answer_id_of(id, false), part->body));
}

// In every delimiter, with and without a mark: only what has the delimiter is quoted.
static void test_delimiters(void **state)
{
	static const char *const ids[] = {"a", "b,c", "d;e", "f\tg", "=h", "\ti", "j\"k", ""};
	(void)state;
	open_service(1, 2);
	struct rulebook_set *set = service_set(service);
	struct snapshot *snapshot = rulebook_set_current(set, 0);
	for (const char *d = delimiters; *d; d++) {
		const struct rows_header header = {.delimiter = *d, .has_mark = *d == ';'};
		struct results results = {.snapshot = snapshot, .shape = SHAPE_CSV};
		struct buf found = {0}, wanted = {0};
		results_begin(&results, &header, 1);
		results_head(&results, &found);
		support_add(&wanted, "%srow%cid%cf0%cp.a0%cp.a1%cq.a0%cq.a1%cerror\n",
			header.has_mark ? UTF8_MARK : "", *d, *d, *d, *d, *d, *d, *d);
		for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
			const struct str id = str_of(ids[i]);
			const bool is_quoted = memchr(ids[i], *d, id.size) ||
					       memchr(ids[i], '"', id.size);
			const char *const text = strchr(ids[i], '"') ? "j\"\"k" : ids[i];
			write_csv(&results, &found, i + 1, id, snapshot);
			support_add(&wanted, "%zu%c%s%s%s%s%cv0%cw0%cw0%cw0%cw0%c\n", i + 1, *d,
				is_quoted ? "\"" : "", strchr("=\t", *ids[i]) && *ids[i] ? "'" : "",
				text, is_quoted ? "\"" : "", *d, *d, *d, *d, *d, *d);
		}
		results_rejected(
			&results, &found, 9, answer_id_of(STR("x"), false), STR("a; b,c"), 12);
		const char *const quote = *d == '\t' ? "" : "\"";
		support_add(&wanted, "9%cx%c%c%c%c%c%c%sa; b,c%s\n", *d, *d, *d, *d, *d, *d, *d,
			quote, quote);
		if (!str_equal(buf_view(&found), buf_view(&wanted)))
			fail_msg("%.*s\nis not\n%.*s", (int)found.size, found.at, (int)wanted.size,
				wanted.at);
		buf_finish(&found);
		buf_finish(&wanted);
	}
	rulebook_set_unref(set);
	close_service();
}

// What is told of several headers: each column once, as long as the first lives or not.
static void test_headers_as_one(void **state)
{
	const struct pmm_member member = {.fact = 0};
	const struct rows_column read[] = {{STR("A"), &member, NULL}, {STR("A"), &member, NULL}};
	struct told_header told = {.header = {0}};
	struct buf buf = {0};
	(void)state;
	open_service(1, 2);
	struct rulebook_set *set = service_set(service);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		snapshot_rulebook(rulebook_set_current(set, 0)));
	for (unsigned i = 0; i < 3; i++) {
		char name[] = "B\x1B";
		const struct rows_column near = {{name, i ? 2 : 1}, NULL, "f0"};
		const struct rows_header header = {read, &near, 2, 1, 7 + i, ';', i == 0};
		assert_true(told_header_add(&told, &header));
		memset(name, 'x', 2);
	}
	assert_true(told.header.delimiter == ';' && told.header.has_mark);
	const struct row_counts counts = {.rows = {3}, .bare = 1, .skipped = 2};
	struct json_writer json = json_writer_of(&buf, false);
	json_object(&json);
	told_json(&json, &counts, &told.header, info);
	json_object_end(&json);
	buf_char(&buf, '\n');
	told_counts(&buf, &counts, PMM_LANG_EN);
	buf_char(&buf, '\n');
	told_columns(&buf, &told.header, info, PMM_LANG_ID);
	const struct str wanted = STR(
		"{\"rows\":5,\"evaluated\":3,\"rejected\":0,\"skipped\":2,\"without_facts\":1,"
		"\"columns\":{\"read\":[{\"column\":\"A\",\"fact\":\"f0\"}],\"near\":["
		"{\"column\":\"B\",\"did_you_mean\":\"f0\"},"
		"{\"column\":\"B\\u001b\",\"did_you_mean\":\"f0\"}],\"ignored\":9}}\n"
		"5 rows: 3 evaluated (1 without facts), 0 rejected, 2 skipped\n"
		"kolom yang dibaca: \"A\" = f0; tidak dikenal: \"B\" (maksudnya f0?), "
		"\"B\\u001b\" (maksudnya f0?); 9 kolom lain diabaikan");
	if (!str_equal(buf_view(&buf), wanted))
		fail_msg("%.*s\nis not\n%.*s", (int)buf.size, buf.at, (int)wanted.size, wanted.at);
	buf_finish(&buf);
	arena_finish(&told.arena);
	rulebook_set_unref(set);
	close_service();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_more_profiles_than_are_kept),
		cmocka_unit_test(test_facts_that_are_not_given),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_headers_as_one),
	};
	support_open(argc, argv);
	int failed = cmocka_run_group_tests_name("service/bulk", tests, NULL, NULL);
	support_close();
	return failed;
}
