// SPDX-License-Identifier: MIT
// The options of a query, and the facts that stand among them. It is taken apart once, and
// facts wait until all is read: what they mean is for the asked rulebook to say.
#include "exchange.h"

#include <errno.h>

struct option {
	struct str name;
	// 0, -EINVAL or -ENOMEM.
	int (*read)(struct exchange *x, const struct option *option, struct str value);
	size_t at; // which bool of struct options a switch sets,
	struct str off, on; // by these words
	bool is_on_bare; // it needs no word to be on
};

static int read_switch(struct exchange *x, const struct option *option, struct str value)
{
	bool is_on = str_equal(value, option->on) || (option->is_on_bare && value.size == 0);
	if (!is_on && !str_equal(value, option->off))
		return -EINVAL;
	memcpy((char *)&x->options + option->at, &is_on, sizeof is_on);
	return 0;
}

static int read_language(struct exchange *x, const struct option *option, struct str value)
{
	(void)option;
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
		if (str_equal_nocase(value, str_of(pmm_lang_tag((enum pmm_lang)lang)))) {
			x->options.lang = (enum pmm_lang)lang;
			return 0;
		}
	}
	return -EINVAL;
}

static int read_day(struct exchange *x, const struct option *option, struct str value)
{
	(void)option;
	x->options.has_as_of = true;
	return date_read(value, &x->options.as_of) ? 0 : -EINVAL;
}

static int read_rulebook(struct exchange *x, const struct option *option, struct str value)
{
	(void)option;
	x->options.rulebook = value;
	return 0;
}

// The name of a member or column, folded.
static int read_column(struct exchange *x, const struct option *option, struct str value)
{
	char folded[WORD_MAX];
	size_t size = word_fold(folded, value);
	if (size == 0 || size > WORD_MAX)
		return -EINVAL;
	struct str name = {arena_copy(&x->arena, (struct str){folded, size}), size};
	memcpy((char *)&x->options + option->at, &name, sizeof name);
	return name.at ? 0 : -ENOMEM;
}

#define AT(member) offsetof(struct options, member)

static const struct option table[] = {
	{{"lang", 4}, read_language, 0, {0}, {0}, false},
	{{"pretty", 6}, read_switch, AT(pretty), {"false", 5}, {"true", 4}, true},
	{{"verbose", 7}, read_switch, AT(verbose), {"false", 5}, {"true", 4}, true},
	{{"detail", 6}, read_switch, AT(full), {"brief", 5}, {"full", 4}, false},
	{{"unknown", 7}, read_switch, AT(ignore_unknown), {"error", 5}, {"ignore", 6}, false},
	{{"id_from", 7}, read_column, AT(id_from), {0}, {0}, false},
	{{"group_by", 8}, read_column, AT(group_by), {0}, {0}, false},
	{{"as_of", 5}, read_day, 0, {0}, {0}, false},
	{{"rulebook", 8}, read_rulebook, 0, {0}, {0}, false},
};

// Takes a pair as an option, or keeps it. See profile_read_pairs.
static int take_pair(void *cls, struct str name, struct str value, bool has_value)
{
	struct exchange *x = cls;
	(void)has_value;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (!str_equal(name, table[i].name))
			continue;
		int result = table[i].read(x, &table[i], value);
		return result ? result : 1;
	}
	struct query_fact *fact = arena_take(&x->arena, sizeof *fact);
	if (!fact)
		return -ENOMEM;
	*fact = (struct query_fact){NULL, name, value};
	*x->options.facts_end = fact;
	x->options.facts_end = &fact->next;
	return 1;
}

static void start_profile(struct exchange *x)
{
	profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
	x->profile.takes_text = false;
}

void options_peek_language(struct exchange *x)
{
	struct str rest = x->asked.query;
	while (rest.size) {
		struct str value = str_split(&rest, '&');
		if (str_equal(str_split(&value, '='), STR("lang")))
			read_language(x, NULL, value);
	}
}

// Chooses the snapshot that was asked for. False: it replied.
static bool choose_snapshot(struct exchange *x)
{
	const struct options *options = &x->options;
	struct snapshot *chosen = x->snapshot;
	if (options->rulebook.at)
		chosen = rulebook_set_find(x->set, options->rulebook);
	else if (options->has_as_of)
		chosen = rulebook_set_on(x->set, options->as_of);
	if (options->rulebook.at && !chosen)
		return reply_problem(x, CODE_unknown_rulebook);
	if (!chosen || (options->has_as_of && !snapshot_is_in_force(chosen, options->as_of)))
		return reply_problem(x, CODE_no_rulebook_in_force);
	x->snapshot = chosen;
	return true;
}

static bool has_unknown(const struct profile *profile)
{
	for (const struct profile_error *error = profile->errors; error; error = error->next)
		if (error->code == CODE_unknown_member)
			return true;
	return false;
}

static bool read_facts(struct exchange *x)
{
	struct profile *profile = &x->profile;
	start_profile(x);
	profile->ignore_unknown = x->options.ignore_unknown;
	for (const struct query_fact *fact = x->options.facts; fact; fact = fact->next)
		profile_set(profile, fact->name, (struct profile_value){VALUE_TEXT, fact->value});
	const bool is_good = profile_finish(profile, x->digits);
	if (profile->out_of_memory)
		reply_problem(x, CODE_overloaded);
	else if (!is_good)
		reply_profile_problem(
			x, has_unknown(profile) ? CODE_unknown_parameter : CODE_invalid_profile);
	return !profile->out_of_memory && is_good;
}

bool options_read(struct exchange *x)
{
	memset(x->digits, 0, sizeof x->digits);
	if (x->asked.query.size == 0)
		return true;
	x->options.facts_end = &x->options.facts;
	start_profile(x);
	const int fault = profile_read_pairs(&x->profile, x->asked.query, take_pair, x);
	if (fault)
		return reply_pairs_problem(x, fault);
	// Where nothing is asked about a profile, unknown parameters do no harm.
	return choose_snapshot(x) &&
	       (!x->options.facts || !(x->asked.route->methods & METHOD_POST) || read_facts(x));
}
