// SPDX-License-Identifier: MIT
// The header of CSV: of the first records the one in which most facts are named, the
// first of equals; and what was understood of it. Until it is known, all of them wait in the
// carry. Records above it are titles, and are forgotten.
//
// Equals are records that name as many facts and look as much like a header: a title (one
// cell) and a name before its value ("Status Anggota;Tamu") least, then a name before
// anything else, then all others.
#include "row.h"

// The best way to read a record as a header.
struct reading {
	unsigned rating; // 0: no fact is named
	size_t columns;
	char delimiter;
};

enum { LOOKS = 4, LOOKS_BEST = LOOKS - 1 };

static struct reading read_as(const struct rows *rows, struct str line, char delimiter)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	const struct pmm_member *before = NULL, *member;
	struct reading reading = {0, 0, delimiter};
	char folded[WORD_MAX];
	uint32_t facts = 0;
	unsigned cells = 0; // that are not blank
	bool has_value = false;
	for (struct str cell; line.at; reading.columns++) {
		csv_next_cell(&line, delimiter, &cell);
		if (word_fold(folded, cell) == 0)
			continue;
		member = pmm_member_find(rulebook, cell.at, cell.size);
		if (member)
			facts |= UINT32_C(1) << member->fact;
		else if (before && pmm_member_value(rulebook, before, cell.at, cell.size) > 0)
			has_value = true;
		before = member;
		cells++;
	}
	const unsigned looks = has_value || cells == 1 ? 1 : cells == 2 && !before ? 2 : LOOKS_BEST;
	if (facts)
		reading.rating = LOOKS * (unsigned)__builtin_popcount(facts) + looks;
	return reading;
}

// "sep=;", which is for Excel: it names the delimiter, and no spreadsheet shows it.
static bool take_separator(struct rows *rows, struct str record)
{
	static const struct str lead = {"sep=", 4};
	if (rows->csv.record || rows->csv.delimiter || record.size < lead.size + 1)
		return false;
	if (record.at[0] == '"')
		record = (struct str){record.at + 1, record.size - 2};
	if (record.size != lead.size + 1 || !csv_is_delimiter(rows, record.at[lead.size]) ||
		!str_equal_nocase((struct str){record.at, lead.size}, lead))
		return false;
	rows->csv.delimiter = record.at[lead.size];
	return true;
}

// Whether RECORD is a better header than the one before.
static bool is_better(struct rows *rows, struct str record)
{
	struct csv_head *head = &rows->csv.head;
	struct reading best = {head->rating, SIZE_MAX, 0};
	for (const char *delimiter = ",;\t"; *delimiter; delimiter++) {
		if (!csv_is_delimiter(rows, *delimiter))
			continue;
		const struct reading reading = read_as(rows, record, *delimiter);
		if (reading.rating > best.rating ||
			(reading.rating == best.rating && reading.columns > best.columns))
			best = reading;
	}
	if (best.rating == head->rating)
		return false;
	head->rating = best.rating;
	head->delimiter = best.delimiter;
	return true;
}

void csv_head_add(struct rows *rows, struct str record)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	const size_t best = pmm_rulebook_info(rulebook)->fact_count * LOOKS + LOOKS_BEST;
	struct csv_head *head = &rows->csv.head;
	if (take_separator(rows, record))
		return;
	rows->csv.record++;
	if (!rows->csv.is_inside && record.size <= ROW_BYTES_MAX && is_better(rows, record)) {
		head->at = (size_t)(record.at - rows->carry.at);
		head->size = record.size;
		head->record = rows->csv.record;
	}
	head->is_over = head->rating == best || rows->csv.record == CSV_HEAD_RECORDS;
}

// A spreadsheet may write rows out to its last column: those without a name do not count.
static bool add_column(struct rows *rows, struct str name)
{
	if (rows->column_count == CSV_COLUMNS_MAX)
		return str_trim(name).size == 0 ||
		       rows_fail(rows, CODE_malformed_csv, JSON_FAULT_NONE, 0);
	struct column *column = &rows->columns[rows->column_count++];
	const char *copy = arena_copy(&rows->columns_arena, name);
	if (!copy)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	column->meaning = profile_name(&rows->profile, name);
	column->name = (struct str){copy, rows_is_clean(name) ? name.size : 0};
	return true;
}

// Notes what was understood of all columns.
static bool describe(struct rows *rows)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	struct rows_header *header = &rows->header;
	struct rows_column *read = arena_array(
		&rows->columns_arena, 2 * rows->column_count, sizeof *read);
	struct rows_column *near = read + rows->column_count;
	if (!read)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	for (size_t i = 0; i < rows->column_count; i++) {
		const struct profile_name *meaning = &rows->columns[i].meaning;
		const struct str name = rows->columns[i].name;
		struct rows_column told = {str_trim(name), meaning->member, NULL};
		const bool is_named = told.name.size || (!name.size && *name.at); // not UTF-8
		if (meaning->is_unknown && told.name.size)
			told.suggestion = pmm_member_suggest(
				rulebook, told.name.at, told.name.size);
		if (told.member)
			read[header->read_count++] = told;
		else if (told.suggestion)
			near[header->near_count++] = told;
		else
			header->ignored += meaning->is_unknown && is_named;
	}
	header->read = read;
	header->near = near;
	header->delimiter = rows->csv.delimiter;
	return true;
}

bool csv_head_choose(struct rows *rows, struct str record)
{
	const struct csv_head *head = &rows->csv.head;
	// A column that was asked for by name must be there.
	bool has_id = !rows->options.id_from.size, has_group = !rows->options.group_by.size;
	struct str line = record, field;
	char folded[WORD_MAX];
	rows_start_profile(rows);
	rows->columns = arena_array(&rows->columns_arena, CSV_COLUMNS_MAX, sizeof *rows->columns);
	rows->csv.header = (struct str){arena_copy(&rows->columns_arena, record), record.size};
	if (!rows->columns || !rows->csv.header.at)
		return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
	rows->csv.head.is_over = false;
	rows->csv.record = head->record;
	rows->csv.delimiter = head->delimiter;
	rows->csv.is_under_header = true;
	while (line.at) {
		if (!csv_next_text(&line, head->delimiter, &rows->arena, &field))
			return rows_fail(rows, CODE_overloaded, JSON_FAULT_NONE, 0);
		if (!add_column(rows, field))
			return false;
		const struct profile_name *meaning = &rows->columns[rows->column_count - 1].meaning;
		if (rows->column_count == 1 && word_fold(folded, field))
			rows->csv.first = folded[0];
		has_id |= meaning->is_id;
		has_group |= meaning->is_group;
	}
	if (!has_id || !has_group)
		return rows_fail(rows, CODE_unknown_parameter, JSON_FAULT_NONE, 0);
	if (!describe(rows))
		return false;
	while (rows->column_count && !column_is_wanted(&rows->columns[rows->column_count - 1]))
		rows->column_count--; // nothing behind the last one that counts
	quick_prepare(rows, rows->columns, rows->column_count);
	return true;
}
