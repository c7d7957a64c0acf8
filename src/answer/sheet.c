// SPDX-License-Identifier: MIT
#include "sheet.h"

#include "html.h"

void sheet_write(const struct pmm_rulebook *rulebook, struct buf *buf, enum pmm_lang lang,
	const uint8_t *digits, const char *root)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct html_page page = {.lang = lang,
		.title = info->title[lang],
		.root = root,
		.other = lang == PMM_LANG_ID ? "?lang=en" : "?lang=id"};
	(void)digits;
	html_begin(buf, &page);
	buf_print(buf, "<main data-digest=\"%s\"></main>\n", info->digest);
	html_end(buf, &page);
}
