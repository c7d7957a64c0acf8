// SPDX-License-Identifier: MIT
// Problems as pages, for people whom a browser brought there. As in other forms, of what a
// client sent the names of members alone stand in them, escaped.
#include "exchange.h"

static const struct words {
	const char *anew, *other, *errors, *allowed, *did_you_mean, *members[PROBLEM_MEMBERS];
} words_of[PMM_LANG_COUNT] = {
	{"Mulai dari awal", "?lang=en",
		"Ada yang perlu diperbaiki dulu:", " Yang dikenal: ", ". Maksudnya: <strong>",
		{"Tempatnya", "Byte ke-", "Parameter", "Bentuknya", "Yang dikenal", "Metode",
			"Tipe isi", "Content-Encoding", "Coba lagi setelah (detik)"}},
	{"Begin anew", "?lang=id",
		"Something has to be mended first:", " Known: ", ". Did you mean: <strong>",
		{"Place", "Byte", "Parameter", "Its form", "Known", "Methods", "Types of content",
			"Content-Encoding", "Try again after (seconds)"}},
};

// The way from the asked address up to that of the service, if it is not all too deep.
static const char *find_root(struct str path)
{
	static const char way[] = "../../../../../../../../../../../../../../../../";
	size_t left = sizeof way - 1;
	for (size_t i = 1; i < path.size && left; i++)
		left -= path.at[i] == '/' ? 3 : 0;
	return way + left;
}

static void put(struct buf *buf, const char *before, struct str text, const char *after)
{
	buf_text(buf, before);
	html_str(buf, text);
	buf_text(buf, after);
}

static void add_error(struct exchange *x, const struct profile_error *error)
{
	const enum pmm_lang lang = x->options.lang;
	const struct pmm_fact *facts = pmm_rulebook_info(x->profile.rulebook)->facts;
	const char *word, *suggestion = profile_suggestion(&x->profile, error);
	struct buf place = {0};
	bool is_bare;
	profile_place(&place, 0, error->name, false);
	buf_text(&x->out, "<li>");
	if (place.size) // else it is about the whole
		put(&x->out, "<strong>", buf_view(&place), "</strong>: ");
	if (error->code == CODE_unknown_value) // what to do follows, in fewer words
		put(&x->out, "", str_of(code_info(error->code)->title[lang]), ".");
	else
		html_text(&x->out, code_info(error->code)->help[lang]);
	for (size_t i = 0; (word = profile_allowed(&x->profile, error, i, &is_bare)); i++)
		put(&x->out, i ? ", " : words_of[lang].allowed,
			str_of(error->member ? facts[error->member->fact].values[i].label[lang]
					     : word),
			"");
	if (suggestion)
		put(&x->out, words_of[lang].did_you_mean, str_of(suggestion), "?</strong>");
	buf_text(&x->out, "</li>\n");
	x->out.failed |= place.failed;
	buf_finish(&place);
}

// The detail, in which the first address of this service that it names is a link.
static void add_detail(struct buf *buf, const char *detail, const char *root, const char *lang)
{
	static const char *const addresses[] = {"/dinas", "/rulebooks", "/schema/profile.json"};
	const char *at = NULL;
	size_t i = 0;
	while (i < sizeof addresses / sizeof addresses[0] && !(at = strstr(detail, addresses[i])))
		i++;
	html_str(buf, (struct str){detail, at ? (size_t)(at - detail) : strlen(detail)});
	if (!at)
		return;
	buf_print(
		buf, "<a href=\"%s%s?lang=%s\">%s</a>", root, addresses[i] + 1, lang, addresses[i]);
	html_text(buf, at + strlen(addresses[i]));
}

void problem_page_write(struct exchange *x, const struct problem *problem)
{
	const struct code_info *info = code_info(problem->code);
	const enum pmm_lang lang = x->options.lang;
	const struct words *words = &words_of[lang];
	struct buf *buf = &x->out;
	const struct html_page page = {.lang = lang,
		.title = info->title[lang],
		.root = find_root(x->asked.path),
		.other = x->told.problem ? NULL : words->other}; // else a code was asked about
	reply_guard(x);
	html_begin(buf, &page);
	buf_print(buf, "<main id=\"main\" data-code=\"%s\">\n", info->name);
	put(buf, "<h1>", str_of(page.title), "</h1>\n<p>");
	add_detail(buf, problem->has_errors ? words->errors : problem->detail, page.root,
		pmm_lang_tag(lang));
	buf_text(buf, "</p>\n");
	const size_t before = buf->size;
	buf_text(buf, "<ul>\n");
	const size_t empty = buf->size;
	if (problem->has_errors)
		for (const struct profile_error *e = x->profile.errors; e; e = e->next)
			add_error(x, e);
	for (size_t i = 0; i < PROBLEM_MEMBERS; i++)
		if (problem->members[i].at) {
			buf_print(buf, "<li>%s: ", words->members[i]);
			put(buf, "<strong>", problem->members[i], "</strong></li>\n");
		}
	if (buf->size > empty)
		buf_text(buf, "</ul>\n");
	else
		buf->size = before;
	buf_print(buf, "<p><a class=\"button\" href=\"%s./?lang=%s\">%s</a></p>\n", page.root,
		pmm_lang_tag(lang), words->anew);
	buf_text(buf, "<p><small>");
	if (info->status)
		buf_print(buf, "%u ", info->status);
	buf_print(buf, "<a href=\"%sproblems/%s?lang=%s\">%s</a></small></p>\n</main>\n", page.root,
		info->name, pmm_lang_tag(lang), info->name);
	html_end(buf, &page);
}
