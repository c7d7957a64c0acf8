// SPDX-License-Identifier: MIT
// A summary for people: what was read, the counts of the whole, and for each feature on
// which people differ a table by group, or one table where there is none. The words are the
// rulebook's labels. Each line begins with its line feed.
#include "summary_cells.h"

struct text {
	const struct summary *summary;
	struct buf *buf;
	enum pmm_lang lang;
};

static const char *say(const struct text *text, const char *id, const char *en)
{
	return text->lang == PMM_LANG_EN ? en : id;
}

static const char *label_of(const struct text *text, size_t cell)
{
	return text->summary->cells[cell].label[text->lang];
}

// --- counts of the whole

// Adds a count behind LEAD, unless it is zero. Returns what leads to the next.
static const char *add_count(struct buf *buf, const char *lead, const char *label, uint64_t count)
{
	if (count)
		buf_print(buf, "%s%s %llu", lead, label, (unsigned long long)count);
	return count ? ", " : lead;
}

static void write_rows(const struct text *text, const struct rows_header *header)
{
	const struct pmm_rulebook_info *info = text->summary->info;
	const struct group *total = text->summary->total;
	const size_t cell_count = text->summary->cell_count;
	const char *lead = say(text, "\nditolak karena: ", "\nrejected for: ");
	told_counts(text->buf, &total->counts, text->lang);
	if (header) {
		buf_char(text->buf, '\n');
		told_columns(text->buf, header, info, text->lang);
	}
	for (int code = CODE_none + 1; code < CODE_COUNT; code++)
		lead = add_count(text->buf, lead, code_info((enum code)code)->title[text->lang],
			code == CODE_invalid_profile
				? 0
				: total->counts.errors[code] + total->counts.rows[code]);
	lead = say(text, "\nmasih perlu diketahui: ", "\nstill to be known: ");
	for (size_t i = cell_count - info->fact_count; i < cell_count; i++)
		lead = add_count(text->buf, lead, label_of(text, i), total->cells[i]);
}

// The counts of a feature: in a line for each attribute those of its values, and each flag.
static void write_outcomes(const struct text *text, size_t feature)
{
	const struct summary *summary = text->summary;
	const size_t size = summary->feature_size, first = feature * size;
	const struct pmm_attribute *attribute = summary->info->attributes;
	const char *last = NULL, *lead = NULL;
	for (size_t i = first; i < first + size; i++) {
		const char *const *path = summary->cells[i].path;
		if (path[2] && path[1] != last) {
			buf_print(text->buf, "\n  %s", attribute++->label[text->lang]);
			lead = ": ";
			last = path[1];
		}
		lead = add_count(text->buf, path[2] ? lead : "\n  ", label_of(text, i),
			summary->total->cells[i]);
	}
}

// --- the table of a feature

static const size_t rows_cell = SIZE_MAX, rejected_cell = SIZE_MAX - 1, no_feature = SIZE_MAX;

struct column {
	size_t cell; // of a group, or one of those
	struct str label; // what of it is still to be written
	size_t width;
};

enum { COLUMNS_MAX = 2 + PMM_VALUES_MAX + 1 + PMM_FLAGS_MAX, LABEL_WIDTH = 14, NAME_WIDTH = 30 };

static uint64_t count_of(const struct group *group, size_t cell)
{
	return cell == rows_cell       ? row_counts_rows(&group->counts)
	       : cell == rejected_cell ? row_counts_rejected(&group->counts)
				       : group->cells[cell];
}

static size_t wider(size_t width, size_t other)
{
	return width > other ? width : other;
}

// A column. A long label breaks between its words.
static void add_column(const struct text *text, struct column *columns, size_t *count, size_t cell,
	const char *label)
{
	const uint64_t most = count_of(text->summary->total, cell);
	struct column column = {cell, str_of(label), utf8_width(str_of(label))};
	if (column.width > LABEL_WIDTH)
		column.width = LABEL_WIDTH;
	for (struct str rest = column.label; rest.size;)
		column.width = wider(column.width, utf8_width(str_split(&rest, ' ')));
	column.width = wider(column.width, uint_width(most));
	columns[(*count)++] = column;
}

// The columns of a feature: its first attribute, and the flags, in which there is something.
// 0: all people fare alike. no_feature: those of any table.
static size_t find_columns(const struct text *text, size_t feature, struct column *columns)
{
	const struct summary *summary = text->summary;
	const char *attribute = summary->info->attributes[0].name;
	const size_t cell = feature * summary->feature_size;
	size_t count = 0;
	add_column(text, columns, &count, rows_cell, say(text, "baris", "rows"));
	if (feature == no_feature || row_counts_rejected(&summary->total->counts))
		add_column(text, columns, &count, rejected_cell, say(text, "ditolak", "rejected"));
	if (feature == no_feature)
		return count;
	const size_t common = count;
	for (size_t i = cell; i < cell + summary->feature_size; i++)
		if (summary->total->cells[i] &&
			(summary->cells[i].path[1] == attribute || !summary->cells[i].path[2]))
			add_column(text, columns, &count, i, label_of(text, i));
	return count > common + 1 ? count : 0;
}

// The next words of a label, as many as fit.
static void add_words(struct buf *buf, struct column *column)
{
	struct str words = {column->label.at, 0};
	while (column->label.size) {
		struct str after = column->label, word = str_split(&after, ' ');
		const struct str more = {words.at, (size_t)(word.at + word.size - words.at)};
		if (words.size && utf8_width(more) > column->width)
			break;
		words = more;
		column->label = after;
	}
	buf_print(buf, "  %*s", (int)(column->width - utf8_width(words)), "");
	buf_str(buf, words);
}

static void write_head(struct buf *buf, size_t name_width, struct column *columns, size_t count)
{
	for (bool goes_on = true; goes_on;) {
		goes_on = false;
		buf_print(buf, "\n%*s", (int)name_width, "");
		for (size_t i = 0; i < count; i++) {
			add_words(buf, &columns[i]);
			goes_on |= columns[i].label.size > 0;
		}
	}
}

// Adds the name of a group. Returns how wide it is there.
static size_t add_name(struct buf *buf, struct str name)
{
	const size_t before = buf->size;
	(buf_is_printable(name) ? buf_str : buf_quoted)(buf, name);
	return buf->failed ? 0 : utf8_width((struct str){buf->at + before, buf->size - before});
}

static void write_line(struct buf *buf, size_t name_width, struct str name,
	const struct group *group, const struct column *columns, size_t count)
{
	buf_char(buf, '\n');
	const size_t width = add_name(buf, name);
	buf_print(buf, "%*s", (int)(width < name_width ? name_width - width : 0), "");
	for (size_t i = 0; i < count; i++)
		buf_print(buf, "  %*llu", (int)columns[i].width,
			(unsigned long long)count_of(group, columns[i].cell));
}

// Returns whether there is anything in it.
static bool write_table(const struct text *text, size_t feature)
{
	const struct summary *summary = text->summary;
	const struct str nameless = str_of(say(text, "(tanpa kelompok)", "(no group)"));
	struct column columns[COLUMNS_MAX];
	const size_t count = find_columns(text, feature, columns);
	size_t name_width = nameless.size;
	const size_t before = text->buf->size;
	if (!count)
		return false;
	for (uint32_t i = 0; i < summary->group_count; i++) {
		name_width = wider(name_width, add_name(text->buf, intern_at(&summary->names, i)));
		text->buf->size = before; // it was only measured
	}
	if (name_width > NAME_WIDTH)
		name_width = NAME_WIDTH;
	buf_char(text->buf, '\n');
	write_head(text->buf, name_width, columns, count);
	for (uint32_t i = 0; i < summary->group_count; i++) {
		const struct str name = intern_at(&summary->names, i);
		write_line(text->buf, name_width, name.size ? name : nameless, summary->groups[i],
			columns, count);
	}
	write_line(text->buf, name_width, str_of(say(text, "seluruhnya", "in all")), summary->total,
		columns, count);
	return true;
}

// --- features

// Whether two features have the same counts in every group.
static bool are_alike(const struct summary *summary, size_t one, size_t other)
{
	const size_t size = summary->feature_size;
	for (uint32_t i = 0; i < summary->group_count; i++) {
		const uint32_t *cells = summary->groups[i]->cells;
		if (memcmp(cells + one * size, cells + other * size, size * sizeof *cells) != 0)
			return false;
	}
	return true;
}

// A feature, and with it those further on that are like it. Returns whether there is a table.
static bool write_feature(const struct text *text, size_t feature)
{
	const struct summary *summary = text->summary;
	const char *lead = "\n\n";
	for (size_t f = 0; f < feature; f++)
		if (are_alike(summary, f, feature))
			return false;
	for (size_t f = feature; f < summary->info->feature_count; f++)
		if (are_alike(summary, f, feature)) {
			buf_print(text->buf, "%s%s", lead, summary->info->features[f].title);
			lead = ", ";
		}
	write_outcomes(text, feature);
	return summary_has_groups(summary) && write_table(text, feature);
}

void summary_write_text(const struct summary *summary, struct buf *buf,
	const struct rows_header *header, enum pmm_lang lang)
{
	const struct pmm_rulebook_info *info = summary->info;
	const struct text text = {summary, buf, lang};
	bool has_table = !summary_has_groups(summary);
	write_rows(&text, header);
	for (size_t f = 0; f < info->feature_count && summary->total->counts.rows[CODE_none]; f++)
		has_table |= write_feature(&text, f);
	if (!has_table)
		write_table(&text, no_feature);
	buf_print(buf, "\n\n%s %s %s\n", info->id, info->version, info->digest);
}
