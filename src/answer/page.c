// SPDX-License-Identifier: MIT
// The page of an answer as a whole. With nothing settled yet the questions come first, else the
// answers: on a telephone only the first of them is seen.
//
// All of its words come from the rulebook, or are of the page: none is of a person.
#include "page.h"

#include "page_parts.h"
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
	html_print(page->to, "<section class=\"said\" aria-label=\"%s\">\n<p>%s</p>\n<ul>\n",
		html_pick(lang, "Yang sudah dijawab", "Answered so far"),
		html_pick(lang, "Jawaban ini untuk", "This answer is for"));
	for (size_t f = 0; f < page->info->fact_count; f++) {
		const struct pmm_fact *fact = &page->info->facts[f];
		if (!page->digits[f])
			continue;
		html_print(page->to, "<li>%s: <b>%s</b> <a href=\"./%s\">%s", fact->label[lang],
			fact->values[page->digits[f] - 1].label[lang],
			page_query(page, f, lang, page->is_explained),
			html_pick(lang, "Ubah", "Change"));
		html_print(page->to, "<span class=\"unseen\"> %s</span></a></li>\n",
			fact->label[lang]);
	}
	html_print(page->to, "</ul>\n<p><a href=\"./?lang=%s%s\">%s</a></p>\n</section>\n",
		pmm_lang_tag(lang), page->suffix, html_pick(lang, "Mulai lagi", "Begin anew"));
}

// One line for each value of the first attribute, and one for what is open, with the features
// of which that is said.
static void add_glance(struct page *page)
{
	const struct pmm_rulebook_info *info = page->info;
	buf_text(page->to, "<ul class=\"glance\">\n");
	for (size_t v = 0; v <= info->attributes[0].value_count; v++) {
		bool is_first = true;
		for (size_t f = 0; f < info->feature_count; f++) {
			const struct pmm_outcome *outcome = page->decision->outcomes[f];
			if (page_rank(page, outcome) != v)
				continue;
			buf_text(page->to, is_first ? "<li>" : ", ");
			if (is_first)
				page_mark(page, outcome);
			buf_text(page->to, is_first ? " <span>" : "");
			html_print(page->to, "<a href=\"#f-%s\">%s</a>", info->features[f].name,
				info->features[f].title);
			for (uint32_t flags = outcome->flags; flags; flags &= flags - 1)
				html_print(page->to, " <b>(%s)</b>",
					info->flags[__builtin_ctz(flags)].label[page->lang]);
			is_first = false;
		}
		buf_text(page->to, is_first ? "" : "</span></li>\n");
	}
	buf_text(page->to, "</ul>\n");
}

static void add_answers(struct page *page, bool is_begun)
{
	const enum pmm_lang lang = page->lang;
	html_print(page->to,
		"<section class=\"answers\" aria-labelledby=\"answers\">\n"
		"<h2 id=\"answers\">%s</h2>\n",
		is_begun ? html_pick(lang, "Jawabannya", "The answer")
			 : html_pick(lang, "Jawaban sejauh ini", "The answer so far"));
	if (is_begun)
		add_glance(page);
	if (is_begun && page->decision->missing)
		html_print(page->to, "<p class=\"note\"><a href=\"#ask\">%s</a></p>\n",
			html_pick(lang, "Masih ada yang belum pasti: jawab pertanyaan berikutnya",
				"Something is still open: answer the next questions"));
	for (size_t f = 0; f < page->info->feature_count; f++)
		page_article(page, page->decision->outcomes[f]);
	html_print(page->to, "<p class=\"further\"><a href=\"./%s\">%s</a></p>\n</section>\n",
		page_query(page, PAGE_NO_FACT, lang, !page->is_explained),
		page->is_explained
			? html_pick(lang, "Sembunyikan aturannya", "Hide the rules")
			: html_pick(lang, "Tunjukkan aturan demi aturan", "Show it rule by rule"));
}

// What the documents do not say: what came later, and what they are silent on. What the same
// people can be asked about stands together.
static void add_beyond(struct page *page)
{
	const enum pmm_lang lang = page->lang;
	const struct pmm_rulebook_info *info = page->info;
	if (info->notice_count)
		html_print(page->to,
			"<aside aria-labelledby=\"notices\">\n<h2 id=\"notices\">%s"
			"</h2>\n",
			html_pick(lang, "Perlu diketahui juga", "To be known as well"));
	for (size_t i = 0; i < info->notice_count; i++) {
		const struct pmm_notice *notice = &info->notices[i];
		html_print(page->to, "<p>%s ", html_pick(lang, "Sejak", "Since"));
		html_date(page->to, lang, notice->since);
		html_print(page->to, ": %s", notice->text[lang]);
		if (notice->source[lang])
			html_print(page->to, " <cite>%s</cite>", notice->source[lang]);
		buf_text(page->to, "</p>\n");
	}
	buf_text(page->to, info->notice_count ? "</aside>\n" : "");
	if (!info->silent_count)
		return;
	html_print(page->to,
		"<aside aria-labelledby=\"silent\">\n<h2 id=\"silent\">%s</h2>\n<dl>\n",
		html_pick(lang, "Tidak dibahas di sini", "Not discussed here"));
	for (size_t i = 0; i < info->silent_count; i++) {
		const char *ask = info->silent[i].ask[lang];
		bool is_first = true;
		for (size_t j = 0; j < i; j++)
			is_first &= strcmp(info->silent[j].ask[lang], ask) != 0;
		if (!is_first)
			continue;
		html_print(page->to, "<dt>%s %s</dt>\n", html_pick(lang, "Tanyakan kepada", "Ask"),
			ask);
		for (size_t j = i; j < info->silent_count; j++)
			if (strcmp(info->silent[j].ask[lang], ask) == 0) {
				buf_text(page->to, "<dd>");
				html_capital(page->to, info->silent[j].text[lang]);
				buf_text(page->to, "</dd>\n");
			}
	}
	buf_text(page->to, "</dl>\n</aside>\n");
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
	const char *mark = html_pick(lang, "\nUntuk ", "\nFor ");
	buf_print(text, "*%s*", page->info->title[lang]);
	for (size_t f = 0; f < page->info->fact_count; f++) {
		const struct pmm_fact *fact = &page->info->facts[f];
		if (!page->digits[f])
			continue;
		buf_print(text, "%s%s: %s", mark, fact->label[lang],
			fact->values[page->digits[f] - 1].label[lang]);
		mark = ", ";
	}
	buf_char(text, '\n');
	for (size_t f = 0; f < page->info->feature_count; f++) {
		const struct pmm_outcome *outcome = page->decision->outcomes[f];
		buf_print(text, "\n• %s: %s", page->info->features[f].title,
			page_value(page, outcome));
		for (uint32_t flags = outcome->flags; flags; flags &= flags - 1)
			buf_print(
				text, " (%s)", page->info->flags[__builtin_ctz(flags)].label[lang]);
		buf_text(text, outcome->basis_count ? " – " : "");
		page_clauses(page, text, outcome, 1);
	}
	buf_text(text, "\n\n");
	if (page->public_url)
		buf_print(text, "%s/%s", page->public_url, own_query(page));
}

static void add_share(struct page *page)
{
	const enum pmm_lang lang = page->lang;
	struct buf text = {0};
	write_message(page, &text);
	html_print(page->to,
		"<section class=\"share\" aria-labelledby=\"share\">\n<h2 id=\"share\">"
		"%s</h2>\n<p><a class=\"button\" href=\"https://wa.me/?text=",
		html_pick(lang, "Bagikan", "Share"));
	add_encoded(page->to, buf_view(&text));
	html_print(page->to,
		"\">%s</a>\n<button class=\"button\" data-copy=\"%s\" hidden>%s</button>",
		html_pick(lang, "Kirim lewat WhatsApp", "Send by WhatsApp"),
		html_pick(lang, "Tersalin", "Copied"),
		html_pick(lang, "Salin alamat", "Copy the address"));
	html_print(page->to,
		"\n<button class=\"button\" data-share hidden>%s</button></p>\n</section>\n",
		html_pick(lang, "Bagikan …", "Share …"));
	page->to->failed |= text.failed;
	buf_finish(&text);
}

static void add_foot(struct page *page)
{
	const enum pmm_lang lang = page->lang;
	const struct pmm_rulebook_info *info = page->info;
	const char *query = own_query(page);
	html_print(page->to, "<footer>\n<p>%s, %s %s, <code>", info->title[lang],
		html_pick(lang, "versi", "version"), info->version);
	html_str(page->to, (struct str){info->digest, sizeof "sha256:" - 1 + 16});
	html_print(page->to,
		"</code></p>\n<p class=\"address\">%s: <a data-address href=\"./%s\">%s/%s"
		"</a></p>\n",
		html_pick(lang, "Alamat jawaban ini", "The address of this answer"), query,
		page->public_url ? page->public_url : "", query);
	html_print(page->to,
		"<p class=\"further\"><a href=\"rulebook%s\">%s</a> <a href=\"check%s\" "
		"type=\"application/json\">JSON</a></p>\n</footer>\n",
		query, html_pick(lang, "Seluruh aturan", "All rules"), query);
}

// Whether anything is settled of what is said first.
static bool is_begun(const struct page *page)
{
	bool is_settled = false;
	for (size_t f = 0; f < page->info->feature_count; f++)
		is_settled |= pmm_is_determined(page->decision->outcomes[f]->possible[0]);
	return is_settled;
}

static void add_main(struct page *page)
{
	const bool begun = is_begun(page);
	html_print(page->to, "<main id=\"main\" data-digest=\"%s\">\n<h1>%s</h1>\n",
		page->info->digest, page->info->title[page->lang]);
	if (page->index)
		add_said(page);
	buf_text(page->to, begun ? "<div class=\"pair\">\n" : "<div class=\"pair even\">\n");
	if (begun)
		add_answers(page, begun);
	else
		page_questions(page);
	buf_text(page->to, "<div class=\"beside\">\n");
	if (!begun)
		add_answers(page, begun);
	else if (page->decision->missing)
		page_questions(page);
	if (page->index)
		add_share(page);
	add_beyond(page);
	buf_text(page->to, "</div>\n</div>\n</main>\n");
}

void page_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, bool is_explained, const int32_t *day, const char *suffix)
{
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
	struct buf other = {0};
	pmm_profile_digits(page.rulebook, index, page.digits);
	buf_print(&other, "./%s%c",
		page_query(&page, PAGE_NO_FACT, lang == PMM_LANG_ID ? PMM_LANG_EN : PMM_LANG_ID,
			is_explained),
		'\0');
	const struct html_page frame = {.lang = lang,
		.title = page.info->title[lang],
		.root = "",
		.other = other.failed ? NULL : other.at,
		.script = WEB_TANYA_JS,
		.place = HTML_ASK};
	html_begin(buf, &frame);
	add_main(&page);
	add_foot(&page);
	html_end(buf, &frame);
	buf->failed |= other.failed;
	buf_finish(&other);
	buf_finish(&page.scratch);
}
