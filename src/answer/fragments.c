// SPDX-License-Identifier: MIT
#include "fragments.h"

#include "layout.h"

#include <stdlib.h>

// What was added to the text since it had FROM bytes.
static struct piece piece_from(const struct pieces *pieces, size_t from)
{
	return (struct piece){(uint32_t)from, (uint32_t)(pieces->text.size - from)};
}

static void lay_out_facts(struct pieces *pieces)
{
	for (size_t f = 0; f < pieces->info->fact_count; f++) {
		const struct pmm_fact *fact = &pieces->info->facts[f];
		size_t from = pieces->text.size;
		buf_json(&pieces->text, str_of(fact->name));
		pieces->names[f] = piece_from(pieces, from);
		for (size_t v = 0; v < fact->value_count; v++) {
			from = pieces->text.size;
			layout_fact(&pieces->text, fact, &fact->values[v]);
			pieces->facts[f][v] = piece_from(pieces, from);
		}
	}
}

static void lay_out_outcomes(struct pieces *pieces)
{
	struct piece *piece = pieces->outcomes;
	for (uint32_t i = 0; i < pieces->info->outcome_count; i++) {
		const struct pmm_outcome *outcome = pmm_outcome_at(pieces->rulebook, i);
		for (int kind = 0; kind < PIECE_KINDS; kind++) {
			size_t from = pieces->text.size;
			if (kind == PIECE_ROW)
				layout_outcome_row(&pieces->text, pieces->rulebook, outcome);
			else if (kind == PIECE_CSV)
				layout_outcome_csv(&pieces->text, pieces->rulebook, outcome);
			else
				layout_outcome(&pieces->text, pieces->rulebook, outcome,
					(enum pmm_lang)kind);
			*piece++ = piece_from(pieces, from);
		}
	}
}

bool pieces_init(struct pieces *pieces, const struct pmm_rulebook *rulebook)
{
	*pieces = (struct pieces){.rulebook = rulebook, .info = pmm_rulebook_info(rulebook)};
	pieces->outcomes = calloc(
		(size_t)pieces->info->outcome_count * PIECE_KINDS, sizeof *pieces->outcomes);
	if (!pieces->outcomes)
		return false;
	lay_out_facts(pieces);
	lay_out_outcomes(pieces);
	return !pieces->text.failed;
}

void pieces_finish(struct pieces *pieces)
{
	buf_finish(&pieces->text);
	free(pieces->outcomes);
}

static void add(const struct pieces *pieces, struct buf *buf, struct piece piece)
{
	buf_add(buf, pieces->text.at + piece.from, piece.size);
}

void pieces_add_facts(const struct pieces *pieces, struct buf *buf, uint32_t index)
{
	uint8_t digits[PMM_FACTS_MAX];
	bool is_first = true;
	pmm_profile_digits(pieces->rulebook, index, digits);
	buf_char(buf, '{');
	for (size_t f = 0; f < pieces->info->fact_count; f++) {
		if (digits[f] == PMM_DIGIT_UNKNOWN)
			continue;
		if (!is_first)
			buf_char(buf, ',');
		is_first = false;
		add(pieces, buf, pieces->facts[f][digits[f] - 1]);
	}
	buf_char(buf, '}');
}

void pieces_add_outcomes(const struct pieces *pieces, struct buf *buf,
	const struct pmm_decision *decision, enum piece_kind kind, char separator)
{
	for (size_t f = 0; f < pieces->info->feature_count; f++) {
		if (f && separator)
			buf_char(buf, separator);
		add(pieces, buf,
			pieces->outcomes[decision->outcomes[f]->ordinal * (size_t)PIECE_KINDS +
					 kind]);
	}
}

void pieces_add_missing(const struct pieces *pieces, struct buf *buf, uint32_t missing)
{
	bool is_first = true;
	buf_char(buf, '[');
	for (size_t f = 0; missing; f++, missing >>= 1) {
		if (!(missing & 1))
			continue;
		if (!is_first)
			buf_char(buf, ',');
		is_first = false;
		add(pieces, buf, pieces->names[f]);
	}
	buf_char(buf, ']');
}

void pieces_add_row(const struct pieces *pieces, struct buf *buf, uint32_t index)
{
	const struct pmm_decision *decision = pmm_decide(pieces->rulebook, index);
	buf_text(buf, "\"facts\":");
	pieces_add_facts(pieces, buf, index);
	buf_text(buf, ",\"features\":{");
	pieces_add_outcomes(pieces, buf, decision, PIECE_ROW, ',');
	buf_char(buf, '}');
	if (decision->missing) {
		buf_text(buf, ",\"missing\":");
		pieces_add_missing(pieces, buf, decision->missing);
	}
	buf_char(buf, '}');
}

// Names of values have no character that CSV would have to quote, and none that
// a spreadsheet would take for a formula (the loader sees to their letters).
void pieces_add_csv(const struct pieces *pieces, struct buf *buf, uint32_t index)
{
	uint8_t digits[PMM_FACTS_MAX];
	pmm_profile_digits(pieces->rulebook, index, digits);
	for (size_t f = 0; f < pieces->info->fact_count; f++) {
		buf_char(buf, ',');
		if (digits[f])
			buf_text(buf, pieces->info->facts[f].values[digits[f] - 1].name);
	}
	pieces_add_outcomes(pieces, buf, pmm_decide(pieces->rulebook, index), PIECE_CSV, '\0');
	buf_text(buf, ",\n");
}
