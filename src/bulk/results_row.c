// SPDX-License-Identifier: MIT
// One row of an answer. Nearly every one is its number, its id as it came, and
// what follows from its profile: such a row is direct. In all others something has
// to be escaped, quoted or aligned.
#include "base/base.h"
#include "results.h"

enum format results_format(const struct results *results)
{
	static const enum format formats[SHAPE_COUNT] = {
		[SHAPE_JSON] = FORMAT_ROW,
		[SHAPE_NDJSON] = FORMAT_ROW,
		[SHAPE_CSV] = FORMAT_ROW_CSV,
		[SHAPE_TEXT] = FORMAT_ROW_TEXT,
	};
	return results->full && results_are_json(results) ? FORMAT_ROW_FULL
							  : formats[results->shape];
}

// --- direct rows

// Marks the bytes for which an id cannot stay as it is, and a few more.
static uint64_t mark_special(uint64_t word, bool is_csv)
{
	return bytes_below(word, 0x20) | bytes_equal(word, '"') |
	       bytes_equal(word, is_csv ? ',' : '\\');
}

static bool is_plain(struct str id, bool is_csv)
{
	if (id.size >= BYTES_WORD) { // the last two looks may overlap
		const size_t last = id.size - BYTES_WORD;
		for (size_t at = 0; at < last; at += BYTES_WORD)
			if (mark_special(bytes_load(id.at + at), is_csv))
				return false;
		return !mark_special(bytes_load(id.at + last), is_csv);
	}
	for (size_t at = 0; at < id.size; at++)
		if (mark_special(BYTES_ALL(' ') << 8 | (unsigned char)id.at[at], is_csv))
			return false;
	return true;
}

// What a spreadsheet would take for the beginning of a formula.
static bool starts_formula(struct str text)
{
	return text.size && (text.at[0] == '=' || text.at[0] == '+' || text.at[0] == '-' ||
				    text.at[0] == '@' || text.at[0] == '\t' || text.at[0] == '\r');
}

bool results_is_direct(const struct results *results, struct str id)
{
	const bool is_csv = results->shape == SHAPE_CSV;
	return results->shape != SHAPE_TEXT && !results->pretty && is_plain(id, is_csv) &&
	       !(is_csv && starts_formula(id));
}

size_t results_direct_size(
	const struct results *results, uint64_t number, struct str id, struct str tail)
{
	const size_t size = uint_width(number) + 1 + id.size + tail.size;
	if (results->shape == SHAPE_CSV)
		return size;
	return size + sizeof "{\"row\":" - 1 + (id.size ? sizeof "\"id\":\"\"," - 1 : 0) +
	       (results->shape == SHAPE_NDJSON || number > 1);
}

static char *put(char *to, const char *from, size_t size)
{
	memcpy(to, from, size);
	return to + size;
}

static char *put_str(char *to, struct str s)
{
	return s.size ? put(to, s.at, s.size) : to;
}

char *results_direct(
	const struct results *results, char *to, uint64_t number, struct str id, struct str tail)
{
	if (results->shape == SHAPE_CSV) {
		to = uint_put(to, number);
		*to++ = ',';
		return put_str(put_str(to, id), tail);
	}
	if (results->shape == SHAPE_JSON && number > 1)
		*to++ = ',';
	to = uint_put(put(to, "{\"row\":", 7), number);
	*to++ = ',';
	if (id.size) {
		to = put_str(put(to, "\"id\":\"", 6), id);
		to = put(to, "\",", 2);
	}
	to = put_str(to, tail);
	if (results->shape == SHAPE_NDJSON)
		*to++ = '\n';
	return to;
}

static void add_direct(const struct results *results, struct buf *buf, uint64_t number,
	struct str id, struct str tail)
{
	const size_t size = results_direct_size(results, number, id, tail);
	char *to = buf_reserve(buf, size);
	if (!to)
		return;
	results_direct(results, to, number, id, tail);
	buf->size += size;
}

// --- any rows

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

// A CSV field: guarded against being read as a formula, quoted where needed.
static void add_field(struct buf *buf, struct str text)
{
	bool is_quoted = false;
	for (size_t i = 0; i < text.size; i++)
		is_quoted |= text.at[i] == ',' || text.at[i] == '"' || text.at[i] == '\r' ||
			     text.at[i] == '\n';
	if (is_quoted)
		buf_char(buf, '"');
	if (starts_formula(text))
		buf_char(buf, '\'');
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] == '"')
			buf_char(buf, '"');
		buf_char(buf, text.at[i]);
	}
	if (is_quoted)
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
	for (size_t width = uint_width(number); width < 7; width++)
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

static void add_json(const struct results *results, struct buf *buf, uint64_t number, struct str id,
	struct str tail)
{
	struct buf json = {0};
	if (!results->pretty) {
		if (results->shape == SHAPE_JSON && number > 1)
			buf_char(buf, ',');
		start_json(buf, number, id);
		buf_str(buf, tail);
		if (results->shape == SHAPE_NDJSON)
			buf_char(buf, '\n');
		return;
	}
	start_json(&json, number, id);
	buf_str(&json, tail);
	put_json(results, buf, number, buf_view(&json));
	buf->failed |= json.failed;
	buf_finish(&json);
}

void results_row(const struct results *results, struct buf *buf, uint64_t number, struct str id,
	uint32_t index)
{
	struct buf scratch = {0};
	struct str tail = snapshot_part(
		results->snapshot, index, results->lang, results_format(results), &scratch);
	if (results_is_direct(results, id)) {
		add_direct(results, buf, number, id, tail);
	} else if (results->shape == SHAPE_CSV) {
		buf_uint(buf, number);
		buf_char(buf, ',');
		add_field(buf, id);
		buf_str(buf, tail);
	} else if (results->shape == SHAPE_TEXT) {
		start_line(buf, number);
		buf_str(buf, tail);
		add_plain(buf, id);
		buf_char(buf, '\n');
	} else {
		add_json(results, buf, number, id, tail);
	}
	buf->failed |= scratch.failed;
	buf_finish(&scratch);
}

void results_rejected(const struct results *results, struct buf *buf, uint64_t number,
	struct str id, struct str error)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		snapshot_rulebook(results->snapshot));
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
	buf_text(&json, "\"error\":");
	buf_str(&json, error);
	buf_char(&json, '}');
	add_json(results, buf, number, id, buf_view(&json));
	buf->failed |= json.failed;
	buf_finish(&json);
}
