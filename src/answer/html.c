// SPDX-License-Identifier: MIT
#include "html.h"

#include "web/web.h"

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

void html_begin(struct buf *buf, const struct html_page *page)
{
	buf_print(buf,
		"<!doctype html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
		pmm_lang_tag(page->lang));
	html_text(buf, page->title);
	buf_print(buf,
		"</title>\n<link rel=\"icon\" href=\"%sassets/" WEB_ICON_SVG
		"\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"%sassets/" WEB_STYLE_CSS
		"\">\n",
		page->root, page->root);
	if (page->script)
		buf_print(buf, "<script type=\"module\" src=\"%sassets/%s\"></script>\n",
			page->root, page->script);
	if (page->other)
		buf_print(buf, "<a href=\"%s\">%s</a>\n", page->other,
			page->lang == PMM_LANG_ID ? "English" : "Indonesia");
}

void html_end(struct buf *buf, const struct html_page *page)
{
	(void)page;
	buf_text(buf, "</html>\n");
}
