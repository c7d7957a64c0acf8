// SPDX-License-Identifier: MIT
// What pmm-check diff says: text for a memo and JSON, written side by side, since both say the
// same in the same order. One of them goes out.
#include "diff.h"

static const char *const names[SIDES] = {"old", "new"};

__attribute__((format_arg(2), format_arg(3))) static const char *pick(
	const struct diff *diff, const char *id, const char *en)
{
	return lang_pick(diff->check.lang, id, en);
}

static void add_text(struct diff *diff, const char *name, const char *text)
{
	json_string(json_name(&diff->json, name), text);
}

// By enum pmm_only_kind: what it is, and how it is compared.
static const char *const kinds[][2][PMM_LANG_COUNT] = {
	{{"fakta", "fact"}, {"semua nilainya dibandingkan", "each of its values is compared"}},
	{{"nilai", "value"}, {"profilnya tidak dibandingkan", "its profiles are not compared"}},
	{{"fitur", "feature"}, {"tidak dibandingkan", "not compared"}},
	{{"atribut", "attribute"}, {"tidak dibandingkan", "not compared"}},
	{{"nilai", "value"}, {"dibandingkan seperti yang lain", "compared like any other"}},
};

static void add_head(struct diff *diff)
{
	const char *which[SIDES] = {pick(diff, "lama", "old"), pick(diff, "baru", "new")};
	for (int side = OLD; side < SIDES; side++) {
		const struct pmm_rulebook_info *info = diff->side[side];
		buf_print(&diff->text, "%s: %s %s, %s\n", which[side], info->id, info->version,
			info->digest);
		json_object(json_name(&diff->json, names[side]));
		add_text(diff, "id", info->id);
		add_text(diff, "version", info->version);
		add_text(diff, "digest", info->digest);
		json_object_end(&diff->json);
	}
	json_array(json_name(&diff->json, "only"));
	for (size_t i = 0; i < diff->info->only_count; i++) {
		const struct pmm_only *only = &diff->info->only[i];
		const char *const *kind = kinds[only->kind][0], *owner = only->owner;
		const char *const *treated = kinds[only->kind][1];
		buf_print(&diff->text,
			pick(diff, "hanya yang %s: %s %s%s%s (%s)\n",
				"only the %s one: %s %s%s%s (%s)\n"),
			which[only->is_after], kind[diff->check.lang], owner ? owner : "",
			owner ? "=" : "", only->name, treated[diff->check.lang]);
		json_object(&diff->json);
		add_text(diff, "in", names[only->is_after]);
		add_text(diff, "kind", kind[PMM_LANG_EN]);
		if (owner)
			add_text(diff, "of", owner);
		add_text(diff, "name", only->name);
		add_text(diff, "treated", treated[PMM_LANG_EN]);
		json_object_end(&diff->json);
	}
	json_array_end(&diff->json);
}

// Whether WORD stands among those of FACT.
static bool has_word(const struct pmm_fact *fact, const char *word)
{
	for (size_t v = 0; v < fact->value_count; v++)
		for (size_t i = 0; i < fact->values[v].alias_count; i++)
			if (strcmp(fact->values[v].aliases[i], word) == 0)
				return true;
	return false;
}

// Where a value of fact F of SIDE stands in the other rulebook; NULL: nowhere.
static const struct pmm_fact *find_twin(const struct diff *diff, int side, size_t f)
{
	const struct pmm_rulebook_info *other = diff->side[!side];
	for (size_t g = 0; g < other->fact_count; g++)
		if (strcmp(other->facts[g].name, diff->side[side]->facts[f].name) == 0)
			return &other->facts[g];
	return NULL;
}

// Tells of WORD, one of SIDE's for FACT, if only one of them reads it as a value, or both as
// different ones. What only the new one reads is an error no longer, and harms nobody.
static void add_word(struct diff *diff, int side, const struct pmm_fact *fact,
	const struct pmm_fact *twin, const char *word)
{
	const char *values[SIDES] = {NULL, NULL};
	for (int which = OLD; which < SIDES; which++) {
		const struct pmm_fact *own = which == side ? fact : twin;
		const int digit = pmm_value_find(diff->rulebooks[which],
			(uint32_t)(own - diff->side[which]->facts), word, strlen(word));
		if (digit > PMM_DIGIT_UNKNOWN)
			values[which] = own->values[digit - 1].name;
	}
	// With a value that the new one does not have all its words have gone, which is told.
	const struct pmm_fact *later = side == OLD ? twin : fact;
	bool is_kept = false;
	for (size_t v = 0; values[OLD] && v < later->value_count; v++)
		is_kept |= strcmp(later->values[v].name, values[OLD]) == 0;
	if (!is_kept || (values[NEW] && strcmp(values[OLD], values[NEW]) == 0))
		return;
	diff->words++;
	buf_print(&diff->text,
		pick(diff, "kata \"%s\" (%s): %s → %s\n", "word \"%s\" (%s): %s → %s\n"), word,
		fact->name, values[OLD],
		values[NEW] ? values[NEW] : pick(diff, "tidak dikenal", "not known"));
	json_object(&diff->json);
	add_text(diff, "word", word);
	add_text(diff, "fact", fact->name);
	add_text(diff, "before", values[OLD]);
	json_name(&diff->json, "after");
	(values[NEW] ? json_string(&diff->json, values[NEW]) : json_null(&diff->json));
	json_object_end(&diff->json);
}

// The words of both that people are read by otherwise than before: that changes answers, too.
static void add_words(struct diff *diff)
{
	json_array(json_name(&diff->json, "words"));
	for (int side = OLD; side < SIDES; side++) {
		for (size_t f = 0; f < diff->side[side]->fact_count; f++) {
			const struct pmm_fact *fact = &diff->side[side]->facts[f],
					      *twin = find_twin(diff, side, f);
			for (size_t v = 0; twin && v < fact->value_count; v++)
				for (size_t i = 0; i < fact->values[v].alias_count; i++)
					if (side == OLD ||
						!has_word(twin, fact->values[v].aliases[i]))
						add_word(diff, side, fact, twin,
							fact->values[v].aliases[i]);
		}
	}
	json_array_end(&diff->json);
}

static void add_condition(struct diff *diff, const struct pmm_change *change)
{
	const char *mark = "";
	json_object(json_name(&diff->json, "when"));
	for (size_t f = 0; f < diff->info->fact_count; f++) {
		const struct pmm_fact *fact = diff->info->facts[f];
		uint32_t set = change->when[f], rest;
		if ((size_t)__builtin_popcount(set) == fact->value_count)
			continue;
		buf_print(&diff->text, "%s%s %s", mark, fact->name, pick(diff, "adalah", "is"));
		json_array(json_name(&diff->json, fact->name));
		for (mark = " "; set; set = rest) {
			const char *value = fact->values[__builtin_ctz(set)].name;
			buf_print(&diff->text, "%s%s", mark, value);
			if (fact->is_boolean)
				json_fragment(&diff->json, str_of(value));
			else
				json_word(&diff->json, value);
			rest = set & (set - 1);
			mark = rest & (rest - 1) ? ", " : pick(diff, " atau ", " or ");
		}
		json_array_end(&diff->json);
		mark = pick(diff, " dan ", " and ");
	}
	json_object_end(&diff->json);
	buf_text(&diff->text, mark[0] ? ": " : pick(diff, "siapa pun: ", "anybody: "));
}

// The rules of SIDE in SET, each with its clause.
static void add_rules(struct diff *diff, int side, const uint64_t *set)
{
	const char *mark = side == OLD ? "(" : " → ";
	json_array(json_name(&diff->json, side == OLD ? "before" : "after"));
	for (size_t r = 0; r < diff->side[side]->rule_count; r++) {
		const struct pmm_rule *rule = &diff->side[side]->rules[r];
		if (!(set[r / 64] >> r % 64 & 1))
			continue;
		buf_print(&diff->text, "%s%s, %s %s", mark, rule->id, pick(diff, "poin", "point"),
			rule->point);
		mark = "; ";
		json_object(&diff->json);
		add_text(diff, "rule", rule->id);
		add_text(diff, "document", rule->document->number);
		add_text(diff, "point", rule->point);
		json_object_end(&diff->json);
	}
	json_array_end(&diff->json);
}

static void add_people(struct diff *diff, const uint32_t people[CONCERNS])
{
	buf_print(&diff->text, pick(diff, ": %u pasti, %u mungkin\n", ": %u surely, %u possibly\n"),
		people[SURELY], people[POSSIBLY]);
	json_number(json_name(&diff->json, "sure"), people[SURELY]);
	json_number(json_name(&diff->json, "possible"), people[POSSIBLY]);
}

static void add_groups(struct diff *diff, size_t change)
{
	json_object(json_name(&diff->json, "people"));
	buf_text(&diff->text, pick(diff, "    orang", "    people"));
	add_people(diff, diff->people[change]);
	json_object(json_name(&diff->json, "groups"));
	for (uint32_t group = 0; group < diff->groups.count; group++) {
		const uint32_t
			*people = diff->people[(group + 1) * diff->info->change_count + change];
		const struct str name = intern_at(&diff->groups, group);
		if (!people[SURELY] && !people[POSSIBLY])
			continue;
		buf_text(&diff->text, "      ");
		buf_quoted(&diff->text, name);
		json_object(json_name_str(&diff->json, name));
		add_people(diff, people);
		json_object_end(&diff->json);
	}
	json_object_end(&diff->json);
	json_object_end(&diff->json);
}

static void add_change(struct diff *diff, size_t i)
{
	const struct pmm_change *change = &diff->info->changes[i];
	json_object(&diff->json);
	buf_char(&diff->text, '\n');
	add_condition(diff, change);
	buf_print(&diff->text, "%s.%s %s → %s ", change->feature->name, change->attribute->name,
		change->before->name, change->after->name);
	add_text(diff, "feature", change->feature->name);
	add_text(diff, "attribute", change->attribute->name);
	add_text(diff, "before", change->before->name);
	add_text(diff, "after", change->after->name);
	json_object(json_name(&diff->json, "rules"));
	for (int side = OLD; side < SIDES; side++)
		add_rules(diff, side, change->rules[side]);
	json_object_end(&diff->json);
	buf_text(&diff->text, ")\n");
	json_number(json_name(&diff->json, "profiles"), change->profiles);
	json_bool(json_name(&diff->json, "exact"), change->is_exact);
	if (diff->check.snapshot)
		add_groups(diff, i);
	json_object_end(&diff->json);
}

// How many there are, and of whom.
static void add_counts(struct diff *diff, const struct rows_header *header)
{
	const struct pmm_diff_info *info = diff->info;
	size_t exact = 0;
	while (exact < info->change_count && info->changes[exact].is_exact)
		exact++;
	buf_print(&diff->text,
		pick(diff, "%u dari %u profil lengkap berubah; banyaknya syarat: %s%zu\n",
			"%u of %u complete profiles change; number of conditions: %s%zu\n"),
		info->changed, info->profiles,
		exact == info->change_count ? "" : pick(diff, "paling banyak ", "at most "),
		info->change_count);
	json_number(json_name(&diff->json, "profiles"), info->profiles);
	json_number(json_name(&diff->json, "changed"), info->changed);
	json_number(json_name(&diff->json, "conditions"), info->change_count);
	json_bool(json_name(&diff->json, "exact"), exact == info->change_count);
	if (!info->changed && strcmp(diff->side[OLD]->digest, diff->side[NEW]->digest) != 0)
		buf_text(&diff->text,
			pick(diff,
				"yang lain (kalimat, poin, pemberitahuan …) berbeda dan tidak dibandingkan\n",
				"what else differs (sentences, clauses, notices …) is not compared\n"));
	if (!diff->check.snapshot)
		return;
	told_counts(&diff->text, &diff->check.counts, diff->check.lang);
	buf_print(&diff->text,
		pick(diff, ", %llu dengan nilai yang hanya ada di yang baru\n",
			", %llu with a value that only the new one has\n"),
		(unsigned long long)diff->beyond);
	json_object(json_name(&diff->json, "rows"));
	told_json(&diff->json, &diff->check.counts, header, diff->side[NEW]);
	json_number(json_name(&diff->json, "not_compared"), diff->beyond);
	json_object_end(&diff->json);
}

void diff_write(struct check *check, const struct rows_header *header)
{
	struct diff *diff = (void *)check;
	diff->json = json_writer_of(&diff->json_text, check->options.is_pretty);
	json_object(&diff->json);
	add_head(diff);
	add_words(diff);
	add_counts(diff, header);
	json_array(json_name(&diff->json, "changes"));
	for (size_t i = 0; i < diff->info->change_count; i++)
		add_change(diff, i);
	json_array_end(&diff->json);
	json_object_end(&diff->json);
	buf_char(&diff->json_text, '\n');
	const struct buf *form = check->options.is_json ? &diff->json_text : &diff->text;
	buf_str(&check->output.buf, buf_view(form));
	check->output.buf.failed |= form->failed;
}
