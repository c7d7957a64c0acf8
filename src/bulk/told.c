// SPDX-License-Identifier: MIT
#include "told.h"

// --- several headers

// Adds to *TO what it does not have, names copied. False: out of memory.
static bool merge(struct arena *arena, const struct rows_column **to, size_t *count,
	const struct rows_column *from, size_t more)
{
	struct rows_column *all = NULL;
	for (size_t i = 0, j; i < more; i++) {
		for (j = 0; j < *count; j++)
			if (str_equal((*to)[j].name, from[i].name) &&
				(*to)[j].member == from[i].member)
				break;
		if (j < *count)
			continue;
		if (!all) {
			all = arena_array(arena, *count + more - i, sizeof *all);
			if (!all)
				return false;
			if (*count)
				memcpy(all, *to, *count * sizeof *all);
			*to = all;
		}
		const char *name = arena_copy(arena, from[i].name);
		if (!name)
			return false;
		all[*count] = from[i];
		all[(*count)++].name.at = name;
	}
	return true;
}

bool told_header_add(struct told_header *told, const struct rows_header *more)
{
	enum { BYTES_MAX = 16 << 20 };
	struct rows_header *header = &told->header;
	if (!told->arena.limit) {
		arena_init(&told->arena, NULL, 0, BYTES_MAX);
		header->delimiter = more->delimiter;
		header->has_mark = more->has_mark;
	}
	if (header->ignored < more->ignored)
		header->ignored = more->ignored;
	return merge(&told->arena, &header->read, &header->read_count, more->read,
		       more->read_count) &&
	       merge(&told->arena, &header->near, &header->near_count, more->near,
		       more->near_count);
}

// --- as JSON

static void add_column(
	struct json_writer *json, struct str column, const char *name, const char *value)
{
	json_object(json);
	json_str(json_name(json, "column"), column);
	json_word(json_name(json, name), value);
	json_object_end(json);
}

void told_json(struct json_writer *json, const struct row_counts *counts,
	const struct rows_header *header, const struct pmm_rulebook_info *info)
{
	json_number(json_name(json, "rows"), row_counts_rows(counts));
	json_number(json_name(json, "evaluated"), counts->rows[CODE_none]);
	json_number(json_name(json, "rejected"), row_counts_rejected(counts));
	json_number(json_name(json, "skipped"), counts->skipped);
	json_number(json_name(json, "without_facts"), counts->bare);
	if (!header)
		return;
	json_object(json_name(json, "columns"));
	json_array(json_name(json, "read"));
	for (size_t i = 0; i < header->read_count; i++)
		add_column(json, header->read[i].name, "fact",
			info->facts[header->read[i].member->fact].name);
	json_array_end(json);
	json_array(json_name(json, "near"));
	for (size_t i = 0; i < header->near_count; i++)
		add_column(json, header->near[i].name, "did_you_mean", header->near[i].suggestion);
	json_array_end(json);
	json_number(json_name(json, "ignored"), header->ignored);
	json_object_end(json);
}

// --- as text

void told_counts(struct buf *buf, const struct row_counts *counts, enum pmm_lang lang)
{
	buf_print(buf,
		lang == PMM_LANG_EN ? "%llu rows: %llu evaluated (%llu without facts), "
				      "%llu rejected, %llu skipped"
				    : "%llu baris: %llu diproses (%llu tanpa fakta), "
				      "%llu ditolak, %llu dilewati",
		(unsigned long long)row_counts_rows(counts),
		(unsigned long long)counts->rows[CODE_none], (unsigned long long)counts->bare,
		(unsigned long long)row_counts_rejected(counts),
		(unsigned long long)counts->skipped);
}

void told_columns(struct buf *buf, const struct rows_header *header,
	const struct pmm_rulebook_info *info, enum pmm_lang lang)
{
	const bool is_en = lang == PMM_LANG_EN;
	buf_text(buf, is_en ? "columns read: " : "kolom yang dibaca: ");
	for (size_t i = 0; i < header->read_count; i++) {
		buf_text(buf, i ? ", " : "");
		buf_quoted(buf, header->read[i].name);
		buf_print(buf, " = %s", info->facts[header->read[i].member->fact].name);
	}
	for (size_t i = 0; i < header->near_count; i++) {
		buf_text(buf, i ? ", " : is_en ? "; not known: " : "; tidak dikenal: ");
		buf_quoted(buf, header->near[i].name);
		buf_print(buf, is_en ? " (did you mean %s?)" : " (maksudnya %s?)",
			header->near[i].suggestion);
	}
	buf_print(buf, is_en ? "; %zu other columns ignored" : "; %zu kolom lain diabaikan",
		header->ignored);
}
