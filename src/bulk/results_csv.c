// SPDX-License-Identifier: MIT
// Results as CSV: the columns that there are or that were asked for, in the delimiter of
// the question. Here is any row; those that are direct are in results_row.c.
#include "base/base.h"
#include "results.h"

#include <stdio.h>

// --- columns, by their order in a full answer: row, id, facts, features' attributes, error

enum { COLUMN_ROW, COLUMN_ID, COLUMN_FACTS };

static size_t count_all(const struct pmm_rulebook_info *info)
{
	return COLUMN_FACTS + info->fact_count + info->feature_count * info->attribute_count + 1;
}

static size_t count_columns(const struct results *results, const struct pmm_rulebook_info *info)
{
	return results->columns ? results->column_count : count_all(info);
}

// Of a column of an attribute its place among all of those; else it is no less than they are.
static size_t place_of(const struct pmm_rulebook_info *info, size_t column)
{
	const size_t first = COLUMN_FACTS + info->fact_count;
	return column < first ? SIZE_MAX : column - first;
}

static struct str name_of(const void *of, size_t column, char *room)
{
	const struct pmm_rulebook_info *info = of;
	const size_t place = place_of(info, column);
	if (column < COLUMN_FACTS)
		return column == COLUMN_ROW ? STR("row") : STR("id");
	if (place == SIZE_MAX)
		return str_of(info->facts[column - COLUMN_FACTS].name);
	if (column + 1 >= count_all(info))
		return column + 1 == count_all(info) ? STR("error") : (struct str){NULL, 0};
	return (struct str){room, (size_t)snprintf(room, RESULTS_NAME_MAX, "%s.%s",
					  info->features[place / info->attribute_count].name,
					  info->attributes[place % info->attribute_count].name)};
}

void results_names(const struct results *results, struct buf *buf, struct str between)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(
		snapshot_rulebook(results->snapshot));
	char room[RESULTS_NAME_MAX];
	for (size_t i = 0; i < count_columns(results, info); i++) {
		buf_str(buf, i ? between : STR(""));
		buf_str(buf, name_of(info, results->columns ? results->columns[i] : i, room));
	}
}

// Names are compared as everywhere, and one that stands there to the letter is meant.
static bool is_named(struct str asked, struct str name)
{
	char a[WORD_MAX], b[WORD_MAX];
	const struct str folded = {a, word_fold(a, asked)};
	return str_equal(asked, name) ||
	       (folded.size <= WORD_MAX && str_equal(folded, (struct str){b, word_fold(b, name)}));
}

enum code results_choose(struct results *results, struct str names, uint16_t *room)
{
	return results_choose_of(results, names, room,
		pmm_rulebook_info(snapshot_rulebook(results->snapshot)), name_of);
}

enum code results_choose_of(struct results *results, struct str names, uint16_t *room,
	const void *of, struct str (*namer)(const void *of, size_t column, char *room))
{
	size_t count = 0;
	char text[RESULTS_NAME_MAX];
	do {
		const struct str asked = str_split(&names, ',');
		size_t column = 0;
		struct str name;
		while ((name = namer(of, column, text)).at && !is_named(asked, name))
			column++;
		if (!name.at || count == RESULTS_COLUMNS_MAX)
			return CODE_unknown_parameter;
		room[count++] = (uint16_t)column;
	} while (names.at);
	results->columns = room;
	results->column_count = count;
	return CODE_none;
}

// --- rows

void results_field(struct buf *buf, struct str text, char delimiter)
{
	bool is_quoted = false;
	for (size_t i = 0; i < text.size; i++)
		is_quoted |= text.at[i] == delimiter || text.at[i] == '"' || text.at[i] == '\r' ||
			     text.at[i] == '\n';
	if (is_quoted)
		buf_char(buf, '"');
	if (results_is_formula(text))
		buf_char(buf, '\'');
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] == '"')
			buf_char(buf, '"');
		buf_char(buf, text.at[i]);
	}
	if (is_quoted)
		buf_char(buf, '"');
}

void results_csv(const struct results *results, struct buf *buf, uint64_t number, struct str id,
	uint32_t index, struct str error)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(results->snapshot);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct pmm_decision *decision = pmm_decide(rulebook, index);
	const size_t attributes = info->attribute_count;
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(rulebook, index, digits);
	for (size_t i = 0; i < count_columns(results, info); i++) {
		const size_t column = results->columns ? results->columns[i] : i;
		const size_t place = place_of(info, column), fact = column - COLUMN_FACTS;
		if (i)
			buf_char(buf, results->delimiter);
		if (column == COLUMN_ROW)
			buf_uint(buf, number);
		else if (column == COLUMN_ID)
			results_field(buf, id, results->delimiter);
		else if (column + 1 == count_all(info))
			results_field(buf, error, results->delimiter);
		else if (error.size) // nothing is known of the rest
			continue;
		else if (place != SIZE_MAX)
			buf_text(buf, table_value(&info->attributes[place % attributes],
					      decision->outcomes[place / attributes]
						      ->possible[place % attributes]));
		else if (digits[fact])
			buf_text(buf, info->facts[fact].values[digits[fact] - 1].name);
	}
	buf_char(buf, '\n');
}
