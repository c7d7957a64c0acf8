// SPDX-License-Identifier: MIT
// The answer about one feature: what follows, why, by which clause, and what is lacking; and
// what the documents do not say.
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
	if (rank == page->info->attributes[0].value_count)
		say(page, "<span class=\"mark\" data-rank=\"open\">");
	else
		say(page, "<span class=\"mark\" data-rank=\"%d\">", (int)rank);
	say(page, "%s</span>", page_value(page, outcome));
}

// An attribute may be called what the article says already: then it stands in words alone.
static void add_data(struct page *page, const struct pmm_outcome *outcome)
{
	for (size_t a = 0; a < page->info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &page->info->attributes[a];
		if (strcmp(attribute->name, "feature") == 0)
			continue;
		buf_text(page->to, " data-");
		for (const char *c = attribute->name; *c; c++)
			buf_char(page->to, *c == '_' ? '-' : *c);
		say(page, "=\"%s\"", table_value(attribute, outcome->possible[a]));
	}
}

static void add_days(struct page *page, int32_t left)
{
	if (!left) {
		say(page, " ([[hari ini hari terakhir|today is the last day]])");
		return;
	}
	say(page, left > 0 ? " ([[sisa |]]" : " ([[lewat |]]");
	say(page, abs(left) == 1 ? "%d [[hari|day]]" : "%d [[hari|days]]", abs(left));
	say(page, left > 0 ? "[[| left]])" : "[[| ago]])");
}

// One attribute as a line; of the first one the mark speaks, where it can.
static void add_attribute(struct page *page, const struct pmm_outcome *outcome, size_t a)
{
	const struct pmm_attribute *attribute = &page->info->attributes[a];
	uint32_t possible = outcome->possible[a];
	int32_t left;
	if (a == 0 && pmm_is_determined(possible))
		return;
	say(page, "<div><dt>^%s</dt> ", attribute->label[page->lang]);
	if (pmm_is_determined(possible))
		say(page, "<dd>");
	else
		say(page, "<dd class=\"open\">[[bisa|possibly]] ");
	for (; possible; possible &= possible - 1) {
		const size_t v = (size_t)__builtin_ctz(possible);
		const int rest = __builtin_popcount(possible) - 1;
		say(page, "%s", attribute->values[v].label[page->lang]);
		if (rest)
			say(page, rest > 1 ? ", " : "[[ atau | or ]]");
	}
	if (attribute == page->info->dated &&
		table_days_left(page->info, outcome, page->day, &left)) {
		add_days(page, left);
	}
	say(page, "</dd></div>\n");
}

// What is lacking, and who mends it.
static void add_lacking(struct page *page, const struct pmm_outcome *outcome)
{
	uint32_t facts = lacking_find(page->rulebook, page->index, outcome->feature);
	if (!facts)
		return;
	say(page, "<div class=\"lacking\"><p>[[Yang masih kurang, dan siapa yang membereskannya|"
		  "What is lacking, and who mends it]]:</p>\n<ul>\n");
	for (; facts; facts &= facts - 1) {
		const size_t f = (size_t)__builtin_ctz(facts);
		const struct pmm_fact *fact = &page->info->facts[f];
		const char *how = fact->how[page->lang];
		say(page, "<li><b>^%s: %s.</b> %s</li>\n", fact->label[page->lang],
			fact->values[page->digits[f] - 1].label[page->lang], how ? how : "");
	}
	say(page, "</ul></div>\n");
}

static void add_rules(struct page *page, const struct pmm_outcome *outcome)
{
	struct buf *lines = &page->scratch;
	buf_reset(lines);
	explain_text(page->rulebook, lines, page->index, outcome->feature, page->lang);
	say(page, "<details open><summary>[[Aturan demi aturan|Rule by rule]]</summary>\n<ul>\n");
	for (struct str rest = lines->failed ? STR("") : buf_view(lines); rest.size;) {
		const char *end = memchr(rest.at, '\n', rest.size); // behind each line is one
		const size_t size = (size_t)(end - rest.at);
		say(page, "<li>");
		html_str(page->to, str_trim((struct str){rest.at, size}));
		say(page, "</li>\n");
		rest = (struct str){end + 1, rest.size - size - 1};
	}
	say(page, "</ul></details>\n");
	page->to->failed |= lines->failed;
}

void page_article(struct page *page, const struct pmm_outcome *outcome)
{
	const struct pmm_feature *feature = &page->info->features[outcome->feature];
	say(page, "<article class=\"card\" id=\"f-%s\" data-feature=\"%s\"", feature->name,
		feature->name);
	add_data(page, outcome);
	say(page, ">\n<h3>%s ", feature->title);
	page_mark(page, outcome);
	say(page, "</h3>\n");
	for (uint32_t flags = outcome->flags; flags; flags &= flags - 1)
		say(page, "<p class=\"flag\">^%s</p>\n",
			page->info->flags[__builtin_ctz(flags)].label[page->lang]);
	say(page, "<p>%s</p>\n", outcome->reason[page->lang]);
	add_lacking(page, outcome);
	say(page, "<dl>\n");
	for (size_t a = 0; a < page->info->attribute_count; a++)
		add_attribute(page, outcome, a);
	say(page, "</dl>\n");
	buf_reset(&page->scratch);
	table_clauses(&page->scratch, outcome, page->lang, UINT32_MAX);
	if (page->scratch.size) {
		say(page, "<p class=\"clause\">[[Dasar|Basis]]: ");
		html_str(page->to, buf_view(&page->scratch));
		say(page, "</p>\n");
	}
	page->to->failed |= page->scratch.failed;
	if (page->is_explained)
		add_rules(page, outcome);
	say(page, "</article>\n");
}

static void add_notices(struct page *page)
{
	say(page, "<aside aria-labelledby=\"notices\">\n<h2 id=\"notices\">[[Perlu diketahui "
		  "juga|To be known as well]]</h2>\n");
	for (size_t i = 0; i < page->info->notice_count; i++) {
		const struct pmm_notice *notice = &page->info->notices[i];
		say(page, "<p>[[Sejak|Since]] ");
		html_date(page->to, page->lang, notice->since);
		say(page, ": %s", notice->text[page->lang]);
		if (notice->source[page->lang])
			say(page, " <cite>%s</cite>", notice->source[page->lang]);
		say(page, "</p>\n");
	}
	say(page, "</aside>\n");
}

// What the documents are silent on; what the same people can be asked about stands together.
static void add_silent(struct page *page)
{
	const struct pmm_silent *silent = page->info->silent;
	uint32_t said = 0; // bit i: silent[i]
	say(page, "<aside aria-labelledby=\"silent\">\n<h2 id=\"silent\">[[Tidak dibahas di "
		  "sini|Not discussed here]]</h2>\n<dl>\n");
	for (size_t i = 0; i < page->info->silent_count; i++) {
		const char *ask = silent[i].ask[page->lang];
		if (said >> i & 1)
			continue;
		say(page, "<dt>[[Tanyakan kepada|Ask]] %s</dt>\n", ask);
		for (size_t j = i; j < page->info->silent_count; j++)
			if (strcmp(silent[j].ask[page->lang], ask) == 0) {
				say(page, "<dd>^%s</dd>\n", silent[j].text[page->lang]);
				said |= UINT32_C(1) << j;
			}
	}
	say(page, "</dl>\n</aside>\n");
}

void page_beyond(struct page *page)
{
	if (page->info->notice_count)
		add_notices(page);
	if (page->info->silent_count)
		add_silent(page);
}
