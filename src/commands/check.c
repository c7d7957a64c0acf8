// SPDX-License-Identifier: MIT
// pmm-check check: the answers of the service for files and pipes, row by row, each written
// as soon as it is read. Below, the course of check and summary from options to exit status.
#include "check.h"

#include "load.h"

#include <errno.h>
#include <unistd.h>

// What goes in as one of these comes out as the same, and options name them in order.
_Static_assert((int)ROWS_JSON == SHAPE_JSON && (int)ROWS_NDJSON == SHAPE_NDJSON &&
		       (int)ROWS_CSV == SHAPE_CSV && (int)SHAPE_TEXT == SHAPE_CSV + 1,
	"one order of formats");

static void interrupt(int signal)
{
	(void)signal;
	input_is_interrupted = 1;
}

// --- rows

// What stands before the rows, once the first of them or their end is there: an
// input that is refused has no answer.
static void start_answer(struct check *check, const struct rows_header *header, uint64_t first)
{
	if (check->has_head)
		return;
	results_begin(&check->results, header, first);
	results_head(&check->results, &check->output.buf);
	check->has_head = true;
}

static enum code write_row(void *cls, const struct row *row)
{
	struct check *check = cls;
	const uint64_t number = check->rows_before + row->number;
	struct buf *to = &check->output.buf;
	const struct answer_id id = answer_id_of(row->id, row->id_is_number);
	start_answer(check, rows_header(check->rows), number);
	row_counts_add(&check->counts, row);
	if (row->rejected == CODE_none) {
		results_row(&check->results, to, number, id, row->index);
	} else {
		buf_reset(&check->error);
		results_error(&check->results, &check->error, row, false);
		results_rejected(
			&check->results, to, number, id, buf_view(&check->error), row->sheet_row);
		to->failed |= check->error.failed;
	}
	// Anything but none stops the rows; the reason is found by the caller.
	bool goes_on = output_pass(&check->output) && !input_is_interrupted;
	return goes_on ? CODE_none : CODE_draining;
}

static void write_tail(struct check *check, const struct rows_header *header)
{
	start_answer(check, header, 0);
	results_tail(&check->results, &check->output.buf, &check->counts, header);
}

int command_check(enum pmm_lang lang, int argc, char **argv)
{
	struct check check = {.take = write_row, .end = write_tail};
	return check_run(&check, lang, &options_of_check, argc, argv);
}

// --- the whole

static int prepare(struct check *check)
{
	const struct check_options *asked = &check->options;
	const struct service_options options = {.body_max = CHECK_SINGLE_MAX,
		.bulk_bytes_max = CHECK_SINGLE_MAX,
		.rows_max = 1,
		.today = rulebooks_today};
	if (service_create(&check->service, &options))
		return tell_error(check->lang, "pmm-check", ENOMEM);
	if (rulebooks_publish(check->service, asked->rules, &diagnostics_stderr[check->lang]))
		return EXIT_TROUBLE;
	check->set = service_set(check->service);
	check->snapshot = asked->as_of ? rulebook_set_on(check->set, check->as_of)
				       : rulebook_set_current(check->set, rulebooks_today);
	if (!check->snapshot)
		return tell_trouble(check->lang,
			"--as-of: tidak ada buku aturan yang berlaku pada hari itu; pilih hari lain",
			"--as-of: no rulebook is in force on that day; choose another");
	check->results = (struct results){.snapshot = check->snapshot,
		.lang = (enum pmm_lang)asked->lang,
		.shape = (enum shape)asked->to,
		.full = asked->is_full,
		.pretty = asked->is_pretty,
		.explain = asked->is_explained};
	if (asked->as_of && pmm_rulebook_info(snapshot_rulebook(check->snapshot))->dated)
		check->results.day = &check->as_of;
	check->summary = check->is_summary ? summary_create(check->snapshot) : NULL;
	if (check->is_summary && !check->summary)
		return tell_error(check->lang, "pmm-check", ENOMEM);
	return check_read_defaults(check);
}

// Writes a line on how the columns of CSV were read and what became of the rows; of other
// rows only where some may be no people.
static void write_told(
	const struct check *check, struct buf *line, const struct rows_header *header)
{
	if (!header && !check->counts.bare)
		return;
	if (header)
		told_columns(line, header, pmm_rulebook_info(snapshot_rulebook(check->snapshot)),
			check->lang);
	buf_text(line, header ? "; " : "");
	told_counts(line, &check->counts, check->lang);
	buf_char(line, '\n');
}

// Ends the answer and says what became of the rows.
static int finish_answer(struct check *check, int result)
{
	const struct rows_header *header = check->told.arena.limit ? &check->told.header : NULL;
	struct buf line = {0};
	if (check->has_rows && result != EXIT_TROUBLE)
		check->end(check, header);
	if (input_is_interrupted && !check->output.error)
		tell_trouble(check->lang, "dihentikan setelah %llu baris",
			"interrupted after %llu rows",
			(unsigned long long)row_counts_rows(&check->counts));
	if (result == EXIT_OK && row_counts_rejected(&check->counts))
		result = EXIT_NO;
	if (result != EXIT_TROUBLE)
		write_told(check, &line, header);
	if (line.failed)
		result = tell_error(check->lang, "stderr", ENOMEM);
	result = output_end(&check->output, result);
	if (result != EXIT_TROUBLE)
		fprintf(stderr, "%.*s", (int)line.size, line.size ? line.at : "");
	buf_finish(&line);
	return result;
}

static int check_files(struct check *check, char **files)
{
	// Once: where the output takes nothing, the second one has to end it.
	const struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	int result = check->begin ? check->begin(check, &files) : prepare(check);
	for (; *files && result != EXIT_TROUBLE && !input_is_interrupted; files++) {
		int one = check_file(check, *files);
		result = one > result ? one : result;
	}
	result = finish_answer(check, result);
	summary_destroy(check->summary);
	rulebook_set_unref(check->set);
	service_destroy(check->service);
	buf_finish(&check->error);
	arena_finish(&check->told.arena);
	return result;
}

int check_run(struct check *check, enum pmm_lang lang, const struct option_table *table, int argc,
	char **argv)
{
	static char stdin_name[] = "-";
	char *only_stdin[] = {stdin_name, NULL};
	struct arena arena;
	int result;
	arena_init(&arena, NULL, 0, SETTINGS_BYTES_MAX);
	check->lang = check->output.lang = lang;
	check->options = (struct check_options){
		.from = FORMAT_UNKNOWN, .to = SHAPE_COUNT, .lang = PMM_LANG_COUNT};
	if (settings_read(table, lang, &arena, &check->options, argc, argv, &result)) {
		check->is_one_of_many = argc - optind > 1;
		check->is_one = !check->is_summary && optind == argc && check->options.sets.count &&
				isatty(STDIN_FILENO);
		result = check_judge_options(check);
		if (result == EXIT_OK)
			result = check_files(check, optind < argc ? argv + optind : only_stdin);
	}
	arena_finish(&arena);
	return result;
}
