// SPDX-License-Identifier: MIT
#include "results.h"

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
			profile_pointer_quoted(buf, error->name);
		else
			profile_pointer(buf, error->name);
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
	if (!results_are_json(results)) {
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
		profile_errors_json(buf, row->profile, results->lang);
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
		snapshot_rulebook(results->snapshot));
	switch (results->shape) {
	case SHAPE_JSON:
		buf_text(buf, results->pretty ? "{\n  \"results\": [" : "{\"results\":[");
		break;
	case SHAPE_NDJSON: break;
	case SHAPE_CSV: csv_head(info, buf); break;
	default:
		buf_text(buf, "    row  ");
		table_head(snapshot_rulebook(results->snapshot), buf);
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
	buf_str(buf, snapshot_identity(results->snapshot));
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
