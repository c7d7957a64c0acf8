// SPDX-License-Identifier: MIT
#include "fragments.h"

#include <stdlib.h>

const char *fragments_value(const struct pmm_attribute *attribute, uint32_t possible)
{
	if (!pmm_is_determined(possible))
		return "undetermined";
	return attribute->values[__builtin_ctz(possible)].name;
}

static void write_fact(
	struct json_writer *json, const struct pmm_fact *fact, const struct pmm_value *value)
{
	json_name(json, fact->name);
	if (fact->is_boolean)
		json_fragment(json, str_of(value->name));
	else
		json_string(json, value->name);
}

void fragments_add_missing(
	struct json_writer *json, const struct pmm_rulebook_info *info, uint32_t missing)
{
	json_array(json_name(json, "missing"));
	for (size_t f = 0; missing; f++, missing >>= 1)
		if (missing & 1)
			json_string(json, info->facts[f].name);
	json_array_end(json);
}

static void add_possible(struct json_writer *json, const struct pmm_rulebook_info *info,
	const struct pmm_outcome *outcome)
{
	json_object(json_name(json, "possible"));
	for (size_t a = 0; a < info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &info->attributes[a];
		if (pmm_is_determined(outcome->possible[a]))
			continue;
		json_array(json_name(json, attribute->name));
		for (size_t v = 0; v < attribute->value_count; v++)
			if (outcome->possible[a] >> v & 1)
				json_string(json, attribute->values[v].name);
		json_array_end(json);
	}
	json_object_end(json);
}

static void add_basis(struct json_writer *json, const struct pmm_rulebook_info *info,
	const struct pmm_basis *basis)
{
	json_object(json);
	json_string(json_name(json, "rule"), basis->rule->id);
	json_string(json_name(json, "document"), basis->rule->document->number);
	json_string(json_name(json, "point"), basis->rule->point);
	json_array(json_name(json, "for"));
	for (size_t a = 0; a < info->attribute_count; a++)
		if (basis->attributes >> a & 1)
			json_string(json, info->attributes[a].name);
	json_array_end(json);
	json_object_end(json);
}

static void add_values(struct json_writer *json, const struct pmm_rulebook_info *info,
	const struct pmm_outcome *outcome)
{
	for (size_t a = 0; a < info->attribute_count; a++)
		json_string(json_name(json, info->attributes[a].name),
			fragments_value(&info->attributes[a], outcome->possible[a]));
}

static void write_outcome(struct json_writer *json, const struct pmm_rulebook_info *info,
	const struct pmm_outcome *outcome, enum pmm_lang lang)
{
	const struct pmm_feature *feature = &info->features[outcome->feature];
	json_object(json_name(json, feature->name));
	json_string(json_name(json, "name"), feature->title);
	add_values(json, info, outcome);
	if (outcome->missing) {
		add_possible(json, info, outcome);
		fragments_add_missing(json, info, outcome->missing);
	}
	json_string(json_name(json, "reason"), outcome->reason[lang]);
	json_array(json_name(json, "basis"));
	for (size_t i = 0; i < outcome->basis_count; i++)
		add_basis(json, info, &outcome->basis[i]);
	json_array_end(json);
	json_object_end(json);
}

static void write_values(struct json_writer *json, const struct pmm_rulebook_info *info,
	const struct pmm_outcome *outcome)
{
	json_object(json_name(json, info->features[outcome->feature].name));
	add_values(json, info, outcome);
	json_object_end(json);
}

static void write_columns(
	struct buf *buf, const struct pmm_rulebook_info *info, const struct pmm_outcome *outcome)
{
	for (size_t a = 0; a < info->attribute_count; a++) {
		buf_char(buf, ',');
		buf_text(buf, fragments_value(&info->attributes[a], outcome->possible[a]));
	}
}

static void end_fragment(struct fragments *fragments)
{
	fragments->ends[++fragments->count] = (uint32_t)fragments->text.size;
}

static void add_identity(struct fragments *fragments)
{
	struct json_writer json = json_writer_of(&fragments->text, false);
	json_object(&json);
	json_string(json_name(&json, "id"), fragments->info->id);
	json_string(json_name(&json, "version"), fragments->info->version);
	json_string(json_name(&json, "digest"), fragments->info->digest);
	json_object_end(&json);
	end_fragment(fragments);
}

static void add_facts(struct fragments *fragments)
{
	for (size_t f = 0; f < fragments->info->fact_count; f++) {
		const struct pmm_fact *fact = &fragments->info->facts[f];
		fragments->fact_at[f] = (uint32_t)fragments->count;
		for (size_t v = 0; v < fact->value_count; v++) {
			struct json_writer json = json_writer_of(&fragments->text, false);
			write_fact(&json, fact, &fact->values[v]);
			end_fragment(fragments);
		}
	}
}

static void add_outcome(struct fragments *fragments, const struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = fragments->info;
	for (int kind = 0; kind < FRAGMENT_KINDS; kind++) {
		struct json_writer json = json_writer_of(&fragments->text, false);
		if (kind == FRAGMENT_CSV)
			write_columns(&fragments->text, info, outcome);
		else if (kind == FRAGMENT_ROW)
			write_values(&json, info, outcome);
		else
			write_outcome(&json, info, outcome, (enum pmm_lang)kind);
		end_fragment(fragments);
	}
}

bool fragments_init(struct fragments *fragments, const struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const size_t most = 1 + (size_t)PMM_FACTS_MAX * PMM_VALUES_MAX +
			    (size_t)info->outcome_count * FRAGMENT_KINDS;
	*fragments = (struct fragments){.rulebook = rulebook,
		.info = info,
		.ends = calloc(1 + most, sizeof *fragments->ends)};
	if (!fragments->ends)
		return false;
	add_identity(fragments);
	add_facts(fragments);
	fragments->outcomes_at = (uint32_t)fragments->count;
	for (uint32_t i = 0; i < info->outcome_count; i++)
		add_outcome(fragments, pmm_outcome_at(rulebook, i));
	return !fragments->text.failed;
}

void fragments_finish(struct fragments *fragments)
{
	buf_finish(&fragments->text);
	free(fragments->ends);
}

static struct str find(const struct fragments *fragments, size_t place)
{
	const uint32_t *end = &fragments->ends[place];
	return (struct str){fragments->text.at + end[0], end[1] - end[0]};
}

struct str fragments_identity(const struct fragments *fragments)
{
	return find(fragments, 0);
}

struct str fragments_fact(const struct fragments *fragments, size_t fact, uint8_t digit)
{
	return find(fragments, fragments->fact_at[fact] + digit - 1u);
}

struct str fragments_outcome(const struct fragments *fragments, const struct pmm_outcome *outcome,
	enum fragment_kind kind)
{
	return find(fragments,
		fragments->outcomes_at + (size_t)outcome->ordinal * FRAGMENT_KINDS + kind);
}
