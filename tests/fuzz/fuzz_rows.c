// SPDX-License-Identifier: MIT
// Many profiles in any shape. What must hold for all bytes: where the pieces of
// the body end changes nothing; every row is evaluated or rejected, the counts
// are those of the rows, and the same in /check and in /summary; a strict
// reader can read the answer. And a row means what it means: the same in lines
// and in an array, alone and among others, quoted and plain, so that what only
// makes reading quick (quick.c) cannot change a result.
//
// The input is a line of characters that choose, and the body:
//
//     FORMAT ACCEPT OPTIONS MORE PIECE...
//
// (input_choice). PIECEs are the sizes of the body's pieces. With MORE & 4 there are
// runs in the body (input_expand), so that a row's limit is in reach.
#include "ask.h"
#include "base/json.h"
#include "fuzz.h"
#include "fuzz_output.h"
#include "input.h"

enum { PIECES_MAX = 16, EXPANDED_MAX = ASK_BULK_MAX + 4096, LONG = 16 << 10 };
enum { MORE_ENGLISH = 1, MORE_CHUNKED = 2, MORE_RUNS = 4 };
enum input_format { LINES, CSV, ARRAY, FORMATS };

static const struct str to_summary = {"/summary", 8}, to_check = {"/check", 6};
static const struct str mark = {"\xEF\xBB\xBF", 3}; // the byte-order mark
static const struct pieces one_piece = {NULL, 0};

static const char *const types[FORMATS] = {
	[LINES] = "application/x-ndjson", [CSV] = "text/csv", [ARRAY] = "application/json"};
static const char *const accepts[] = {
	"", "application/x-ndjson", "text/csv", "application/json", "text/plain", "text/html"};
// One for each bit of OPTIONS.
static const char *const options[] = {"belajar_id=true&dapodik_gtk=ya", "id_from=nama",
	"group_by=kecamatan", "detail=full", "unknown=ignore", "pretty"};

struct input {
	enum input_format format;
	struct question question;
	struct buf query, body;
	size_t sizes[PIECES_MAX];
	struct pieces pieces;
};

// Sizes from 1 to 48 one by one, then by doubling.
static size_t take_size(struct str *line)
{
	unsigned choice = input_choice(line);
	return choice < 48 ? choice + 1 : (size_t)64 << (choice - 48);
}

static void read_input(struct input *input, struct str text)
{
	struct str line = str_split(&text, '\n');
	*input = (struct input){.format = (enum input_format)(input_choice(&line) % FORMATS)};
	const char *accept = accepts[input_choice(&line) % (sizeof accepts / sizeof *accepts)];
	unsigned chosen = input_choice(&line), more = input_choice(&line);
	buf_text(&input->query, more & MORE_ENGLISH ? "lang=en" : "lang=id");
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		if (chosen >> i & 1) {
			buf_char(&input->query, '&');
			buf_text(&input->query, options[i]);
		}
	}
	for (; line.size && input->pieces.count < PIECES_MAX; input->pieces.count++)
		input->sizes[input->pieces.count] = take_size(&line);
	input->pieces.sizes = input->sizes;
	if (more & MORE_RUNS)
		input_expand(&input->body, text, EXPANDED_MAX);
	else
		buf_str(&input->body, text);
	input->question = (struct question){
		.query = buf_view(&input->query),
		.content_type = str_of(types[input->format]),
		.accept = str_of(accept),
		.body = buf_view(&input->body),
		.is_chunked = more & MORE_CHUNKED,
	};
}

static void expect_same(const struct answer *a, const struct answer *b, const char *what)
{
	struct str one = buf_view(&a->body), other = buf_view(&b->body);
	if (a->status == b->status && strcmp(a->type, b->type) == 0 && str_equal(one, other))
		return;
	fprintf(stderr, "%s:\n%u %s\n%.*s\n%u %s\n%.*s\n", what, a->status, a->type, (int)one.size,
		one.size ? one.at : "", b->status, b->type, (int)other.size,
		other.size ? other.at : "");
	abort();
}

static void ask_cut(
	const struct question *question, const struct answer *whole, struct pieces pieces)
{
	struct answer cut = {0};
	ask(question, pieces, &cut);
	if (!cut.is_cut_off)
		expect_same(whole, &cut, "in one piece, and cut");
	answer_finish(&cut);
}

#ifdef FUZZ_REPLAY

// Cut in two at every byte; in three where the byte-order mark and the first bytes of
// a file are; and at all bytes.
static void cut_everywhere(const struct question *question, const struct answer *whole)
{
#ifdef __SANITIZE_ADDRESS__
	enum { THREE_PIECES_MOST = 10 }; // it is twenty times as slow
#else
	enum { THREE_PIECES_MOST = 40 };
#endif
	const size_t size = question->body.size, one = 1;
	for (size_t first = 1; first < size; first++) {
		ask_cut(question, whole, (struct pieces){(size_t[]){first, size}, 2});
		for (size_t both = first + 1; both < size && both < THREE_PIECES_MOST; both++)
			ask_cut(question, whole,
				(struct pieces){(size_t[]){first, both - first, size}, 3});
	}
	ask_cut(question, whole, (struct pieces){&one, 1});
}

// Cut in two, and in up to ten pieces, half of the cuts near the end of a row that is
// about as long as a row may be.
static void cut_at_random(const struct question *question, const struct answer *whole)
{
	enum { CUTS = 40 };
	static uint32_t random = 559;
	const size_t size = question->body.size;
	for (unsigned i = 0; i < CUTS; i++) {
		size_t sizes[PIECES_MAX], left = size, count = 0;
		while (left > 1 && count < (i % 2 ? 10 : 1)) {
			random = random * 1664525 + 1013904223;
			size_t piece = 1 + (random >> 8) % (left - 1);
			if (count == 0 && i % 4 < 2 && left > 100)
				piece = left - 1 - (random >> 8) % 100;
			sizes[count++] = piece;
			left -= piece;
		}
		sizes[count++] = size;
		ask_cut(question, whole, (struct pieces){sizes, count});
	}
}

static void cut_often(const struct question *question, const struct answer *whole)
{
	if (question->body.size <= 400)
		cut_everywhere(question, whole);
	else
		cut_at_random(question, whole);
}

#else

// Too slow where inputs are made up.
static void cut_often(const struct question *question, const struct answer *whole)
{
	(void)question, (void)whole;
}

#endif

// Asks with the body in one piece and in the input's pieces, or in any.
static void ask_both_ways(const struct input *input, struct str path, struct answer *answer)
{
	struct question question = input->question;
	question.path = path;
	ask(&question, one_piece, answer);
	ask_cut(&question, answer, input->pieces);
	cut_often(&question, answer);
}

// ---- a row means what it means ----

// Asks for lines about BODY, with the options of the input.
static void ask_for_lines(
	const struct input *input, enum input_format format, struct str body, struct answer *answer)
{
	struct question question = input->question;
	question.path = to_check;
	question.content_type = str_of(types[format]);
	question.accept = STR("application/x-ndjson");
	question.body = body;
	ask(&question, one_piece, answer);
}

static bool is_blank(struct str line)
{
	for (size_t i = 0; i < line.size; i++)
		if (!memchr(" \t\r", line.at[i], 3))
			return false;
	return true;
}

// Whether LINE can stand in an array as it is.
static bool is_element(struct str line)
{
	struct json_reader reader;
	struct json_token token;
	struct arena arena;
	bool good = !str_starts(line, mark);
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	json_open(&reader, line, &arena);
	reader.depth_max = JSON_DEPTH_MAX - 1; // the array is one
	while (json_next(&reader, &token) != JSON_END && token.kind != JSON_FAULT) {
	}
	good &= token.kind == JSON_END;
	arena_finish(&arena);
	return good;
}

// What a line of an answer says behind {"row":N,
static struct str after_number(struct str line)
{
	str_split(&line, ',');
	return line;
}

static void check_line_alone(const struct input *input, struct str line, struct str result)
{
	struct answer alone = {0};
	ask_for_lines(input, LINES, line, &alone);
	struct str lines = buf_view(&alone.body);
	FUZZ_ASSERT(alone.status == 200);
	FUZZ_ASSERT(str_equal(after_number(str_split(&lines, '\n')), after_number(result)));
	answer_finish(&alone);
}

static void check_array(const struct input *input, struct str elements, struct answer *lines)
{
	struct answer array = {0};
	struct buf body = {0};
	buf_char(&body, '[');
	buf_str(&body, elements);
	buf_char(&body, ']');
	ask_for_lines(input, ARRAY, buf_view(&body), &array);
	expect_same(lines, &array, "as lines, and as an array");
	answer_finish(&array);
	buf_finish(&body);
}

static void check_lines(const struct input *input)
{
	enum { ALONE_MAX = 6 };
	struct answer answer = {0};
	struct buf elements = {0};
	struct str rest = input->question.body;
	bool are_elements = true;
	ask_for_lines(input, LINES, rest, &answer);
	struct str results = buf_view(&answer.body);
	if (str_starts(rest, mark))
		rest = (struct str){rest.at + mark.size, rest.size - mark.size};
	for (unsigned rows = 0; answer.status == 200 && rest.size;) {
		struct str line = str_split(&rest, '\n');
		if (is_blank(line))
			continue;
		struct str result = str_split(&results, '\n');
		if (rows++ < ALONE_MAX && !str_starts(line, mark))
			check_line_alone(input, line, result);
		are_elements = are_elements && is_element(line);
		if (elements.size)
			buf_char(&elements, ',');
		buf_str(&elements, line);
	}
	if (answer.status == 200 && are_elements)
		check_array(input, buf_view(&elements), &answer);
	buf_finish(&elements);
	answer_finish(&answer);
}

// The delimiter of a body in which nothing is quoted, if there is just one. Not where a CR
// alone ends a line, nor where a line names it, which would be another one if quoted.
static char find_delimiter(struct str body)
{
	char found = 0;
	for (size_t i = 0; i + 1 < body.size; i++)
		if (body.at[i] == '\r' && body.at[i + 1] != '\n')
			return 0;
	if (body.size > 3 && str_equal_nocase((struct str){body.at, 4}, STR("sep=")))
		return 0;
	for (const char *c = ",;\t"; *c && body.size; c++) {
		if (!memchr(body.at, *c, body.size))
			continue;
		if (found)
			return 0;
		found = *c;
	}
	return body.size && !memchr(body.at, '"', body.size) ? found : 0;
}

static void quote_line(struct buf *buf, struct str line, char delimiter)
{
	bool has_return = line.size && line.at[line.size - 1] == '\r';
	line.size -= has_return;
	for (bool is_first = true; line.at; is_first = false) {
		struct str field = str_split(&line, delimiter);
		if (!is_first)
			buf_char(buf, delimiter);
		buf_char(buf, '"');
		buf_str(buf, field);
		buf_char(buf, '"');
	}
	if (has_return)
		buf_char(buf, '\r');
}

// A line of blanks and delimiters is no row, quoted or not.
static bool is_no_row(struct str line, char delimiter)
{
	for (size_t i = 0; i < line.size; i++) {
		bool ends = i + 1 == line.size && line.at[i] == '\r';
		if (line.at[i] != ' ' && line.at[i] != '\t' && line.at[i] != delimiter && !ends)
			return false;
	}
	return true;
}

static void check_quoted(const struct input *input)
{
	struct str rest = input->question.body;
	char delimiter = find_delimiter(rest);
	if (!delimiter || (unsigned char)rest.at[0] >= 0xEF)
		return; // a mark, or UTF-16
	struct answer plain = {0}, quoted = {0};
	struct buf body = {0};
	bool is_clear = true;
	ask_for_lines(input, CSV, rest, &plain);
	while (rest.size) {
		struct str line = str_split(&rest, '\n');
		if (is_no_row(line, delimiter)) {
			buf_str(&body, line);
		} else {
			// A header of one column says nothing of the delimiter.
			is_clear &= memchr(line.at, delimiter, line.size) != NULL;
			quote_line(&body, line, delimiter);
		}
		if (rest.at)
			buf_char(&body, '\n');
	}
	if (is_clear) {
		ask_for_lines(input, CSV, buf_view(&body), &quoted);
		expect_same(&plain, &quoted, "plain, and quoted");
	}
	answer_finish(&plain);
	answer_finish(&quoted);
	buf_finish(&body);
}

// What both addresses say about the same rows.
static void check_counts(const struct input *input, const struct answer *check)
{
	struct output_counts counts = {0}, summary_counts = {0};
	struct answer summary = {0};
	ask_both_ways(input, to_summary, &summary);
	if (check->is_stream)
		output_read_results(check->type, buf_view(&check->body), &counts);
	else if (check->status != 200)
		output_read_problem(check->type, buf_view(&check->body));
	if (summary.status == 200)
		output_read_summary(summary.type, buf_view(&summary.body), &summary_counts);
	else
		output_read_problem(summary.type, buf_view(&summary.body));
	if (check->is_stream && summary.status != 406)
		FUZZ_ASSERT(summary.status == 200 && counts.evaluated == summary_counts.evaluated &&
			    counts.rejected == summary_counts.rejected);
	answer_finish(&summary);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer check = {0};
	struct input input;
	read_input(&input, (struct str){(const char *)data, size});
	ask_both_ways(&input, to_check, &check);
	if (input.body.size <= LONG) { // the rest takes its time
		check_counts(&input, &check);
		if (input.format == LINES)
			check_lines(&input);
		if (input.format == CSV)
			check_quoted(&input);
	}
	answer_finish(&check);
	buf_finish(&input.query);
	buf_finish(&input.body);
	return 0;
}
