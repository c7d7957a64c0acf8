// SPDX-License-Identifier: MIT
// The answer about one feature: what follows, why, by which clause, and what is lacking.
#include "forms.h"
#include "lacking.h"
#include "page_parts.h"
#include "table.h"

#include <stdlib.h>

const char *page_value(const struct page *page, const struct pmm_outcome *outcome)
{
	const size_t rank = page_rank(page, outcome);
	const struct pmm_attribute *first = &page->info->attributes[0];
	return rank == first->value_count ? page->info->undetermined[page->lang]
					  : first->values[rank].label[page->lang];
}

void page_mark(struct page *page, const struct pmm_outcome *outcome)
{
	const size_t rank = page_rank(page, outcome);
	buf_text(page->to, "<span class=\"mark\" data-rank=\"");
	if (rank == page->info->attributes[0].value_count)
		buf_text(page->to, "open");
	else
		buf_uint(page->to, rank);
	html_print(page->to, "\">%s</span>", page_value(page, outcome));
}

void page_clauses(const struct page *page, struct buf *buf, const struct pmm_outcome *outcome,
	uint32_t attributes)
{
	const char *between = "";
	uint64_t said[PMM_FEATURE_RULES_MAX / 64] = {0}; // bit i: basis i, or another like it
	for (size_t i = 0; i < outcome->basis_count; i++) {
		const struct pmm_document *document = outcome->basis[i].rule->document;
		if (said[i / 64] >> i % 64 & 1 || !(outcome->basis[i].attributes & attributes))
			continue;
		buf_print(buf, "%s%s", between, document->number);
		between = "; ";
		for (size_t j = i; j < outcome->basis_count; j++) {
			const struct pmm_rule *rule = outcome->basis[j].rule;
			if (rule->document != document || said[j / 64] >> j % 64 & 1 ||
				!(outcome->basis[j].attributes & attributes))
				continue;
			const bool is_number = *rule->point >= '0' && *rule->point <= '9';
			buf_print(buf, ", %s%s",
				is_number ? html_pick(page->lang, "poin ", "point ") : "",
				rule->point);
			for (size_t k = j; k < outcome->basis_count; k++)
				if (outcome->basis[k].rule->document == document &&
					strcmp(outcome->basis[k].rule->point, rule->point) == 0)
					said[k / 64] |= UINT64_C(1) << k % 64;
		}
	}
}

static void add_data(struct page *page, const struct pmm_outcome *outcome)
{
	for (size_t a = 0; a < page->info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &page->info->attributes[a];
		buf_text(page->to, " data-");
		for (const char *c = attribute->name; *c; c++)
			buf_char(page->to, *c == '_' ? '-' : *c);
		html_print(page->to, "=\"%s\"", table_value(attribute, outcome->possible[a]));
	}
}

// "a, b or c"
static void list_values(struct page *page, const struct pmm_attribute *attribute, uint32_t set)
{
	for (const char *mark = ""; set; set &= set - 1) {
		html_print(page->to, "%s%s", mark,
			attribute->values[__builtin_ctz(set)].label[page->lang]);
		mark = __builtin_popcount(set) > 2 ? ", " : html_pick(page->lang, " atau ", " or ");
	}
}

static void add_attribute(struct page *page, const struct pmm_outcome *outcome, size_t a)
{
	const struct pmm_attribute *attribute = &page->info->attributes[a];
	const uint32_t possible = outcome->possible[a];
	int32_t left;
	if (a == 0 && pmm_is_determined(possible))
		return; // the mark says it
	buf_text(page->to, "<div><dt>");
	html_capital(page->to, attribute->label[page->lang]);
	buf_text(page->to, "</dt> <dd");
	if (pmm_is_determined(possible))
		buf_char(page->to, '>');
	else
		html_print(page->to, " class=\"open\">%s",
			html_pick(page->lang, "bisa ", "possibly "));
	list_values(page, attribute, possible);
	if (attribute == page->info->dated &&
		table_days_left(page->info, outcome, page->day, &left)) {
		if (left < 0)
			html_print(page->to,
				html_pick(page->lang, " (lewat %d hari)", " (%d days past)"),
				abs(left));
		else
			html_print(page->to,
				html_pick(page->lang, " (sisa %d hari)", " (%d days left)"), left);
	}
	buf_text(page->to, "</dd></div>\n");
}

// What is lacking, and who mends it.
static void add_lacking(struct page *page, const struct pmm_outcome *outcome)
{
	uint32_t facts = lacking_find(page->rulebook, page->index, outcome->feature);
	if (!facts)
		return;
	html_print(page->to, "<div class=\"lacking\"><p>%s</p>\n<ul>\n",
		html_pick(page->lang, "Yang masih kurang, dan siapa yang membereskannya:",
			"What is lacking, and who mends it:"));
	for (; facts; facts &= facts - 1) {
		const size_t f = (size_t)__builtin_ctz(facts);
		const struct pmm_fact *fact = &page->info->facts[f];
		buf_text(page->to, "<li><b>");
		html_capital(page->to, fact->label[page->lang]);
		html_print(page->to, ": %s.</b> %s</li>\n",
			fact->values[page->digits[f] - 1].label[page->lang],
			fact->how[page->lang] ? fact->how[page->lang] : "");
	}
	buf_text(page->to, "</ul></div>\n");
}

static void add_rules(struct page *page, const struct pmm_outcome *outcome)
{
	struct buf *lines = &page->scratch;
	buf_reset(lines);
	explain_text(page->rulebook, lines, page->index, outcome->feature, page->lang);
	html_print(page->to, "<details open><summary>%s</summary>\n<ul>\n",
		html_pick(page->lang, "Aturan demi aturan", "Rule by rule"));
	for (struct str rest = buf_view(lines); rest.size;) {
		const char *end = memchr(rest.at, '\n', rest.size);
		struct str line = {rest.at, end ? (size_t)(end - rest.at) : rest.size};
		buf_text(page->to, "<li>");
		html_str(page->to, str_trim(line));
		buf_text(page->to, "</li>\n");
		rest.at += line.size + 1;
		rest.size -= end ? line.size + 1 : line.size;
	}
	buf_text(page->to, "</ul></details>\n");
	page->to->failed |= lines->failed;
}

void page_article(struct page *page, const struct pmm_outcome *outcome)
{
	const struct pmm_feature *feature = &page->info->features[outcome->feature];
	html_print(page->to, "<article class=\"card\" id=\"f-%s\" data-feature=\"%s\"",
		feature->name, feature->name);
	add_data(page, outcome);
	html_print(page->to, ">\n<h3>%s ", feature->title);
	page_mark(page, outcome);
	buf_text(page->to, "</h3>\n");
	for (uint32_t flags = outcome->flags; flags; flags &= flags - 1) {
		buf_text(page->to, "<p class=\"flag\">");
		html_capital(page->to, page->info->flags[__builtin_ctz(flags)].label[page->lang]);
		buf_text(page->to, "</p>\n");
	}
	html_print(page->to, "<p>%s</p>\n", outcome->reason[page->lang]);
	add_lacking(page, outcome);
	buf_text(page->to, "<dl>\n");
	for (size_t a = 0; a < page->info->attribute_count; a++)
		add_attribute(page, outcome, a);
	buf_text(page->to, "</dl>\n");
	buf_reset(&page->scratch);
	page_clauses(page, &page->scratch, outcome, UINT32_MAX);
	if (page->scratch.size) {
		html_print(page->to,
			"<p class=\"clause\">%s: ", html_pick(page->lang, "Dasar", "Basis"));
		html_str(page->to, buf_view(&page->scratch));
		buf_text(page->to, "</p>\n");
	}
	page->to->failed |= page->scratch.failed;
	if (page->is_explained)
		add_rules(page, outcome);
	buf_text(page->to, "</article>\n");
}
