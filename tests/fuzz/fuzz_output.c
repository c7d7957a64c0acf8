// SPDX-License-Identifier: MIT
#include "fuzz_output.h"

#include "base/base.h"
#include "base/utf8.h"
#include "fuzz.h"

// What a walk over JSON rows has found.
struct walk {
	struct json_reader reader;
	struct output_counts seen; // in the rows
	struct output_counts said; // in the summary
	bool has_summary;
};

static bool is_name(const struct json_token *token, const char *name)
{
	return str_equal(token->raw, str_of(name));
}

static uint64_t read_number(struct json_reader *reader)
{
	struct json_token token;
	uint64_t number = 0;
	FUZZ_ASSERT(json_next(reader, &token) == JSON_NUMBER);
	for (size_t i = 0; i < token.raw.size; i++) {
		FUZZ_ASSERT(token.raw.at[i] >= '0' && token.raw.at[i] <= '9');
		number = number * 10 + (uint64_t)(token.raw.at[i] - '0');
	}
	return number;
}

static void skip_value(struct json_reader *reader)
{
	struct json_token token;
	json_next(reader, &token);
	FUZZ_ASSERT(json_skip(reader, &token));
}

static void expect(struct json_reader *reader, enum json_kind kind)
{
	struct json_token token;
	FUZZ_ASSERT(json_next(reader, &token) == kind);
}

static void add_counts(struct output_counts *to, const struct output_counts *from)
{
	to->rows += from->rows;
	to->evaluated += from->evaluated;
	to->rejected += from->rejected;
	to->skipped += from->skipped;
}

static void check_sum(const struct output_counts *counts)
{
	FUZZ_ASSERT(counts->rows == counts->evaluated + counts->rejected + counts->skipped);
}

// What is skipped behind the last result shows in no result.
static void check_equal(const struct output_counts *a, const struct output_counts *b)
{
	FUZZ_ASSERT(a->evaluated == b->evaluated && a->rejected == b->rejected);
	check_sum(a);
	check_sum(b);
}

// The members of an object that count something, behind its brace. GROUPS, if
// there are any, is what they come to.
static void read_counts(
	struct json_reader *reader, struct output_counts *counts, struct output_counts *groups)
{
	struct json_token token;
	*counts = (struct output_counts){0};
	while (json_next(reader, &token) == JSON_NAME) {
		if (is_name(&token, "rows")) {
			counts->rows = read_number(reader);
		} else if (is_name(&token, "evaluated")) {
			counts->evaluated = read_number(reader);
		} else if (is_name(&token, "rejected")) {
			counts->rejected = read_number(reader);
		} else if (is_name(&token, "skipped")) {
			counts->skipped = read_number(reader);
		} else if (groups && is_name(&token, "groups")) {
			*groups = (struct output_counts){0};
			expect(reader, JSON_OBJECT);
			while (json_next(reader, &token) == JSON_NAME) {
				struct output_counts group;
				expect(reader, JSON_OBJECT);
				read_counts(reader, &group, NULL);
				add_counts(groups, &group);
			}
			FUZZ_ASSERT(token.kind == JSON_OBJECT_END);
		} else {
			skip_value(reader);
		}
	}
	FUZZ_ASSERT(token.kind == JSON_OBJECT_END);
}

// The number of a row: between it and the one before are those that were skipped.
static void take_number(struct output_counts *seen, uint64_t number)
{
	FUZZ_ASSERT(number > seen->rows);
	seen->skipped += number - seen->rows - 1;
	seen->rows = number;
}

// A row or the summary behind the rows, behind its brace.
static void read_object(struct walk *walk)
{
	struct json_token token;
	bool is_row = false, is_rejected = false, has_facts = false;
	FUZZ_ASSERT(!walk->has_summary);
	while (json_next(&walk->reader, &token) == JSON_NAME) {
		if (is_name(&token, "row")) {
			is_row = true;
			take_number(&walk->seen, read_number(&walk->reader));
		} else if (is_name(&token, "summary")) {
			walk->has_summary = true;
			expect(&walk->reader, JSON_OBJECT);
			read_counts(&walk->reader, &walk->said, NULL);
		} else if (is_name(&token, "results")) {
			expect(&walk->reader, JSON_ARRAY);
			while (json_next(&walk->reader, &token) == JSON_OBJECT)
				read_object(walk);
			FUZZ_ASSERT(token.kind == JSON_ARRAY_END);
		} else {
			is_rejected |= is_name(&token, "error");
			has_facts |= is_name(&token, "facts");
			skip_value(&walk->reader);
		}
	}
	FUZZ_ASSERT(token.kind == JSON_OBJECT_END);
	FUZZ_ASSERT(is_row ? is_rejected != has_facts : walk->has_summary);
	walk->seen.evaluated += has_facts;
	walk->seen.rejected += is_rejected;
}

static void read_json(struct walk *walk, struct str text)
{
	struct arena arena;
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	json_open(&walk->reader, text, &arena);
	expect(&walk->reader, JSON_OBJECT);
	read_object(walk);
	expect(&walk->reader, JSON_END);
	arena_finish(&arena);
}

// The next field of a CSV file, written as RFC 4180 has it but for line feeds,
// into FIELD. Returns what ended it: the delimiter or a line feed.
static char read_field(struct str *rest, struct buf *field, char delimiter)
{
	buf_reset(field);
	bool is_quoted = rest->size && rest->at[0] == '"';
	size_t at = is_quoted;
	for (; at < rest->size; at++) {
		char c = rest->at[at];
		if (is_quoted && c == '"') {
			at++;
			if (at == rest->size || rest->at[at] != '"')
				break;
		} else if (!is_quoted) {
			if (c == delimiter || c == '\n')
				break;
			FUZZ_ASSERT(c != '"' && c != '\r');
		}
		buf_char(field, c);
	}
	FUZZ_ASSERT(at < rest->size && (rest->at[at] == delimiter || rest->at[at] == '\n'));
	FUZZ_ASSERT(!field->size || !memchr("=+-@\t\r", field->at[0], 6));
	char end = rest->at[at];
	*rest = (struct str){rest->at + at + 1, rest->size - at - 1};
	return end;
}

static void read_csv(struct str body, struct output_counts *counts)
{
	struct buf field = {0};
	size_t columns = 0;
	*counts = (struct output_counts){0};
	body = utf8_skip_mark(body);
	FUZZ_ASSERT(body.size > 3);
	const char delimiter = body.at[3]; // behind "row"
	for (bool is_head = true; body.size; is_head = false) {
		size_t count = 1;
		char end = read_field(&body, &field, delimiter);
		buf_char(&field, '\0');
		if (is_head)
			FUZZ_ASSERT(strcmp(field.at, "row") == 0);
		else
			take_number(counts, strtoull(field.at, NULL, 10));
		for (; end == delimiter; count++)
			end = read_field(&body, &field, delimiter);
		if (is_head) {
			columns = count;
			continue;
		}
		FUZZ_ASSERT(count == columns);
		counts->rejected += field.size > 0; // the last column is the error
	}
	counts->evaluated = counts->rows - counts->rejected - counts->skipped;
	FUZZ_ASSERT(columns > 0);
	buf_finish(&field);
}

// The counts of the last row, to which those before it come.
static void read_csv_summary(struct str body, struct output_counts *counts)
{
	struct output_counts groups = {0}, row = {0};
	struct buf field = {0};
	size_t columns = 0;
	body = utf8_skip_mark(body);
	FUZZ_ASSERT(str_starts(body, STR("group")) && body.size > 5);
	const char delimiter = body.at[5];
	for (size_t lines = 0; body.size; lines++) {
		uint64_t *const cells[] = {
			NULL, &row.rows, &row.evaluated, &row.rejected, &row.skipped};
		size_t count = 0;
		char end;
		add_counts(&groups, &row);
		do {
			end = read_field(&body, &field, delimiter);
			buf_char(&field, '\0');
			if (lines && count > 0 && count < sizeof cells / sizeof cells[0])
				*cells[count] = strtoull(field.at, NULL, 10);
			count++;
		} while (end == delimiter);
		FUZZ_ASSERT(lines == 0 || count == columns);
		columns = count;
	}
	if (groups.rows)
		check_equal(&(struct output_counts){row.rows - row.skipped, row.evaluated,
				    row.rejected, 0},
			&groups);
	*counts = row;
	buf_finish(&field);
}

// The next number off *LINE, whatever its name is in the language of the answer.
static uint64_t take_count(struct str *line)
{
	uint64_t number = 0;
	size_t at = 0;
	while (at < line->size && (line->at[at] < '0' || line->at[at] > '9'))
		at++;
	for (; at < line->size && line->at[at] >= '0' && line->at[at] <= '9'; at++)
		number = number * 10 + (uint64_t)(line->at[at] - '0');
	*line = (struct str){line->at + at, line->size - at};
	return number;
}

static void take_counts(struct str line, struct output_counts *counts)
{
	counts->rows = take_count(&line);
	counts->evaluated = take_count(&line);
	FUZZ_ASSERT(take_count(&line) <= counts->evaluated); // without facts
	counts->rejected = take_count(&line);
	counts->skipped = take_count(&line);
	check_sum(counts);
}

// Text for a terminal: its first line, the one behind a blank one, and how many there are
// up to that.
static size_t read_lines(struct str body, struct str *first, struct str *counts)
{
	size_t lines = 0, up_to = 0;
	bool is_behind = false;
	*first = *counts = (struct str){NULL, 0};
	for (; body.size; lines++) {
		const struct str line = str_split(&body, '\n');
		FUZZ_ASSERT(buf_is_printable(line));
		if (lines == 0)
			*first = line;
		if (is_behind) {
			*counts = line;
			up_to = lines + 1;
		}
		is_behind = line.size == 0;
	}
	return up_to;
}

static void check_text(struct str body)
{
	FUZZ_ASSERT(body.size && body.at[body.size - 1] == '\n');
	FUZZ_ASSERT(utf8_valid(body));
}

void output_read_results(const char *type, struct str body, struct output_counts *counts)
{
	struct walk walk = {.has_summary = false};
	struct str first, last;
	check_text(body);
	if (strncmp(type, "text/csv", 8) == 0) {
		read_csv(body, counts);
	} else if (strncmp(type, "text/plain", 10) == 0) {
		size_t lines = read_lines(body, &first, &last);
		take_counts(last, counts);
		// a head, the rows, a blank line, the counts
		FUZZ_ASSERT(lines == counts->rows - counts->skipped + 3);
	} else {
		bool is_lines = strcmp(type, "application/x-ndjson") == 0;
		FUZZ_ASSERT(is_lines || strcmp(type, "application/json") == 0);
		while (body.size) {
			struct str text = is_lines ? str_split(&body, '\n') : body;
			read_json(&walk, text);
			if (!is_lines)
				break;
		}
		FUZZ_ASSERT(walk.has_summary);
		// What is skipped may come last, and is not seen then.
		walk.seen.skipped += walk.said.rows - walk.seen.rows;
		walk.seen.rows = walk.said.rows;
		check_equal(&walk.seen, &walk.said);
		*counts = walk.said;
	}
}

void output_read_summary(const char *type, struct str body, struct output_counts *counts)
{
	struct output_counts groups = {0};
	struct str first, last;
	struct json_reader reader;
	struct arena arena;
	check_text(body);
	if (strncmp(type, "text/plain", 10) == 0) {
		read_lines(body, &first, &last);
		take_counts(first, counts);
		return;
	}
	if (strncmp(type, "text/csv", 8) == 0) {
		read_csv_summary(body, counts);
		return;
	}
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	json_open(&reader, body, &arena);
	expect(&reader, JSON_OBJECT);
	read_counts(&reader, counts, &groups);
	expect(&reader, JSON_END);
	check_equal(counts, &groups);
	arena_finish(&arena);
}

void output_read_problem(const char *type, struct str body)
{
	struct arena arena;
	check_text(body);
	if (strncmp(type, "text/plain", 10) == 0 || strncmp(type, "text/html", 9) == 0)
		return;
	FUZZ_ASSERT(strcmp(type, "application/problem+json") == 0);
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	FUZZ_ASSERT(json_check(body, &arena, NULL) == JSON_FAULT_NONE);
	arena_finish(&arena);
}
