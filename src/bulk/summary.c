// SPDX-License-Identifier: MIT
// What is counted, and that as JSON and CSV. The text for people is in summary_text.c.
#include "summary_cells.h"

#include <stdlib.h>

static struct group *create_group(const struct summary *summary)
{
	return calloc(1, sizeof(struct group) + summary->cell_count * sizeof(uint32_t));
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
	if (summary->total)
		return summary;
	summary_destroy(summary);
	return NULL;
}

void summary_destroy(struct summary *summary)
{
	if (!summary)
		return;
	for (uint32_t i = 0; i < summary->group_count; i++)
		free(summary->groups[i]);
	intern_finish(&summary->names);
	free(summary->total);
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
void summary_end(struct summary *summary, uint64_t skipped)
{
	struct group *total = summary->total;
	total->counts.skipped = skipped;
	for (uint32_t i = 0; i < summary->group_count; i++) {
		const struct group *group = summary->groups[i];
		for (int code = 0; code < CODE_COUNT; code++) {
			total->counts.rows[code] += group->counts.rows[code];
			total->counts.errors[code] += group->counts.errors[code];
		}
		total->counts.bare += group->counts.bare;
		for (size_t at = 0; at < summary->cell_count; at++)
			total->cells[at] += group->cells[at];
	}
}

// --- as JSON

static void add_count(struct json_writer *json, const char *name, uint64_t count)
{
	json_number(json_name(json, name), count);
}

static void add_codes(struct json_writer *json, const char *name, const uint64_t *counts)
{
	json_object(json_name(json, name));
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		if (counts[code])
			add_count(json, code_info((enum code)code)->name, counts[code]);
	json_object_end(json);
}

static void add_feature(
	const struct summary *summary, struct json_writer *json, const uint32_t *cells)
{
	const struct pmm_rulebook_info *info = summary->info;
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		const uint32_t *values = cells + summary->attribute_at[a];
		json_object(json_name(json, attribute->name));
		for (size_t v = 0; v < attribute->value_count; v++)
			add_count(json, attribute->values[v].name, values[v]);
		add_count(json, "undetermined", values[attribute->value_count]);
		json_object_end(json);
	}
	const uint32_t *flags = cells + summary->flags_at;
	for (size_t i = 0; i < info->flag_count; i++)
		add_count(json, info->flags[i].name, flags[i]);
}

// The members that tell of one group, or of the whole.
static void add_group(const struct summary *summary, struct json_writer *json,
	const struct group *group, const struct rows_header *header)
{
	const struct pmm_rulebook_info *info = summary->info;
	const uint32_t *cells = group->cells;
	told_json(json, &group->counts, header, info);
	add_codes(json, "rejections", group->counts.rows);
	add_codes(json, "errors", group->counts.errors);
	json_object(json_name(json, "features"));
	for (size_t f = 0; f < info->feature_count; f++, cells += summary->feature_size) {
		json_object(json_name(json, info->features[f].name));
		add_feature(summary, json, cells);
		json_object_end(json);
	}
	json_object_end(json);
	json_object(json_name(json, "missing"));
	for (size_t f = 0; f < info->fact_count; f++)
		add_count(json, info->facts[f].name, cells[f]);
	json_object_end(json);
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

// A line: the counts of a group or, where that is NULL, the names of the columns.
struct csv_line {
	struct buf *buf;
	char delimiter;
	const struct group *group;
};

// The next field: of the head A.B.C (B and C may be NULL), else COUNT.
static void add_column(
	const struct csv_line *line, const char *a, const char *b, const char *c, uint64_t count)
{
	buf_char(line->buf, line->delimiter);
	if (line->group)
		buf_uint(line->buf, count);
	else
		buf_print(line->buf, "%s%s%s%s%s", a, b ? "." : "", b ? b : "", c ? "." : "",
			c ? c : "");
}

// All behind the group's name. The head goes the same way, so that no column is off.
static void add_columns(const struct summary *summary, const struct csv_line *line)
{
	const struct pmm_rulebook_info *info = summary->info;
	const struct group *group = line->group ? line->group : summary->total;
	const uint32_t *cell = group->cells;
	add_column(line, "rows", NULL, NULL, row_counts_rows(&group->counts));
	add_column(line, "evaluated", NULL, NULL, group->counts.rows[CODE_none]);
	add_column(line, "rejected", NULL, NULL, row_counts_rejected(&group->counts));
	add_column(line, "skipped", NULL, NULL, group->counts.skipped);
	add_column(line, "without_facts", NULL, NULL, group->counts.bare);
	for (size_t f = 0; f < info->feature_count; f++) {
		const char *feature = info->features[f].name;
		for (size_t a = 0; a < info->attribute_count; a++) {
			const struct pmm_attribute *attribute = &info->attributes[a];
			for (size_t v = 0; v < attribute->value_count; v++)
				add_column(line, feature, attribute->name,
					attribute->values[v].name, *cell++);
			add_column(line, feature, attribute->name, "undetermined", *cell++);
		}
		for (size_t i = 0; i < info->flag_count; i++)
			add_column(line, feature, info->flags[i].name, NULL, *cell++);
	}
	for (size_t f = 0; f < info->fact_count; f++)
		add_column(line, "missing", info->facts[f].name, NULL, *cell++);
	buf_char(line->buf, '\n');
}

static void write_csv(const struct summary *summary, struct buf *buf, const struct results *results)
{
	struct csv_line line = {buf, results->delimiter, NULL};
	if (results->has_mark)
		buf_text(buf, UTF8_MARK);
	buf_text(buf, "group");
	add_columns(summary, &line);
	for (uint32_t i = 0; i < summary->group_count && summary_has_groups(summary); i++) {
		const struct str name = intern_at(&summary->names, i);
		line.group = summary->groups[i];
		// As what begins a formula is: so no group looks like the whole.
		if (str_equal(name, STR(SUMMARY_WHOLE)))
			buf_char(buf, '\'');
		results_field(buf, name, line.delimiter);
		add_columns(summary, &line);
	}
	line.group = summary->total;
	buf_text(buf, SUMMARY_WHOLE);
	add_columns(summary, &line);
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
