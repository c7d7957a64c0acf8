// SPDX-License-Identifier: MIT
// The JSON of facts and outcomes. Source of its members: contract, section 3.
#include "layout.h"

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

void layout_fact(struct buf *buf, const struct pmm_fact *fact, const struct pmm_value *value)
{
	add_name(buf, fact->name);
	if (fact->is_boolean)
		buf_text(buf, value->name);
	else
		buf_json(buf, str_of(value->name));
}

static void add_missing(struct buf *buf, const struct pmm_rulebook_info *info, uint32_t missing)
{
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

const char *layout_value(const struct pmm_attribute *attribute, uint32_t possible)
{
	if (!pmm_is_determined(possible))
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
		if (pmm_is_determined(outcome->possible[a]))
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
		add_missing(buf, info, outcome->missing);
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

void layout_outcome_row(
	struct buf *buf, const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	add_name(buf, info->features[outcome->feature].name);
	for (size_t a = 0; a < info->attribute_count; a++) {
		buf_char(buf, a ? ',' : '{');
		add_string(buf, info->attributes[a].name,
			layout_value(&info->attributes[a], outcome->possible[a]));
	}
	buf_char(buf, '}');
}

void layout_outcome_csv(
	struct buf *buf, const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	for (size_t a = 0; a < info->attribute_count; a++) {
		buf_char(buf, ',');
		buf_text(buf, layout_value(&info->attributes[a], outcome->possible[a]));
	}
}
