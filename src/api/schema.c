// SPDX-License-Identifier: MIT
// The JSON Schema (2020-12) of a profile, written from the rulebook. It lists
// the words as the rulebook spells them; that the service also takes them in
// another case and with other separators cannot be said in a schema and stands in its $comment.
#include "exchange.h"

#include <stdio.h>

// Words without "*".
static void add_words(struct json_writer *json, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strchr(words[i], '*'))
			json_string(json, words[i]);
}

// A word with "*" at one end as a regular expression; "*." and "*@" are ends of an address.
static void add_pattern(struct json_writer *json, const char *word)
{
	const bool is_suffix = word[0] == '*';
	const bool is_host = is_suffix && word[1] == '.', is_address = is_suffix && word[1] == '@';
	struct buf regex = {0};
	buf_text(&regex, is_host      ? "^[^ @]+@([^ @]+\\.)?"
			 : is_address ? "^[^ @]+"
			 : is_suffix  ? "[^ ]"
				      : "^");
	for (const char *c = word + is_suffix + is_host; *c && *c != '*'; c++) {
		buf_text(&regex, strchr("\\^$.|?+()[]{}", *c) ? "\\" : "");
		buf_char(&regex, *c);
	}
	buf_text(&regex, is_suffix ? "$" : "[^ ]");
	json->buf->failed |= regex.failed;
	json_object(json);
	json_str(json_name(json, "pattern"), buf_view(&regex));
	json_object_end(json);
	buf_finish(&regex);
}

// All exact words of a fact, canonical values first, then "" and null.
static void add_enum(
	struct json_writer *json, const struct pmm_rulebook_info *info, const struct pmm_fact *fact)
{
	json_array(json_name(json, "enum"));
	for (size_t v = 0; v < fact->value_count; v++) {
		if (fact->is_boolean)
			json_fragment(json, str_of(fact->values[v].name));
		else
			json_string(json, fact->values[v].name);
	}
	json_string(json, "");
	json_null(json);
	for (size_t v = 0; v < fact->value_count; v++)
		add_words(json, fact->values[v].aliases, fact->values[v].alias_count);
	add_words(json, fact->unknown, fact->unknown_count);
	add_words(json, info->unknown, info->unknown_count);
	// Words of a yes/no fact that are numbers may be written without quotes.
	for (size_t v = 0; fact->is_boolean && v < fact->value_count; v++) {
		for (size_t i = 0; i < fact->values[v].alias_count; i++) {
			const char *word = fact->values[v].aliases[i];
			if (word[0] >= '0' && word[0] <= '9' && !word[1])
				json_fragment(json, str_of(word));
		}
	}
	json_array_end(json);
}

static void add_fact(struct json_writer *json, const struct pmm_rulebook_info *info,
	const struct pmm_fact *fact, enum pmm_lang lang)
{
	json_object(json_name(json, fact->name));
	json_string(json_name(json, "description"), fact->label[lang]);
	json_array(json_name(json, "anyOf"));
	json_object(json);
	add_enum(json, info, fact);
	json_object_end(json);
	for (size_t v = 0; v < fact->value_count; v++)
		for (size_t i = 0; i < fact->values[v].alias_count; i++)
			if (strchr(fact->values[v].aliases[i], '*'))
				add_pattern(json, fact->values[v].aliases[i]);
	json_array_end(json);
	json_object_end(json);
}

static void add_reference(struct json_writer *json, const char *name, const char *fact)
{
	char reference[16 + PMM_WORD_MAX];
	snprintf(reference, sizeof reference, "#/$defs/%s", fact);
	json_object(json_name(json, name));
	json_string(json_name(json, "$ref"), reference);
	json_object_end(json);
}

static void add_properties(struct json_writer *json, const struct pmm_rulebook_info *info)
{
	// id and group are not among the $defs, where each fact has its name.
	const struct str text = STR("{\"type\":[\"string\",\"null\"],\"maxLength\":128}"),
			 id = STR("{\"type\":[\"string\",\"number\",\"null\"],\"maxLength\":128}");
	json_object(json_name(json, "properties"));
	json_fragment(json_name(json, "id"), id);
	for (size_t f = 0; f < info->fact_count; f++) {
		const struct pmm_fact *fact = &info->facts[f];
		add_reference(json, fact->name, fact->name);
		for (size_t i = 0; i < fact->alias_count; i++)
			add_reference(json, fact->aliases[i], fact->name);
	}
	for (size_t m = 0; m < info->member_count; m++)
		if (info->members[m].selective || info->members[m].ranked)
			json_fragment(json_name(json, info->members[m].name),
				STR("{\"type\":[\"string\",\"null\"]}"));
	json_fragment(json_name(json, "group"), text);
	json_object_end(json);
}

bool schema_begin(struct exchange *x)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(x->snapshot));
	struct json_writer json = reply_writer(x);
	reply_start(x, 200);
	json_object(&json);
	json_string(json_name(&json, "$schema"), "https://json-schema.org/draft/2020-12/schema");
	json_string(json_name(&json, "$id"), "/schema/profile.json");
	json_string(json_name(&json, "title"), info->title[x->options.lang]);
	json_string(json_name(&json, "$comment"),
		"The service compares names and words by their letters and digits: it also takes "
		"them in another case, and with other separators or none.");
	json_string(json_name(&json, "type"), "object");
	add_properties(&json, info);
	json_bool(json_name(&json, "additionalProperties"), false);
	json_object(json_name(&json, "$defs"));
	for (size_t f = 0; f < info->fact_count; f++)
		add_fact(&json, info, &info->facts[f], x->options.lang);
	json_object_end(&json);
	return reply_json(x, &json);
}
