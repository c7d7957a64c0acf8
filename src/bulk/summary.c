// SPDX-License-Identifier: MIT
#include "summary.h"

#include "base/base.h"

#include <stdlib.h>

// The counters of a group are one array: rows, rejected, rows by code, errors by
// code, then for each feature its attributes' values (the last is undetermined)
// and flags, then the missing facts.
enum { AT_ROWS, AT_REJECTED, AT_CODES, AT_ERRORS = AT_CODES + CODE_COUNT };
enum { AT_FEATURES = AT_ERRORS + CODE_COUNT };

struct group {
	char *name; // heap, not NUL-terminated; NULL: the total
	size_t size;
	uint32_t *counts;
};

struct summary {
	const struct snapshot *snapshot;
	const struct pmm_rulebook_info *info;
	bool grouped;
	size_t attribute_at[PMM_ATTRIBUTES_MAX]; // within a feature
	size_t feature_size, count_size;
	struct group total;
	struct group *groups;
	uint32_t group_count, group_room;
	uint32_t *slots; // ordinal + 1
	uint32_t slot_room;
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
	summary->total.counts = calloc(summary->count_size, sizeof *summary->total.counts);
	if (!summary->total.counts) {
		free(summary);
		return NULL;
	}
	return summary;
}

void summary_destroy(struct summary *summary)
{
	if (!summary)
		return;
	for (uint32_t i = 0; i < summary->group_count; i++) {
		free(summary->groups[i].name);
		free(summary->groups[i].counts);
	}
	free(summary->groups);
	free(summary->slots);
	free(summary->total.counts);
	free(summary);
}

static uint32_t *find_slot(const struct summary *summary, struct str name)
{
	for (uint32_t i = word_hash(0, name);; i++) {
		uint32_t *slot = &summary->slots[i & (summary->slot_room - 1)];
		if (*slot == 0)
			return slot;
		const struct group *group = &summary->groups[*slot - 1];
		if (str_equal((struct str){group->name, group->size}, name))
			return slot;
	}
}

static bool grow(struct summary *summary)
{
	uint32_t room = summary->group_room ? summary->group_room * 2 : 64;
	struct group *groups = realloc(summary->groups, room * sizeof *groups);
	if (!groups)
		return false;
	summary->groups = groups;
	uint32_t *slots = calloc((size_t)room * 2, sizeof *slots);
	if (!slots)
		return false;
	free(summary->slots);
	summary->slots = slots;
	summary->slot_room = room * 2;
	summary->group_room = room;
	for (uint32_t i = 0; i < summary->group_count; i++)
		*find_slot(summary, (struct str){groups[i].name, groups[i].size}) = i + 1;
	return true;
}

static enum code find_group(struct summary *summary, struct str name, struct group **found)
{
	if (summary->group_count == summary->group_room && !grow(summary))
		return CODE_overloaded;
	uint32_t *slot = find_slot(summary, name);
	if (*slot) {
		*found = &summary->groups[*slot - 1];
		return CODE_none;
	}
	if (summary->group_count == SUMMARY_GROUPS_MAX)
		return CODE_too_many_groups;
	struct group *group = &summary->groups[summary->group_count];
	group->name = malloc(name.size + 1);
	group->size = name.size;
	group->counts = calloc(summary->count_size, sizeof *group->counts);
	if (!group->name || !group->counts) {
		free(group->name);
		free(group->counts);
		return CODE_overloaded;
	}
	if (name.size)
		memcpy(group->name, name.at, name.size);
	*slot = ++summary->group_count;
	*found = group;
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

static void count_row(const struct summary *summary, uint32_t *counts, const struct row *row)
{
	counts[AT_ROWS]++;
	if (row->rejected == CODE_none) {
		count_decision(summary, counts,
			pmm_decide(snapshot_rulebook(summary->snapshot), row->index));
		return;
	}
	counts[AT_REJECTED]++;
	counts[AT_CODES + row->rejected]++;
	if (row->rejected != CODE_invalid_profile)
		return;
	for (const struct profile_error *e = row->profile->errors; e; e = e->next)
		counts[AT_ERRORS + e->code]++;
}

enum code summary_add(struct summary *summary, const struct row *row)
{
	struct group *group = &summary->total;
	enum code code = summary->grouped ? find_group(summary, row->group, &group) : CODE_none;
	if (code == CODE_none)
		count_row(summary, group->counts, row);
	return code;
}

// Every row counts in one group, so the total is their sum.
void summary_end(struct summary *summary)
{
	for (uint32_t i = 0; i < summary->group_count; i++)
		for (size_t at = 0; at < summary->count_size; at++)
			summary->total.counts[at] += summary->groups[i].counts[at];
}

static void add_count(struct buf *buf, const char *name, uint32_t count, bool comma)
{
	if (comma)
		buf_char(buf, ',');
	buf_json(buf, str_of(name));
	buf_char(buf, ':');
	buf_uint(buf, count);
}

static void add_codes(struct buf *buf, const char *name, const uint32_t *counts)
{
	bool comma = false;
	buf_char(buf, ',');
	buf_json(buf, str_of(name));
	buf_text(buf, ":{");
	for (int code = CODE_none + 1; code < CODE_COUNT; code++) {
		if (!counts[code])
			continue;
		add_count(buf, code_info((enum code)code)->name, counts[code], comma);
		comma = true;
	}
	buf_char(buf, '}');
}

static void add_feature(
	const struct summary *summary, struct buf *buf, size_t f, const uint32_t *counts)
{
	const struct pmm_rulebook_info *info = summary->info;
	buf_json(buf, str_of(info->features[f].name));
	buf_text(buf, ":{");
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		const uint32_t *values = counts + summary->attribute_at[a];
		if (a)
			buf_char(buf, ',');
		buf_json(buf, str_of(attribute->name));
		buf_text(buf, ":{");
		for (size_t v = 0; v < attribute->value_count; v++)
			add_count(buf, attribute->values[v].name, values[v], v > 0);
		add_count(buf, "undetermined", values[attribute->value_count], true);
		buf_char(buf, '}');
	}
	const uint32_t *flags = counts + summary->feature_size - info->flag_count;
	for (size_t i = 0; i < info->flag_count; i++)
		add_count(buf, info->flags[i].name, flags[i], true);
	buf_char(buf, '}');
}

// "rows":...,"missing":{...} of one group.
static void add_counts(const struct summary *summary, struct buf *buf, const uint32_t *counts)
{
	const struct pmm_rulebook_info *info = summary->info;
	const uint32_t *feature = counts + AT_FEATURES;
	add_count(buf, "rows", counts[AT_ROWS], false);
	add_count(buf, "evaluated", counts[AT_ROWS] - counts[AT_REJECTED], true);
	add_count(buf, "rejected", counts[AT_REJECTED], true);
	add_codes(buf, "rejections", counts + AT_CODES);
	add_codes(buf, "errors", counts + AT_ERRORS);
	buf_text(buf, ",\"features\":{");
	for (size_t f = 0; f < info->feature_count; f++) {
		if (f)
			buf_char(buf, ',');
		add_feature(summary, buf, f, feature);
		feature += summary->feature_size;
	}
	buf_text(buf, "},\"missing\":{");
	for (size_t f = 0; f < info->fact_count; f++)
		add_count(buf, info->facts[f].name, feature[f], f > 0);
	buf_char(buf, '}');
}

void summary_write_json(const struct summary *summary, struct buf *buf)
{
	buf_char(buf, '{');
	add_counts(summary, buf, summary->total.counts);
	if (summary->grouped) {
		buf_text(buf, ",\"groups\":{");
		for (uint32_t i = 0; i < summary->group_count; i++) {
			const struct group *group = &summary->groups[i];
			if (i)
				buf_char(buf, ',');
			buf_json(buf, (struct str){group->name, group->size});
			buf_text(buf, ":{");
			add_counts(summary, buf, group->counts);
			buf_char(buf, '}');
		}
		buf_char(buf, '}');
	}
	buf_text(buf, ",\"rulebook\":");
	buf_str(buf, snapshot_identity(summary->snapshot));
	buf_text(buf, "}\n");
}

// "name: count" pairs of what is not zero, on one line.
static void add_line(struct buf *buf, const char *name, uint32_t count, const char **mark)
{
	if (!count)
		return;
	buf_text(buf, *mark);
	*mark = "   ";
	buf_text(buf, name);
	buf_char(buf, ' ');
	buf_uint(buf, count);
}

static void write_group_text(const struct summary *summary, struct buf *buf, const uint32_t *counts)
{
	const struct pmm_rulebook_info *info = summary->info;
	const uint32_t *feature = counts + AT_FEATURES;
	buf_text(buf, "rows ");
	buf_uint(buf, counts[AT_ROWS]);
	buf_text(buf, "   evaluated ");
	buf_uint(buf, counts[AT_ROWS] - counts[AT_REJECTED]);
	buf_text(buf, "   rejected ");
	buf_uint(buf, counts[AT_REJECTED]);
	const char *mark = "   ";
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		add_line(buf, code_info((enum code)code)->name,
			counts[AT_ERRORS + code] +
				(code == CODE_invalid_profile ? 0 : counts[AT_CODES + code]),
			&mark);
	buf_char(buf, '\n');
	for (size_t f = 0; f < info->feature_count; f++, feature += summary->feature_size) {
		const uint32_t *flags = feature + summary->feature_size - info->flag_count;
		for (size_t a = 0; a < info->attribute_count; a++) {
			const struct pmm_attribute *attribute = &info->attributes[a];
			const uint32_t *values = feature + summary->attribute_at[a];
			buf_text(buf, "  ");
			buf_text(buf, info->features[f].name);
			buf_char(buf, '.');
			buf_text(buf, attribute->name);
			mark = ": ";
			for (size_t v = 0; v < attribute->value_count; v++)
				add_line(buf, attribute->values[v].name, values[v], &mark);
			add_line(buf, "undetermined", values[attribute->value_count], &mark);
			buf_char(buf, '\n');
		}
		mark = "  ";
		for (size_t i = 0; i < info->flag_count; i++)
			add_line(buf, info->flags[i].name, flags[i], &mark);
		buf_text(buf, *mark == ' ' && mark[2] ? "\n" : "");
	}
	mark = "  missing: ";
	for (size_t f = 0; f < info->fact_count; f++)
		add_line(buf, info->facts[f].name, feature[f], &mark);
	buf_text(buf, mark[2] == 'm' ? "" : "\n");
}

void summary_write_text(const struct summary *summary, struct buf *buf)
{
	write_group_text(summary, buf, summary->total.counts);
	for (uint32_t i = 0; summary->grouped && i < summary->group_count; i++) {
		const struct group *group = &summary->groups[i];
		buf_text(buf, "\n");
		buf_quoted(buf, (struct str){group->name, group->size});
		buf_text(buf, "  ");
		write_group_text(summary, buf, group->counts);
	}
}
