// SPDX-License-Identifier: MIT
// What an address carries, and the questions that still matter, as a form that adds to it.
#include "page_parts.h"

#include <stdio.h>

const char *page_query(struct page *page, size_t left_out, enum pmm_lang lang, bool is_explained)
{
	struct buf *query = &page->scratch;
	buf_reset(query);
	buf_char(query, '?');
	for (size_t f = 0; f < page->info->fact_count; f++)
		if (page->digits[f] && f != left_out)
			buf_print(query, "%s=%s&", page->info->facts[f].name,
				page->info->facts[f].values[page->digits[f] - 1].name);
	buf_print(query, "lang=%s%s%s", pmm_lang_tag(lang), page->suffix,
		is_explained ? "&explain=true" : "");
	buf_char(query, '\0');
	page->to->failed |= query->failed;
	return query->failed ? "?" : query->at;
}

static void add_hidden(struct page *page, struct str name, struct str value)
{
	buf_text(page->to, "<input type=\"hidden\" name=\"");
	html_str(page->to, name);
	buf_text(page->to, "\" value=\"");
	html_str(page->to, value);
	buf_text(page->to, "\">\n");
}

// What the address has already.
static void add_known(struct page *page)
{
	const char *query = page_query(page, PAGE_NO_FACT, page->lang, page->is_explained) + 1;
	while (*query) {
		const size_t size = strcspn(query, "&"), name = strcspn(query, "=");
		add_hidden(page, (struct str){query, name},
			(struct str){query + name + 1, size - name - 1});
		query += size + (query[size] == '&');
	}
}

static bool folds_alike(const char *one, const char *other)
{
	char folded[2][PMM_WORD_MAX];
	const size_t sizes[2] = {
		pmm_fold(folded[0], one, strlen(one)), pmm_fold(folded[1], other, strlen(other))};
	return sizes[0] == sizes[1] && sizes[0] <= PMM_WORD_MAX &&
	       memcmp(folded[0], folded[1], sizes[0]) == 0;
}

// Under which other names people know the values of a fact. Of yes and no they know enough.
static void add_words(struct page *page, const struct pmm_fact *fact)
{
	for (size_t v = 0; v < fact->value_count && !fact->is_boolean; v++) {
		const struct pmm_value *value = &fact->values[v];
		const char *mark = NULL;
		for (size_t i = 0; i < value->alias_count; i++) {
			const char *alias = value->aliases[i];
			if (strchr(alias, '*') || folds_alike(alias, value->label[page->lang]))
				continue;
			if (!mark) {
				buf_text(page->to, "<p><b>");
				html_capital(page->to, value->label[page->lang]);
				html_print(page->to, "</b> %s",
					html_pick(
						page->lang, "disebut juga: ", "is also called: "));
			}
			html_print(page->to, "%s%s", mark ? mark : "", alias);
			mark = ", ";
		}
		buf_text(page->to, mark ? ".</p>\n" : "");
	}
}

// Which attributes of a feature depend on fact F, as bits.
static uint32_t depending(const struct page *page, size_t feature, size_t f)
{
	uint32_t set = 0;
	for (size_t a = 0; a < page->info->attribute_count; a++)
		set |= (uint32_t)(page->decision->outcomes[feature]->missing_of[a] >> f & 1) << a;
	return set;
}

// What depends on fact F: features of which the same does, in one line.
static void add_why(struct page *page, size_t f)
{
	const struct pmm_rulebook_info *info = page->info;
	uint32_t said = 0; // bit i: feature i
	html_print(page->to, "<details><summary>%s</summary>\n<p>%s</p>\n<ul>\n",
		html_pick(page->lang, "Mengapa ditanya?", "Why is this asked?"),
		html_pick(page->lang, "Jawaban Anda menentukan:", "Your answer decides:"));
	for (size_t first = 0; first < info->feature_count; first++) {
		const uint32_t set = depending(page, first, f);
		const char *mark = "<li>";
		if (!set || said >> first & 1)
			continue;
		for (size_t other = first; other < info->feature_count; other++) {
			if (depending(page, other, f) != set)
				continue;
			said |= UINT32_C(1) << other;
			buf_text(page->to, mark);
			html_text(page->to, info->features[other].title);
			mark = ", ";
		}
		mark = ": ";
		for (uint32_t rest = set; rest; rest &= rest - 1, mark = ", ")
			html_print(page->to, "%s%s", mark,
				info->attributes[__builtin_ctz(rest)].label[page->lang]);
		buf_text(page->to, "</li>\n");
	}
	buf_text(page->to, "</ul>\n");
	add_words(page, &info->facts[f]);
	buf_text(page->to, "</details>\n");
}

static void add_choice(
	struct page *page, const struct pmm_fact *fact, const char *value, const char *label)
{
	html_print(page->to, "<label><input type=\"radio\" name=\"%s\" value=\"%s\"%s", fact->name,
		value, *value ? "" : " checked");
	buf_text(page->to, "> ");
	html_capital(page->to, label);
	buf_text(page->to, "</label>\n");
}

static void add_question(struct page *page, size_t f)
{
	const struct pmm_fact *fact = &page->info->facts[f];
	html_print(page->to, "<fieldset data-fact=\"%s\">\n<legend>", fact->name);
	html_capital(page->to, fact->label[page->lang]);
	buf_text(page->to, "</legend>\n<div class=\"choices\">\n");
	for (size_t v = 0; v < fact->value_count; v++)
		add_choice(page, fact, fact->values[v].name, fact->values[v].label[page->lang]);
	add_choice(page, fact, "", html_pick(page->lang, "Belum tahu", "Not known yet"));
	buf_text(page->to, "</div>\n");
	add_why(page, f);
	buf_text(page->to, "</fieldset>\n");
}

void page_questions(struct page *page)
{
	const uint32_t missing = page->decision->missing;
	html_print(page->to, "<section aria-labelledby=\"ask\">\n<h2 id=\"ask\">%s</h2>\n",
		page->index
			? html_pick(page->lang, "Yang masih perlu dijawab", "Still to be answered")
			: html_pick(page->lang, "Tentang Anda", "About you"));
	html_print(page->to, "<p>%s</p>\n<form action=\"./\" method=\"get\">\n",
		html_pick(page->lang,
			"Jawab yang Anda tahu. Yang belum tahu boleh dibiarkan: jawabannya tetap "
			"benar, hanya belum lengkap.",
			"Answer what you know. What you do not know yet may stay open: the answer is "
			"right all the same, only not complete."));
	add_known(page);
	for (size_t f = 0; f < page->info->fact_count; f++)
		if (missing >> f & 1)
			add_question(page, f);
	html_print(page->to, "<button class=\"button\">%s</button>\n</form>\n</section>\n",
		html_pick(page->lang, "Lihat jawabannya", "See the answer"));
}
