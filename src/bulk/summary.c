// SPDX-License-Identifier: MIT
#include "summary.h"

#include <stdlib.h>

// The counters of a group are one array: rows by their code (CODE_none: evaluated),
// errors by theirs, then for each feature its attributes' values (the last is
// undetermined) and flags, then the missing facts.
enum { AT_ERRORS = CODE_COUNT, AT_FEATURES = AT_ERRORS + CODE_COUNT };

struct summary {
	const struct snapshot *snapshot;
	const struct pmm_rulebook_info *info;
	bool grouped;
	size_t attribute_at[PMM_ATTRIBUTES_MAX]; // within a feature
	size_t feature_size, count_size;
	uint32_t *total;
	struct intern names; // of the groups
	uint32_t *groups[SUMMARY_GROUPS_MAX]; // their counters, by the ordinals of the names
	uint32_t group_count;
};

static void measure(struct summary *summary)
{
	const struct pmm_rulebook_info *info = summary->info;
	for (size_t a = 0; a < info->attribute_count; a++) {
		summary->attribute_at[a] = summary->feature_size;
		summary->feature_size += info->attributes[a].value_count + 1;
	}
	summary->feature_size += info->flag_count;
	summary->count_size = AT_FEATURES + info->feature_count * summary->feature_size +
			      info->fact_count;
}

struct summary *summary_create(const struct snapshot *snapshot, bool grouped)
{
	struct summary *summary = calloc(1, sizeof *summary);
	if (!summary)
		return NULL;
	summary->snapshot = snapshot;
	summary->info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	summary->grouped = grouped;
	measure(summary);
	summary->total = calloc(summary->count_size, sizeof *summary->total);
	if (!summary->total) {
		free(summary);
		return NULL;
	}
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
	free(summary);
}

// --- counting

// Sets *COUNTS to where the rows of the group NAME count.
static enum code find_group(struct summary *summary, struct str name, uint32_t **counts)
{
	uint32_t group;
	if (intern_add(&summary->names, name, &group))
		return CODE_overloaded;
	if (group == SUMMARY_GROUPS_MAX)
		return CODE_too_many_groups;
	if (group == summary->group_count) {
		summary->groups[group] = calloc(summary->count_size, sizeof **counts);
		if (!summary->groups[group])
			return CODE_overloaded;
		summary->group_count++;
	}
	*counts = summary->groups[group];
	return CODE_none;
}

static void count_decision(
	const struct summary *summary, uint32_t *counts, const struct pmm_decision *decision)
{
	const struct pmm_rulebook_info *info = summary->info;
	uint32_t *feature = counts + AT_FEATURES;
	for (size_t f = 0; f < info->feature_count; f++) {
		const struct pmm_outcome *outcome = decision->outcomes[f];
		for (size_t a = 0; a < info->attribute_count; a++) {
			uint32_t possible = outcome->possible[a];
			size_t value = pmm_is_determined(possible)
					       ? (size_t)__builtin_ctz(possible)
					       : info->attributes[a].value_count;
			feature[summary->attribute_at[a] + value]++;
		}
		uint32_t *flags = feature + summary->feature_size - info->flag_count;
		for (size_t i = 0; i < info->flag_count; i++)
			flags[i] += outcome->flags >> i & 1;
		feature += summary->feature_size;
	}
	for (size_t f = 0; f < info->fact_count; f++)
		feature[f] += decision->missing >> f & 1;
}

enum code summary_add(struct summary *summary, const struct row *row)
{
	uint32_t *counts = summary->total;
	enum code code = summary->grouped ? find_group(summary, row->group, &counts) : CODE_none;
	if (code != CODE_none)
		return code;
	counts[row->rejected]++;
	if (row->rejected == CODE_none)
		count_decision(summary, counts,
			pmm_decide(snapshot_rulebook(summary->snapshot), row->index));
	else if (row->rejected == CODE_invalid_profile)
		for (const struct profile_error *e = row->profile->errors; e; e = e->next)
			counts[AT_ERRORS + e->code]++;
	return CODE_none;
}

// Every row counts in one group, so the total is their sum.
void summary_end(struct summary *summary)
{
	for (uint32_t i = 0; i < summary->group_count; i++)
		for (size_t at = 0; at < summary->count_size; at++)
			summary->total[at] += summary->groups[i][at];
}

static uint32_t count_rejected(const uint32_t *counts)
{
	uint32_t rejected = 0;
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		rejected += counts[code];
	return rejected;
}

// --- as JSON

static void add_count(struct json_writer *json, const char *name, uint32_t count)
{
	json_number(json_name(json, name), count);
}

static void add_codes(struct json_writer *json, const char *name, const uint32_t *counts)
{
	json_object(json_name(json, name));
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		if (counts[code])
			add_count(json, code_info((enum code)code)->name, counts[code]);
	json_object_end(json);
}

static void add_feature(
	const struct summary *summary, struct json_writer *json, const uint32_t *counts)
{
	const struct pmm_rulebook_info *info = summary->info;
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		const uint32_t *values = counts + summary->attribute_at[a];
		json_object(json_name(json, attribute->name));
		for (size_t v = 0; v < attribute->value_count; v++)
			add_count(json, attribute->values[v].name, values[v]);
		add_count(json, "undetermined", values[attribute->value_count]);
		json_object_end(json);
	}
	const uint32_t *flags = counts + summary->feature_size - info->flag_count;
	for (size_t i = 0; i < info->flag_count; i++)
		add_count(json, info->flags[i].name, flags[i]);
}

// The members that tell of one group.
static void add_group(
	const struct summary *summary, struct json_writer *json, const uint32_t *counts)
{
	const struct pmm_rulebook_info *info = summary->info;
	const uint32_t *feature = counts + AT_FEATURES, rejected = count_rejected(counts);
	add_count(json, "rows", counts[CODE_none] + rejected);
	add_count(json, "evaluated", counts[CODE_none]);
	add_count(json, "rejected", rejected);
	add_codes(json, "rejections", counts);
	add_codes(json, "errors", counts + AT_ERRORS);
	json_object(json_name(json, "features"));
	for (size_t f = 0; f < info->feature_count; f++, feature += summary->feature_size) {
		json_object(json_name(json, info->features[f].name));
		add_feature(summary, json, feature);
		json_object_end(json);
	}
	json_object_end(json);
	json_object(json_name(json, "missing"));
	for (size_t f = 0; f < info->fact_count; f++)
		add_count(json, info->facts[f].name, feature[f]);
	json_object_end(json);
}

void summary_write_json(const struct summary *summary, struct buf *buf)
{
	struct json_writer json = json_writer_of(buf, false);
	json_object(&json);
	add_group(summary, &json, summary->total);
	if (summary->grouped) {
		json_object(json_name(&json, "groups"));
		for (uint32_t i = 0; i < summary->group_count; i++) {
			json_object(json_name_str(&json, intern_at(&summary->names, i)));
			add_group(summary, &json, summary->groups[i]);
			json_object_end(&json);
		}
		json_object_end(&json);
	}
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

static void line_add(struct line *line, const char *name, uint32_t count)
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

static void write_rows(struct buf *buf, const uint32_t *counts)
{
	const uint32_t rejected = count_rejected(counts);
	struct line line = {.buf = buf, .lead = "   "};
	buf_text(buf, "rows ");
	buf_uint(buf, counts[CODE_none] + rejected);
	buf_text(buf, "   evaluated ");
	buf_uint(buf, counts[CODE_none]);
	buf_text(buf, "   rejected ");
	buf_uint(buf, rejected);
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		line_add(&line, code_info((enum code)code)->name,
			counts[AT_ERRORS + code] +
				(code == CODE_invalid_profile ? 0 : counts[code]));
	buf_char(buf, '\n');
}

static void write_feature(
	const struct summary *summary, struct buf *buf, size_t f, const uint32_t *counts)
{
	const struct pmm_rulebook_info *info = summary->info;
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		const uint32_t *values = counts + summary->attribute_at[a];
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
	const uint32_t *flags = counts + summary->feature_size - info->flag_count;
	struct line line = {.buf = buf, .lead = "  "};
	for (size_t i = 0; i < info->flag_count; i++)
		line_add(&line, info->flags[i].name, flags[i]);
	line_end(&line);
}

static void write_group(const struct summary *summary, struct buf *buf, const uint32_t *counts)
{
	const struct pmm_rulebook_info *info = summary->info;
	const uint32_t *feature = counts + AT_FEATURES;
	write_rows(buf, counts);
	for (size_t f = 0; f < info->feature_count; f++, feature += summary->feature_size)
		write_feature(summary, buf, f, feature);
	struct line line = {.buf = buf, .lead = "  missing: "};
	for (size_t f = 0; f < info->fact_count; f++)
		line_add(&line, info->facts[f].name, feature[f]);
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
