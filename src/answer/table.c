// SPDX-License-Identifier: MIT
// An answer as text for a terminal: codes in aligned columns, the same in every
// language, then in the asked one a sentence or two for each feature, and what the documents
// do not say.
#include "table.h"

#include "forms.h"

#include <stdio.h>
#include <stdlib.h>

static size_t longest(size_t width, const char *text)
{
	size_t other = utf8_width(str_of(text));
	return other > width ? other : width;
}

static const char *fact_value(const struct pmm_fact *fact, uint8_t digit)
{
	return digit == PMM_DIGIT_UNKNOWN ? "?" : fact->values[digit - 1].name;
}

static void write_facts(struct buf *buf, const struct pmm_rulebook *rulebook, uint32_t index)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(rulebook, index, digits);
	for (size_t f = 0; f < info->fact_count; f++)
		buf_print(buf, "%s: %s%s", info->facts[f].name,
			fact_value(&info->facts[f], digits[f]),
			f + 1 < info->fact_count ? "   " : "\n\n");
}

static void write_row(struct buf *buf, const struct pmm_rulebook_info *info, size_t name_width,
	const struct pmm_outcome *outcome, const struct pmm_decision *decision)
{
	buf_padded(buf, outcome ? info->features[outcome->feature].name : "feature", name_width);
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		size_t width = longest(0, attribute->name);
		for (size_t f = 0; f < info->feature_count; f++)
			width = longest(
				width, table_value(attribute, decision->outcomes[f]->possible[a]));
		const char *text = outcome ? table_value(attribute, outcome->possible[a])
					   : attribute->name;
		buf_text(buf, "  ");
		buf_padded(buf, text, a + 1 < info->attribute_count ? width : 0);
	}
	buf_char(buf, '\n');
}

// Whether it decides one of ATTRIBUTES, and no such rule before it cites the same.
static bool is_cited_first(const struct pmm_outcome *outcome, size_t i, uint32_t attributes)
{
	const struct pmm_rule *rule = outcome->basis[i].rule;
	bool is_first = outcome->basis[i].attributes & attributes;
	for (size_t j = 0; j < i; j++)
		is_first &= !(outcome->basis[j].attributes & attributes) ||
			    outcome->basis[j].rule->document != rule->document ||
			    strcmp(outcome->basis[j].rule->point, rule->point) != 0;
	return is_first;
}

void table_clauses(
	struct buf *buf, const struct pmm_outcome *outcome, enum pmm_lang lang, uint32_t attributes)
{
	const struct pmm_document *last = NULL;
	for (size_t i = 0; i < outcome->basis_count; i++) {
		const struct pmm_rule *rule = outcome->basis[i].rule;
		if (!is_cited_first(outcome, i, attributes))
			continue;
		if (rule->document != last)
			buf_print(buf, "%s%s", last ? "; " : "", rule->document->number);
		buf_print(buf, ", %s%s", table_point(rule->point, lang), rule->point);
		last = rule->document;
	}
}

// The document and the points behind an outcome, each pair once.
static void write_basis(struct buf *buf, const struct pmm_outcome *outcome)
{
	for (size_t i = 0; i < outcome->basis_count; i++) {
		const struct pmm_rule *rule = outcome->basis[i].rule;
		if (is_cited_first(outcome, i, UINT32_MAX))
			buf_print(buf, "  [%s: %s]\n", rule->document->number, rule->point);
	}
}

// What the documents do not say: what came later, and what they are silent on.
static void write_beyond(struct buf *buf, const struct pmm_rulebook_info *info, enum pmm_lang lang)
{
	static const char *const since[] = {"Sejak", "Since"};
	static const char *const silent[] = {"Tidak dibahas di sini, dan siapa yang dapat ditanya:",
		"Not discussed here, and whom to ask:"};
	for (size_t i = 0; i < info->notice_count; i++) {
		const struct pmm_notice *notice = &info->notices[i];
		buf_print(buf, "\n%s %s: %s\n", since[lang], notice->since, notice->text[lang]);
		if (notice->source[lang])
			buf_print(buf, "  [%s]\n", notice->source[lang]);
	}
	if (info->silent_count)
		buf_print(buf, "\n%s\n", silent[lang]);
	for (size_t i = 0; i < info->silent_count; i++)
		buf_print(
			buf, "  - %s: %s\n", info->silent[i].text[lang], info->silent[i].ask[lang]);
}

bool table_days_left(const struct pmm_rulebook_info *info, const struct pmm_outcome *outcome,
	const int32_t *day, int32_t *left)
{
	const struct pmm_attribute *dated = info->dated;
	if (!day ||
		!date_read(str_of(table_value(dated, outcome->possible[dated - info->attributes])),
			left))
		return false;
	*left -= *day;
	return true;
}

void table_write(const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index,
	enum pmm_lang lang, bool is_explained, const int32_t *day)
{
	static const char *const around_days[PMM_LANG_COUNT][2][2] = {
		{{"sisa ", " hari"}, {"lewat ", " hari"}},
		{{"days left: ", ""}, {"days past: ", ""}}};
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct pmm_decision *decision = pmm_decide(rulebook, index);
	size_t name_width = longest(0, "feature");
	for (size_t f = 0; f < info->feature_count; f++)
		name_width = longest(name_width, info->features[f].name);
	write_facts(buf, rulebook, index);
	write_row(buf, info, name_width, NULL, decision);
	for (size_t f = 0; f < info->feature_count; f++)
		write_row(buf, info, name_width, decision->outcomes[f], decision);
	for (size_t f = 0; f < info->feature_count; f++) {
		const struct pmm_outcome *outcome = decision->outcomes[f];
		int32_t left;
		buf_print(buf, "\n%s: %s\n", info->features[f].title, outcome->reason[lang]);
		write_basis(buf, outcome);
		if (table_days_left(info, outcome, day, &left))
			buf_print(buf, "  %s%d%s\n", around_days[lang][left < 0][0], abs(left),
				around_days[lang][left < 0][1]);
		if (is_explained)
			explain_text(rulebook, buf, index, outcome->feature, lang);
	}
	write_beyond(buf, info, lang);
	buf_print(buf, "\n%s %s %s\n", info->id, info->version, info->digest);
}

// The widths of a bulk table must not depend on its rows, which are written one
// by one: each column is as wide as the widest value that the rulebook has.
static size_t value_width(const char *name, const struct pmm_value *values, size_t count)
{
	size_t width = longest(0, name);
	for (size_t v = 0; v < count; v++)
		width = longest(width, values[v].name);
	return width;
}

// Writes one line; a NULL DECISION is the heading.
static void write_columns(const struct pmm_rulebook *rulebook, struct buf *buf,
	const uint8_t *digits, const struct pmm_decision *decision)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	char name[2 * PMM_WORD_MAX + 2];
	for (size_t f = 0; f < info->fact_count; f++) {
		const struct pmm_fact *fact = &info->facts[f];
		buf_padded(buf, decision ? fact_value(fact, digits[f]) : fact->name,
			value_width(fact->name, fact->values, fact->value_count));
		buf_text(buf, "  ");
	}
	for (size_t i = 0; i < info->feature_count * info->attribute_count; i++) {
		const size_t f = i / info->attribute_count, a = i % info->attribute_count;
		const struct pmm_attribute *attribute = &info->attributes[a];
		snprintf(name, sizeof name, "%s.%s", info->features[f].name, attribute->name);
		size_t width = value_width(
			"undetermined", attribute->values, attribute->value_count);
		buf_padded(buf,
			decision ? table_value(attribute, decision->outcomes[f]->possible[a])
				 : name,
			longest(width, name));
		buf_text(buf, "  ");
	}
}

void table_head(const struct pmm_rulebook *rulebook, struct buf *buf)
{
	write_columns(rulebook, buf, NULL, NULL);
}

void table_row(const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index)
{
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(rulebook, index, digits);
	write_columns(rulebook, buf, digits, pmm_decide(rulebook, index));
}
