// SPDX-License-Identifier: MIT
// A rulebook in words: for each feature what follows for whom, then every rule. The conditions
// of an outcome are found by asking about one fact after the other, as far as it matters, and
// taking values together behind which the same follows; so a large space costs what its rules
// make of it, not what it holds. Where even that is too much for a table, the rules must do.
#include "sheet.h"

#include "lacking.h"
#include "page_parts.h"
#include "table.h"

enum { ROWS_MAX = 96, LOOKS_MAX = 1 << 15 };

// A condition, and what follows.
struct row {
	uint32_t set[PMM_FACTS_MAX]; // bit v: value v; all ones: any
	const struct pmm_outcome *outcome;
	uint64_t rules; // those it rests on, by their places among those about the feature
};

_Static_assert(PMM_FEATURE_RULES_MAX <= 64, "bits of row.rules");

struct sheet {
	struct page page;
	const char *root;
	uint32_t step[PMM_FACTS_MAX]; // what a digit adds to an index
	struct row rows[ROWS_MAX]; // of one feature
	size_t count; // of all that there are
	uint32_t looks;
	uint32_t facts; // bit f: a rule about the feature names fact f
	uint8_t place[PMM_RULES_MAX]; // of a rule among those about the feature
	struct buf names; // of the features of a table
};

static const struct pmm_outcome *find(struct sheet *sheet, uint32_t index, uint32_t feature)
{
	sheet->looks++;
	return pmm_decide(sheet->page.rulebook, index)->outcomes[feature];
}

// Whether a reader is told the same: the values, what they depend on, the clauses.
static bool is_alike(
	struct page *page, const struct pmm_outcome *one, const struct pmm_outcome *other)
{
	if (one == other)
		return true;
	if (memcmp(one->possible, other->possible, sizeof one->possible) != 0 ||
		one->missing != other->missing)
		return false;
	buf_reset(&page->scratch);
	table_clauses(&page->scratch, one, page->lang, UINT32_MAX);
	const size_t size = page->scratch.size;
	table_clauses(&page->scratch, other, page->lang, UINT32_MAX);
	const struct str both = buf_view(&page->scratch);
	page->to->failed |= page->scratch.failed;
	return both.size == 2 * size && (!size || memcmp(both.at, both.at + size, size) == 0);
}

// Whether the same follows for feature F of ONE and G of OTHER, whatever the unknown facts are.
static bool is_same(struct sheet *sheet, uint32_t one, uint32_t f, uint32_t other, uint32_t g)
{
	const struct pmm_outcome *outcome = find(sheet, one, f);
	bool same = is_alike(&sheet->page, outcome, find(sheet, other, g)) &&
		    sheet->looks < LOOKS_MAX;
	if (!same || !outcome->missing)
		return same;
	const size_t fact = (size_t)__builtin_ctz(outcome->missing);
	for (size_t v = 0; same && v < sheet->page.info->facts[fact].value_count; v++) {
		one += sheet->step[fact];
		other += sheet->step[fact];
		same = is_same(sheet, one, f, other, g);
	}
	return same;
}

// Adds the rows of the profiles that complete INDEX; ROW has what is known of them.
static void add_rows(struct sheet *sheet, struct row *row, uint32_t index, uint32_t feature)
{
	row->outcome = find(sheet, index, feature);
	if (!row->outcome->missing || sheet->count >= ROWS_MAX) {
		if (sheet->count < ROWS_MAX)
			sheet->rows[sheet->count] = *row;
		sheet->count++;
		return;
	}
	const size_t f = (size_t)__builtin_ctz(row->outcome->missing);
	const size_t value_count = sheet->page.info->facts[f].value_count;
	uint32_t taken = 0; // bit v: value v has its rows
	for (size_t v = 0; v < value_count; v++) {
		const uint32_t at = index + (uint32_t)(v + 1) * sheet->step[f];
		if (taken >> v & 1)
			continue;
		row->set[f] = 0;
		for (size_t w = v; w < value_count; w++)
			if (w == v || is_same(sheet, at, feature,
					      at + (uint32_t)(w - v) * sheet->step[f], feature))
				row->set[f] |= UINT32_C(1) << w;
		taken |= row->set[f];
		add_rows(sheet, row, at, feature);
	}
	row->set[f] = UINT32_MAX;
}

// On which rules it rests what follows for the complete profiles of ROW, from fact F on.
static uint64_t find_rules(
	struct sheet *sheet, const struct row *row, uint32_t index, uint32_t feature, size_t f)
{
	const struct pmm_rulebook_info *info = sheet->page.info;
	uint64_t rules = 0;
	if (f == info->fact_count) {
		const struct pmm_outcome *outcome = find(sheet, index, feature);
		for (size_t i = 0; i < outcome->basis_count; i++)
			rules |= UINT64_C(1) << sheet->place[outcome->basis[i].rule - info->rules];
		return rules;
	}
	// Of a fact that no rule names one value is as good as any.
	const size_t count = sheet->facts >> f & 1 ? info->facts[f].value_count : 1;
	for (size_t v = 0; v < count && sheet->looks < LOOKS_MAX; v++)
		if (row->set[f] >> v & 1)
			rules |= find_rules(sheet, row, index + (uint32_t)(v + 1) * sheet->step[f],
				feature, f + 1);
	return rules;
}

// Finds all rows of a feature. False: they are too many.
static bool find_rows(struct sheet *sheet, uint32_t feature)
{
	const struct pmm_rulebook_info *info = sheet->page.info;
	uint8_t places = 0;
	struct row row;
	memset(&row, 0xFF, sizeof row);
	sheet->count = sheet->looks = 0;
	sheet->facts = lacking_named(info, feature);
	for (size_t r = 0; r < info->rule_count; r++)
		if (info->rules[r].features >> feature & 1)
			sheet->place[r] = places++;
	add_rows(sheet, &row, 0, feature);
	for (size_t i = 0; i < sheet->count && sheet->count <= ROWS_MAX; i++)
		sheet->rows[i].rules = find_rules(sheet, &sheet->rows[i], 0, feature, 0);
	return sheet->count <= ROWS_MAX && sheet->looks < LOOKS_MAX;
}

// Adds the clauses of RULES, places among those about FEATURE, as those of an answer.
static void add_clauses(struct page *page, uint32_t feature, uint64_t rules)
{
	struct pmm_basis basis[PMM_FEATURE_RULES_MAX];
	struct pmm_outcome outcome = {.basis = basis};
	for (size_t r = 0; r < page->info->rule_count; r++) {
		if (!(page->info->rules[r].features >> feature & 1))
			continue;
		if (rules & 1)
			basis[outcome.basis_count++] = (struct pmm_basis){
				&page->info->rules[r], UINT32_MAX};
		rules >>= 1;
	}
	buf_reset(&page->scratch);
	table_clauses(&page->scratch, &outcome, page->lang, UINT32_MAX);
	page->to->failed |= page->scratch.failed;
	html_str(page->to, buf_view(&page->scratch));
}

static void list_values(struct page *page, const struct pmm_value *values, uint32_t set)
{
	for (; set; set &= set - 1) {
		say(page, "%s", values[__builtin_ctz(set)].label[page->lang]);
		say(page, set & (set - 1) ? "[[ atau | or ]]" : "");
	}
}

static void add_condition(struct page *page, const uint32_t *set)
{
	const char *mark = "";
	for (size_t f = 0; f < page->info->fact_count; f++) {
		if (set[f] == UINT32_MAX)
			continue;
		say(page, "%s%s: ", mark, page->info->facts[f].label[page->lang]);
		list_values(page, page->info->facts[f].values, set[f]);
		mark = "; ";
	}
	say(page, *mark ? "" : "[[semua orang|everybody]]");
}

// Whether nothing that is known speaks against it.
static bool is_open_to(const struct page *page, const struct row *row)
{
	bool fits = page->index > 0;
	for (size_t f = 0; f < page->info->fact_count; f++)
		fits &= !page->digits[f] || row->set[f] >> (page->digits[f] - 1) & 1;
	return fits;
}

// One outcome with all conditions that lead to it; FIRST is the first of them.
static void add_outcome(struct sheet *sheet, size_t first)
{
	struct page *page = &sheet->page;
	const struct pmm_outcome *outcome = sheet->rows[first].outcome;
	const bool is_sure = !page->decision->outcomes[outcome->feature]->missing;
	uint64_t rules = 0;
	bool fits = false;
	for (size_t i = first; i < sheet->count; i++)
		if (is_alike(page, sheet->rows[i].outcome, outcome)) {
			fits |= is_open_to(page, &sheet->rows[i]);
			rules |= sheet->rows[i].rules;
		}
	say(page, fits && is_sure ? "<tr aria-current=\"true\">\n<td><ul>\n" : "<tr>\n<td><ul>\n");
	for (size_t i = first; i < sheet->count; i++)
		if (is_alike(page, sheet->rows[i].outcome, outcome)) {
			say(page, "<li>");
			add_condition(page, sheet->rows[i].set);
			say(page, "</li>\n");
		}
	say(page, "</ul>");
	if (fits)
		say(page, is_sure ? "<b class=\"here\">[[Ini yang berlaku bagi Anda|This is what "
				    "holds for you]]</b>"
				  : "<b class=\"here\">[[Mungkin ini bagi Anda|Perhaps this is "
				    "yours]]</b>");
	say(page, "</td>\n");
	for (size_t a = 0; a < page->info->attribute_count; a++) {
		say(page, "<td data-label=\"^%s\">", page->info->attributes[a].label[page->lang]);
		if (a == 0)
			page_mark(page, outcome);
		else
			list_values(page, page->info->attributes[a].values, outcome->possible[a]);
		say(page, "</td>\n");
	}
	say(page, "<td data-label=\"[[Dasar|Basis]]\">");
	add_clauses(page, outcome->feature, rules);
	say(page, "</td>\n</tr>\n");
}

// The table of FEATURE and of those others for which it is the same, taken out of OPEN.
static void add_table(struct sheet *sheet, uint32_t feature, uint32_t *open)
{
	struct page *page = &sheet->page;
	buf_reset(&sheet->names);
	buf_text(&sheet->names, page->info->features[feature].title);
	for (uint32_t other = feature + 1; other < page->info->feature_count; other++) {
		sheet->looks = 0;
		if (!(*open >> other & 1) || !is_same(sheet, 0, feature, 0, other))
			continue;
		buf_print(&sheet->names, ", %s", page->info->features[other].title);
		*open &= ~(UINT32_C(1) << other);
	}
	buf_char(&sheet->names, '\0');
	page->to->failed |= sheet->names.failed;
	const char *names = sheet->names.failed ? "" : sheet->names.at;
	say(page, "<h2>%s</h2>\n", names);
	if (!find_rows(sheet, feature)) {
		say(page,
			"<p class=\"note\">[[Terlalu banyak kemungkinan untuk satu tabel. Baca "
			"aturannya di bawah, atau|Too many cases for one table. Read the rules "
			"below, or]] <a href=\"%s./?lang=%s%s\">[[tanyakan|ask]]</a>.</p>\n",
			sheet->root, pmm_lang_tag(page->lang), page->suffix);
		return;
	}
	say(page,
		"<table class=\"table outcomes\">\n<caption class=\"unseen\">%s</caption>\n"
		"<thead><tr><th scope=\"col\">[[Untuk siapa|For whom]]</th>",
		names);
	for (size_t a = 0; a < page->info->attribute_count; a++)
		say(page, "<th scope=\"col\">^%s</th>",
			page->info->attributes[a].label[page->lang]);
	say(page, "<th scope=\"col\">[[Dasar|Basis]]</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < sheet->count; i++) {
		bool is_first = true;
		for (size_t j = 0; j < i; j++)
			is_first &= !is_alike(page, sheet->rows[j].outcome, sheet->rows[i].outcome);
		if (is_first)
			add_outcome(sheet, i);
	}
	say(page, "</tbody>\n</table>\n");
}

// Each rule: for what, when, what, by which clause.
static void add_rules(struct page *page)
{
	const struct pmm_rulebook_info *info = page->info;
	say(page, "<h2 id=\"rules\">[[Aturan satu per satu|Rule by rule]]</h2>\n<ul>\n");
	for (const struct pmm_rule *rule = info->rules; rule < info->rules + info->rule_count;
		rule++) {
		say(page, "<li><code>%s</code> ", rule->id);
		for (uint32_t rest = rule->features; rest; rest &= rest - 1)
			say(page, "%s%s", info->features[__builtin_ctz(rest)].title,
				rest & (rest - 1) ? ", " : ". ");
		say(page, "[[Kalau|If]] ");
		add_condition(page, rule->when);
		for (size_t a = 0; a < info->attribute_count; a++)
			if (rule->then[a] != PMM_NO_VALUE)
				say(page, " → %s: <b>%s</b>", info->attributes[a].label[page->lang],
					info->attributes[a]
						.values[rule->then[a]]
						.label[page->lang]);
		say(page, ". <span class=\"clause\">%s, %s%s</span></li>\n", rule->document->number,
			table_point(rule->point, page->lang), rule->point);
	}
	say(page, "</ul>\n");
}

// What it is and what it rests on.
static void add_identity(struct page *page)
{
	const struct pmm_rulebook_info *info = page->info;
	say(page, "<p>[[Berlaku sejak|In force from]] ");
	html_date(page->to, page->lang, info->effective_from);
	if (info->effective_to) {
		say(page, " [[sampai|until]] ");
		html_date(page->to, page->lang, info->effective_to);
	}
	say(page,
		". [[Versi|Version]] %s, %d [[contoh|examples]].<br>"
		"<code>%s</code></p>\n<ul>\n",
		info->version, (int)info->example_count, info->digest);
	for (size_t d = 0; d < info->document_count; d++) {
		const struct pmm_document *document = &info->documents[d];
		say(page, "<li><b>%s</b>, %s. %s", document->number, document->title,
			document->issuer);
		say(page, document->date ? ", " : "");
		if (document->date)
			html_date(page->to, page->lang, document->date);
		say(page, "</li>\n");
	}
	say(page, "</ul>\n");
}

void sheet_write(const struct pmm_rulebook *rulebook, struct buf *buf, enum pmm_lang lang,
	const uint8_t *digits, const char *root, const char *suffix)
{
	struct sheet sheet = {
		.page = {.to = buf, .rulebook = rulebook, .lang = lang, .suffix = suffix},
		.root = root};
	struct page *page = &sheet.page;
	uint32_t open = UINT32_MAX; // bit f: feature f has no table yet
	page->info = pmm_rulebook_info(rulebook);
	if (digits)
		memcpy(page->digits, digits, sizeof page->digits);
	page->index = pmm_profile_index(rulebook, page->digits);
	page->decision = pmm_decide(rulebook, page->index);
	lacking_steps(rulebook, sheet.step);
	const struct html_page frame = {.lang = lang,
		.title = page->info->title[lang],
		.root = root,
		.other = page_query(
			page, PAGE_NO_FACT, lang == PMM_LANG_ID ? PMM_LANG_EN : PMM_LANG_ID, false),
		.suffix = suffix,
		.place = HTML_RULES};
	html_begin(buf, &frame);
	say(page, "<main id=\"main\" data-digest=\"%s\">\n<h1>%s</h1>\n", page->info->digest,
		frame.title);
	if (page->index)
		say(page,
			"<p class=\"further\"><a href=\"%s./%s\">[[Kembali ke jawabannya|Back to "
			"the answer]]</a></p>\n",
			root, page_query(page, PAGE_NO_FACT, lang, false));
	add_identity(page);
	for (uint32_t f = 0; f < page->info->feature_count; f++)
		if (open >> f & 1)
			add_table(&sheet, f, &open);
	add_rules(page);
	page_beyond(page);
	say(page, "</main>\n");
	html_end(buf, &frame);
	buf_finish(&page->scratch);
	buf_finish(&sheet.names);
}
