// SPDX-License-Identifier: MIT
// What pmm-check check and summary do with one file: its rows are taken as they are read, so
// memory does not grow with them. A JSON document that is no array is read whole.
#include "check.h"

#include <errno.h>
#include <unistd.h>

// What codes mean where there is no HTTP; of others the help does.
static const struct {
	enum code code;
	const char *text[PMM_LANG_COUNT];
} texts[] = {
	{CODE_no_header,
		{"di antara 30 baris pertama tidak ada baris judul yang memuat nama sebuah fakta; "
		 "kolom dipisah dengan koma, titik koma, atau tab, bukan dengan |",
			"none of the first 30 rows is a header with the name of a fact in it; "
			"columns are separated by commas, semicolons or tabs, not by |"}},
	{CODE_unknown_parameter,
		{"kolom dengan nama itu tidak ada; cocokkan dengan baris judulnya",
			"there is no column of that name; compare it with the header"}},
	{CODE_too_many_groups, {"kelompok terlalu banyak; pilih kolom lain",
				       "there are too many groups; choose another column"}},
	{CODE_invalid_profile, {"perlu sebuah objek JSON, atau larik berisi objek",
				       "a JSON object is needed, or an array of objects"}},
};

// Says why an input was refused as a whole.
static int tell_failure(const struct check *check, const struct rows_failure *failure)
{
	const struct code_info *code = code_info(failure->code);
	const char *name = check->input.name, *text = code->help[check->lang];
	const bool is_column = failure->code == CODE_unknown_parameter ||
			       failure->code == CODE_too_many_groups;
	char place[40] = "";
	if (failure->code == CODE_draining)
		return EXIT_TROUBLE; // stopped, not refused
	if (failure->code == CODE_overloaded)
		return tell_error(check->lang, name, ENOMEM);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].code == failure->code)
			text = texts[i].text[check->lang];
	if (failure->fault != JSON_FAULT_NONE)
		snprintf(place, sizeof place, ", offset %llu", (unsigned long long)failure->offset);
	else if (is_column)
		strcpy(place, check->is_summary ? ": --group-by" : ": --id-from");
	return tell_trouble(
		check->lang, "%s%s: %s [%s]", "%s%s: %s [%s]", name, place, text, code->name);
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
	while (good && (input->size || !input->is_over) && !input_is_interrupted) {
		good = rows_feed(rows, input->bytes, input->size);
		input_show_progress(input, row_counts_rows(&check->counts));
		input->size = 0;
		if (good && !input->is_over && !output_await(&check->output, input->fd))
			return EXIT_TROUBLE;
		input_fill(input);
	}
	if (input_is_interrupted)
		return EXIT_TROUBLE;
	if (good && input->error)
		return tell_read_error(check);
	if (good && rows_end(rows))
		return EXIT_OK;
	return tell_failure(check, rows_failure(rows));
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
	if (!check->has_rows && check_settle_shape(check, (enum shape)format))
		return EXIT_TROUBLE; // of several files the first decides
	if (check->options.is_explained && !check->options.is_full)
		return tell_trouble(check->lang,
			"--explain: baris ringkas tidak memuat alasan; tambahkan --detail full (json, ndjson)",
			"--explain: rows in brief have no reasons; add --detail full (json, ndjson)");
	check->has_rows = true;
	struct rows *rows = rows_create(format, &options);
	if (!rows)
		return tell_error(check->lang, check->input.name, ENOMEM);
	check->rows = rows;
	int result = read_rows(check, rows, first);
	const struct rows_header *header = rows_header(rows);
	if (header && !told_header_add(&check->told, header))
		result = tell_error(check->lang, check->input.name, ENOMEM);
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
	if (check_settle_shape(check, SHAPE_JSON))
		return result;
	while (input->size && text.size <= CHECK_SINGLE_MAX) {
		buf_add(&text, input->bytes, input->size);
		input->size = 0;
		input_fill(input);
	}
	if (text.failed)
		tell_error(check->lang, input->name, ENOMEM);
	else if (input->error)
		tell_read_error(check);
	else if (is_envelope(check, buf_view(&text)))
		result = check_rows(check, ROWS_JSON, buf_view(&text));
	else if (!input_is_interrupted) // a part of it is no question
		result = check_single(check, buf_view(&text));
	buf_finish(&text);
	return result;
}

int check_file(struct check *check, const char *name)
{
	struct input *input = &check->input;
	uint64_t format = check->options.from;
	int result;
	if (input_open(input, check->lang, name))
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
		result = tell_error(check->lang, input->name, ENOMEM);
	else if (format == ROWS_JSON && !as_row && !input_is_array(input))
		result = check_document(check);
	else
		result = check_rows(check, (enum rows_format)format, STR(""));
	input_close(input);
	return result;
}
