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

// --- errors

// code: /pointer code (did you mean), for a cell or a line.
static void add_plain_error(const struct results *results, struct buf *buf, const struct row *row)
{
	buf_text(buf, code_info(row->rejected)->name);
	const char *mark = ": ";
	if (row->duplicate.at) {
		const bool is_safe = results->shape != SHAPE_TEXT ||
				     buf_is_printable(row->duplicate);
		buf_text(buf, mark);
		(is_safe ? buf_str : buf_quoted)(buf, row->duplicate);
	}
	if (row->rejected != CODE_invalid_profile)
		return;
	for (const struct profile_error *error = row->profile->errors; error; error = error->next) {
		buf_text(buf, mark);
		mark = "; ";
		if (results->shape == SHAPE_TEXT && !buf_is_printable(error->name))
			profile_pointer_quoted(buf, error->name);
		else
			profile_pointer(buf, error->name);
		buf_text(buf, error->name.at ? " " : "");
		buf_text(buf, code_info(error->code)->name);
		const char *suggestion = profile_suggestion(row->profile, error);
		if (suggestion)
			buf_print(buf, " (%s?)", suggestion);
	}
}

void results_error(
	const struct results *results, struct buf *buf, const struct row *row, bool is_short)
{
	const char *code = code_info(row->rejected)->name;
	if (!results_are_json(results)) {
		if (is_short)
			buf_text(buf, code);
		else
			add_plain_error(results, buf, row);
		return;
	}
	struct json_writer json = json_writer_of(buf, false);
	json_object(&json);
	json_string(json_name(&json, "code"), code);
	if (row->duplicate.at && !is_short)
		json_str(json_name(&json, "pointer"), row->duplicate);
	if (row->has_offset && !is_short)
		json_number(json_name(&json, "offset"), row->offset);
	if (row->rejected == CODE_invalid_profile && !is_short)
		profile_errors_json(buf, row->profile, results->lang);
	json_object_end(&json);
}

// --- what stands around the rows

void results_begin(struct results *results, const struct rows_header *header, uint64_t first)
{
	const bool is_csv = results->shape == SHAPE_CSV;
	results->delimiter = is_csv && header && header->delimiter ? header->delimiter : ',';
	results->has_mark = is_csv && header && header->has_mark;
	results->first = first;
	results->format = is_csv                         ? FORMAT_ROW_CSV
			  : results->shape == SHAPE_TEXT ? FORMAT_ROW_TEXT
			  : !results->full               ? FORMAT_ROW
			  : results->explain             ? FORMAT_EXPLAIN + FORMAT_ROW_FULL
							 : FORMAT_ROW_FULL;
}

void results_head(const struct results *results, struct buf *buf)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(results->snapshot);
	struct json_writer json = json_writer_of(buf, results->pretty);
	switch (results->shape) {
	case SHAPE_JSON:
		json_object(&json);
		json_array(json_name(&json, "results"));
		break;
	case SHAPE_NDJSON: break;
	case SHAPE_CSV:
		buf_text(buf, results->has_mark ? UTF8_MARK : "");
		results_names(results, buf, (struct str){&results->delimiter, 1});
		buf_char(buf, '\n');
		break;
	default:
		buf_text(buf, "    row  ");
		table_head(rulebook, buf);
		buf_text(buf, "id\n");
	}
}

void results_tail(const struct results *results, struct buf *buf, const struct row_counts *counts,
	const struct rows_header *header)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		snapshot_rulebook(results->snapshot));
	if (results->shape == SHAPE_CSV)
		return;
	if (results->shape == SHAPE_TEXT) {
		buf_char(buf, '\n');
		told_counts(buf, counts, results->lang);
		buf_char(buf, '\n');
		if (header) {
			told_columns(buf, header, info, results->lang);
			buf_char(buf, '\n');
		}
		return;
	}
	const bool has_results = counts->rows[CODE_none] + row_counts_rejected(counts) > 0;
	const bool is_json = results->shape == SHAPE_JSON;
	struct json_writer json = is_json ? json_writer_within(buf, results->pretty, RESULTS_DEPTH,
						    has_results)
					  : json_writer_of(buf, false);
	if (is_json)
		json_array_end(&json);
	else
		json_object(&json);
	json_object(json_name(&json, "summary"));
	told_json(&json, counts, header, info);
	json_object_end(&json);
	json_fragment(json_name(&json, "rulebook"), snapshot_identity(results->snapshot));
	json_object_end(&json);
	buf_char(buf, '\n');
}
