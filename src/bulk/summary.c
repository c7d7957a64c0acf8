// SPDX-License-Identifier: MIT
// What is counted, and that as JSON and CSV. The text for people is in summary_text.c.
#include "summary_cells.h"

#include <stdio.h>
#include <stdlib.h>

static struct group *create_group(const struct summary *summary)
{
	return calloc(1, sizeof(struct group) + summary->cell_count * sizeof(uint32_t));
}

// Names the next cell, at *TO.
static void name_cell(const struct summary *summary, struct cell **to, const char *a, const char *b,
	const char *c, const char *const *label)
{
	const unsigned levels = c ? 2 : 1;
	struct cell *cell = (*to)++;
	*cell = (struct cell){{a, b, c}, label, levels, 0};
	while (cell > summary->cells && cell->shared < levels &&
		cell->path[cell->shared] == cell[-1].path[cell->shared])
		cell->shared++;
}

// Names all cells, in their order.
static void name_cells(const struct summary *summary)
{
	const struct pmm_rulebook_info *info = summary->info;
	struct cell *to = summary->cells;
	for (size_t f = 0; f < info->feature_count; f++) {
		const char *feature = info->features[f].name;
		for (size_t a = 0; a < info->attribute_count; a++) {
			const struct pmm_attribute *attribute = &info->attributes[a];
			for (size_t v = 0; v < attribute->value_count; v++)
				name_cell(summary, &to, feature, attribute->name,
					attribute->values[v].name, attribute->values[v].label);
			name_cell(summary, &to, feature, attribute->name, "undetermined",
				info->undetermined);
		}
		for (size_t i = 0; i < info->flag_count; i++)
			name_cell(summary, &to, feature, info->flags[i].name, NULL,
				info->flags[i].label);
	}
	for (size_t f = 0; f < info->fact_count; f++)
		name_cell(summary, &to, "missing", info->facts[f].name, NULL, info->facts[f].label);
}

struct summary *summary_create(const struct snapshot *snapshot)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	struct summary *summary = calloc(1, sizeof *summary);
	if (!summary)
		return NULL;
	summary->snapshot = snapshot;
	summary->info = info;
	for (size_t a = 0; a < info->attribute_count; a++) {
		summary->attribute_at[a] = summary->feature_size;
		summary->feature_size += info->attributes[a].value_count + 1;
	}
	summary->flags_at = summary->feature_size;
	summary->feature_size += info->flag_count;
	summary->cell_count = info->feature_count * summary->feature_size + info->fact_count;
	summary->total = create_group(summary);
	summary->cells = calloc(summary->cell_count, sizeof *summary->cells);
	if (!summary->total || !summary->cells) {
		summary_destroy(summary);
		return NULL;
	}
	name_cells(summary);
	return summary;
}

void summary_destroy(struct summary *summary)
{
	if (!summary)
		return;
	for (uint32_t i = 0; i < summary->group_count; i++)
		free(summary->groups[i]);
	intern_finish(&summary->names);
	free(summary->total);
	free(summary->cells);
	free(summary);
}

// --- counting

// Sets *TO to the group of that name.
static enum code find_group(struct summary *summary, struct str name, struct group **to)
{
	uint32_t ordinal;
	if (intern_add(&summary->names, name, &ordinal))
		return CODE_overloaded;
	if (ordinal == SUMMARY_GROUPS_MAX)
		return CODE_too_many_groups;
	if (ordinal == summary->group_count) {
		summary->groups[ordinal] = create_group(summary);
		if (!summary->groups[ordinal])
			return CODE_overloaded;
		summary->group_count++;
	}
	*to = summary->groups[ordinal];
	return CODE_none;
}

// Counts in the cell of each bit.
static inline void count_bits(uint32_t *cells, uint32_t bits)
{
	for (; bits; bits &= bits - 1)
		cells[__builtin_ctz(bits)]++;
}

enum code summary_add(struct summary *summary, const struct row *row)
{
	const struct pmm_rulebook_info *info = summary->info;
	struct group *group;
	enum code code = find_group(summary, row->group, &group);
	if (code != CODE_none)
		return code;
	row_counts_add(&group->counts, row);
	if (row->rejected != CODE_none)
		return CODE_none;
	const struct pmm_decision *decision = pmm_decide(
		snapshot_rulebook(summary->snapshot), row->index);
	uint32_t *cells = group->cells;
	for (size_t f = 0; f < info->feature_count; f++, cells += summary->feature_size) {
		const struct pmm_outcome *outcome = decision->outcomes[f];
		for (size_t a = 0; a < info->attribute_count; a++) {
			uint32_t possible = outcome->possible[a];
			size_t value = pmm_is_determined(possible)
					       ? (size_t)__builtin_ctz(possible)
					       : info->attributes[a].value_count;
			cells[summary->attribute_at[a] + value]++;
		}
		count_bits(cells + summary->flags_at, outcome->flags);
	}
	count_bits(cells, decision->missing);
	return CODE_none;
}

// Every row counts in one group, so the total is their sum.
void summary_end(struct summary *summary, const struct row_counts *counts)
{
	summary->total->counts = *counts;
	for (uint32_t i = 0; i < summary->group_count; i++)
		for (size_t at = 0; at < summary->cell_count; at++)
			summary->total->cells[at] += summary->groups[i]->cells[at];
}

// --- as JSON

static void add_codes(struct json_writer *json, const char *name, const uint64_t *counts)
{
	json_object(json_name(json, name));
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		if (counts[code])
			json_number(
				json_name(json, code_info((enum code)code)->name), counts[code]);
	json_object_end(json);
}

// The cells from FIRST to LAST: in an object for each step of their paths but the last.
static void add_cells(const struct summary *summary, struct json_writer *json,
	const uint32_t *cells, size_t first, size_t last)
{
	unsigned depth = 0;
	for (size_t i = first; i < last; i++) {
		const struct cell *cell = &summary->cells[i];
		for (; depth > cell->shared; depth--)
			json_object_end(json);
		for (; depth < cell->levels; depth++)
			json_object(json_name(json, cell->path[depth]));
		json_number(json_name(json, cell->path[depth]), cells[i]);
	}
	for (; depth; depth--)
		json_object_end(json);
}

// The members that tell of one group, or of the whole.
static void add_group(const struct summary *summary, struct json_writer *json,
	const struct group *group, const struct rows_header *header)
{
	const size_t missing = summary->cell_count - summary->info->fact_count;
	told_json(json, &group->counts, header, summary->info);
	add_codes(json, "rejections", group->counts.rows);
	add_codes(json, "errors", group->counts.errors);
	json_object(json_name(json, "features"));
	add_cells(summary, json, group->cells, 0, missing);
	json_object_end(json);
	add_cells(summary, json, group->cells, missing, summary->cell_count);
}

static void write_json(const struct summary *summary, struct buf *buf,
	const struct rows_header *header, bool is_pretty)
{
	struct json_writer json = json_writer_of(buf, is_pretty);
	json_object(&json);
	add_group(summary, &json, summary->total, header);
	json_object(json_name(&json, "groups"));
	for (uint32_t i = 0; i < summary->group_count; i++) {
		json_object(json_name_str(&json, intern_at(&summary->names, i)));
		add_group(summary, &json, summary->groups[i], NULL);
		json_object_end(&json);
	}
	json_object_end(&json);
	json_fragment(json_name(&json, "rulebook"), snapshot_identity(summary->snapshot));
	json_object_end(&json);
	buf_char(buf, '\n');
}

// --- as CSV

enum { COLUMN_GROUP, COLUMN_CELLS = 6 };

static struct str name_of(const void *of, size_t column, char *room)
{
	static const char *const names[COLUMN_CELLS] = {
		"group", "rows", "evaluated", "rejected", "skipped", "without_facts"};
	const struct summary *summary = of;
	if (column < COLUMN_CELLS)
		return str_of(names[column]);
	if (column - COLUMN_CELLS >= summary->cell_count)
		return (struct str){NULL, 0};
	const char *const *path = summary->cells[column - COLUMN_CELLS].path;
	return (struct str){room, (size_t)snprintf(room, RESULTS_NAME_MAX, "%s.%s%s%s", path[0],
					  path[1], path[2] ? "." : "", path[2] ? path[2] : "")};
}

enum code summary_choose(struct results *results, struct str names, uint16_t *room)
{
	struct summary *summary = summary_create(results->snapshot);
	if (!summary)
		return CODE_overloaded;
	const enum code code = results_choose_of(results, names, room, summary, name_of);
	summary_destroy(summary);
	return code;
}

// The line of GROUP, whose name is NAME, or the head where that is NULL.
static void add_line(const struct summary *summary, struct buf *buf, const struct results *results,
	const struct group *group, struct str name)
{
	const struct row_counts *counts = &(group ? group : summary->total)->counts;
	const uint64_t numbers[COLUMN_CELLS] = {0, row_counts_rows(counts), counts->rows[CODE_none],
		row_counts_rejected(counts), counts->skipped, counts->bare};
	const size_t all = COLUMN_CELLS + summary->cell_count;
	char room[RESULTS_NAME_MAX];
	for (size_t i = 0; i < (results->columns ? results->column_count : all); i++) {
		const size_t column = results->columns ? results->columns[i] : i;
		if (i)
			buf_char(buf, results->delimiter);
		if (!group)
			buf_str(buf, name_of(summary, column, room));
		else if (column == COLUMN_GROUP)
			results_field(buf, name, results->delimiter);
		else
			buf_uint(buf, column < COLUMN_CELLS ? numbers[column]
							    : group->cells[column - COLUMN_CELLS]);
	}
	buf_char(buf, '\n');
}

static void write_csv(const struct summary *summary, struct buf *buf, const struct results *results)
{
	buf_text(buf, results->has_mark ? UTF8_MARK : "");
	add_line(summary, buf, results, NULL, STR(""));
	for (uint32_t i = 0; i < summary->group_count && summary_has_groups(summary); i++) {
		struct str name = intern_at(&summary->names, i);
		if (str_equal(name, STR(SUMMARY_WHOLE)))
			name = STR("'" SUMMARY_WHOLE); // as what begins a formula is
		add_line(summary, buf, results, summary->groups[i], name);
	}
	add_line(summary, buf, results, summary->total, STR(SUMMARY_WHOLE));
}

void summary_write(const struct summary *summary, struct buf *buf, const struct results *results,
	const struct rows_header *header)
{
	if (results->shape == SHAPE_TEXT)
		summary_write_text(summary, buf, header, results->lang);
	else if (results->shape == SHAPE_CSV)
		write_csv(summary, buf, results);
	else
		write_json(summary, buf, header, results->pretty);
}
