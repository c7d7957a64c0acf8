// SPDX-License-Identifier: MIT
#include "page.h"

#include "html.h"
#include "web/web.h"

void page_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, bool is_explained, const int32_t *day, const char *suffix)
{
	const struct pmm_rulebook_info *info = fragments->info;
	const struct html_page page = {.lang = lang,
		.title = info->title[lang],
		.root = "",
		.other = lang == PMM_LANG_ID ? "./?lang=en" : "./?lang=id",
		.script = WEB_TANYA_JS};
	(void)index, (void)is_explained, (void)day, (void)suffix;
	html_begin(buf, &page);
	buf_print(buf, "<main data-digest=\"%s\"></main>\n", info->digest);
	html_end(buf, &page);
}
