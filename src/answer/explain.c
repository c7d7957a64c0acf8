// SPDX-License-Identifier: MIT
// Why answers are so: first as JSON, then as sentences. The words of the law come from the
// rulebook; only what joins them stands here.
#include "forms.h"
#include "table.h"

enum { STANDING_COUNT = PMM_OPEN + 1 };

// What is written about: a feature in the answer about a profile.
struct topic {
	const struct pmm_rulebook_info *info;
	const struct pmm_outcome *given;
	uint8_t digits[PMM_FACTS_MAX];
	enum pmm_lang lang;
	struct pmm_explained rules[PMM_FEATURE_RULES_MAX];
	struct pmm_alternative changes[PMM_ALTERNATIVES_MAX];
	size_t rule_count, change_count;
};

static void topic_init(struct topic *topic, const struct pmm_rulebook *rulebook, uint32_t index,
	uint32_t feature, enum pmm_lang lang)
{
	topic->info = pmm_rulebook_info(rulebook);
	topic->given = pmm_decide(rulebook, index)->outcomes[feature];
	topic->lang = lang;
	topic->rule_count = pmm_explain(rulebook, index, feature, topic->rules);
	topic->change_count = pmm_alternatives(rulebook, index, feature, topic->changes);
	pmm_profile_digits(rulebook, index, topic->digits);
}

// What a rule, or else a change, says of attribute A, as bits of values; 0: nothing.
static uint32_t says(const struct topic *topic, const struct pmm_rule *rule,
	const struct pmm_alternative *change, size_t a)
{
	if (rule)
		return rule->then[a] == PMM_NO_VALUE ? 0 : UINT32_C(1) << rule->then[a];
	const uint32_t possible = change->outcome->possible[a];
	const uint32_t given = topic->given->possible[a];
	return possible == given || !(pmm_is_determined(possible) || pmm_is_determined(given))
		       ? 0
		       : possible;
}

// --- JSON

void explain_value(struct json_writer *json, const struct pmm_fact *fact, size_t value)
{
	if (fact->is_boolean)
		json_fragment(json, str_of(fact->values[value].name));
	else
		json_word(json, fact->values[value].name);
}

static void add_conditions(
	struct json_writer *json, const struct topic *topic, const struct pmm_explained *one)
{
	const bool is_excluded = one->standing == PMM_NOT_APPLIED;
	for (uint32_t rest = one->facts; rest; rest &= rest - 1) {
		const size_t f = (size_t)__builtin_ctz(rest);
		const struct pmm_fact *fact = &topic->info->facts[f];
		if (is_excluded) {
			json_object(json);
			json_word(json_name(json, "fact"), fact->name);
			explain_value(json_name(json, "given"), fact, topic->digits[f] - 1u);
		}
		json_array(json_name(json, is_excluded ? "needed" : fact->name));
		for (uint32_t set = one->rule->when[f]; set; set &= set - 1)
			explain_value(json, fact, (size_t)__builtin_ctz(set));
		json_array_end(json);
		if (is_excluded)
			json_object_end(json);
	}
}

static void add_then(struct json_writer *json, const struct topic *topic,
	const struct pmm_rule *rule, const struct pmm_alternative *change)
{
	json_object(json_name(json, "then"));
	for (size_t a = 0; a < topic->info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &topic->info->attributes[a];
		const uint32_t values = says(topic, rule, change, a);
		if (values)
			json_word(json_name(json, attribute->name), table_value(attribute, values));
	}
	json_object_end(json);
}

static void add_rule(
	struct json_writer *json, const struct topic *topic, const struct pmm_explained *one)
{
	static const char *const why[STANDING_COUNT] = {"when", "because", "needed"};
	const bool is_list = one->standing == PMM_NOT_APPLIED;
	json_object(json);
	json_string(json_name(json, "rule"), one->rule->id);
	json_string(json_name(json, "point"), one->rule->point);
	(is_list ? json_array : json_object)(json_name(json, why[one->standing]));
	add_conditions(json, topic, one);
	(is_list ? json_array_end : json_object_end)(json);
	add_then(json, topic, one->rule, NULL);
	json_object_end(json);
}

void explain_json(const struct pmm_rulebook *rulebook, struct json_writer *json, uint32_t index,
	uint32_t feature, enum pmm_lang lang)
{
	static const char *const names[STANDING_COUNT] = {"applied", "not_applied", "open"};
	struct topic topic;
	topic_init(&topic, rulebook, index, feature, lang);
	json_object(json_name(json, "explain"));
	for (unsigned standing = 0; standing < STANDING_COUNT; standing++) {
		json_array(json_name(json, names[standing]));
		for (size_t i = 0; i < topic.rule_count; i++)
			if (topic.rules[i].standing == standing)
				add_rule(json, &topic, &topic.rules[i]);
		json_array_end(json);
	}
	json_array(json_name(json, "changes"));
	for (size_t i = 0; i < topic.change_count; i++) {
		const struct pmm_fact *fact = &topic.info->facts[topic.changes[i].fact];
		json_object(json);
		json_word(json_name(json, "fact"), fact->name);
		explain_value(json_name(json, "to"), fact, topic.changes[i].digit - 1u);
		add_then(json, &topic, NULL, &topic.changes[i]);
		if (fact->how[lang])
			json_string(json_name(json, "how"), fact->how[lang]);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

// --- sentences

// What joins the words of a rulebook.
static const struct joints {
	const char *standing[STANDING_COUNT], *why[STANDING_COUNT];
	const char *needed, *any, *all, *says, *if_so, *becomes, *how;
} joints_of[PMM_LANG_COUNT] = {
	{{"Berlaku", "Tidak berlaku", "Belum pasti"},
		{", karena ", ", karena ", ", berlaku kalau "}, "; yang diperlukan: ", " atau ",
		"; ", ". Isinya: ", "  Kalau ", " menjadi ", " Cara: "},
	{{"Applies", "Does not apply", "Open"}, {", because ", ", because ", ", applies if "},
		"; needed: ", " or ", "; ", ". It says: ", "  If ", " becomes ", " How: "},
};

static void list_values(
	struct buf *buf, const struct pmm_value *values, uint32_t set, enum pmm_lang lang)
{
	const char *mark = "";
	for (; set; set &= set - 1, mark = joints_of[lang].any)
		buf_print(buf, "%s%s", mark, values[__builtin_ctz(set)].label[lang]);
}

// "pengunjung: murid"
static void add_fact(struct buf *buf, const struct pmm_fact *fact, uint32_t set, enum pmm_lang lang)
{
	buf_print(buf, "%s: ", fact->label[lang]);
	list_values(buf, fact->values, set, lang);
}

// Why a rule stands as it does: what was given, and what is needed instead of it.
static void add_reasons(struct buf *buf, const struct topic *topic, const struct pmm_explained *one)
{
	const struct joints *joints = &joints_of[topic->lang];
	const char *mark = joints->why[one->standing];
	for (uint32_t rest = one->facts; rest; rest &= rest - 1, mark = joints->all) {
		const size_t f = (size_t)__builtin_ctz(rest);
		const struct pmm_fact *fact = &topic->info->facts[f];
		const uint32_t needed = one->rule->when[f], digit = topic->digits[f];
		buf_text(buf, mark);
		add_fact(buf, fact, digit ? UINT32_C(1) << (digit - 1) : needed, topic->lang);
		if (one->standing == PMM_NOT_APPLIED) {
			buf_text(buf, joints->needed);
			list_values(buf, fact->values, needed, topic->lang);
		}
	}
}

// What a rule or a change says, MARK before it, and IS between an attribute and its value.
static void add_said(struct buf *buf, const struct topic *topic, const struct pmm_rule *rule,
	const struct pmm_alternative *change, const char *mark, const char *is)
{
	for (size_t a = 0; a < topic->info->attribute_count; a++) {
		const struct pmm_attribute *attribute = &topic->info->attributes[a];
		const uint32_t values = says(topic, rule, change, a);
		if (!values)
			continue;
		buf_print(buf, "%s%s%s", mark, attribute->label[topic->lang], is);
		list_values(buf, attribute->values, values, topic->lang);
		mark = ", ";
	}
	buf_char(buf, '.');
}

void explain_text(const struct pmm_rulebook *rulebook, struct buf *buf, uint32_t index,
	uint32_t feature, enum pmm_lang lang)
{
	const struct joints *joints = &joints_of[lang];
	struct topic topic;
	topic_init(&topic, rulebook, index, feature, lang);
	for (const struct pmm_explained *one = topic.rules; one < topic.rules + topic.rule_count;
		one++) {
		const char *point = one->rule->point;
		buf_print(buf, "  %s: %s%s (%s)", joints->standing[one->standing],
			table_point(point, lang), point, one->rule->id);
		add_reasons(buf, &topic, one);
		add_said(buf, &topic, one->rule, NULL, joints->says, ": ");
		buf_char(buf, '\n');
	}
	for (size_t i = 0; i < topic.change_count; i++) {
		const struct pmm_fact *fact = &topic.info->facts[topic.changes[i].fact];
		// Nobody is told how to lose what they have.
		const char *to = fact->values[topic.changes[i].digit - 1].name;
		const char *how = fact->is_boolean && strcmp(to, "false") == 0 ? NULL
									       : fact->how[lang];
		buf_text(buf, joints->if_so);
		add_fact(buf, fact, UINT32_C(1) << (topic.changes[i].digit - 1), lang);
		add_said(buf, &topic, NULL, &topic.changes[i], ", ", joints->becomes);
		buf_print(buf, "%s%s\n", how ? joints->how : "", how ? how : "");
	}
}
