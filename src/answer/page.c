// SPDX-License-Identifier: MIT
// The page of an answer as a whole. With nothing settled yet the questions come first, else the
// answers: on a telephone only the first of them is seen.
//
// All of its words come from the rulebook, or are of the page: none is of a person.
#include "page.h"

#include "page_parts.h"
#include "table.h"
#include "web/web.h"

// The page's own address.
static const char *own_query(struct page *page)
{
	return page_query(page, PAGE_NO_FACT, page->lang, page->is_explained);
}

// What was said so far, each with a way to take it back.
static void add_said(struct page *page)
{
	const enum pmm_lang lang = page->lang;
	say(page, "<section class=\"said\" aria-label=\"[[Yang sudah dijawab|Answered so far]]\">\n"
		  "<p>[[Jawaban ini untuk|This answer is for]]</p>\n<ul>\n");
	for (size_t f = 0; f < page->info->fact_count; f++) {
		const struct pmm_fact *fact = &page->info->facts[f];
		if (page->digits[f])
			say(page,
				"<li>%s: <b>%s</b> <a href=\"./%s\">[[Ubah|Change]]<span "
				"class=\"unseen\"> %s</span></a></li>\n",
				fact->label[lang], fact->values[page->digits[f] - 1].label[lang],
				page_query(page, f, lang, page->is_explained), fact->label[lang]);
	}
	say(page,
		"</ul>\n<p><a href=\"./?lang=%s%s\">[[Mulai lagi|Begin anew]]</a></p>\n"
		"</section>\n",
		pmm_lang_tag(lang), page->suffix);
}

// One line for each value of the first attribute, and one for what is open, with the features
// of which that is said.
static void add_glance(struct page *page)
{
	const struct pmm_rulebook_info *info = page->info;
	say(page, "<ul class=\"glance\">\n");
	for (size_t v = 0; v <= info->attributes[0].value_count; v++) {
		bool is_first = true;
		for (size_t f = 0; f < info->feature_count; f++) {
			const struct pmm_outcome *outcome = page->decision->outcomes[f];
			if (page_rank(page, outcome) != v)
				continue;
			say(page, is_first ? "<li>" : ", ");
			if (is_first)
				page_mark(page, outcome);
			say(page, " <a href=\"#f-%s\">%s</a>", info->features[f].name,
				info->features[f].title);
			for (uint32_t flags = outcome->flags; flags; flags &= flags - 1)
				say(page, " <b>(%s)</b>",
					info->flags[__builtin_ctz(flags)].label[page->lang]);
			is_first = false;
		}
		say(page, is_first ? "" : "</li>\n");
	}
	say(page, "</ul>\n");
}

static void add_answers(struct page *page, bool is_begun)
{
	say(page, "<section class=\"answers\" aria-labelledby=\"answers\">\n<h2 id=\"answers\">");
	say(page, is_begun ? "[[Jawabannya|The answer]]</h2>\n"
			   : "[[Jawaban sejauh ini|The answer so far]]</h2>\n");
	if (is_begun)
		add_glance(page);
	if (is_begun && page->decision->missing)
		say(page, "<p class=\"note\">[[Masih ada yang belum pasti.|Something is still "
			  "open.]] <a href=\"#ask\">[[Jawab pertanyaan berikutnya|Answer the next "
			  "questions]]</a></p>\n");
	for (size_t f = 0; f < page->info->feature_count; f++)
		page_article(page, page->decision->outcomes[f]);
	say(page, "<p class=\"further\"><a href=\"./%s\">",
		page_query(page, PAGE_NO_FACT, page->lang, !page->is_explained));
	say(page, page->is_explained ? "[[Sembunyikan aturannya|Hide the rules]]"
				     : "[[Tunjukkan aturan demi aturan|Show it rule by rule]]");
	say(page, "</a></p>\n</section>\n");
}

// RFC 3986, section 2.1: all but what is unreserved.
static void add_encoded(struct buf *buf, struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		const unsigned char c = (unsigned char)text.at[i];
		if ((c | 32u) - 'a' < 26u || c - (unsigned)'0' < 10u || strchr("-._~", c))
			buf_char(buf, (char)c);
		else
			buf_print(buf, "%%%02X", (unsigned)c);
	}
}

// The answer as a short message: what it is about, a line for each feature, the address.
static void write_message(struct page *page, struct buf *text)
{
	const enum pmm_lang lang = page->lang;
	const char *mark = "\n";
	buf_print(text, "*%s*", page->info->title[lang]);
	for (size_t f = 0; f < page->info->fact_count; f++) {
		const struct pmm_fact *fact = &page->info->facts[f];
		if (page->digits[f])
			buf_print(text, "%s%s: %s", mark, fact->label[lang],
				fact->values[page->digits[f] - 1].label[lang]);
		mark = page->digits[f] ? ", " : mark;
	}
	buf_char(text, '\n');
	for (size_t f = 0; f < page->info->feature_count; f++) {
		const struct pmm_outcome *outcome = page->decision->outcomes[f];
		buf_print(text, "\n• %s: %s", page->info->features[f].title,
			page_value(page, outcome));
		for (uint32_t flags = outcome->flags; flags; flags &= flags - 1)
			buf_print(
				text, " (%s)", page->info->flags[__builtin_ctz(flags)].label[lang]);
		const size_t before = text->size;
		buf_text(text, " – ");
		const size_t after = text->size;
		table_clauses(text, outcome, lang, 1);
		if (text->size == after)
			text->size = before; // no clause decides it yet
	}
	buf_text(text, "\n\n");
	if (page->public_url)
		buf_print(text, "%s/%s", page->public_url, own_query(page));
}

static void add_share(struct page *page)
{
	struct buf text = {0};
	write_message(page, &text);
	say(page, "<section class=\"share\" aria-labelledby=\"share\">\n<h2 id=\"share\">"
		  "[[Bagikan|Share]]</h2>\n<p><a class=\"button\" target=\"_blank\" "
		  "rel=\"noopener noreferrer\" href=\"https://wa.me/?text=");
	add_encoded(page->to, buf_view(&text));
	say(page,
		"\">[[Kirim lewat WhatsApp|Send by WhatsApp]]</a>\n<button type=\"button\" class=\"button\" "
		"data-copy=\"[[Tersalin|Copied]]\" hidden>[[Salin alamat|Copy the address]]"
		"</button>\n<button type=\"button\" class=\"button\" data-share hidden>[[Bagikan|Share]] …"
		"</button></p>\n</section>\n");
	page->to->failed |= text.failed;
	buf_finish(&text);
}

static void add_foot(struct page *page)
{
	const struct pmm_rulebook_info *info = page->info;
	const char *query = own_query(page);
	say(page, "<footer>\n<p>%s, [[versi|version]] %s, <code>", info->title[page->lang],
		info->version);
	html_str(page->to, (struct str){info->digest, sizeof "sha256:" - 1 + 16});
	say(page,
		"</code></p>\n<p class=\"address\">[[Alamat jawaban ini|The address of this "
		"answer]]: <a data-address href=\"./%s\">%s/%s</a></p>\n",
		query, page->public_url ? page->public_url : "", query);
	say(page,
		"<p class=\"further\"><a href=\"rulebook%s\">[[Seluruh aturan|All rules]]</a> "
		"<a href=\"check%s&amp;pretty=true\">JSON</a></p>\n</footer>\n",
		query, query);
}

static void add_main(struct page *page)
{
	bool is_begun = false; // whether anything is settled of what is said first
	for (size_t f = 0; f < page->info->feature_count; f++)
		is_begun |= pmm_is_determined(page->decision->outcomes[f]->possible[0]);
	say(page, "<main id=\"main\" data-digest=\"%s\">\n<h1>%s</h1>\n", page->info->digest,
		page->info->title[page->lang]);
	if (page->index)
		add_said(page);
	say(page, is_begun ? "<div class=\"pair\">\n" : "<div class=\"pair even\">\n");
	if (is_begun)
		add_answers(page, true);
	else
		page_questions(page);
	say(page, "<div class=\"beside\">\n");
	if (!is_begun)
		add_answers(page, false);
	else if (page->decision->missing)
		page_questions(page);
	if (page->index)
		add_share(page);
	page_beyond(page);
	say(page, "</div>\n</div>\n</main>\n");
}

void page_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, bool is_explained, const int32_t *day, const char *suffix)
{
	const enum pmm_lang other = lang == PMM_LANG_ID ? PMM_LANG_EN : PMM_LANG_ID;
	struct page page = {.to = buf,
		.rulebook = fragments->rulebook,
		.info = fragments->info,
		.decision = pmm_decide(fragments->rulebook, index),
		.index = index,
		.lang = lang,
		.day = day,
		.is_explained = is_explained,
		.suffix = suffix,
		.public_url = fragments->public_url};
	pmm_profile_digits(page.rulebook, index, page.digits);
	const struct html_page frame = {.lang = lang,
		.title = page.info->title[lang],
		.root = "",
		.other = page_query(&page, PAGE_NO_FACT, other, is_explained),
		.suffix = suffix,
		.script = WEB_TANYA_JS,
		.place = HTML_ASK};
	html_begin(buf, &frame);
	add_main(&page);
	add_foot(&page);
	html_end(buf, &frame);
	buf_finish(&page.scratch);
}
