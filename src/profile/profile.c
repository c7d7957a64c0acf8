// SPDX-License-Identifier: MIT
#include "profile.h"

#include "base/base.h"

void profile_init(struct profile *profile, const struct pmm_rulebook *rulebook, struct arena *arena)
{
	profile->rulebook = rulebook;
	profile->arena = arena;
	profile->ignore_unknown = false;
	static const char *const own_names[] = {"group", NULL};
	profile->takes_text = true;
	profile->own_names = own_names;
	profile->levels_above = 0;
	profile->may_be_envelope = false;
	profile->rows_at = 0;
	profile->id_from = profile->group_by = (struct str){NULL, 0};
	profile->id = profile->group = (struct str){NULL, 0};
	profile->id_is_number = false;
	profile->seen = 0;
	profile->given_count = 0;
	profile->errors = NULL;
	profile->errors_end = &profile->errors;
	profile->error_count = 0;
	profile->duplicate_pointer = (struct str){NULL, 0};
	profile->out_of_memory = false;
	profile->is_too_large = false;
}

static void fail(struct profile *profile, enum code code, struct str name,
	const struct pmm_member *member, struct str text)
{
	if (profile->error_count++ >= PROFILE_ERRORS_MAX)
		return;
	struct profile_error *error = arena_take(profile->arena, sizeof *error);
	if (!error) {
		profile->out_of_memory = true;
		return;
	}
	*error = (struct profile_error){NULL, code, name, member, text};
	*profile->errors_end = error;
	profile->errors_end = &error->next;
}

void profile_fail(struct profile *profile, enum code code, struct str name)
{
	fail(profile, code, name, NULL, (struct str){NULL, 0});
}

// Names of ours beside the rulebook's, which people misspell too; of two that are as near,
// none.
static const char *suggest_name(const struct profile *profile, struct str name)
{
	struct word_text typed, own;
	const char *nearest = pmm_member_suggest(profile->rulebook, name.at, name.size);
	if (!word_read(&typed, name) || typed.size > WORD_MAX)
		return nearest;
	const struct str word = {typed.at, typed.size};
	unsigned most = WORD_MAX;
	if (nearest && word_read(&own, str_of(nearest)))
		most = word_distance(word, (struct str){own.at, own.size}, most);
	for (const char *const *known = profile->own_names; *known; known++) {
		if (!word_read(&own, str_of(*known)) || !word_is_meant(&typed, &own))
			continue;
		const unsigned distance = word_distance(word, (struct str){own.at, own.size}, most);
		nearest = distance < most ? *known : distance == most ? NULL : nearest;
		most = distance < most ? distance : most;
	}
	return nearest;
}

const char *profile_suggestion(const struct profile *profile, const struct profile_error *error)
{
	if (error->code == CODE_unknown_member)
		return suggest_name(profile, error->name);
	if (error->code != CODE_unknown_value)
		return NULL;
	return pmm_value_suggest(
		profile->rulebook, error->member->fact, error->text.at, error->text.size);
}

// What a ranked name said is nothing where another name gives the fact, and wrong elsewhere.
static void drop_ranked(struct profile *profile, const uint8_t *digits)
{
	struct profile_error **at = &profile->errors;
	for (const struct profile_error *error; (error = *at);) {
		if (error->code == CODE_unknown_value && error->member->ranked &&
			digits[error->member->fact]) {
			*at = error->next;
			profile->error_count--;
		} else {
			at = &(*at)->next;
		}
	}
	profile->errors_end = at;
}

// What a value says under the name MEMBER: a digit, or PMM_DIGIT_NONE with *CODE set.
static int read_digit(const struct profile *profile, const struct pmm_member *member,
	const struct profile_value *value, enum code *code)
{
	struct str text = value->text;
	*code = CODE_wrong_type;
	switch (value->kind) {
	case VALUE_NULL: return PMM_DIGIT_UNKNOWN;
	case VALUE_NESTED: return PMM_DIGIT_NONE;
	case VALUE_TRUE: text = STR("true"); break;
	case VALUE_FALSE: text = STR("false"); break;
	case VALUE_NUMBER: break;
	case VALUE_TEXT: *code = CODE_unknown_value; break;
	}
	// JSON's own booleans, and the numbers that are words for them.
	if (value->kind != VALUE_TEXT &&
		!pmm_rulebook_info(profile->rulebook)->facts[member->fact].is_boolean)
		return PMM_DIGIT_NONE;
	return pmm_member_value(profile->rulebook, member, text.at, text.size);
}

static void set_fact(struct profile *profile, const struct pmm_member *member, struct str name,
	const struct profile_value *value)
{
	enum code code;
	int digit = read_digit(profile, member, value, &code);
	if (digit == PMM_DIGIT_NONE) {
		fail(profile, code, name, member, value->text);
		return;
	}
	if (digit == PMM_DIGIT_UNKNOWN)
		return;
	if (profile->seen >> member->ordinal & 1) { // the same name in another spelling
		const struct pmm_given
			*other = &profile->given[profile->given_slot[member->ordinal]];
		if (other->digit != digit)
			fail(profile, CODE_conflicting_members, name, member, value->text);
		return;
	}
	profile->seen |= UINT64_C(1) << member->ordinal;
	profile->given_slot[member->ordinal] = (uint8_t)profile->given_count;
	profile->given_names[profile->given_count] = name;
	profile->given[profile->given_count++] = (struct pmm_given){member, (uint8_t)digit};
}

// The meaning of a name that is not a fact's, or not only. Rare: its buffer is no cost of
// every member.
static __attribute__((noinline)) struct profile_name find_meaning(
	const struct profile *profile, const struct pmm_member *member, struct str name)
{
	char folded[WORD_MAX];
	struct profile_name meaning = {.member = member};
	size_t size = word_fold(folded, name);
	struct str word = {folded, size > WORD_MAX ? 0 : size};
	bool is_own_id = profile->takes_text && str_equal(word, STR("id"));
	bool is_own_group = profile->takes_text && str_equal(word, STR("group"));
	meaning.is_id = profile->id_from.size ? str_equal(word, profile->id_from) : is_own_id;
	meaning.is_group = profile->group_by.size ? str_equal(word, profile->group_by)
						  : is_own_group;
	meaning.is_unknown = !member && !meaning.is_id && !meaning.is_group && !is_own_id &&
			     !is_own_group;
	return meaning;
}

struct profile_name profile_name(const struct profile *profile, struct str name)
{
	const struct pmm_member *member = pmm_member_find(profile->rulebook, name.at, name.size);
	if (!member || profile->id_from.size || profile->group_by.size)
		return find_meaning(profile, member, name);
	return (struct profile_name){.member = member};
}

// id or group. An id may be a number, and so may a member that was named as the group:
// whoever names one wants what stands in it.
static void set_text(struct profile *profile, struct str *to, bool takes_number, struct str name,
	const struct profile_value *value)
{
	const bool is_number = value->kind == VALUE_NUMBER, is_id = to == &profile->id;
	const bool is_text = value->kind == VALUE_TEXT || (takes_number && is_number);
	if (value->kind == VALUE_NULL || (is_text && value->text.size == 0))
		return;
	if (!is_text)
		profile_fail(profile, CODE_wrong_type, name);
	else if (value->text.size > PROFILE_TEXT_MAX)
		profile_fail(profile, CODE_too_long, name);
	else if (to->size &&
		 !(str_equal(*to, value->text) && (!is_id || profile->id_is_number == is_number)))
		profile_fail(profile, CODE_conflicting_members, name);
	else
		*to = value->text;
	if (is_id && to->at == value->text.at)
		profile->id_is_number = is_number;
}

void profile_set_as(struct profile *profile, const struct profile_name *meaning, struct str name,
	const struct profile_value *value)
{
	if (meaning->member)
		set_fact(profile, meaning->member, name, value);
	if (meaning->is_id)
		set_text(profile, &profile->id, true, name, value);
	if (meaning->is_group)
		set_text(profile, &profile->group, profile->group_by.size > 0, name, value);
	if (meaning->is_unknown && !profile->ignore_unknown)
		profile_fail(profile, CODE_unknown_member, name);
}

void profile_set(struct profile *profile, struct str name, const struct profile_value *value)
{
	const struct profile_name meaning = profile_name(profile, name);
	profile_set_as(profile, &meaning, name, value);
}

bool profile_finish(struct profile *profile, uint8_t digits[PMM_FACTS_MAX])
{
	uint8_t resolved[PMM_FACTS_MAX];
	bool conflicts[PMM_MEMBERS_MAX];
	size_t facts = pmm_rulebook_info(profile->rulebook)->fact_count;
	if (pmm_resolve(
		    profile->rulebook, profile->given, profile->given_count, resolved, conflicts)) {
		for (size_t i = 0; i < profile->given_count; i++)
			if (conflicts[i])
				fail(profile, CODE_conflicting_members, profile->given_names[i],
					profile->given[i].member, (struct str){NULL, 0});
	}
	if (profile->errors)
		drop_ranked(profile, resolved);
	for (size_t f = 0; f < facts; f++)
		if (resolved[f])
			digits[f] = resolved[f];
	return profile->error_count == 0;
}
