// SPDX-License-Identifier: MIT
#include "html.h"

#include "web/web.h"

#include <stdarg.h>
#include <stdlib.h>

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

static void add_capital(struct buf *buf, const char *text)
{
	const bool is_lower = *text >= 'a' && *text <= 'z';
	if (is_lower)
		buf_char(buf, (char)(*text - 'a' + 'A'));
	html_text(buf, text + is_lower);
}

void html_print(struct buf *buf, enum pmm_lang lang, const char *format, ...)
{
	int part = -1; // which language is being read; -1: what is for all
	va_list args;
	va_start(args, format);
	for (const char *c = format; *c; c++) {
		if (c[0] == '[' && c[1] == '[') {
			part = PMM_LANG_ID;
			c++;
		} else if (*c == '|' && part >= 0) {
			part = PMM_LANG_EN;
		} else if (c[0] == ']' && c[1] == ']') {
			part = -1;
			c++;
		} else if (part >= 0 && part != (int)lang) {
			continue;
		} else if (*c == '%' && *++c == 'd') {
			buf_print(buf, "%d", va_arg(args, int));
		} else if (c > format && c[-1] == '%') {
			html_text(buf, va_arg(args, const char *));
		} else if (*c == '^') {
			c += 2;
			add_capital(buf, va_arg(args, const char *));
		} else {
			buf_char(buf, *c);
		}
	}
	va_end(args);
}

void html_date(struct buf *buf, enum pmm_lang lang, const char *date)
{
	static const char *const months[PMM_LANG_COUNT][12] = {
		{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
			"September", "Oktober", "November", "Desember"},
		{"January", "February", "March", "April", "May", "June", "July", "August",
			"September", "October", "November", "December"}};
	html_print(buf, lang, "<time datetime=\"%s\">%d %s %d</time>", date, atoi(date + 8),
		months[lang][atoi(date + 5) - 1], atoi(date));
}

void html_begin(struct buf *buf, const struct html_page *page)
{
	static const char here[] = " aria-current=page";
	const char *lang = pmm_lang_tag(page->lang), *suffix = page->suffix ? page->suffix : "";
	const char *tag = pmm_lang_tag(page->lang == PMM_LANG_ID ? PMM_LANG_EN : PMM_LANG_ID);
	html_print(buf, page->lang,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>%s</title>\n"
		"<link rel=\"icon\" href=\"%sassets/" WEB_ICON_SVG "\" type=\"image/svg+xml\">\n"
		"<link rel=\"stylesheet\" href=\"%sassets/" WEB_STYLE_CSS "\">\n",
		lang, page->title, page->root, page->root);
	if (page->script)
		html_print(buf, page->lang,
			"<script type=\"module\" src=\"%sassets/%s\"></script>\n", page->root,
			page->script);
	html_print(buf, page->lang,
		"</head>\n<body>\n<a class=\"skip\" href=\"#main\">[[Langsung ke isi|Skip to the "
		"content]]</a>\n<header class=\"top\">\n<nav aria-label=\"[[Halaman|Pages]]\">\n"
		"<a href=\"%s./?lang=%s%s\"%s>[[Tanya|Ask]]</a>\n<a href=\"%sdinas?lang=%s\">Dinas</a>\n"
		"<a href=\"%srulebook?lang=%s%s\"%s>[[Aturan|Rules]]</a>\n</nav>\n",
		page->root, lang, suffix, page->place == HTML_ASK ? here : "", page->root, lang,
		page->root, lang, suffix, page->place == HTML_RULES ? here : "");
	if (page->other)
		html_print(buf, page->lang,
			"<a href=\"%s\" lang=\"%s\" hreflang=\"%s\">[[English|Bahasa Indonesia]]</a>\n",
			page->other, tag, tag);
	buf_text(buf, "</header>\n");
}

void html_end(struct buf *buf, const struct html_page *page)
{
	(void)page;
	buf_text(buf, "</body>\n</html>\n");
}
