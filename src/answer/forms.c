// SPDX-License-Identifier: MIT
// First what fragments are of, then the answers that are put together from them.
#include "forms.h"

#include "page.h"
#include "table.h"

#include <stdlib.h>

// What an outcome is written as.
enum fragment_kind {
	FRAGMENT_ID = PMM_LANG_ID, // "feature":{...} with the sentences
	FRAGMENT_EN = PMM_LANG_EN,
	FRAGMENT_ROW, // "feature":{...} of the values alone
	FRAGMENT_CSV, // ,value,value
	FRAGMENT_KINDS,
};

enum { NOTICES_AT = 1 }; // behind the identity: those in each language

static void add_missing(
	struct json_writer *json, const struct pmm_rulebook_info *info, uint32_t missing)
{
	json_array(json_name(json, "missing"));
	for (size_t f = 0; missing; f++, missing >>= 1)
		if (missing & 1)
			json_word(json, info->facts[f].name);
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
				json_word(json, attribute->values[v].name);
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
			json_word(json, info->attributes[a].name);
	json_array_end(json);
	json_object_end(json);
}

static void add_values(struct json_writer *json, const struct pmm_rulebook_info *info,
	const struct pmm_outcome *outcome)
{
	for (size_t a = 0; a < info->attribute_count; a++)
		json_word(json_name(json, info->attributes[a].name),
			table_value(&info->attributes[a], outcome->possible[a]));
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
		add_missing(json, info, outcome->missing);
	}
	json_string(json_name(json, "reason"), outcome->reason[lang]);
	json_array(json_name(json, "basis"));
	for (size_t i = 0; i < outcome->basis_count; i++)
		add_basis(json, info, &outcome->basis[i]);
	json_array_end(json);
	json_object_end(json);
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

// What a reader of any answer must know.
static void add_notices(struct fragments *fragments, enum pmm_lang lang)
{
	struct json_writer json = json_writer_of(&fragments->text, false);
	json_array(&json);
	for (size_t i = 0; i < fragments->info->notice_count; i++) {
		const struct pmm_notice *notice = &fragments->info->notices[i];
		json_object(&json);
		json_word(json_name(&json, "since"), notice->since);
		json_string(json_name(&json, "text"), notice->text[lang]);
		if (notice->source[lang])
			json_string(json_name(&json, "source"), notice->source[lang]);
		json_object_end(&json);
	}
	json_array_end(&json);
	end_fragment(fragments);
}

static void add_facts(struct fragments *fragments)
{
	for (size_t f = 0; f < fragments->info->fact_count; f++) {
		const struct pmm_fact *fact = &fragments->info->facts[f];
		fragments->fact_at[f] = (uint32_t)fragments->count;
		for (size_t v = 0; v < fact->value_count; v++) {
			struct json_writer json = json_writer_of(&fragments->text, false);
			explain_value(json_name(&json, fact->name), fact, v);
			end_fragment(fragments);
		}
	}
}

static void add_outcome(struct fragments *fragments, const struct pmm_outcome *outcome)
{
	const struct pmm_rulebook_info *info = fragments->info;
	struct json_writer json;
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
		json = json_writer_of(&fragments->text, false);
		write_outcome(&json, info, outcome, (enum pmm_lang)lang);
		end_fragment(fragments);
	}
	json = json_writer_of(&fragments->text, false);
	json_object(json_name(&json, info->features[outcome->feature].name));
	add_values(&json, info, outcome);
	json_object_end(&json);
	end_fragment(fragments);
	for (size_t a = 0; a < info->attribute_count; a++) {
		buf_char(&fragments->text, ',');
		buf_text(&fragments->text, table_value(&info->attributes[a], outcome->possible[a]));
	}
	end_fragment(fragments);
}

bool fragments_init(struct fragments *fragments, const struct pmm_rulebook *rulebook)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(rulebook);
	const size_t most = NOTICES_AT + PMM_LANG_COUNT + (size_t)PMM_FACTS_MAX * PMM_VALUES_MAX +
			    (size_t)info->outcome_count * FRAGMENT_KINDS;
	*fragments = (struct fragments){.rulebook = rulebook,
		.info = info,
		.ends = calloc(1 + most, sizeof *fragments->ends)};
	if (!fragments->ends)
		return false;
	add_identity(fragments);
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++)
		add_notices(fragments, (enum pmm_lang)lang);
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

static struct str find_outcome(const struct fragments *fragments, const struct pmm_outcome *outcome,
	enum fragment_kind kind)
{
	return find(fragments,
		fragments->outcomes_at + (size_t)outcome->ordinal * FRAGMENT_KINDS + kind);
}

// A feature with members behind those that its fragment has.
static void write_feature(const struct fragments *fragments, struct json_writer *json,
	uint32_t index, const struct pmm_outcome *outcome, enum pmm_lang lang, enum format format,
	const int32_t *day)
{
	const struct str whole = find_outcome(fragments, outcome, (enum fragment_kind)lang);
	int32_t left;
	json_fragment(json, (struct str){whole.at, whole.size - 1}); // less its brace
	json->depth++;
	if (table_days_left(fragments->info, outcome, day, &left)) {
		buf_print(json_name(json, "days_left")->buf, "%d", left);
		json->place = JSON_PLACE_FURTHER;
	}
	if (format >= FORMAT_EXPLAIN)
		explain_json(fragments->rulebook, json, index, outcome->feature, lang);
	json_object_end(json);
}

// The members of an answer, and the end of the object that they stand in. A row says
// what is missing only where something is, and not which rulebook answers.
static void write_members(const struct fragments *fragments, struct json_writer *json,
	uint32_t index, enum pmm_lang lang, enum format format, const int32_t *day)
{
	const struct pmm_decision *decision = pmm_decide(fragments->rulebook, index);
	const enum fragment_kind kind = format == FORMAT_ROW ? FRAGMENT_ROW
							     : (enum fragment_kind)lang;
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(fragments->rulebook, index, digits);
	json_object(json_name(json, "facts"));
	for (size_t f = 0; f < fragments->info->fact_count; f++)
		if (digits[f] != PMM_DIGIT_UNKNOWN)
			json_fragment(
				json, find(fragments, fragments->fact_at[f] + digits[f] - 1u));
	json_object_end(json);
	json_object(json_name(json, "features"));
	for (size_t f = 0; f < fragments->info->feature_count; f++)
		if (format >= FORMAT_EXPLAIN || (day && format != FORMAT_ROW))
			write_feature(
				fragments, json, index, decision->outcomes[f], lang, format, day);
		else
			json_fragment(json, find_outcome(fragments, decision->outcomes[f], kind));
	json_object_end(json);
	if (decision->missing || kind != FRAGMENT_ROW)
		add_missing(json, fragments->info, decision->missing);
	if (kind != FRAGMENT_ROW && fragments->info->notice_count)
		json_fragment(json_name(json, "notices"), find(fragments, NOTICES_AT + kind));
	if (kind != FRAGMENT_ROW)
		json_fragment(json_name(json, "rulebook"), fragments_identity(fragments));
	json_object_end(json);
}

// Names of values have no character that CSV would have to quote, and none that
// a spreadsheet would take for a formula (the loader sees to their letters).
static void write_csv(const struct fragments *fragments, struct buf *buf, uint32_t index)
{
	const struct pmm_decision *decision = pmm_decide(fragments->rulebook, index);
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(fragments->rulebook, index, digits);
	for (size_t f = 0; f < fragments->info->fact_count; f++) {
		buf_char(buf, ',');
		if (digits[f])
			buf_text(buf, fragments->info->facts[f].values[digits[f] - 1].name);
	}
	for (size_t f = 0; f < fragments->info->feature_count; f++)
		buf_str(buf, find_outcome(fragments, decision->outcomes[f], FRAGMENT_CSV));
	buf_text(buf, ",\n");
}

void forms_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, enum format format, const int32_t *day)
{
	struct json_writer json = json_writer_of(buf, format % FORMAT_EXPLAIN == FORMAT_PRETTY);
	switch (format % FORMAT_EXPLAIN) {
	case FORMAT_TEXT:
		table_write(fragments->rulebook, buf, index, lang, format >= FORMAT_EXPLAIN, day);
		break;
	case FORMAT_HTML:
		page_write(fragments, buf, index, lang, format >= FORMAT_EXPLAIN, day, "");
		break;
	case FORMAT_ROW_TEXT: table_row(fragments->rulebook, buf, index); break;
	case FORMAT_ROW_CSV: write_csv(fragments, buf, index); break;
	case FORMAT_ROW:
	case FORMAT_ROW_FULL:
		json.depth = 1; // whoever writes the row has opened it
		write_members(fragments, &json, index, lang, format, day);
		break;
	default:
		json_object(&json);
		write_members(fragments, &json, index, lang, format, day);
		buf_char(buf, '\n');
	}
}
