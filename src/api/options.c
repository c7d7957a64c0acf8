// SPDX-License-Identifier: MIT
// The options of a query, and the facts that stand among them.
#include "base/base.h"
#include "exchange.h"
#include "negotiate.h"

#include <errno.h>

// "true", "false", or nothing, which means true.
static int read_switch(struct str value, bool *to)
{
	if (value.size == 0 || str_equal(value, STR("true")))
		*to = true;
	else if (str_equal(value, STR("false")))
		*to = false;
	else
		return -EINVAL;
	return 1;
}

static int read_language(struct str value, enum pmm_lang *to)
{
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
		if (str_equal_nocase(value, str_of(pmm_lang_tag((enum pmm_lang)lang)))) {
			*to = (enum pmm_lang)lang;
			return 1;
		}
	}
	return -EINVAL;
}

// The name of a member or column, folded.
static int read_name(struct exchange *x, struct str value, struct str *to)
{
	char folded[WORD_MAX];
	size_t size = word_fold(folded, value);
	if (size == 0 || size > WORD_MAX)
		return -EINVAL;
	const char *copy = arena_copy(&x->arena, (struct str){folded, size});
	*to = (struct str){copy, size};
	return copy ? 1 : -ENOMEM;
}

// Takes one pair if it says which rulebook is to answer.
static int take_choice(struct exchange *x, struct str name, struct str value)
{
	if (str_equal(name, STR("as_of"))) {
		x->has_as_of = true;
		return date_read(value, &x->as_of) ? 1 : -EINVAL;
	}
	if (!str_equal(name, STR("rulebook")))
		return 0;
	x->has_name = true;
	x->name = value;
	return 1;
}

// Takes one pair if it is an option. See profile_read_pairs.
static int take_option(void *cls, struct str name, struct str value, bool has_value)
{
	struct exchange *x = cls;
	(void)has_value;
	if (str_equal(name, STR("lang")))
		return read_language(value, &x->lang);
	if (str_equal(name, STR("pretty")))
		return read_switch(value, &x->pretty);
	if (str_equal(name, STR("verbose")))
		return read_switch(value, &x->verbose);
	if (str_equal(name, STR("detail"))) {
		x->full = str_equal(value, STR("full"));
		return x->full || str_equal(value, STR("brief")) ? 1 : -EINVAL;
	}
	if (str_equal(name, STR("id_from")))
		return read_name(x, value, &x->id_from);
	if (str_equal(name, STR("group_by")))
		return read_name(x, value, &x->group_by);
	if (!str_equal(name, STR("unknown")))
		return take_choice(x, name, value);
	x->ignore_unknown = str_equal(value, STR("ignore"));
	return x->ignore_unknown || str_equal(value, STR("error")) ? 1 : -EINVAL;
}

// Drops the errors about unknown names, which ?unknown=ignore forgives even
// where it stands behind them.
static void forgive(struct profile *profile)
{
	struct profile_error **at = &profile->errors;
	while (*at) {
		if ((*at)->code == CODE_unknown_member) {
			*at = (*at)->next;
			profile->error_count--;
		} else {
			at = &(*at)->next;
		}
	}
	profile->errors_end = at;
}

static bool has_unknown(const struct profile *profile)
{
	for (const struct profile_error *error = profile->errors; error; error = error->next)
		if (error->code == CODE_unknown_member)
			return true;
	return false;
}

void options_peek_language(struct exchange *x)
{
	struct str rest = x->query;
	while (rest.size) {
		struct str value = str_split(&rest, '&');
		if (str_equal(str_split(&value, '='), STR("lang")))
			read_language(value, &x->lang);
	}
}

static bool fail_query(struct exchange *x, int result)
{
	if (result == -EEXIST)
		reply_problem(x, CODE_duplicate_member, NULL);
	else if (result == -ENOMEM)
		reply_problem(x, CODE_overloaded, NULL);
	else
		reply_problem(x, CODE_malformed_query, NULL);
	return false;
}

static int read_query(struct exchange *x)
{
	profile_init(&x->profile, snapshot_rulebook(x->snapshot), &x->arena);
	x->profile.takes_text = false;
	return profile_read_pairs(&x->profile, x->query, take_option, x);
}

// Chooses the snapshot that was asked for. False: it replied.
static bool choose_snapshot(struct exchange *x)
{
	struct snapshot *chosen = x->snapshot;
	if (x->has_name)
		chosen = rulebook_set_find(x->set, x->name);
	else if (x->has_as_of)
		chosen = rulebook_set_on(x->set, x->as_of);
	if (x->has_name && !chosen) {
		reply_problem(x, CODE_unknown_rulebook, NULL);
		return false;
	}
	if (!chosen || (x->has_as_of && !snapshot_is_in_force(chosen, x->as_of))) {
		reply_problem(x, CODE_no_rulebook_in_force, NULL);
		return false;
	}
	x->snapshot = chosen;
	return true;
}

bool options_read(struct exchange *x)
{
	memset(x->digits, 0, sizeof x->digits);
	if (x->query.size == 0)
		return true;
	struct profile *profile = &x->profile;
	const struct snapshot *before = x->snapshot;
	int result = read_query(x);
	if (result)
		return fail_query(x, result);
	if (!choose_snapshot(x))
		return false;
	// Only now it is known whose names these are; read them again if need be.
	if (x->snapshot != before)
		result = read_query(x);
	if (result)
		return fail_query(x, result);
	if (!(x->route->methods & METHOD_POST))
		return true; // elsewhere unknown parameters do no harm
	if (x->ignore_unknown)
		forgive(profile);
	const bool is_good = profile_finish(profile, x->digits);
	if (profile->out_of_memory)
		return fail_query(x, -ENOMEM);
	if (is_good)
		return true;
	reply_profile_problem(
		x, has_unknown(profile) ? CODE_unknown_parameter : CODE_invalid_profile);
	return false;
}
