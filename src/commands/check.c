// SPDX-License-Identifier: MIT
// pmm-check check: the answers of the service for files and pipes, row by row.
// A row is written as soon as it is read, so memory does not grow with them.
#include "check.h"

#include "load.h"

#include <errno.h>
#include <unistd.h>

enum { SINGLE_MAX = 1 << 20 };

// What goes in as one of these comes out as the same, and options name them in order.
_Static_assert((int)ROWS_JSON == SHAPE_JSON && (int)ROWS_NDJSON == SHAPE_NDJSON &&
		       (int)ROWS_CSV == SHAPE_CSV && (int)SHAPE_TEXT == SHAPE_CSV + 1,
	"one order of formats");

// SIGINT or SIGTERM came: finish the line and stop. A second one kills.
static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
	(void)signal;
	is_interrupted = 1;
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
	bool goes_on = output_pass(&check->output) && !is_interrupted;
	return goes_on ? CODE_none : CODE_draining;
}

static int tell_shortage(const struct check *check, const char *name)
{
	return tell_error(check->lang, name, ENOMEM);
}

// Says why an input was refused as a whole.
static int tell_failure(const struct check *check, const struct rows_failure *failure)
{
	const struct code_info *code = code_info(failure->code);
	const char *name = check->input.name;
	char offset[40] = "";
	if (failure->code == CODE_draining)
		return EXIT_TROUBLE; // stopped, not refused
	if (failure->code == CODE_overloaded)
		return tell_shortage(check, name);
	if (failure->fault != JSON_FAULT_NONE)
		snprintf(
			offset, sizeof offset, " offset %llu", (unsigned long long)failure->offset);
	return tell_trouble(check->lang, "%s: %s [%s]%s", "%s: %s [%s]%s", name,
		code->help[check->lang], code->name, offset);
}

// Says that an input could not be read to its end.
static int tell_read_error(const struct check *check)
{
	const struct input *input = &check->input;
	char rows[60] = "";
	if (row_counts_rows(&check->counts) && !check->is_summary)
		snprintf(rows, sizeof rows,
			lang_pick(check->lang, "; baris 1 sampai %llu sudah dijawab",
				"; rows 1 to %llu are answered"),
			(unsigned long long)row_counts_rows(&check->counts));
	return tell_trouble(check->lang, "%s: %s%s", "%s: %s%s", input->name,
		error_text(check->lang, input->error), rows);
}

static int read_rows(struct check *check, struct rows *rows, struct str first)
{
	struct input *input = &check->input;
	bool good = first.size == 0 || rows_feed(rows, first.at, first.size);
	while (good && (input->size || !input->is_over) && !is_interrupted) {
		good = rows_feed(rows, input->bytes, input->size);
		input_show_progress(input, row_counts_rows(&check->counts));
		input->size = 0;
		if (good && !input->is_over && !output_await(&check->output, input->fd))
			return EXIT_TROUBLE;
		input_fill(input);
	}
	if (is_interrupted)
		return EXIT_TROUBLE;
	if (good && input->error)
		return tell_read_error(check);
	if (good && rows_end(rows))
		return EXIT_OK;
	return tell_failure(check, rows_failure(rows));
}

// Which columns a CSV answer has. EXIT_TROUBLE also where they would have no effect.
static int choose_columns(struct check *check, enum shape shape)
{
	struct results *results = &check->results;
	struct buf allowed = {0};
	if (!check->options.columns)
		return EXIT_OK;
	if (shape != SHAPE_CSV)
		return tell_trouble(check->lang,
			"--columns: hanya jawaban CSV yang mempunyai kolom; pilih --to csv",
			"--columns: only an answer in CSV has columns; use --to csv");
	results->columns = NULL;
	if (results_choose(results, str_of(check->options.columns), check->columns))
		return EXIT_OK;
	results_names(results, &allowed, STR(", "));
	tell_trouble(check->lang, "--columns: kolom itu tidak ada; yang ada: %.*s",
		"--columns: no such column; there are: %.*s", (int)allowed.size,
		allowed.at ? allowed.at : "");
	buf_finish(&allowed);
	return EXIT_TROUBLE;
}

// Options that change nothing in the answer's form would be passed over in silence.
static int refuse_idle(const struct check *check)
{
	static const char *const names[] = {"json", "ndjson", "csv", "text"};
	const struct check_options *asked = &check->options;
	const enum shape shape = check->results.shape;
	const bool is_csv = shape == SHAPE_CSV || shape == SHAPE_TEXT;
	const char *idle = asked->is_pretty && (is_csv || shape == SHAPE_NDJSON) ? "--pretty"
			   : asked->is_full && is_csv                            ? "--detail full"
										 : NULL;
	return idle ? tell_trouble(check->lang,
			      "%s tidak berpengaruh pada jawaban %s; hapus "
			      "pilihan itu, atau pilih --to json",
			      "%s changes nothing in an answer as %s; leave it out, or use --to "
			      "json",
			      idle, names[shape])
		    : EXIT_OK;
}

// FIRST was taken of the input before.
static int check_rows(struct check *check, enum rows_format format, struct str first)
{
	struct rows_options options = {.snapshot = check->snapshot,
		.ignore_unknown = check->options.ignores_unknown,
		.id_from = check->id_from,
		.group_by = check->group_by,
		.rows_max = UINT64_MAX,
		.take = check->take,
		.cls = check};
	memcpy(options.defaults, check->defaults, sizeof options.defaults);
	check->has_rows = true;
	if (check->results.shape == SHAPE_COUNT) // of several files the first decides
		check->results.shape = (enum shape)format;
	if (choose_columns(check, check->results.shape) || refuse_idle(check))
		return EXIT_TROUBLE;
	struct rows *rows = rows_create(format, &options);
	if (!rows)
		return tell_shortage(check, check->input.name);
	check->rows = rows;
	int result = read_rows(check, rows, first);
	const struct rows_header *header = rows_header(rows);
	if (header && !told_header_add(&check->told, header))
		result = tell_shortage(check, check->input.name);
	check->counts.skipped += rows_skipped(rows);
	check->rows_before = row_counts_rows(&check->counts);
	rows_destroy(rows);
	return result;
}

// Whether TEXT begins with an envelope up to its rows.
static bool is_envelope(const struct check *check, struct str text)
{
	struct arena arena;
	struct profile profile;
	size_t offset;
	arena_init(&arena, NULL, 0, 16u << 20);
	profile_init(&profile, snapshot_rulebook(check->snapshot), &arena);
	profile.may_be_envelope = true;
	profile_read_json(&profile, text, &offset);
	arena_finish(&arena);
	return profile.rows_at > 0;
}

// A JSON document that is no array: read whole and answered like one request, unless it
// is an envelope.
static int check_document(struct check *check)
{
	struct input *input = &check->input;
	struct buf text = {0};
	int result = EXIT_TROUBLE;
	if (choose_columns(check, SHAPE_JSON) || refuse_idle(check))
		return result;
	while (input->size && text.size <= SINGLE_MAX) {
		buf_add(&text, input->bytes, input->size);
		input->size = 0;
		input_fill(input);
	}
	if (text.failed)
		tell_shortage(check, input->name);
	else if (input->error)
		tell_read_error(check);
	else if (is_envelope(check, buf_view(&text)))
		result = check_rows(check, ROWS_JSON, buf_view(&text));
	else if (!is_interrupted) // a part of it is no question
		result = check_single(check, buf_view(&text));
	buf_finish(&text);
	return result;
}

static int check_file(struct check *check, const char *name)
{
	struct input *input = &check->input;
	uint64_t format = check->options.from;
	int result;
	if (input_open(input, check->lang, name, &is_interrupted))
		return EXIT_TROUBLE;
	if (check->is_one) {
		strcpy(input->bytes, "{}");
		input->size = 2;
		input->is_over = true;
	} else if (isatty(input->fd) == 1) {
		fprintf(stderr, "%s\n",
			lang_pick(check->lang,
				"Membaca dari terminal: ketik profil, akhiri dengan Ctrl-D.",
				"Reading from the terminal: type profiles, end with Ctrl-D."));
	}
	input->flows = format == ROWS_NDJSON || format == ROWS_CSV;
	input_fill(input);
	if (format == FORMAT_UNKNOWN)
		format = input_tell_format(input);
	// Alone, an object is answered as one request; among others, or where rows are
	// counted or alone can be written, it is a row.
	bool as_row = check->is_summary || check->is_one_of_many ||
		      check->options.to == SHAPE_NDJSON || check->options.to == SHAPE_CSV;
	const enum code wrong = code_of_head((struct str){input->bytes, input->size});
	if (wrong != CODE_none)
		result = tell_failure(check, &(struct rows_failure){.code = wrong});
	else if (format == FORMAT_UNKNOWN)
		result = tell_shortage(check, input->name);
	else if (format == ROWS_JSON && !as_row && !input_is_array(input))
		result = check_document(check);
	else
		result = check_rows(check, (enum rows_format)format, STR(""));
	input_close(input);
	return result;
}

// --- the whole

// Says that NAME, or what is given as its value, is not known, and what there is.
static int refuse_default(
	const struct check *check, const struct pmm_member *member, const char *suggestion)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		snapshot_rulebook(check->snapshot));
	const struct pmm_fact *fact = member ? &info->facts[member->fact] : NULL;
	const size_t count = fact ? fact->value_count : info->fact_count;
	struct buf text = {0};
	if (suggestion)
		buf_print(&text, lang_pick(check->lang, "; maksud Anda %s?", "; did you mean %s?"),
			suggestion);
	buf_text(&text, lang_pick(check->lang, "; yang ada:", "; there are:"));
	for (size_t i = 0; i < count; i++)
		buf_print(&text, " %s", fact ? fact->values[i].name : info->facts[i].name);
	if (text.failed)
		tell_error(check->lang, "--set", ENOMEM);
	else
		tell_trouble(check->lang, "--set: %s itu tidak dikenal%.*s",
			"--set: this is not a known %s%.*s",
			lang_pick(check->lang, fact ? "nilai" : "fakta", fact ? "value" : "fact"),
			(int)text.size, text.at);
	buf_finish(&text);
	return EXIT_TROUBLE;
}

// "fact=value"
static int set_default(struct check *check, const char *text)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(check->snapshot);
	struct str value = str_of(text), name = str_split(&value, '=');
	const struct pmm_member *member = pmm_member_find(rulebook, name.at, name.size);
	if (!member)
		return refuse_default(
			check, NULL, pmm_member_suggest(rulebook, name.at, name.size));
	int digit = pmm_member_value(rulebook, member, value.at, value.size);
	if (digit == PMM_DIGIT_NONE)
		return refuse_default(check, member,
			pmm_value_suggest(rulebook, member->fact, value.at, value.size));
	check->defaults[member->fact] = (uint8_t)digit;
	return EXIT_OK;
}

// The name of a column or member, folded into ROOM; NULL: none was given.
static bool read_name(const char *name, char room[WORD_MAX], struct str *folded)
{
	*folded = (struct str){room, name ? word_fold(room, str_of(name)) : 0};
	return !name || (folded->size > 0 && folded->size <= WORD_MAX);
}

// What the values of the options must be besides words: a day, a name, an assignment.
static int judge_options(struct check *check)
{
	const struct check_options *options = &check->options;
	const char *wrong = NULL, *form = NULL;
	if (options->as_of && !date_read(str_of(options->as_of), &check->as_of))
		wrong = "as-of", form = "YYYY-MM-DD";
	if (!read_name(options->id_from, check->id_from_text, &check->id_from))
		wrong = "id-from", form = "NUPTK";
	if (!read_name(options->group_by, check->group_by_text, &check->group_by))
		wrong = "group-by", form = "NPSN";
	for (size_t i = 0; i < options->sets.count; i++)
		if (!strchr(options->sets.items[i], '='))
			wrong = "set", form = "role=guru";
	return wrong ? tell_trouble(check->lang, "--%s: tulis seperti %s", "--%s: write it like %s",
			       wrong, form)
		     : EXIT_OK;
}

static int prepare(struct check *check)
{
	const struct check_options *asked = &check->options;
	const struct service_options options = {.body_max = SINGLE_MAX,
		.bulk_bytes_max = SINGLE_MAX,
		.rows_max = 1,
		.today = rulebooks_today};
	if (service_create(&check->service, &options))
		return tell_shortage(check, "pmm-check");
	if (rulebooks_publish(check->service, asked->rules, &diagnostics_stderr))
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
		.pretty = asked->is_pretty};
	if (check->is_summary) {
		check->summary = summary_create(check->snapshot);
		if (!check->summary)
			return tell_shortage(check, "summary");
	}
	int result = EXIT_OK;
	for (size_t i = 0; i < asked->sets.count && result == EXIT_OK; i++)
		result = set_default(check, asked->sets.items[i]);
	return result;
}

static void end_answer(struct check *check, const struct rows_header *header)
{
	if (check->summary) {
		results_begin(&check->results, header, 0);
		summary_end(check->summary, check->counts.skipped);
		summary_write(check->summary, &check->output.buf, &check->results, header);
	} else {
		start_answer(check, header, 0);
		results_tail(&check->results, &check->output.buf, &check->counts, header);
	}
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
	buf_text(line, header ? "   " : "");
	told_counts(line, &check->counts, check->lang);
	buf_char(line, '\n');
}

static int check_files(struct check *check, char **files)
{
	// Once: where the output takes nothing, the second one has to end it.
	const struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	int result = prepare(check);
	for (; *files && result != EXIT_TROUBLE && !is_interrupted; files++) {
		int one = check_file(check, *files);
		result = one > result ? one : result;
	}
	const struct rows_header *header = check->told.arena.limit ? &check->told.header : NULL;
	struct buf line = {0};
	if (check->has_rows && result != EXIT_TROUBLE)
		end_answer(check, header);
	if (is_interrupted && !check->output.error)
		tell_trouble(check->lang, "dihentikan setelah %llu baris",
			"interrupted after %llu rows",
			(unsigned long long)row_counts_rows(&check->counts));
	if (result == EXIT_OK && row_counts_rejected(&check->counts))
		result = EXIT_NO;
	if (result != EXIT_TROUBLE)
		write_told(check, &line, header);
	if (line.failed)
		result = tell_shortage(check, "stderr");
	result = output_end(&check->output, result);
	if (result != EXIT_TROUBLE)
		fprintf(stderr, "%.*s", (int)line.size, line.size ? line.at : "");
	buf_finish(&line);
	summary_destroy(check->summary);
	rulebook_set_unref(check->set);
	service_destroy(check->service);
	buf_finish(&check->error);
	arena_finish(&check->told.arena);
	return result;
}

// Of summary, whose words are json|csv|text.
static enum shape summary_shape(uint64_t to)
{
	static const enum shape shapes[] = {SHAPE_JSON, SHAPE_CSV, SHAPE_TEXT};
	if (to == SHAPE_COUNT)
		return isatty(STDOUT_FILENO) ? SHAPE_TEXT : SHAPE_JSON;
	return shapes[to];
}

int check_run(struct check *check, enum pmm_lang lang, const struct option_table *table, int argc,
	char **argv)
{
	static char stdin_name[] = "-";
	char *only_stdin[] = {stdin_name, NULL};
	struct check_options *options = &check->options;
	struct arena arena;
	int result;
	arena_init(&arena, NULL, 0, SETTINGS_BYTES_MAX);
	check->lang = check->output.lang = lang;
	options->from = FORMAT_UNKNOWN;
	options->to = SHAPE_COUNT;
	options->lang = PMM_LANG_COUNT;
	if (settings_read(table, lang, &arena, options, argc, argv, &result)) {
		check->is_one_of_many = argc - optind > 1;
		check->is_one = !check->is_summary && optind == argc && options->sets.count &&
				isatty(STDIN_FILENO);
		if (check->is_summary)
			options->to = summary_shape(options->to);
		else if (check->is_one && options->to == SHAPE_COUNT && isatty(STDOUT_FILENO))
			options->to = SHAPE_TEXT;
		if (options->lang != PMM_LANG_COUNT)
			check->lang = (enum pmm_lang)options->lang;
		else // of answers, too; those for machines do not hang on the locale
			options->lang = options->to == SHAPE_TEXT ? lang : PMM_LANG_ID;
		result = judge_options(check);
		if (result == EXIT_OK)
			result = check_files(check, optind < argc ? argv + optind : only_stdin);
	}
	arena_finish(&arena);
	return result;
}

int command_check(enum pmm_lang lang, int argc, char **argv)
{
	struct check check = {.take = write_row};
	return check_run(&check, lang, &options_of_check, argc, argv);
}
