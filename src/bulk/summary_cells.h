// SPDX-License-Identifier: MIT
// Private to summaries: what was counted, for those who write it.
#pragma once

#include "summary.h"

// What is counted of a group. The cells are for each feature its attributes' values (the
// last is undetermined) and flags, then the missing facts; struct cell says how each is named.
struct group {
	struct row_counts counts;
	uint32_t cells[];
};

struct cell {
	const char *path[3]; // feature, attribute, value; or feature, flag; or "missing", fact
	const char *const *label; // of the last of these, by language
	unsigned levels, shared; // names before that, and those that the cell before has too
};

struct summary {
	const struct snapshot *snapshot;
	const struct pmm_rulebook_info *info;
	size_t attribute_at[PMM_ATTRIBUTES_MAX]; // within a feature
	size_t flags_at; // within a feature, behind its attributes
	size_t feature_size, cell_count;
	struct cell *cells;
	struct group *total; // once all rows were added
	struct intern names; // of the groups
	struct group *groups[SUMMARY_GROUPS_MAX]; // by the ordinals of the names
	uint32_t group_count;
};

// Whether there is any group but that of rows which name none.
static inline bool summary_has_groups(const struct summary *summary)
{
	return summary->group_count > 1 ||
	       (summary->group_count == 1 && intern_at(&summary->names, 0).size);
}

// summary_text.c: the table for people.
void summary_write_text(const struct summary *summary, struct buf *buf,
	const struct rows_header *header, enum pmm_lang lang);
