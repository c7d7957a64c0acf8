// SPDX-License-Identifier: MIT
// The options of a query, and the facts that stand among them. It is taken apart once, and
// facts wait until all is read: what they mean is for the asked rulebook to say.
#include "exchange.h"

#include <errno.h>
#include <stdio.h>

struct option {
	struct str name;
	enum { LANGUAGE, SWITCH, DAY, COLUMN, TEXT } kind;
	size_t at; // which bool of struct options a switch sets, which text the others
	const char *wanted; // words ("OFF, ON") up to SWITCH; of other kinds a form, or NULL
	bool is_on_bare; // it needs no word to be on
};

#define AT(member) offsetof(struct options, member)

static const struct option table[] = {
	{{"lang", 4}, LANGUAGE, 0, "id, en", false},
	{{"pretty", 6}, SWITCH, AT(pretty), "false, true", true},
	{{"verbose", 7}, SWITCH, AT(verbose), "false, true", true},
	{{"explain", 7}, SWITCH, AT(explain), "false, true", true},
	{{"detail", 6}, SWITCH, AT(full), "brief, full", false},
	{{"unknown", 7}, SWITCH, AT(ignore_unknown), "error, ignore", false},
	{{"id_from", 7}, COLUMN, AT(id_from), "NAME", false},
	{{"group_by", 8}, COLUMN, AT(group_by), "NAME", false},
	{{"as_of", 5}, DAY, 0, "YYYY-MM-DD", false},
	{{"rulebook", 8}, TEXT, AT(rulebook), NULL, false},
	{{"columns", 7}, TEXT, AT(columns), NULL, false},
};

enum { OPTION_COUNT = sizeof table / sizeof table[0] };

static const struct option *find_option(struct str name)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (str_equal(name, table[i].name))
			return &table[i];
	return NULL;
}

static bool read_language(struct options *options, struct str value)
{
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
		if (str_equal_nocase(value, str_of(pmm_lang_tag((enum pmm_lang)lang)))) {
			options->lang = (enum pmm_lang)lang;
			return true;
		}
	}
	return false;
}

// 0, -EINVAL or -ENOMEM.
static int read_option(struct exchange *x, const struct option *option, struct str value)
{
	struct options *options = &x->options;
	void *to = (char *)options + option->at;
	char folded[WORD_MAX];
	switch (option->kind) {
	case LANGUAGE: return read_language(options, value) ? 0 : -EINVAL;
	case DAY:
		options->has_as_of = date_read(value, &options->as_of);
		return options->has_as_of ? 0 : -EINVAL;
	case TEXT: *(struct str *)to = value; return 0;
	case COLUMN: {
		struct str name = {folded, word_fold(folded, value)};
		if (name.size == 0 || name.size > WORD_MAX)
			return -EINVAL;
		name.at = arena_copy(&x->arena, name);
		*(struct str *)to = name;
		return name.at ? 0 : -ENOMEM;
	}
	default: {
		struct str on = str_of(option->wanted), off = str_split(&on, ',');
		*(bool *)to = str_equal(value, str_trim(on)) ||
			      (option->is_on_bare && value.size == 0);
		return *(bool *)to || str_equal(value, off) ? 0 : -EINVAL;
	}
	}
}

// Takes a pair as an option, or keeps it. See profile_read_pairs.
static int take_pair(void *cls, struct str name, struct str value)
{
	struct exchange *x = cls;
	const struct option *option = find_option(name);
	if (option) {
		const int result = read_option(x, option, value);
		return result ? result : 1;
	}
	if (x->options.fact_count < PROFILE_PAIRS_MAX) // only of a page there may be more
		x->facts[x->options.fact_count++] = (struct query_fact){name, value};
	return 1;
}

// Whether it is a name of a fact in one of the rulebooks, of which none is chosen yet.
static bool is_fact(const struct exchange *x, struct str name)
{
	for (size_t i = 0; name.at && i < rulebook_set_count(x->set); i++)
		if (pmm_member_find(
			    snapshot_rulebook(rulebook_set_at(x->set, i)), name.at, name.size))
			return true;
	return false;
}

static int take_known_pair(void *cls, struct str name, struct str value)
{
	return find_option(name) || is_fact(cls, name) ? take_pair(cls, name, value) : 1;
}

// Reads the pairs of a page's address, which gathers strange ones where it is shared: one by
// one, so that what is neither option nor fact is passed over, however it looks. As
// profile_read_pairs.
static int read_leniently(struct exchange *x)
{
	struct str rest = x->asked.query;
	x->options.fact_count = 0;
	while (rest.size) {
		const int fault = profile_read_pairs(
			&x->profile, str_split(&rest, '&'), take_known_pair, x);
		const struct str name = x->profile.pair_name;
		if (fault == -ENOMEM || (fault && (find_option(name) || is_fact(x, name))))
			return fault;
	}
	return 0;
}

void options_peek_language(struct exchange *x)
{
	struct str rest = x->asked.query;
	while (rest.size) {
		struct str value = str_split(&rest, '&');
		if (str_equal(str_split(&value, '='), STR("lang")))
			read_language(&x->options, value);
	}
}

// FAULT of the pair that was read last.
static bool reply_fault(struct exchange *x, int fault)
{
	const struct option *option = fault == -EINVAL ? find_option(x->profile.pair_name) : NULL;
	struct problem problem = {.members[PROBLEM_PARAMETER] = x->profile.pair_name};
	if (option && option->wanted)
		problem.members[option->kind <= SWITCH ? PROBLEM_ALLOWED : PROBLEM_FORM] = str_of(
			option->wanted);
	return reply_pairs_problem(x, fault, problem);
}

static bool reply_unknown_rulebook(struct exchange *x)
{
	struct buf ids = {0};
	for (size_t i = 0; i < rulebook_set_count(x->set); i++)
		buf_print(&ids, "%s%s", i ? ", " : "",
			pmm_rulebook_info(snapshot_rulebook(rulebook_set_at(x->set, i)))->id);
	return reply_allowed(x, CODE_unknown_rulebook, STR("rulebook"), &ids);
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
		return reply_unknown_rulebook(x);
	if (!chosen || (options->has_as_of && !snapshot_is_in_force(chosen, options->as_of)))
		return reply_with(x, (struct problem){.code = CODE_no_rulebook_in_force,
					     .members[PROBLEM_PARAMETER] = {
						     options->has_as_of ? "as_of" : NULL, 5}});
	x->snapshot = chosen;
	if (options->has_as_of && pmm_rulebook_info(snapshot_rulebook(chosen))->dated)
		x->options.day = &options->as_of;
	return true;
}

bool options_read_facts(struct exchange *x)
{
	struct profile *profile = &x->profile;
	enum code code = CODE_invalid_profile;
	const char *names[OPTION_COUNT + 1] = {NULL}; // for as long as names are read
	for (size_t i = 0; i < OPTION_COUNT; i++)
		names[i] = table[i].name.at;
	profile_init(profile, snapshot_rulebook(x->snapshot), &x->arena);
	profile->takes_text = false;
	profile->own_names = names;
	profile->ignore_unknown = x->options.ignore_unknown;
	for (size_t i = 0; i < x->options.fact_count; i++)
		if (!profile_set_pair(profile, x->facts[i].name, x->facts[i].value) &&
			!reply_is_page(x))
			return reply_problem(x, CODE_malformed_query);
	if (profile_finish(profile, x->digits))
		return true;
	if (profile->out_of_memory)
		return reply_problem(x, CODE_overloaded);
	if (!x->options.ignore_unknown && reply_is_page(x)) {
		x->options.ignore_unknown = true; // a shared address gathers strange parameters
		return options_read_facts(x);
	}
	for (const struct profile_error *error = profile->errors; error; error = error->next)
		if (error->code == CODE_unknown_member)
			code = CODE_unknown_parameter;
	return reply_with(x, (struct problem){.code = code, .has_errors = true});
}

bool options_read(struct exchange *x)
{
	memset(x->digits, 0, sizeof x->digits);
	if (x->asked.query.size == 0 || x->asked.route->methods & ROUTE_STATIC)
		return true;
	profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
	int fault = profile_read_pairs(&x->profile, x->asked.query, take_pair, x);
	if (fault && reply_is_page(x))
		fault = read_leniently(x);
	if (fault)
		return reply_fault(x, fault);
	// Where nothing is asked about a profile, unknown parameters do no harm.
	return choose_snapshot(x) &&
	       (!x->options.fact_count || !(x->asked.route->methods & METHOD_POST) ||
		       options_read_facts(x));
}

const char *options_suffix(struct exchange *x)
{
	const struct options *options = &x->options;
	char text[sizeof "&rulebook=&as_of=" + PMM_WORD_MAX + DATE_TEXT_SIZE];
	char day[DATE_TEXT_SIZE] = "";
	if (!options->rulebook.at && !options->has_as_of)
		return "";
	if (options->has_as_of)
		date_write(day, options->as_of);
	snprintf(text, sizeof text, "%s%s%s%s", options->rulebook.at ? "&rulebook=" : "",
		options->rulebook.at ? pmm_rulebook_info(snapshot_rulebook(x->snapshot))->id : "",
		options->has_as_of ? "&as_of=" : "", day);
	return arena_copy(&x->arena, str_of(text));
}
