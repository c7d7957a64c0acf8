// SPDX-License-Identifier: MIT
// The JSON Schema (2020-12) of a profile, written from the rulebook. It lists
// the words as the rulebook spells them; that the service also folds case and
// blanks cannot be said in a schema and stands in its $comment.
#include "exchange.h"

// id and group. Not among the $defs, where each fact has its name.
#define TEXT_SCHEMA "{\"type\":[\"string\",\"null\"],\"maxLength\":128}"

static void add_words(struct buf *buf, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_char(buf, ',');
		buf_json(buf, str_of(words[i]));
	}
}

// Words of a yes/no fact that are numbers may be written without quotes.
static void add_numbers(struct buf *buf, const struct pmm_fact *fact)
{
	for (size_t v = 0; fact->is_boolean && v < fact->value_count; v++) {
		for (size_t i = 0; i < fact->values[v].alias_count; i++) {
			const char *word = fact->values[v].aliases[i];
			if (word[0] < '0' || word[0] > '9' || word[1])
				continue;
			buf_char(buf, ',');
			buf_text(buf, word);
		}
	}
}

// All that a fact accepts, canonical values first, then "" and null.
static void add_fact(struct buf *buf, const struct pmm_fact *fact, enum pmm_lang lang)
{
	buf_json(buf, str_of(fact->name));
	buf_text(buf, ":{\"description\":");
	buf_json(buf, str_of(fact->label[lang]));
	buf_text(buf, ",\"enum\":[");
	for (size_t v = 0; v < fact->value_count; v++) {
		if (fact->is_boolean)
			buf_text(buf, fact->values[v].name);
		else
			buf_json(buf, str_of(fact->values[v].name));
		buf_char(buf, ',');
	}
	buf_text(buf, "\"\",null");
	for (size_t v = 0; v < fact->value_count; v++)
		add_words(buf, fact->values[v].aliases, fact->values[v].alias_count);
	add_words(buf, fact->unknown, fact->unknown_count);
	add_numbers(buf, fact);
	buf_text(buf, "]}");
}

static void add_reference(struct buf *buf, const char *name, const char *fact)
{
	buf_json(buf, str_of(name));
	buf_text(buf, ":{\"$ref\":\"#/$defs/");
	buf_text(buf, fact);
	buf_text(buf, "\"}");
}

static void add_properties(struct buf *buf, const struct pmm_rulebook_info *info)
{
	buf_text(buf, "\"properties\":{\"id\":" TEXT_SCHEMA);
	for (size_t f = 0; f < info->fact_count; f++) {
		const struct pmm_fact *fact = &info->facts[f];
		buf_char(buf, ',');
		add_reference(buf, fact->name, fact->name);
		for (size_t i = 0; i < fact->alias_count; i++) {
			buf_char(buf, ',');
			add_reference(buf, fact->aliases[i], fact->name);
		}
	}
	for (size_t m = 0; m < info->member_count; m++) {
		if (!info->members[m].selective)
			continue;
		buf_char(buf, ',');
		buf_json(buf, str_of(info->members[m].name));
		buf_text(buf, ":{\"type\":[\"string\",\"null\"]}");
	}
	buf_text(buf, ",\"group\":" TEXT_SCHEMA "}");
}

bool schema_begin(struct exchange *x)
{
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(x->snapshot));
	struct buf *buf = &x->out;
	reply_start(x, 200);
	buf_text(buf, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
		      "\"$id\":\"/schema/profile.json\",\"title\":");
	buf_json(buf, str_of(info->title[x->lang]));
	buf_text(buf, ",\"$comment\":");
	buf_json(buf, STR("The service also takes these names and words in another case, and "
			  "with blanks, \"_\" and \"-\" in each other's place."));
	buf_text(buf, ",\"type\":\"object\",");
	add_properties(buf, info);
	buf_text(buf, ",\"additionalProperties\":false,\"$defs\":{");
	for (size_t f = 0; f < info->fact_count; f++) {
		if (f)
			buf_char(buf, ',');
		add_fact(buf, &info->facts[f], x->lang);
	}
	buf_text(buf, "}}\n");
	reply_header(x, "Cache-Control", "no-cache");
	reply_json(x, 200, true);
	return false;
}
