// SPDX-License-Identifier: MIT
#include "html.h"

#include "web/web.h"

#include <stdarg.h>

void html_str(struct buf *buf, struct str text)
{
	static const char *const names[128] = {['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
		['\''] = "&#39;"};
	size_t from = 0;
	for (size_t i = 0; i < text.size; i++) {
		const unsigned char c = (unsigned char)text.at[i];
		if (c >= 128 || !names[c])
			continue;
		buf_add(buf, text.at + from, i - from);
		buf_text(buf, names[c]);
		from = i + 1;
	}
	if (text.size)
		buf_add(buf, text.at + from, text.size - from);
}

void html_text(struct buf *buf, const char *text)
{
	html_str(buf, str_of(text));
}

void html_capital(struct buf *buf, const char *text)
{
	const bool is_lower = *text >= 'a' && *text <= 'z';
	if (is_lower)
		buf_char(buf, (char)(*text - 'a' + 'A'));
	html_text(buf, text + is_lower);
}

void html_print(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	for (const char *at; (at = strchr(format, '%')); format = at + 2) {
		buf_add(buf, format, (size_t)(at - format));
		if (at[1] == 's')
			html_text(buf, va_arg(args, const char *));
		else
			buf_print(buf, "%d", va_arg(args, int));
	}
	va_end(args);
	buf_text(buf, format);
}

void html_date(struct buf *buf, enum pmm_lang lang, const char *date)
{
	static const char *const months[PMM_LANG_COUNT][12] = {
		{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
			"September", "Oktober", "November", "Desember"},
		{"January", "February", "March", "April", "May", "June", "July", "August",
			"September", "October", "November", "December"}};
	const int month = (date[5] - '0') * 10 + date[6] - '0';
	const struct str year = {date, 4};
	html_print(buf, "<time datetime=\"%s\">%d %s ", date, (date[8] - '0') * 10 + date[9] - '0',
		months[lang][month - 1]);
	html_str(buf, year);
	buf_text(buf, "</time>");
}

// A link of the way around; CURRENT where it leads to this page.
static void add_way(struct buf *buf, const struct html_page *page, const char *to, const char *text,
	bool current)
{
	html_print(buf, "<a href=\"%s%s?lang=%s\"", page->root, to, pmm_lang_tag(page->lang));
	buf_text(buf, current ? " aria-current=\"page\">" : ">");
	html_print(buf, "%s</a>\n", text);
}

void html_begin(struct buf *buf, const struct html_page *page)
{
	const enum pmm_lang lang = page->lang;
	html_print(buf,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>%s</title>\n",
		pmm_lang_tag(lang), page->title);
	html_print(buf,
		"<link rel=\"icon\" href=\"%sassets/" WEB_ICON_SVG "\" type=\"image/svg+xml\">\n"
		"<link rel=\"stylesheet\" href=\"%sassets/" WEB_STYLE_CSS "\">\n",
		page->root, page->root);
	if (page->script)
		html_print(buf, "<script type=\"module\" src=\"%sassets/%s\"></script>\n",
			page->root, page->script);
	html_print(buf,
		"</head>\n<body>\n<a class=\"skip\" href=\"#main\">%s</a>\n"
		"<header class=\"top\">\n<nav aria-label=\"%s\">\n",
		html_pick(lang, "Langsung ke isi", "Skip to the content"),
		html_pick(lang, "Halaman", "Pages"));
	add_way(buf, page, "./", html_pick(lang, "Tanya", "Ask"), page->place == HTML_ASK);
	add_way(buf, page, "dinas", "Dinas", false);
	add_way(buf, page, "rulebook", html_pick(lang, "Aturan", "Rules"),
		page->place == HTML_RULES);
	buf_text(buf, "</nav>\n");
	if (page->other) {
		const char *tag = pmm_lang_tag(lang == PMM_LANG_ID ? PMM_LANG_EN : PMM_LANG_ID);
		html_print(buf, "<a href=\"%s\" lang=\"%s\" hreflang=\"%s\">%s</a>\n", page->other,
			tag, tag, html_pick(lang, "English", "Bahasa Indonesia"));
	}
	buf_text(buf, "</header>\n");
}

void html_end(struct buf *buf, const struct html_page *page)
{
	(void)page;
	buf_text(buf, "</body>\n</html>\n");
}
