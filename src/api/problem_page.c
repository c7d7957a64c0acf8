// SPDX-License-Identifier: MIT
// Problems as pages, for people whom a browser brought there. As in other forms, of what a
// client sent the names of members alone stand in them, escaped.
#include "exchange.h"

static const struct words {
	const char *anew, *other, *errors, *allowed, *did_you_mean;
	const char *members[PROBLEM_MEMBERS];
} words_of[PMM_LANG_COUNT] = {
	{.anew = "Mulai dari awal",
		.other = "?lang=en",
		.errors = "Ada yang perlu diperbaiki dulu:",
		.allowed = " Yang dikenal: ",
		.did_you_mean = ". Maksudnya: ",
		.members = {"Tempatnya", "Byte ke-", "Parameter", "Bentuknya", "Yang dikenal",
			"Metode", "Tipe isi", "Content-Encoding", "Coba lagi setelah (detik)"}},
	{.anew = "Begin anew",
		.other = "?lang=id",
		.errors = "Something has to be mended first:",
		.allowed = " Known: ",
		.did_you_mean = ". Did you mean: ",
		.members = {"Place", "Byte", "Parameter", "Its form", "Known", "Methods",
			"Types of content", "Content-Encoding", "Try again after (seconds)"}},
};

// The way from the asked address up to that of the service.
static const char *find_root(struct exchange *x)
{
	const struct str path = x->asked.path;
	size_t depth = 0;
	for (size_t i = 1; i < path.size; i++)
		depth += path.at[i] == '/';
	char *root = arena_take(&x->arena, 3 * depth + 1), *at = root;
	if (!root)
		return "";
	while (depth-- > 0)
		at = stpcpy(at, "../");
	*at = '\0';
	return root;
}

static void add_error(struct exchange *x, const struct profile_error *error)
{
	const enum pmm_lang lang = x->options.lang;
	const struct words *words = &words_of[lang];
	const char *word, *suggestion = profile_suggestion(&x->profile, error);
	struct buf *buf = &x->out, place = {0};
	bool is_bare;
	profile_place(&place, 0, error->name, false);
	buf_text(buf, "<li><strong>");
	html_str(buf, buf_view(&place));
	buf_text(buf, "</strong>: ");
	html_text(buf, code_info(error->code)->help[lang]);
	for (size_t i = 0; (word = profile_allowed(&x->profile, error, i, &is_bare)); i++) {
		const struct pmm_fact *facts = pmm_rulebook_info(x->profile.rulebook)->facts;
		buf_text(buf, i ? ", " : words->allowed);
		html_text(buf,
			error->member ? facts[error->member->fact].values[i].label[lang] : word);
	}
	if (suggestion) {
		buf_print(buf, "%s<strong>", words->did_you_mean);
		html_text(buf, suggestion);
		buf_text(buf, "?</strong>");
	}
	buf_text(buf, "</li>\n");
	buf->failed |= place.failed;
	buf_finish(&place);
}

static void add_members(struct exchange *x, const struct problem *problem)
{
	const char *begin = "<dl>\n", *end = "";
	for (size_t i = 0; i < PROBLEM_MEMBERS; i++) {
		if (!problem->members[i].at)
			continue;
		buf_print(
			&x->out, "%s<dt>%s</dt><dd>", begin, words_of[x->options.lang].members[i]);
		html_str(&x->out, problem->members[i]);
		buf_text(&x->out, "</dd>\n");
		begin = "";
		end = "</dl>\n";
	}
	buf_text(&x->out, end);
}

void problem_page_write(struct exchange *x, const struct problem *problem)
{
	const struct code_info *info = code_info(problem->code);
	const enum pmm_lang lang = x->options.lang;
	const struct words *words = &words_of[lang];
	const bool is_about = !x->told.problem; // it is what was asked for, and nothing is wrong
	const struct html_page page = {.lang = lang,
		.title = info->title[lang],
		.root = find_root(x),
		.other = is_about ? words->other : NULL};
	struct buf *buf = &x->out;
	html_begin(buf, &page);
	buf_print(buf, "<main id=\"main\" data-code=\"%s\">\n<h1>", info->name);
	html_text(buf, info->title[lang]);
	buf_text(buf, "</h1>\n<p>");
	html_text(buf, problem->has_errors ? words->errors : problem->detail);
	buf_text(buf, "</p>\n");
	if (problem->has_errors) {
		buf_text(buf, "<ul>\n");
		for (const struct profile_error *e = x->profile.errors; e; e = e->next)
			add_error(x, e);
		buf_text(buf, "</ul>\n");
	}
	add_members(x, problem);
	buf_print(buf,
		"<p><a class=\"button\" href=\"%s./?lang=%s\">%s</a></p>\n<p class=\"note\">",
		page.root, pmm_lang_tag(lang), words->anew);
	if (info->status)
		buf_print(buf, "%u ", info->status);
	buf_print(buf, "<a href=\"%sproblems/%s?lang=%s\">%s</a></p>\n</main>\n", page.root,
		info->name, pmm_lang_tag(lang), info->name);
	html_end(buf, &page);
}
