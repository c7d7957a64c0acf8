// SPDX-License-Identifier: MIT
// Problems as pages, for people whom a browser brought there. As in other forms, of what a
// client sent the names of members alone stand in them, escaped.
#include "exchange.h"

static const struct words {
	const char *anew, *other, *allowed, *did_you_mean;
} words_of[PMM_LANG_COUNT] = {
	{"Mulai dari awal", "?lang=en", "Yang dikenal: ", "Maksudnya: "},
	{"Begin anew", "?lang=id", "Known: ", "Did you mean: "},
};

// The way from the asked address up to that of the service.
static const char *find_root(struct exchange *x)
{
	const struct str path = x->asked.path;
	size_t depth = 0;
	for (size_t i = 1; i < path.size; i++)
		depth += path.at[i] == '/';
	char *root = arena_take(&x->arena, 3 * depth + 1);
	if (!root)
		return "";
	for (size_t i = 0; i < depth; i++)
		memcpy(root + 3 * i, "../", 3);
	root[3 * depth] = '\0';
	return root;
}

static void add_errors(struct exchange *x)
{
	const struct words *words = &words_of[x->options.lang];
	struct buf *buf = &x->out;
	buf_text(buf, "<ul>\n");
	for (const struct profile_error *e = x->profile.errors; e; e = e->next) {
		const char *word, *suggestion = profile_suggestion(&x->profile, e);
		struct buf place = {0};
		bool is_bare;
		profile_place(&place, 0, e->name, false);
		buf_text(buf, "<li><code>");
		html_str(buf, buf_view(&place));
		buf_text(buf, "</code> ");
		html_text(buf, code_info(e->code)->help[x->options.lang]);
		for (size_t i = 0; (word = profile_allowed(&x->profile, e, i, &is_bare)); i++) {
			buf_print(buf, "%s<code>", i ? ", " : words->allowed);
			html_text(buf, word);
			buf_text(buf, "</code>");
		}
		if (suggestion) {
			buf_print(buf, " %s<strong>", words->did_you_mean);
			html_text(buf, suggestion);
			buf_text(buf, "</strong>");
		}
		buf_text(buf, "</li>\n");
		buf->failed |= place.failed;
		buf_finish(&place);
	}
	buf_text(buf, "</ul>\n");
}

void problem_page_write(struct exchange *x, const struct problem *problem)
{
	const struct code_info *info = code_info(problem->code);
	const enum pmm_lang lang = x->options.lang;
	const struct html_page page = {
		.lang = lang, .title = info->title[lang], .root = find_root(x)};
	struct buf *buf = &x->out;
	html_begin(buf, &page);
	buf_print(buf, "<main data-code=\"%s\">\n<h1>", info->name);
	html_text(buf, info->title[lang]);
	buf_text(buf, "</h1>\n<p>");
	html_text(buf, problem->detail);
	buf_text(buf, "</p>\n");
	if (problem->has_errors)
		add_errors(x);
	buf_print(buf, "<p><a class=\"button\" href=\"%s./?lang=%s\">%s</a></p>\n</main>\n",
		page.root, pmm_lang_tag(lang), words_of[lang].anew);
	html_end(buf, &page);
}
