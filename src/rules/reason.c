// SPDX-License-Identifier: MIT
// The sentences of an outcome, in every language: those of the rules it rests
// on, then what each undetermined attribute depends on, then the feature's
// note. All words come from the rulebook.
#include "loader.h"

// Adds TEXT with every PLACEHOLDER replaced, as a sentence of its own.
static void add_sentence(
	struct buf *buf, const char *text, const char *placeholder, struct str replacement)
{
	size_t size = strlen(placeholder);
	if (buf->size)
		buf_char(buf, ' ');
	for (const char *at; (at = strstr(text, placeholder)); text = at + size) {
		buf_add(buf, text, (size_t)(at - text));
		buf_str(buf, replacement);
	}
	buf_text(buf, text);
}

// "a", "a and b", "a, b and c" of the labels of the facts in SET.
static void list_facts(const struct pmm_rulebook *rulebook, uint32_t set, int lang, struct buf *buf)
{
	for (; set; set &= set - 1) {
		const uint32_t rest = set & (set - 1);
		buf_text(buf, rulebook->facts[__builtin_ctz(set)].label[lang]);
		if (rest & (rest - 1))
			buf_text(buf, ", ");
		else if (rest)
			buf_print(buf, " %s ", rulebook->conjunction[lang]);
	}
}

// Adds what each undetermined attribute depends on. Those of which the same is said share
// one sentence, with the facts of all of them.
static void add_depends(const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome,
	int lang, struct buf *buf)
{
	const struct pmm_attribute *attributes = rulebook->attributes;
	uint32_t said = 0; // bit a: of attribute a
	for (size_t first = 0; first < PMM_ATTRIBUTES_MAX; first++) {
		if (!outcome->missing_of[first] || said >> first & 1)
			continue;
		const char *text = attributes[first].depends[lang];
		uint32_t facts = 0;
		for (size_t a = first; a < PMM_ATTRIBUTES_MAX; a++) {
			if (!outcome->missing_of[a] ||
				strcmp(attributes[a].depends[lang], text) != 0)
				continue;
			facts |= outcome->missing_of[a];
			said |= UINT32_C(1) << a;
		}
		struct buf list = {0};
		list_facts(rulebook, facts, lang, &list);
		add_sentence(buf, text, "{facts}", buf_view(&list));
		buf->failed |= list.failed;
		buf_finish(&list);
	}
}

// Writes the sentences of OUTCOME. There may be none.
static void write_reason(const struct pmm_rulebook *rulebook, const struct pmm_outcome *outcome,
	int lang, struct buf *buf)
{
	struct str title = str_of(rulebook->features[outcome->feature].title);
	const char *note = rulebook->notes[outcome->feature][lang];
	for (size_t i = 0; i < outcome->basis_count; i++) {
		size_t r = (size_t)(outcome->basis[i].rule - rulebook->rules);
		const char *reason = rulebook->rule_parts[r].reason[lang];
		if (reason)
			add_sentence(buf, reason, "{feature}", title);
	}
	add_depends(rulebook, outcome, lang, buf);
	if (buf->size && note)
		add_sentence(buf, note, "{feature}", title);
}

// Tells it of the first rule behind OUTCOME, once for each feature: TOLD has bit f of it.
static void fail_without_reason(
	struct loader *loader, const struct pmm_outcome *outcome, uint32_t told[PMM_RULES_MAX])
{
	const struct pmm_rulebook *rulebook = loader->rulebook;
	const char *name = rulebook->features[outcome->feature].name;
	const size_t r = (size_t)(outcome->basis[0].rule - rulebook->rules);
	const cJSON *rules = cJSON_GetObjectItemCaseSensitive(loader->root, "rules");
	uint8_t digits[PMM_FACTS_MAX];
	uint32_t index = 0; // of a profile whose decision holds it: that is how it arose
	const struct loader_fault fault = {.code = "no_reason",
		.node = cJSON_GetArrayItem(rules, (int)r),
		.expected = "a reason in this rule or another behind the answer",
		.witness = digits};
	if (told[r] >> outcome->feature & 1)
		return;
	told[r] |= UINT32_C(1) << outcome->feature;
	while (pmm_decide(rulebook, index)->outcomes[outcome->feature] != outcome)
		index++;
	pmm_profile_digits(rulebook, index, digits);
	loader_find(loader, &fault,
		"\"%s\" is answered without a sentence: no rule behind it gives a reason, such as "
		"\"%s\".",
		name, rulebook->rules[r].id);
}

void load_reasons(struct loader *loader)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	uint32_t told[PMM_RULES_MAX] = {0}; // bit f: that feature f lacks a sentence by it
	struct buf buf = {0};
	for (uint32_t i = 0; !loader_ends(loader) && i < rulebook->info.outcome_count; i++) {
		struct pmm_outcome *outcome = rulebook->outcomes[i];
		for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
			buf_reset(&buf);
			write_reason(rulebook, outcome, lang, &buf);
			if (buf.failed)
				loader->result = -ENOMEM;
			else if (buf.size == 0)
				fail_without_reason(loader, outcome, told);
			else
				outcome->reason[lang] = loader_copy(loader, buf_view(&buf));
		}
	}
	buf_finish(&buf);
}
