// SPDX-License-Identifier: MIT
#include "summary.h"

#include <stdlib.h>

// What is counted of a group. The cells are for each feature its attributes' values (the
// last is undetermined) and flags, then the missing facts.
struct group {
	struct row_counts counts;
	uint32_t cells[];
};

struct summary {
	const struct snapshot *snapshot;
	const struct pmm_rulebook_info *info;
	size_t attribute_at[PMM_ATTRIBUTES_MAX]; // within a feature
	size_t feature_size, cell_count;
	struct group *total; // once all rows were added
	struct intern names; // of the groups
	struct group *groups[SUMMARY_GROUPS_MAX]; // by the ordinals of the names
	uint32_t group_count;
};

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
		count_bits(cells + summary->feature_size - info->flag_count, outcome->flags);
	}
	count_bits(cells, decision->missing);
	return CODE_none;
}

// Every row counts in one group, so the total is their sum.
void summary_end(struct summary *summary)
{
	struct group *total = summary->total;
	for (uint32_t i = 0; i < summary->group_count; i++) {
		const struct group *group = summary->groups[i];
		for (int code = 0; code < CODE_COUNT; code++) {
			total->counts.rows[code] += group->counts.rows[code];
			total->counts.errors[code] += group->counts.errors[code];
		}
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
	const uint32_t *flags = cells + summary->feature_size - info->flag_count;
	for (size_t i = 0; i < info->flag_count; i++)
		add_count(json, info->flags[i].name, flags[i]);
}

// The members that tell of one group.
static void add_group(
	const struct summary *summary, struct json_writer *json, const struct group *group)
{
	const struct pmm_rulebook_info *info = summary->info;
	const uint64_t evaluated = group->counts.rows[CODE_none];
	const uint64_t rejected = row_counts_rejected(&group->counts);
	const uint32_t *cells = group->cells;
	add_count(json, "rows", evaluated + rejected);
	add_count(json, "evaluated", evaluated);
	add_count(json, "rejected", rejected);
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

void summary_write_json(const struct summary *summary, struct buf *buf)
{
	struct json_writer json = json_writer_of(buf, false);
	json_object(&json);
	add_group(summary, &json, summary->total);
	json_object(json_name(&json, "groups"));
	for (uint32_t i = 0; i < summary->group_count; i++) {
		json_object(json_name_str(&json, intern_at(&summary->names, i)));
		add_group(summary, &json, summary->groups[i]);
		json_object_end(&json);
	}
	json_object_end(&json);
	json_fragment(json_name(&json, "rulebook"), snapshot_identity(summary->snapshot));
	json_object_end(&json);
	buf_char(buf, '\n');
}

// --- as text

// A line of counts. What is zero is left out.
struct line {
	struct buf *buf;
	const char *lead; // what stands before the first of them
	bool is_begun;
};

static void line_add(struct line *line, const char *name, uint64_t count)
{
	if (!count)
		return;
	buf_text(line->buf, line->is_begun ? "   " : line->lead);
	buf_text(line->buf, name);
	buf_char(line->buf, ' ');
	buf_uint(line->buf, count);
	line->is_begun = true;
}

// A line on which nothing was is none.
static void line_end(const struct line *line)
{
	if (line->is_begun)
		buf_char(line->buf, '\n');
}

static void write_rows(struct buf *buf, const struct row_counts *counts)
{
	const uint64_t evaluated = counts->rows[CODE_none], rejected = row_counts_rejected(counts);
	struct line line = {.buf = buf, .lead = "   "};
	buf_text(buf, "rows ");
	buf_uint(buf, evaluated + rejected);
	buf_text(buf, "   evaluated ");
	buf_uint(buf, evaluated);
	buf_text(buf, "   rejected ");
	buf_uint(buf, rejected);
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		line_add(&line, code_info((enum code)code)->name,
			counts->errors[code] +
				(code == CODE_invalid_profile ? 0 : counts->rows[code]));
	buf_char(buf, '\n');
}

static void write_feature(
	const struct summary *summary, struct buf *buf, size_t f, const uint32_t *cells)
{
	const struct pmm_rulebook_info *info = summary->info;
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		const uint32_t *values = cells + summary->attribute_at[a];
		struct line line = {.buf = buf, .lead = ": "};
		buf_text(buf, "  ");
		buf_text(buf, info->features[f].name);
		buf_char(buf, '.');
		buf_text(buf, attribute->name);
		for (size_t v = 0; v < attribute->value_count; v++)
			line_add(&line, attribute->values[v].name, values[v]);
		line_add(&line, "undetermined", values[attribute->value_count]);
		buf_char(buf, '\n');
	}
	const uint32_t *flags = cells + summary->feature_size - info->flag_count;
	struct line line = {.buf = buf, .lead = "  "};
	for (size_t i = 0; i < info->flag_count; i++)
		line_add(&line, info->flags[i].name, flags[i]);
	line_end(&line);
}

static void write_group(const struct summary *summary, struct buf *buf, const struct group *group)
{
	const struct pmm_rulebook_info *info = summary->info;
	const uint32_t *cells = group->cells;
	write_rows(buf, &group->counts);
	for (size_t f = 0; f < info->feature_count; f++, cells += summary->feature_size)
		write_feature(summary, buf, f, cells);
	struct line line = {.buf = buf, .lead = "  missing: "};
	for (size_t f = 0; f < info->fact_count; f++)
		line_add(&line, info->facts[f].name, cells[f]);
	line_end(&line);
}

void summary_write_text(const struct summary *summary, struct buf *buf)
{
	write_group(summary, buf, summary->total);
	for (uint32_t i = 0; i < summary->group_count; i++) {
		buf_char(buf, '\n');
		buf_quoted(buf, intern_at(&summary->names, i));
		buf_text(buf, "  ");
		write_group(summary, buf, summary->groups[i]);
	}
}
