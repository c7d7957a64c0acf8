// SPDX-License-Identifier: MIT
// One row of an answer: its number, its id, and the part that follows from its
// profile, or from its error, alone.
#include "base/base.h"
#include "results.h"

// --- direct rows

// Marks the bytes for which an id cannot stay as it is, and a few more.
static uint64_t mark_special(uint64_t word, char special)
{
	return bytes_below(word, 0x20) | bytes_equal(word, '"') |
	       bytes_equal(word, (unsigned char)special);
}

// SPECIAL: the backslash of JSON, or the delimiter of CSV.
static inline bool is_plain(struct str id, char special)
{
	if (id.size >= BYTES_WORD) { // the last two looks may overlap
		const size_t last = id.size - BYTES_WORD;
		for (size_t at = 0; at < last; at += BYTES_WORD)
			if (mark_special(bytes_load(id.at + at), special))
				return false;
		return !mark_special(bytes_load(id.at + last), special);
	}
	for (size_t at = 0; at < id.size; at++)
		if (mark_special(BYTES_ALL(' ') << 8 | (unsigned char)id.at[at], special))
			return false;
	return true;
}

bool results_is_direct(const struct results *results, struct str id)
{
	if (results->shape == SHAPE_CSV)
		return !results->columns && is_plain(id, results->delimiter) &&
		       !results_is_formula(id);
	return results->shape != SHAPE_TEXT && !results->pretty && !results->day &&
	       is_plain(id, '\\');
}

size_t results_direct_size(
	const struct results *results, uint64_t number, struct answer_id id, struct str part)
{
	const size_t size = uint_width(number) + 1 + id.size + part.size;
	if (results->shape == SHAPE_CSV)
		return size;
	return size + sizeof "{\"row\":" - 1 +
	       (id.size ? sizeof "\"id\":," - 1 + (id.is_number ? 0 : 2) : 0) +
	       (results->shape == SHAPE_NDJSON || number != results->first);
}

static char *put(char *to, struct str s)
{
	if (s.size)
		memcpy(to, s.at, s.size);
	return to + s.size;
}

char *results_direct(const struct results *results, char *to, uint64_t number, struct answer_id id,
	struct str part)
{
	if (results->shape == SHAPE_CSV) {
		to = uint_put(to, number);
		*to++ = results->delimiter;
		to = put(put(to, answer_id_text(id)), part);
		// Nothing in the part has a comma but as the delimiter (forms.c).
		if (results->delimiter != ',')
			for (char *at = to - part.size; at < to; at++)
				*at = *at == ',' ? results->delimiter : *at;
		return to;
	}
	if (results->shape == SHAPE_JSON && number != results->first)
		*to++ = ',';
	to = uint_put(put(to, STR("{\"row\":")), number);
	*to++ = ',';
	if (id.is_number)
		to = put(put(put(to, STR("\"id\":")), answer_id_text(id)), STR(","));
	else if (id.size)
		to = put(put(put(to, STR("\"id\":\"")), answer_id_text(id)), STR("\","));
	to = put(to, part);
	if (results->shape == SHAPE_NDJSON)
		*to++ = '\n';
	return to;
}

// --- any rows

// As a direct row. An id that JSON has to escape goes in as a number does, as it is.
static void add_compact(const struct results *results, struct buf *buf, uint64_t number,
	struct answer_id id, struct str part)
{
	struct buf escaped = {0};
	if (results_are_json(results) && !is_plain(answer_id_text(id), '\\')) {
		buf_json(&escaped, answer_id_text(id));
		id = answer_id_of(buf_view(&escaped), true);
	}
	char *to = buf_reserve(buf, results_direct_most(answer_id_text(id), part));
	if (to)
		buf->size = (size_t)(results_direct(results, to, number, id, part) - buf->at);
	buf->failed |= escaped.failed;
	buf_finish(&escaped);
}

static void add_pretty(const struct results *results, struct buf *buf, uint64_t number,
	struct answer_id id, struct str part)
{
	struct buf object = {0};
	struct results alone = *results;
	alone.first = number;
	struct json_writer json = json_writer_within(
		buf, true, RESULTS_DEPTH, number != results->first);
	add_compact(&alone, &object, number, id, part);
	json_fragment(&json, buf_view(&object));
	buf->failed |= object.failed;
	buf_finish(&object);
}

// For a terminal: an id is quoted where something in it could steer it.
static void add_line(struct buf *buf, uint64_t number, struct answer_id id, struct str part)
{
	for (size_t width = uint_width(number); width < 7; width++)
		buf_char(buf, ' ');
	buf_uint(buf, number);
	buf_text(buf, "  ");
	buf_str(buf, part);
	(buf_is_printable(answer_id_text(id)) ? buf_str : buf_quoted)(buf, answer_id_text(id));
	buf_char(buf, '\n');
}

// Any row but one of CSV that is not direct.
static void add_row(const struct results *results, struct buf *buf, uint64_t number,
	struct answer_id id, struct str part)
{
	if (results->shape == SHAPE_TEXT)
		add_line(buf, number, id, part);
	else if (results->shape == SHAPE_JSON && results->pretty)
		add_pretty(results, buf, number, id, part);
	else
		add_compact(results, buf, number, id, part);
}

void results_row(const struct results *results, struct buf *buf, uint64_t number,
	struct answer_id id, uint32_t index)
{
	struct buf scratch = {0};
	struct str part = snapshot_part(
		results->snapshot, index, results->lang, results->format, results->day, &scratch);
	if (results->shape == SHAPE_CSV && !results_is_direct(results, answer_id_text(id)))
		results_csv(results, buf, number, answer_id_text(id), index, STR(""));
	else
		add_row(results, buf, number, id, part);
	buf->failed |= scratch.failed;
	buf_finish(&scratch);
}

void results_rejected(const struct results *results, struct buf *buf, uint64_t number,
	struct answer_id id, struct str error, uint64_t sheet_row)
{
	struct buf part = {0};
	if (results->shape == SHAPE_CSV) {
		results_csv(results, buf, number, answer_id_text(id), 0, error);
		return;
	}
	if (results_are_json(results)) {
		if (sheet_row)
			buf_print(&part, "\"sheet_row\":%llu,", (unsigned long long)sheet_row);
		buf_text(&part, "\"error\":");
		buf_str(&part, error);
		buf_char(&part, '}');
	} else {
		buf_str(&part, error);
		if (sheet_row)
			buf_print(&part,
				results->lang == PMM_LANG_EN ? " (sheet row %llu)"
							     : " (baris lembar kerja %llu)",
				(unsigned long long)sheet_row);
		buf_text(&part, id.size ? "  " : "");
	}
	add_row(results, buf, number, id, buf_view(&part));
	buf->failed |= part.failed;
	buf_finish(&part);
}
