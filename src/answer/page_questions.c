// SPDX-License-Identifier: MIT
// What an address carries, and the questions that still matter, as a form that adds to it.
#include "page_parts.h"

const char *page_query(struct page *page, size_t left_out, enum pmm_lang lang, bool is_explained)
{
	struct buf *query = &page->scratch;
	buf_reset(query);
	buf_char(query, '?');
	for (size_t f = 0; f < page->info->fact_count; f++)
		if (page->digits[f] && f != left_out)
			buf_print(query, "%s=%s&", page->info->facts[f].name,
				page->info->facts[f].values[page->digits[f] - 1].name);
	buf_print(query, "lang=%s%s%s", pmm_lang_tag(lang), page->suffix,
		is_explained ? "&explain=true" : "");
	buf_char(query, '\0');
	page->to->failed |= query->failed;
	return query->failed ? "?" : query->at;
}

// What the address has already.
static void add_known(struct page *page)
{
	const char *query = page_query(page, PAGE_NO_FACT, page->lang, page->is_explained) + 1;
	while (*query) {
		const size_t name = strcspn(query, "="), size = strcspn(query, "&");
		say(page, "<input type=\"hidden\" name=\"");
		html_str(page->to, (struct str){query, name});
		say(page, "\" value=\"");
		html_str(page->to, (struct str){query + name + 1, size - name - 1});
		say(page, "\">\n");
		query += size + (query[size] == '&');
	}
}

enum { WORDS_MAX = 8 }; // of one value that are shown

// Whether both are the same to people; short ones that differ are not misspelt.
static bool is_meant(const struct word_text *word, const char *other)
{
	struct word_text text;
	if (!word_read(&text, str_of(other)))
		return false;
	return word->size < 8 ? str_equal((struct str){word->at, word->size},
					(struct str){text.at, text.size})
			      : word_is_meant(word, &text);
}

// Whether alias I of a value tells people anything: it is no pattern and no two words in one, a
// pattern does not say the same, and it is not how one might misspell the value or an alias
// before it.
static bool is_telling(const struct pmm_value *value, size_t i)
{
	const char *alias = value->aliases[i];
	struct word_text word;
	bool is_new = !strpbrk(alias, "*/") && word_read(&word, str_of(alias)) &&
		      !is_meant(&word, value->name);
	for (int lang = 0; is_new && lang < PMM_LANG_COUNT; lang++)
		is_new = !is_meant(&word, value->label[lang]);
	for (size_t j = 0; is_new && j < value->alias_count; j++) {
		const struct str other = str_of(value->aliases[j]);
		if (other.size && other.at[other.size - 1] == '*')
			is_new = strncasecmp(alias, other.at, other.size - 1) != 0;
		else
			is_new = j >= i || !is_meant(&word, other.at);
	}
	return is_new;
}

// Under which other names people know the values of a fact, the shortest first: those are what
// people say. Of yes and no they know enough.
static void add_words(struct page *page, const struct pmm_fact *fact)
{
	for (size_t v = 0; v < fact->value_count && !fact->is_boolean; v++) {
		const struct pmm_value *value = &fact->values[v];
		size_t count = 0;
		for (size_t size = 1; size <= PMM_WORD_MAX && count <= WORDS_MAX; size++)
			for (size_t i = 0; i < value->alias_count && count <= WORDS_MAX; i++) {
				if (strlen(value->aliases[i]) != size || !is_telling(value, i))
					continue;
				if (!count)
					say(page, "<p><b>^%s</b> [[disebut juga|is also called]]: ",
						value->label[page->lang]);
				say(page,
					count == WORDS_MAX ? ", …"
					: count            ? ", %s"
							   : "%s",
					value->aliases[i]);
				count++;
			}
		say(page, !count ? "" : count > WORDS_MAX ? "</p>\n" : ".</p>\n");
	}
}

// Which attributes of a feature depend on fact F, as bits.
static uint32_t depending(const struct page *page, size_t feature, size_t f)
{
	uint32_t set = 0;
	for (size_t a = 0; a < page->info->attribute_count; a++)
		set |= (uint32_t)(page->decision->outcomes[feature]->missing_of[a] >> f & 1) << a;
	return set;
}

// What depends on fact F: features of which the same does, in one line.
static void add_why(struct page *page, size_t f)
{
	const struct pmm_rulebook_info *info = page->info;
	uint32_t said = 0; // bit i: feature i
	say(page, "<details><summary>[[Mengapa ditanya?|Why is this asked?]]</summary>\n"
		  "<p>[[Jawaban Anda menentukan|Your answer decides]]:</p>\n<ul>\n");
	for (size_t first = 0; first < info->feature_count; first++) {
		const uint32_t set = depending(page, first, f);
		if (!set || said >> first & 1)
			continue;
		for (size_t other = first; other < info->feature_count; other++) {
			if (depending(page, other, f) != set)
				continue;
			said |= UINT32_C(1) << other;
			say(page, other > first ? ", " : "<li>");
			say(page, "%s", info->features[other].title);
		}
		for (uint32_t rest = set; rest; rest &= rest - 1)
			say(page, "%s%s", rest == set ? ": " : ", ",
				info->attributes[__builtin_ctz(rest)].label[page->lang]);
		say(page, "</li>\n");
	}
	say(page, "</ul>\n");
	add_words(page, &info->facts[f]);
	say(page, "</details>\n");
}

static void add_question(struct page *page, size_t f)
{
	const struct pmm_fact *fact = &page->info->facts[f];
	say(page, "<fieldset data-fact=\"%s\">\n<legend>^%s</legend>\n<div class=\"choices\">\n",
		fact->name, fact->label[page->lang]);
	for (size_t v = 0; v < fact->value_count; v++)
		say(page, "<label><input type=\"radio\" name=\"%s\" value=\"%s\"> ^%s</label>\n",
			fact->name, fact->values[v].name, fact->values[v].label[page->lang]);
	say(page,
		"<label><input type=\"radio\" name=\"%s\" value=\"\" checked> [[Belum tahu|Not "
		"known yet]]</label>\n</div>\n",
		fact->name);
	add_why(page, f);
	say(page, "</fieldset>\n");
}

void page_questions(struct page *page)
{
	say(page, "<section aria-labelledby=\"ask\">\n<h2 id=\"ask\">");
	say(page, page->index ? "[[Yang masih perlu dijawab|Still to be answered]]"
			      : "[[Tentang Anda|About you]]");
	say(page, "</h2>\n<p>[[Jawab yang Anda tahu. Yang belum tahu boleh dibiarkan: jawabannya "
		  "tetap benar, hanya belum lengkap.|Answer what you know. The rest may stay open: "
		  "the answer is right all the same, only not complete.]]</p>\n"
		  "<form action=\"./\" method=\"get\">\n");
	add_known(page);
	for (size_t f = 0; f < page->info->fact_count; f++)
		if (page->decision->missing >> f & 1)
			add_question(page, f);
	say(page,
		"<button class=\"button\" type=\"submit\">[[Lihat jawabannya|See the answer]]</button>\n"
		"</form>\n</section>\n");
}
