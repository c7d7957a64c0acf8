// SPDX-License-Identifier: MIT
// The JSON of facts and outcomes. Source of its members: contract, section 3.
#include "edition.h"

static void add_name(struct buf *buf, const char *name)
{
	buf_json(buf, str_of(name));
	buf_char(buf, ':');
}

static void add_string(struct buf *buf, const char *name, const char *value)
{
	add_name(buf, name);
	buf_json(buf, str_of(value));
}

void layout_facts(struct buf *buf, const struct pmm_rulebook *rulebook, uint32_t index)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	uint8_t digits[PMM_FACTS_MAX];
	const char *comma = "";
	pmm_profile_digits(rulebook, index, digits);
	buf_char(buf, '{');
	for (size_t f = 0; f < info->fact_count; f++) {
		const struct pmm_fact *fact = &info->facts[f];
		if (digits[f] == PMM_DIGIT_UNKNOWN)
			continue;
		buf_text(buf, comma);
		comma = ",";
		add_name(buf, fact->name);
		const char *value = fact->values[digits[f] - 1].name;
		if (fact->is_boolean)
			buf_text(buf, value);
		else
			buf_json(buf, str_of(value));
	}
	buf_char(buf, '}');
}

void layout_missing(struct buf *buf, const struct pmm_rulebook *rulebook, uint32_t missing)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const char *comma = "";
	buf_char(buf, '[');
	for (size_t f = 0; f < info->fact_count; f++) {
		if (!(missing >> f & 1))
			continue;
		buf_text(buf, comma);
		comma = ",";
		buf_json(buf, str_of(info->facts[f].name));
	}
	buf_char(buf, ']');
}

static bool is_determined(uint32_t possible)
{
	return (possible & (possible - 1)) == 0;
}

const char *layout_value(const struct pmm_attribute *attribute, uint32_t possible)
{
	if (!is_determined(possible))
		return "undetermined";
	return attribute->values[__builtin_ctz(possible)].name;
}

static void add_possible(
	struct buf *buf, const struct pmm_rulebook_info *info, const struct pmm_outcome *outcome)
{
	const char *comma = "";
	add_name(buf, "possible");
	buf_char(buf, '{');
	for (size_t a = 0; a < info->attribute_count; a++) {
		if (is_determined(outcome->possible[a]))
			continue;
		buf_text(buf, comma);
		comma = ",";
		add_name(buf, info->attributes[a].name);
		char open = '[';
		for (size_t v = 0; v < info->attributes[a].value_count; v++) {
			if (!(outcome->possible[a] >> v & 1))
				continue;
			buf_char(buf, open);
			open = ',';
			buf_json(buf, str_of(info->attributes[a].values[v].name));
		}
		buf_char(buf, ']');
	}
	buf_text(buf, "},");
}

static void add_basis(
	struct buf *buf, const struct pmm_rulebook_info *info, const struct pmm_basis *basis)
{
	char open = '[';
	buf_char(buf, '{');
	add_string(buf, "rule", basis->rule->id);
	buf_char(buf, ',');
	add_string(buf, "document", basis->rule->document->number);
	buf_char(buf, ',');
	add_string(buf, "point", basis->rule->point);
	buf_char(buf, ',');
	add_name(buf, "for");
	for (size_t a = 0; a < info->attribute_count; a++) {
		if (!(basis->attributes >> a & 1))
			continue;
		buf_char(buf, open);
		open = ',';
		buf_json(buf, str_of(info->attributes[a].name));
	}
	buf_text(buf, "]}");
}

void layout_outcome(struct buf *buf, const struct pmm_rulebook *rulebook,
	const struct pmm_outcome *outcome, enum pmm_lang lang)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct pmm_feature *feature = &info->features[outcome->feature];
	add_name(buf, feature->name);
	buf_char(buf, '{');
	add_string(buf, "name", feature->title);
	for (size_t a = 0; a < info->attribute_count; a++) {
		buf_char(buf, ',');
		add_string(buf, info->attributes[a].name,
			layout_value(&info->attributes[a], outcome->possible[a]));
	}
	buf_char(buf, ',');
	if (outcome->missing) {
		add_possible(buf, info, outcome);
		add_name(buf, "missing");
		layout_missing(buf, rulebook, outcome->missing);
		buf_char(buf, ',');
	}
	add_string(buf, "reason", outcome->reason[lang]);
	buf_char(buf, ',');
	add_name(buf, "basis");
	buf_char(buf, '[');
	for (size_t i = 0; i < outcome->basis_count; i++) {
		if (i)
			buf_char(buf, ',');
		add_basis(buf, info, &outcome->basis[i]);
	}
	buf_text(buf, "]}");
}

void layout_row(struct buf *buf, const struct pmm_rulebook *rulebook, uint32_t index)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct pmm_decision *decision = pmm_decide(rulebook, index);
	add_name(buf, "facts");
	layout_facts(buf, rulebook, index);
	buf_char(buf, ',');
	add_name(buf, "features");
	for (size_t f = 0; f < info->feature_count; f++) {
		buf_char(buf, f ? ',' : '{');
		add_name(buf, info->features[f].name);
		for (size_t a = 0; a < info->attribute_count; a++) {
			buf_char(buf, a ? ',' : '{');
			add_string(buf, info->attributes[a].name,
				layout_value(
					&info->attributes[a], decision->outcomes[f]->possible[a]));
		}
		buf_char(buf, '}');
	}
	buf_char(buf, '}');
	if (decision->missing) {
		buf_char(buf, ',');
		add_name(buf, "missing");
		layout_missing(buf, rulebook, decision->missing);
	}
	buf_char(buf, '}');
}

// Names of values have no character that CSV would have to quote, and none that
// a spreadsheet would take for a formula (the loader sees to their letters).
void layout_csv(struct buf *buf, const struct pmm_rulebook *rulebook, uint32_t index)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const struct pmm_decision *decision = pmm_decide(rulebook, index);
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(rulebook, index, digits);
	for (size_t f = 0; f < info->fact_count; f++) {
		buf_char(buf, ',');
		if (digits[f])
			buf_text(buf, info->facts[f].values[digits[f] - 1].name);
	}
	for (size_t f = 0; f < info->feature_count; f++) {
		for (size_t a = 0; a < info->attribute_count; a++) {
			buf_char(buf, ',');
			buf_text(buf, layout_value(&info->attributes[a],
					      decision->outcomes[f]->possible[a]));
		}
	}
	buf_text(buf, ",\n");
}
