// SPDX-License-Identifier: MIT
// Profiles from JSON and from name=value pairs.
#include "profile.h"
#include "query.h"

#include <errno.h>

// The value whose first token is TOKEN, read to its end.
static bool read_value(struct profile *profile, struct json_reader *reader,
	const struct json_token *token, struct profile_value *value)
{
	static const enum value_kind kinds[] = {
		[JSON_OBJECT] = VALUE_NESTED,
		[JSON_ARRAY] = VALUE_NESTED,
		[JSON_STRING] = VALUE_TEXT,
		[JSON_NUMBER] = VALUE_NUMBER,
		[JSON_TRUE] = VALUE_TRUE,
		[JSON_FALSE] = VALUE_FALSE,
		[JSON_NULL] = VALUE_NULL,
		[JSON_FAULT] = VALUE_NESTED, // which cannot be read to its end
	};
	*value = (struct profile_value){kinds[token->kind], token->raw};
	if (value->kind == VALUE_NESTED)
		return json_skip(reader, token);
	if (value->kind != VALUE_TEXT || json_text(token, profile->arena, &value->text))
		return true;
	profile->out_of_memory = true;
	return false;
}

static void keep_pointer(struct profile *profile, struct buf *pointer)
{
	profile->duplicate_pointer = (struct str){
		arena_copy(profile->arena, buf_view(pointer)), pointer->size};
	buf_finish(pointer);
}

static enum json_fault read_members(
	struct profile *profile, struct json_reader *reader, struct json_token *token)
{
	struct str name;
	struct profile_value value;
	for (unsigned count = 1; json_next(reader, token) == JSON_NAME; count++) {
		if (count > PROFILE_MEMBERS_MAX) {
			profile->is_too_large = true;
			return JSON_FAULT_NONE;
		}
		if (!json_text(token, profile->arena, &name)) {
			profile->out_of_memory = true;
			return JSON_FAULT_MEMORY;
		}
		if (json_next(reader, token) == JSON_ARRAY && profile->may_be_envelope &&
			str_equal(name, STR("rows"))) {
			profile->rows_at = token->offset;
			return JSON_FAULT_NONE;
		}
		if (!read_value(profile, reader, token, &value))
			break;
		profile_set(profile, name, &value);
	}
	if (reader->fault == JSON_FAULT_NONE)
		json_next(reader, token); // the end of the text, or what trails
	return profile->out_of_memory ? JSON_FAULT_MEMORY : reader->fault;
}

enum json_fault profile_read_json(struct profile *profile, struct str text, size_t *offset)
{
	struct json_reader reader;
	struct json_token token;
	enum json_fault fault;
	json_open(&reader, text, profile->arena);
	reader.depth_max -= profile->levels_above;
	if (json_next(&reader, &token) == JSON_OBJECT) {
		fault = read_members(profile, &reader, &token);
	} else {
		profile_fail(profile, CODE_wrong_type, (struct str){NULL, 0});
		if (json_skip(&reader, &token))
			json_next(&reader, &token);
		fault = reader.fault;
	}
	struct buf pointer = {0};
	struct str name;
	if (fault == JSON_FAULT_DUPLICATE) {
		for (unsigned step = 0; json_fault_path(&reader, step, &name) &&
					profile_place(&pointer, 0, name, true);)
			step++;
		keep_pointer(profile, &pointer);
	}
	*offset = reader.fault_offset;
	return fault;
}

static bool is_among(const struct str *names, size_t count, struct str name)
{
	while (count-- > 0)
		if (str_equal(names[count], name))
			return true;
	return false;
}

size_t profile_lead(struct str text)
{
	size_t size = 0;
	while (size < text.size && (json_is_blank(text.at[size]) ||
					   memchr(UTF8_MARK, text.at[size], sizeof UTF8_MARK - 1)))
		size++;
	return size;
}

bool profile_is_piece(struct str name)
{
	const char *marks = name.size > PROFILE_TEXT_MAX ? ",;|\"\177 " : ",;|\"\177";
	const size_t lead = profile_lead(name);
	if (lead < name.size && strchr("{[", name.at[lead]))
		return true;
	for (size_t i = 0; i < name.size; i++)
		if ((unsigned char)name.at[i] < ' ' || strchr(marks, name.at[i]))
			return true;
	return false;
}

bool profile_set_pair(struct profile *profile, struct str name, struct str value)
{
	const struct profile_name meaning = profile_name(profile, name);
	if (meaning.is_unknown && profile_is_piece(name))
		return false;
	profile_set_as(profile, &meaning, name, &(struct profile_value){VALUE_TEXT, value});
	return true;
}

int profile_read_pairs(struct profile *profile, struct str text,
	int (*other)(void *cls, struct str name, struct str value), void *cls)
{
	struct str names[PROFILE_PAIRS_MAX];
	struct query_pair pair = {0};
	for (size_t count = 0;; count++) {
		int result = query_next(&text, profile->arena, &pair);
		profile->pair_name = pair.name;
		if (result == 0 || result == -ENOMEM)
			return result;
		if (result < 0 && profile_is_piece(pair.name))
			return -EBADMSG;
		if (!pair.is_named)
			profile->pair_name = (struct str){NULL, 0};
		if (result < 0)
			return result;
		if (count == PROFILE_PAIRS_MAX)
			return -E2BIG;
		if (is_among(names, count, pair.name)) {
			struct buf pointer = {0};
			profile_pointer(&pointer, pair.name);
			keep_pointer(profile, &pointer);
			return -EEXIST;
		}
		names[count] = pair.name;
		result = other ? other(cls, pair.name, pair.value) : 0;
		if (result < 0)
			return result;
		if (result == 0 && !profile_set_pair(profile, pair.name, pair.value))
			return -EBADMSG;
	}
}
