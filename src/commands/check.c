// SPDX-License-Identifier: MIT
// pmm-check check: the answers of the service for files and pipes, row by row.
// A row is written as soon as it is read, so memory does not grow with them.
#include "check.h"

#include "base/base.h"
#include "commands.h"
#include "load.h"

#include <stdlib.h>
#include <string.h>

enum { SINGLE_MAX = 1 << 20 };

volatile sig_atomic_t check_is_interrupted;

static void interrupt(int signal)
{
	(void)signal;
	check_is_interrupted = 1;
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

static int tell_shortage(const char *name)
{
	fprintf(stderr, "pmm-check: %s: not enough memory\n", name);
	return EXIT_TROUBLE;
}

// Says why an input was refused as a whole.
static void tell_failure(const struct input *input, const struct rows_failure *failure)
{
	if (failure->code == CODE_draining)
		return; // stopped, not refused
	if (failure->code == CODE_overloaded) {
		tell_shortage(input->name);
		return;
	}
	fprintf(stderr, "pmm-check: %s: %s [%s]", input->name,
		code_info(failure->code)->help[PMM_LANG_EN], code_info(failure->code)->name);
	if (failure->fault != JSON_FAULT_NONE)
		fprintf(stderr, " offset %llu", (unsigned long long)failure->offset);
	fprintf(stderr, "\n");
}

// Says that an input could not be read to its end.
static int tell_read_error(const struct check *check, const struct input *input)
{
	fprintf(stderr, "pmm-check: %s: %s", input->name, strerror(input->error));
	if (check->counts.rows)
		fprintf(stderr, "; rows 1 to %llu are answered",
			(unsigned long long)check->counts.rows);
	fprintf(stderr, "\n");
	return EXIT_TROUBLE;
}

static int read_rows(struct check *check, struct input *input, struct rows *rows)
{
	bool good = true;
	while (good && (input->size || !input->is_over) && !check_is_interrupted) {
		good = rows_feed(rows, input->bytes, input->size);
		progress_show(&check->progress, input->read, check->counts.rows);
		input->size = 0;
		if (good && !input->is_over && !output_await(&check->output, input->fd))
			return EXIT_TROUBLE;
		input_fill(input);
	}
	if (check_is_interrupted)
		return EXIT_TROUBLE;
	if (good && input->error)
		return tell_read_error(check, input);
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
	struct rows_options options = {.snapshot = check->snapshot,
		.ignore_unknown = check->options.ignore_unknown,
		.id_from = check->options.id_from,
		.rows_max = UINT64_MAX,
		.take = write_row,
		.cls = check};
	memcpy(options.defaults, check->defaults, sizeof options.defaults);
	if (!check->has_shape) { // several files make one answer, in the shape of the first
		check->has_shape = true;
		check->results = (struct results){.snapshot = check->snapshot,
			.lang = check->options.lang,
			.shape = check->options.to < 0 ? own[format]
						       : (enum shape)check->options.to,
			.full = check->options.full,
			.pretty = check->options.pretty};
	}
	struct rows *rows = rows_create(formats[format], &options);
	if (!rows)
		return tell_shortage(input->name);
	int result = read_rows(check, input, rows);
	rows_destroy(rows);
	return result;
}

// A JSON document that is no array: read whole and answered like one request.
static int check_document(struct check *check, struct input *input)
{
	struct buf text = {0};
	int result = EXIT_TROUBLE;
	while (input->size && text.size <= SINGLE_MAX) {
		buf_add(&text, input->bytes, input->size);
		input->size = 0;
		input_fill(input);
	}
	if (text.failed)
		tell_shortage(input->name);
	else if (input->error)
		tell_read_error(check, input);
	else if (!check_is_interrupted) // a part of it is no question
		result = check_single(check, buf_view(&text));
	buf_finish(&text);
	return result;
}

static int check_file(struct check *check, const char *name)
{
	struct input *input = input_open(name, &check_is_interrupted);
	int result;
	if (!input)
		return EXIT_TROUBLE;
	progress_start(&check->progress, input->total);
	enum input_format format = check->options.from;
	input->flows = format == INPUT_NDJSON || format == INPUT_CSV;
	input_fill(input);
	if (format == INPUT_UNKNOWN)
		format = input_tell_format(input);
	// Alone, an object is answered as one request; among others, or where only
	// rows can be written, it is a row.
	bool as_row = check->is_one_of_many || check->options.to == SHAPE_NDJSON ||
		      check->options.to == SHAPE_CSV;
	if (format == INPUT_UNKNOWN)
		result = tell_shortage(input->name);
	else if (format == INPUT_JSON && !as_row && !input_is_array(input))
		result = check_document(check, input);
	else
		result = check_rows(check, input, format);
	progress_end(&check->progress);
	input_close(input);
	return result;
}

// --- the whole

static bool set_default(struct check *check, const char *text)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(check->snapshot);
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

static bool choose_snapshot(struct check *check)
{
	int32_t day;
	if (check->options.as_of && date_read(str_of(check->options.as_of), &day))
		check->snapshot = service_snapshot_on(check->service, day);
	else
		check->snapshot = service_snapshot(check->service);
	if (!check->snapshot)
		fprintf(stderr, "pmm-check: --as-of: no rulebook is in force on that day\n");
	return check->snapshot != NULL;
}

static bool prepare(struct check *check)
{
	const struct service_options options = {.body_max = SINGLE_MAX,
		.bulk_bytes_max = SINGLE_MAX,
		.rows_max = 1,
		.today = rulebooks_today};
	if (service_create(&check->service, &options)) {
		tell_shortage("service");
		return false;
	}
	if (rulebooks_publish(check->service, check->options.rules, &diagnostics_stderr) ||
		!choose_snapshot(check))
		return false;
	for (size_t i = 0; i < check->options.set_count; i++)
		if (!set_default(check, check->options.sets[i]))
			return false;
	return true;
}

static void finish(struct check *check)
{
	snapshot_unref(check->snapshot);
	service_destroy(check->service);
	buf_finish(&check->error);
}

// Writes what waits, and the end of the answer if it was reached.
static int end_answer(struct check *check, int result)
{
	if (check->has_shape && result != EXIT_TROUBLE) {
		start_answer(check);
		results_tail(&check->results, &check->output.buf, check->counts);
	}
	if (check_is_interrupted && !check->output.error)
		fprintf(stderr, "pmm-check: interrupted after %llu rows\n",
			(unsigned long long)check->counts.rows);
	if (result == EXIT_OK && check->counts.rejected)
		result = EXIT_NO;
	return output_end(&check->output, result);
}

int command_check(int argc, char **argv)
{
	static char stdin_name[] = "-";
	char *only_stdin[] = {stdin_name, NULL};
	struct check check = {0};
	// Once: where the output takes nothing, the second one has to end it.
	const struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
	const char **sets = calloc((size_t)argc, sizeof *sets);
	int first = 0;
	int result = sets ? check_options_read(&check.options, sets, argc, argv, &first)
			  : tell_shortage("options");
	if (result != EXIT_OK) {
		free(sets);
		return result < 0 ? EXIT_OK : result;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	char **files = first < argc ? argv + first : only_stdin;
	check.is_one_of_many = argc - first > 1;
	result = prepare(&check) ? EXIT_OK : EXIT_TROUBLE;
	for (; *files && result != EXIT_TROUBLE && !check_is_interrupted; files++) {
		int one = check_file(&check, *files);
		result = one > result ? one : result;
	}
	result = end_answer(&check, result);
	finish(&check);
	free(sets);
	return result;
}
