// SPDX-License-Identifier: MIT
// Profiles as nearly all are written: one object with few members, whose values are
// plain strings, true, false or null. They are read in one pass without the reader's
// state. Whatever may be wrong or is out of the ordinary (escapes, letters beyond
// ASCII, numbers, nesting, a name twice) is left to the strict reader from the start,
// so that there is one place that judges.
#include "profile_flat.h"

#include "base/base.h"

enum { MEMBERS_MAX = 16 };

struct member {
	struct str name;
	struct profile_value value;
};

struct cursor {
	const char *at, *end;
};

static void skip_blanks(struct cursor *cursor)
{
	const char *at = cursor->at;
	while (at < cursor->end && json_is_blank(*at))
		at++;
	cursor->at = at;
}

// Passes over blanks and C. False: something else is there.
static bool pass(struct cursor *cursor, char c)
{
	skip_blanks(cursor);
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static bool read_string(struct cursor *cursor, struct str *text)
{
	if (!pass(cursor, '"'))
		return false;
	const char *from = cursor->at, *stop = json_plain_end(from, cursor->end);
	*text = (struct str){from, (size_t)(stop - from)};
	cursor->at = stop;
	return stop < cursor->end && *cursor->at++ == '"';
}

static bool read_literal(struct cursor *cursor, struct profile_value *value)
{
	static const struct {
		struct str word;
		enum value_kind kind;
	} literals[] = {
		{{"true", 4}, VALUE_TRUE}, {{"false", 5}, VALUE_FALSE}, {{"null", 4}, VALUE_NULL}};
	const struct str rest = {cursor->at, (size_t)(cursor->end - cursor->at)};
	for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
		if (!str_starts(rest, literals[i].word))
			continue;
		*value = (struct profile_value){literals[i].kind, {NULL, 0}};
		cursor->at += literals[i].word.size;
		return true;
	}
	return false;
}

static bool read_member(struct cursor *cursor, struct member *member)
{
	if (!read_string(cursor, &member->name) || !pass(cursor, ':'))
		return false;
	skip_blanks(cursor);
	if (cursor->at == cursor->end || *cursor->at != '"')
		return read_literal(cursor, &member->value);
	member->value.kind = VALUE_TEXT;
	return read_string(cursor, &member->value.text);
}

static bool is_repeated(const struct member *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(members[i].name, members[count].name))
			return true;
	return false;
}

bool profile_read_flat(struct profile *profile, struct str text)
{
	struct member members[MEMBERS_MAX];
	struct cursor cursor = {text.at, text.at + text.size};
	size_t count = 0;
	if (!pass(&cursor, '{'))
		return false;
	do {
		if (count == MEMBERS_MAX || !read_member(&cursor, &members[count]) ||
			is_repeated(members, count))
			return false;
		count++;
	} while (pass(&cursor, ','));
	if (!pass(&cursor, '}'))
		return false;
	skip_blanks(&cursor);
	if (cursor.at != cursor.end)
		return false;
	for (size_t i = 0; i < count; i++)
		profile_set(profile, members[i].name, members[i].value);
	return true;
}
