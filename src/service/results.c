// SPDX-License-Identifier: MIT
#include "results.h"

#include "problem.h"

static const enum format row_formats[SHAPE_COUNT] = {
	[SHAPE_JSON] = FORMAT_ROW,
	[SHAPE_NDJSON] = FORMAT_ROW,
	[SHAPE_CSV] = FORMAT_ROW_CSV,
	[SHAPE_TEXT] = FORMAT_ROW_TEXT,
};

const char *results_type(enum shape shape)
{
	static const char *const types[SHAPE_COUNT] = {
		[SHAPE_JSON] = "application/json",
		[SHAPE_NDJSON] = "application/x-ndjson",
		[SHAPE_CSV] = "text/csv; charset=utf-8",
		[SHAPE_TEXT] = "text/plain; charset=utf-8",
	};
	return types[shape];
}

static bool is_json(const struct results *results)
{
	return results->shape == SHAPE_JSON || results->shape == SHAPE_NDJSON;
}

// The part of a row that follows from its profile alone.
static struct str row_tail(const struct results *results, uint32_t index, struct buf *scratch)
{
	bool full = results->full && is_json(results);
	return edition_part(results->edition, index, results->lang,
		full ? FORMAT_ROW_FULL : row_formats[results->shape], scratch);
}

static size_t count_digits(uint64_t number)
{
	size_t digits = 1;
	for (uint64_t limit = 10; number >= limit && digits < 19; limit *= 10)
		digits++;
	return digits;
}

static size_t field_size(struct str text);

static size_t json_size(struct str text)
{
	size_t size = text.size + 2;
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c == '"' || c == '\\' || c == '\b' || c == '\f' || c == '\n' || c == '\r' ||
			c == '\t')
			size += 1;
		else if (c < 0x20)
			size += 5;
	}
	return size;
}

size_t results_row_size(
	const struct results *results, uint64_t number, struct str id, uint32_t index)
{
	if (results->shape == SHAPE_TEXT || results->pretty)
		return 0;
	struct buf scratch = {0};
	size_t size = row_tail(results, index, &scratch).size;
	bool failed = scratch.failed;
	buf_finish(&scratch);
	if (failed)
		return 0;
	if (results->shape == SHAPE_CSV)
		return size + count_digits(number) + 1 + field_size(id);
	size += sizeof "{\"row\":," - 1 + count_digits(number);
	if (id.size)
		size += sizeof "\"id\":," - 1 + json_size(id);
	// The line feed; in an array, the comma before every row but the first.
	return size + (results->shape == SHAPE_NDJSON || number > 1);
}

size_t results_row_bound(const struct results *results, struct str id, uint32_t index)
{
	enum { FIXED = 64, ESCAPED = 6 }; // names and digits; bytes that one may become
	if (results->shape == SHAPE_TEXT || results->pretty)
		return 0;
	struct buf scratch = {0};
	size_t size = row_tail(results, index, &scratch).size;
	bool failed = scratch.failed;
	buf_finish(&scratch);
	return failed ? 0 : size + FIXED + ESCAPED * id.size;
}

// {"row":N,"id":"...",
static void start_json(struct buf *buf, uint64_t number, struct str id)
{
	buf_add(buf, "{\"row\":", 7);
	buf_uint(buf, number);
	buf_char(buf, ',');
	if (id.size) {
		buf_add(buf, "\"id\":", 5);
		buf_json(buf, id);
		buf_char(buf, ',');
	}
}

// What a CSV field needs besides its own bytes.
struct field_cost {
	bool is_formula, is_quoted;
	size_t quotes; // to be doubled
};

static struct field_cost measure_field(struct str text)
{
	static const bool is_special[256] = {
		[','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true};
	static const bool is_start[256] = {['='] = true,
		['+'] = true,
		['-'] = true,
		['@'] = true,
		['\t'] = true,
		['\r'] = true};
	struct field_cost cost = {0};
	cost.is_formula = text.size && is_start[(unsigned char)text.at[0]];
	for (size_t i = 0; i < text.size; i++) {
		cost.is_quoted |= is_special[(unsigned char)text.at[i]];
		cost.quotes += text.at[i] == '"';
	}
	return cost;
}

static size_t field_size(struct str text)
{
	struct field_cost cost = measure_field(text);
	return text.size + cost.quotes + cost.is_formula + (cost.is_quoted ? 2 : 0);
}

// A CSV field: guarded against being read as a formula, quoted where needed.
static void add_field(struct buf *buf, struct str text)
{
	struct field_cost cost = measure_field(text);
	if (cost.is_quoted)
		buf_char(buf, '"');
	if (cost.is_formula)
		buf_char(buf, '\'');
	if (!cost.quotes)
		buf_str(buf, text);
	for (size_t i = 0; cost.quotes && i < text.size; i++) {
		if (text.at[i] == '"')
			buf_char(buf, '"');
		buf_char(buf, text.at[i]);
	}
	if (cost.is_quoted)
		buf_char(buf, '"');
}

// Text for a terminal, quoted where something in it could steer it.
static void add_plain(struct buf *buf, struct str text)
{
	if (buf_is_printable(text))
		buf_str(buf, text);
	else
		buf_quoted(buf, text);
}

static void start_line(struct buf *buf, uint64_t number)
{
	for (size_t width = count_digits(number); width < 7; width++)
		buf_char(buf, ' ');
	buf_uint(buf, number);
	buf_text(buf, "  ");
}

// Puts finished JSON of one row where it belongs: a line, or an array's element.
static void put_json(
	const struct results *results, struct buf *buf, uint64_t number, struct str json)
{
	if (results->shape == SHAPE_NDJSON) {
		buf_str(buf, json);
		buf_char(buf, '\n');
		return;
	}
	buf_text(buf, number > 1 ? ",\n    " : "\n    ");
	json_indent(buf, json, 2);
}

void results_row(const struct results *results, struct buf *buf, uint64_t number, struct str id,
	uint32_t index)
{
	struct buf scratch = {0}, json = {0};
	struct str tail = row_tail(results, index, &scratch);
	switch (results->shape) {
	case SHAPE_CSV:
		buf_uint(buf, number);
		buf_char(buf, ',');
		add_field(buf, id);
		buf_str(buf, tail);
		break;
	case SHAPE_TEXT:
		start_line(buf, number);
		buf_str(buf, tail);
		add_plain(buf, id);
		buf_char(buf, '\n');
		break;
	default:
		if (!results->pretty) {
			if (results->shape == SHAPE_JSON && number > 1)
				buf_char(buf, ',');
			start_json(buf, number, id);
			buf_str(buf, tail);
			if (results->shape == SHAPE_NDJSON)
				buf_char(buf, '\n');
			break;
		}
		start_json(&json, number, id);
		buf_str(&json, tail);
		put_json(results, buf, number, buf_view(&json));
	}
	buf->failed |= scratch.failed || json.failed;
	buf_finish(&scratch);
	buf_finish(&json);
}

void results_rejected(const struct results *results, struct buf *buf, uint64_t number,
	struct str id, struct str error)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		edition_rulebook(results->edition));
	struct buf json = {0};
	if (results->shape == SHAPE_CSV) {
		buf_uint(buf, number);
		buf_char(buf, ',');
		add_field(buf, id);
		size_t columns = info->fact_count + info->feature_count * info->attribute_count;
		for (size_t i = 0; i <= columns; i++)
			buf_char(buf, ',');
		add_field(buf, error);
		buf_char(buf, '\n');
		return;
	}
	if (results->shape == SHAPE_TEXT) {
		start_line(buf, number);
		buf_str(buf, error);
		buf_text(buf, id.size ? "  " : "");
		add_plain(buf, id);
		buf_char(buf, '\n');
		return;
	}
	start_json(&json, number, id);
	buf_text(&json, "\"error\":");
	buf_str(&json, error);
	buf_char(&json, '}');
	if (results->pretty && results->shape == SHAPE_JSON) {
		put_json(results, buf, number, buf_view(&json));
	} else {
		if (results->shape == SHAPE_JSON && number > 1)
			buf_char(buf, ',');
		buf_str(buf, buf_view(&json));
		if (results->shape == SHAPE_NDJSON)
			buf_char(buf, '\n');
	}
	buf->failed |= json.failed;
	buf_finish(&json);
}

// code: /pointer code (did you mean), for a cell or a line.
static void write_short_error(const struct results *results, struct buf *buf, const struct row *row)
{
	buf_text(buf, code_info(row->rejected)->name);
	const char *mark = ": ";
	const struct profile_error *error = row->rejected == CODE_invalid_profile
						    ? row->profile->errors
						    : NULL;
	for (; error; error = error->next) {
		buf_text(buf, mark);
		mark = "; ";
		if (results->shape == SHAPE_TEXT && !buf_is_printable(error->name))
			problem_pointer_quoted(buf, error->name);
		else
			problem_pointer(buf, error->name);
		buf_text(buf, error->name.at ? " " : "");
		buf_text(buf, code_info(error->code)->name);
		if (error->suggestion) {
			buf_text(buf, " (");
			buf_text(buf, error->suggestion);
			buf_text(buf, "?)");
		}
	}
}

void results_error(
	const struct results *results, struct buf *buf, const struct row *row, bool is_short)
{
	if (!is_json(results)) {
		const struct row plain = {.rejected = row->rejected};
		bool has_list = row->rejected == CODE_invalid_profile && !is_short;
		if (has_list)
			write_short_error(results, buf, row);
		else
			buf_text(buf, code_info(plain.rejected)->name);
		return;
	}
	buf_text(buf, "{\"code\":");
	buf_json(buf, str_of(code_info(row->rejected)->name));
	if (row->has_offset && !is_short) {
		buf_text(buf, ",\"offset\":");
		buf_uint(buf, row->offset);
	}
	if (row->rejected == CODE_invalid_profile && !is_short)
		problem_errors(buf, row->profile, results->lang);
	buf_char(buf, '}');
}

static void csv_head(const struct pmm_rulebook_info *info, struct buf *buf)
{
	buf_text(buf, "row,id");
	for (size_t f = 0; f < info->fact_count; f++) {
		buf_char(buf, ',');
		buf_text(buf, info->facts[f].name);
	}
	for (size_t f = 0; f < info->feature_count; f++) {
		for (size_t a = 0; a < info->attribute_count; a++) {
			buf_char(buf, ',');
			buf_text(buf, info->features[f].name);
			buf_char(buf, '.');
			buf_text(buf, info->attributes[a].name);
		}
	}
	buf_text(buf, ",error\n");
}

void results_head(const struct results *results, struct buf *buf)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		edition_rulebook(results->edition));
	switch (results->shape) {
	case SHAPE_JSON:
		buf_text(buf, results->pretty ? "{\n  \"results\": [" : "{\"results\":[");
		break;
	case SHAPE_NDJSON: break;
	case SHAPE_CSV: csv_head(info, buf); break;
	default:
		buf_text(buf, "    row  ");
		edition_text_head(results->edition, buf);
		buf_text(buf, "id\n");
	}
}

// "summary":{...},"rulebook":{...}
static void add_summary(
	const struct results *results, struct buf *buf, struct results_counts counts)
{
	buf_text(buf, "\"summary\":{\"rows\":");
	buf_uint(buf, counts.rows);
	buf_text(buf, ",\"evaluated\":");
	buf_uint(buf, counts.rows - counts.rejected);
	buf_text(buf, ",\"rejected\":");
	buf_uint(buf, counts.rejected);
	buf_text(buf, "},\"rulebook\":");
	buf_str(buf, edition_identity(results->edition));
}

void results_tail(const struct results *results, struct buf *buf, struct results_counts counts)
{
	struct buf json = {0};
	switch (results->shape) {
	case SHAPE_CSV: return;
	case SHAPE_TEXT:
		buf_text(buf, "\nrows: ");
		buf_uint(buf, counts.rows);
		buf_text(buf, "   evaluated: ");
		buf_uint(buf, counts.rows - counts.rejected);
		buf_text(buf, "   rejected: ");
		buf_uint(buf, counts.rejected);
		buf_char(buf, '\n');
		return;
	case SHAPE_NDJSON:
		buf_char(buf, '{');
		add_summary(results, buf, counts);
		buf_text(buf, "}\n");
		return;
	default: break;
	}
	if (!results->pretty) {
		buf_text(buf, "],");
		add_summary(results, buf, counts);
		buf_text(buf, "}\n");
		return;
	}
	buf_char(&json, '{');
	add_summary(results, &json, counts);
	buf_text(&json, "}\n");
	struct buf indented = {0};
	json_indent(&indented, buf_view(&json), 0);
	buf_text(buf, counts.rows ? "\n  ],\n" : "],\n");
	if (indented.size > 2)
		buf_add(buf, indented.at + 2, indented.size - 2); // without its "{\n"
	buf->failed |= json.failed || indented.failed;
	buf_finish(&json);
	buf_finish(&indented);
}
