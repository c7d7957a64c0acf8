// SPDX-License-Identifier: MIT
#include "forms.h"

#include "table.h"

static void write_facts(const struct fragments *fragments, struct json_writer *json, uint32_t index)
{
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(fragments->rulebook, index, digits);
	json_object(json_name(json, "facts"));
	for (size_t f = 0; f < fragments->info->fact_count; f++)
		if (digits[f] != PMM_DIGIT_UNKNOWN)
			json_fragment(json, fragments_fact(fragments, f, digits[f]));
	json_object_end(json);
}

// The members of an answer, and the end of the object that they stand in. A row says
// what is missing only where something is, and not which rulebook answers.
static void write_members(const struct fragments *fragments, struct json_writer *json,
	uint32_t index, enum fragment_kind kind)
{
	const struct pmm_decision *decision = pmm_decide(fragments->rulebook, index);
	write_facts(fragments, json, index);
	json_object(json_name(json, "features"));
	for (size_t f = 0; f < fragments->info->feature_count; f++)
		json_fragment(json, fragments_outcome(fragments, decision->outcomes[f], kind));
	json_object_end(json);
	if (decision->missing || kind != FRAGMENT_ROW)
		fragments_add_missing(json, fragments->info, decision->missing);
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
		buf_str(buf, fragments_outcome(fragments, decision->outcomes[f], FRAGMENT_CSV));
	buf_text(buf, ",\n");
}

void forms_write(const struct fragments *fragments, struct buf *buf, uint32_t index,
	enum pmm_lang lang, enum format format)
{
	struct json_writer json = json_writer_of(buf, format == FORMAT_PRETTY);
	switch (format) {
	case FORMAT_TEXT: table_write(fragments->rulebook, buf, index, lang); break;
	case FORMAT_ROW_TEXT: table_row(fragments->rulebook, buf, index); break;
	case FORMAT_ROW_CSV: write_csv(fragments, buf, index); break;
	case FORMAT_ROW:
	case FORMAT_ROW_FULL:
		json.depth = 1; // whoever writes the row has opened it
		write_members(fragments, &json, index,
			format == FORMAT_ROW ? FRAGMENT_ROW : (enum fragment_kind)lang);
		break;
	default:
		json_object(&json);
		write_members(fragments, &json, index, (enum fragment_kind)lang);
		buf_char(buf, '\n');
	}
}
