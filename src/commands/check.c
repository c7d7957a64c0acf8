// SPDX-License-Identifier: MIT
// pmm-check check: the answers of the service for files and pipes, row by row.
// A row is written as soon as it is read, so memory does not grow with them.
#include "check.h"

#include "commands.h"
#include "date.h"
#include "json.h"
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 << 10, SINGLE_MAX = 1 << 20 };

volatile sig_atomic_t check_is_interrupted;

static void interrupt(int signal)
{
	(void)signal;
	check_is_interrupted = 1;
}

// --- input

struct input {
	const char *name;
	int fd;
	char bytes[PIECE_BYTES];
	size_t size; // of what was read and not yet given on
	uint64_t read; // bytes in all
	bool is_over;
};

// Fills up BYTES. False after a message.
static bool fill(struct input *input)
{
	while (!input->is_over && input->size < PIECE_BYTES && !check_is_interrupted) {
		ssize_t got = read(
			input->fd, input->bytes + input->size, PIECE_BYTES - input->size);
		if (got > 0) {
			input->size += (size_t)got;
			input->read += (uint64_t)got;
			if (input->read > PIECE_BYTES)
				break; // the first piece is for looking at; later ones flow
		} else if (got == 0) {
			input->is_over = true;
		} else if (errno != EINTR) {
			fprintf(stderr, "pmm-check: %s: %s\n", input->name, strerror(errno));
			return false;
		}
	}
	return true;
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t size = strlen(name), suffix_size = strlen(suffix);
	return size > suffix_size && strcmp(name + size - suffix_size, suffix) == 0;
}

static size_t skip_blanks(struct str text, size_t at)
{
	while (at < text.size && strchr(" \t\r\n", text.at[at]) && text.at[at])
		at++;
	return at;
}

// JSON or NDJSON begins with "[" or "{". A first line that is a whole value with
// more behind it is NDJSON.
static enum input_format tell_by_content(struct str text)
{
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = (struct str){text.at + 3, text.size - 3};
	size_t at = skip_blanks(text, 0);
	if (at == text.size || (text.at[at] != '{' && text.at[at] != '['))
		return at == text.size ? INPUT_NDJSON : INPUT_CSV;
	const char *stop = memchr(text.at + at, '\n', text.size - at);
	size_t line_end = stop ? (size_t)(stop - text.at) : text.size;
	if (text.at[at] == '[' || skip_blanks(text, line_end) == text.size)
		return INPUT_JSON;
	struct arena arena;
	arena_init(&arena, NULL, 0, 1u << 20);
	bool is_value = json_check((struct str){text.at + at, line_end - at}, &arena, NULL) ==
			JSON_FAULT_NONE;
	arena_finish(&arena);
	return is_value ? INPUT_NDJSON : INPUT_JSON;
}

static enum input_format tell_format(const struct check *check, const struct input *input)
{
	if (check->options.from != INPUT_UNKNOWN)
		return check->options.from;
	if (has_suffix(input->name, ".ndjson") || has_suffix(input->name, ".jsonl"))
		return INPUT_NDJSON;
	if (has_suffix(input->name, ".csv") || has_suffix(input->name, ".tsv"))
		return INPUT_CSV;
	if (has_suffix(input->name, ".json"))
		return INPUT_JSON;
	return tell_by_content((struct str){input->bytes, input->size});
}

// --- rows

// What stands before the rows, once the first of them or their end is there: an
// input that is refused has no answer.
static void start_answer(struct check *check)
{
	if (!check->has_head)
		results_head(&check->results, &check->output.buf);
	check->has_head = true;
}

static enum code write_row(void *cls, const struct row *row)
{
	struct check *check = cls;
	uint64_t number = ++check->counts.rows;
	struct buf *to = &check->output.buf;
	start_answer(check);
	if (row->rejected == CODE_none) {
		results_row(&check->results, to, number, row->id, row->index);
	} else {
		check->counts.rejected++;
		buf_reset(&check->error);
		results_error(&check->results, &check->error, row, false);
		results_rejected(&check->results, to, number, row->id, buf_view(&check->error));
		to->failed |= check->error.failed;
	}
	// Anything but none stops the rows; the reason is found by the caller.
	bool goes_on = output_pass(&check->output) && !check_is_interrupted;
	return goes_on ? CODE_none : CODE_draining;
}

// Says why an input was refused as a whole.
static void tell_failure(const struct input *input, const struct rows_failure *failure)
{
	if (failure->code == CODE_draining)
		return; // stopped, not refused
	fprintf(stderr, "pmm-check: %s: %s [%s]", input->name,
		code_info(failure->code)->help[PMM_LANG_EN], code_info(failure->code)->name);
	if (failure->fault != JSON_FAULT_NONE)
		fprintf(stderr, " offset %llu", (unsigned long long)failure->offset);
	fprintf(stderr, "\n");
}

static int read_rows(struct check *check, struct input *input, struct rows *rows)
{
	bool good = true;
	while (good && (input->size || !input->is_over) && !check_is_interrupted) {
		good = rows_feed(rows, input->bytes, input->size);
		progress_show(&check->progress, input->read, check->counts.rows);
		input->size = 0;
		if (good && !fill(input))
			return EXIT_TROUBLE;
	}
	if (check_is_interrupted)
		return EXIT_TROUBLE;
	good = good && rows_end(rows);
	if (!good)
		tell_failure(input, rows_failure(rows));
	return good ? EXIT_OK : EXIT_TROUBLE;
}

static int check_rows(struct check *check, struct input *input, enum input_format format)
{
	static const enum rows_format formats[] = {
		[INPUT_JSON] = ROWS_JSON, [INPUT_NDJSON] = ROWS_NDJSON, [INPUT_CSV] = ROWS_CSV};
	static const enum shape own[] = {
		[INPUT_JSON] = SHAPE_JSON, [INPUT_NDJSON] = SHAPE_NDJSON, [INPUT_CSV] = SHAPE_CSV};
	struct rows_options options = {.edition = check->edition,
		.ignore_unknown = check->options.ignore_unknown,
		.id_from = check->options.id_from,
		.rows_max = UINT64_MAX,
		.take = write_row,
		.cls = check};
	memcpy(options.defaults, check->defaults, sizeof options.defaults);
	if (!check->has_shape) { // several files make one answer, in the shape of the first
		check->has_shape = true;
		check->results = (struct results){.edition = check->edition,
			.lang = check->options.lang,
			.shape = check->options.to < 0 ? own[format]
						       : (enum shape)check->options.to,
			.full = check->options.full,
			.pretty = check->options.pretty};
	}
	struct rows *rows = rows_create(formats[format], &options);
	if (!rows) {
		fprintf(stderr, "pmm-check: %s: not enough memory\n", input->name);
		return EXIT_TROUBLE;
	}
	int result = read_rows(check, input, rows);
	rows_destroy(rows);
	return result;
}

// A JSON document that is no array: read whole and answered like one request.
static int check_document(struct check *check, struct input *input)
{
	struct buf text = {0};
	int result = EXIT_TROUBLE;
	bool good = true;
	while (good && input->size && text.size <= SINGLE_MAX) {
		buf_add(&text, input->bytes, input->size);
		input->size = 0;
		good = fill(input);
	}
	if (good && !text.failed)
		result = check_single(check, buf_view(&text));
	buf_finish(&text);
	return result;
}

static bool is_array(const struct input *input)
{
	struct str text = {input->bytes, input->size};
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = (struct str){text.at + 3, text.size - 3};
	size_t at = skip_blanks(text, 0);
	return at < text.size && text.at[at] == '[';
}

static int check_file(struct check *check, const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0;
	struct stat status;
	int result = EXIT_TROUBLE;
	struct input *input = calloc(1, sizeof *input);
	if (!input)
		return EXIT_TROUBLE;
	input->name = is_stdin ? "stdin" : name;
	input->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0) {
		fprintf(stderr, "pmm-check: %s: %s\n", name, strerror(errno));
		free(input);
		return EXIT_TROUBLE;
	}
	bool is_sized = fstat(input->fd, &status) == 0 && S_ISREG(status.st_mode);
	progress_start(&check->progress, is_sized ? (uint64_t)status.st_size : 0);
	if (fill(input)) {
		enum input_format format = tell_format(check, input);
		// Alone, an object is answered as one request; among others, or
		// where only rows can be written, it is a row.
		bool as_row = check->is_one_of_many || check->options.to == SHAPE_NDJSON ||
			      check->options.to == SHAPE_CSV;
		bool is_single = format == INPUT_JSON && !as_row && !is_array(input);
		result = is_single ? check_document(check, input)
				   : check_rows(check, input, format);
	}
	progress_end(&check->progress);
	if (!is_stdin)
		close(input->fd);
	free(input);
	return result;
}

// --- the whole

static bool set_default(struct check *check, const char *text)
{
	const struct pmm_rulebook *rulebook = edition_rulebook(check->edition);
	struct str value = str_of(text), name = str_split(&value, '=');
	const struct pmm_member *member = pmm_member_find(rulebook, name.at, name.size);
	const char *suggestion = NULL;
	int digit = PMM_DIGIT_NONE;
	if (member) {
		digit = pmm_value_find(rulebook, member->fact, value.at, value.size);
		suggestion = pmm_value_suggest(rulebook, member->fact, value.at, value.size);
	} else {
		suggestion = pmm_member_suggest(rulebook, name.at, name.size);
	}
	if (digit == PMM_DIGIT_NONE) {
		fprintf(stderr, "pmm-check: --set: no such %s%s%s%s\n", member ? "value" : "fact",
			suggestion ? "; did you mean " : "", suggestion ? suggestion : "",
			suggestion ? "?" : "");
		return false;
	}
	check->defaults[member->fact] = (uint8_t)digit;
	return true;
}

static bool choose_edition(struct check *check)
{
	int32_t day;
	if (check->options.as_of && date_read(str_of(check->options.as_of), &day))
		check->edition = service_edition_on(check->service, day);
	else
		check->edition = service_edition(check->service);
	if (!check->edition)
		fprintf(stderr, "pmm-check: --as-of: no rulebook is in force on that day\n");
	return check->edition != NULL;
}

static bool prepare(struct check *check)
{
	const struct service_options options = {.body_max = SINGLE_MAX,
		.bulk_bytes_max = SINGLE_MAX,
		.rows_max = 1,
		.today = rulebooks_today};
	if (service_create(&check->service, &options) ||
		rulebooks_publish(check->service, check->options.rules, &teller_stderr) ||
		!choose_edition(check))
		return false;
	for (size_t i = 0; i < check->options.set_count; i++)
		if (!set_default(check, check->options.sets[i]))
			return false;
	return true;
}

static void finish(struct check *check)
{
	edition_unref(check->edition);
	service_destroy(check->service);
	buf_finish(&check->output.buf);
	buf_finish(&check->error);
}

// Writes what waits, and says what kept it from being written.
static int end_output(struct check *check, int result)
{
	if (check->has_shape && result != EXIT_TROUBLE) {
		start_answer(check);
		results_tail(&check->results, &check->output.buf, check->counts);
	}
	if (!output_flush(&check->output)) {
		fprintf(stderr, "pmm-check: cannot write the answer: %s\n",
			strerror(check->output.error));
		return EXIT_TROUBLE;
	}
	if (check_is_interrupted)
		fprintf(stderr, "pmm-check: interrupted after %llu rows\n",
			(unsigned long long)check->counts.rows);
	return result == EXIT_OK && check->counts.rejected ? EXIT_NO : result;
}

int command_check(int argc, char **argv)
{
	static char stdin_name[] = "-";
	char *only_stdin[] = {stdin_name, NULL};
	struct check check = {.output = {.fd = STDOUT_FILENO}};
	const struct sigaction action = {.sa_handler = interrupt};
	const char **sets = calloc((size_t)argc, sizeof *sets);
	int first = 0;
	int result = sets ? check_options_read(&check.options, sets, argc, argv, &first)
			  : EXIT_TROUBLE;
	if (result != EXIT_OK) {
		free(sets);
		return result < 0 ? EXIT_OK : result;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	char **files = first < argc ? argv + first : only_stdin;
	check.is_one_of_many = argc - first > 1;
	result = prepare(&check) ? EXIT_OK : EXIT_TROUBLE;
	for (; *files && result != EXIT_TROUBLE && !check_is_interrupted; files++) {
		int one = check_file(&check, *files);
		result = one > result ? one : result;
	}
	result = check.service ? end_output(&check, result) : result;
	finish(&check);
	free(sets);
	return result;
}
