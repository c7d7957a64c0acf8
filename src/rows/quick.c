// SPDX-License-Identifier: MIT
// Reads a row without a profile, if it is as nearly all are. Rows of one file differ in
// their values only, and those are few words: the words are kept with what they mean, and
// of JSON the bytes between the values too, so that they need only be compared. From end to end a
// row of NDJSON takes 80 % fewer instructions in this way than by way of a profile, one of CSV 57
// %. Whatever is not known to be fine is left to the profile, so none of this can change a result.
#include "row.h"

// --- words

enum { PLACES = 4 }; // where a word may be, one behind the other

// What a word is that says nothing if another column gives the fact, and is wrong else.
enum { WORD_OPEN = PMM_DIGIT_NONE - 1 };

// A row as far as it was read.
struct reading {
	struct row *row;
	uint8_t digits[PMM_FACTS_MAX]; // that were given; 0: not yet
	uint32_t open; // bit f: fact f has a word that is open
};

void quick_prepare(struct rows *rows, struct column *columns, size_t count)
{
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	const struct pmm_fact *facts = pmm_rulebook_info(rulebook)->facts;
	rows->quick.unset_index = pmm_profile_index(rulebook, rows->options.defaults);
	for (struct column *column = columns; column < columns + count; column++) {
		const struct pmm_member *member = column->meaning.member;
		uint8_t one_step[PMM_FACTS_MAX] = {0};
		column->takes_literals = !column_is_text(column) &&
					 (!member || facts[member->fact].is_boolean);
		if (!member)
			continue;
		one_step[member->fact] = 1;
		column->stride = pmm_profile_index(rulebook, one_step);
		column->unset = rows->options.defaults[member->fact];
		column->key = member->ordinal * (2 * ROW_BYTES_MAX); // no size reaches the next
	}
}

// Few words share their size and first bytes.
static size_t place_of(uint64_t head, uint32_t key)
{
	return (head + key) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - MEMO_BITS);
}

static bool is_it(const struct memo_word *memo, uint64_t head, uint32_t key, struct str word)
{
	return memo->head == head && memo->key == key &&
	       (word.size <= BYTES_WORD || bytes_same(memo->text, word.at, word.size));
}

// The digit of a word that is not in its first place; PMM_DIGIT_NONE: ask the profile.
static int look_up(struct rows *rows, const struct column *column, struct str word, uint64_t head,
	uint32_t key)
{
	const size_t first = place_of(head, key);
	struct memo_word *memo = NULL;
	for (size_t i = 0; i < PLACES; i++) {
		struct memo_word *place = &rows->quick.memo[(first + i) % MEMO_WORDS];
		if (is_it(place, head, key, word))
			return place->digit;
		if (!memo && !place->key)
			memo = place;
	}
	if (json_plain_end(word.at, word.at + word.size) < word.at + word.size)
		return PMM_DIGIT_NONE;
	const struct pmm_rulebook *rulebook = snapshot_rulebook(rows->options.snapshot);
	int digit = pmm_member_value(rulebook, column->meaning.member, word.at, word.size);
	if (digit == PMM_DIGIT_NONE && column->meaning.member->ranked)
		digit = WORD_OPEN;
	if (digit == PMM_DIGIT_NONE || word.size > MEMO_BYTES)
		return digit;
	if (!memo)
		memo = &rows->quick.memo[first];
	*memo = (struct memo_word){head, key, (int8_t)digit, {0}};
	memcpy(memo->text, word.at, word.size);
	return digit;
}

static __attribute__((noinline)) bool leave_open(
	struct reading *reading, const struct column *column)
{
	reading->open |= UINT32_C(1) << column->meaning.member->fact;
	return true;
}

// Takes what a column says about its fact. False: only a profile can say what that
// means, as where two columns of one fact differ. Up to END may be read.
static inline bool take_word(struct rows *rows, struct reading *reading,
	const struct column *column, struct str word, const char *end)
{
	if (word.size == 0)
		return true;
	const uint64_t head = bytes_head(word.at, word.size, end);
	const uint32_t key = column->key + (uint32_t)word.size;
	const struct memo_word *memo = &rows->quick.memo[place_of(head, key)];
	const int digit = is_it(memo, head, key, word) ? memo->digit
						       : look_up(rows, column, word, head, key);
	if (digit <= 0)
		return digit == PMM_DIGIT_UNKNOWN ||
		       (digit == WORD_OPEN && leave_open(reading, column));
	uint8_t *given = &reading->digits[column->meaning.member->fact];
	if (*given)
		return *given == digit;
	*given = (uint8_t)digit;
	reading->row->index += ((uint32_t)digit - column->unset) * column->stride;
	return true;
}

// Whether all facts with an open word were given.
static __attribute__((noinline)) bool is_settled(const struct reading *reading)
{
	for (uint32_t open = reading->open; open; open &= open - 1)
		if (!reading->digits[__builtin_ctz(open)])
			return false;
	return true;
}

// Takes a text once and not too long; all else is for the profile to judge.
static inline bool take_text(struct str *to, struct str text)
{
	if (text.size == 0)
		return true;
	if (to->size || text.size > PROFILE_TEXT_MAX)
		return false;
	*to = text;
	return true;
}

// Takes the text of a column that is the id, the group or both.
static inline bool take_texts(struct reading *reading, const struct column *column, struct str text)
{
	return (!column->meaning.is_id || take_text(&reading->row->id, text)) &&
	       (!column->meaning.is_group || take_text(&reading->row->group, text));
}

static inline struct reading start(const struct rows *rows, struct row *row)
{
	*row = (struct row){.index = rows->quick.unset_index};
	return (struct reading){.row = row};
}

static inline bool finish(const struct reading *reading)
{
	reading->row->is_bare = (bytes_load((const char *)reading->digits) |
					bytes_load((const char *)reading->digits + 8)) == 0;
	return reading->open == 0 || is_settled(reading);
}

// --- a row of CSV

bool quick_read_csv(struct rows *rows, struct str line, struct row *row)
{
	const char *at = line.at, *end = line.at + line.size;
	const struct column *column = rows->columns, *last = column + rows->column_count;
	struct reading reading = start(rows, row);
	for (; column < last && at; column++) {
		const char *stop = bytes_find(at, end, rows->csv.delimiter);
		const struct str field = {at, (size_t)(stop - at)};
		at = stop < end ? stop + 1 : NULL;
		if (column->meaning.member && !take_word(rows, &reading, column, field, end))
			return false;
		if (column_is_text(column) &&
			!(rows_is_clean(field) && take_texts(&reading, column, field)))
			return false;
	}
	return finish(&reading);
}

// --- a row of JSON

enum { MISSES_MOST = 4096 };

// Keeps a copy of S in the form. False: no room.
static bool keep(struct row_form *form, struct str s, struct str *to)
{
	if (s.size > FORM_BYTES - form->used)
		return false;
	*to = (struct str){form->bytes + form->used, s.size};
	memcpy(form->bytes + form->used, s.at, s.size);
	form->used += s.size;
	return true;
}

// Bytes of a value as it stands in the text; 0: such a value is not for here.
static size_t size_of(const struct json_token *value)
{
	switch (value->kind) {
	case JSON_STRING: return value->escaped ? 0 : value->raw.size + 2;
	case JSON_TRUE:
	case JSON_NULL: return 4;
	case JSON_FALSE: return 5;
	case JSON_NUMBER: return value->raw.size;
	default: return 0;
	}
}

// Learns the form of a text that the strict reader found valid, its names distinct.
static bool learn(struct rows *rows, struct str text)
{
	struct row_form *form = &rows->quick.form;
	struct json_reader reader;
	struct json_token name, value;
	size_t at = 0; // behind the last value
	form->count = form->used = 0;
	json_open(&reader, text, &rows->arena);
	json_next(&reader, &name);
	while (json_next(&reader, &name) == JSON_NAME) {
		json_next(&reader, &value);
		struct column *column = &form->columns[form->count];
		const size_t size = size_of(&value);
		const struct str lead = {text.at + at, value.offset - at};
		if (form->count == FORM_COLUMNS || name.escaped || size == 0 ||
			!keep(form, lead, &column->lead))
			return false;
		column->meaning = profile_name(&rows->profile, name.raw);
		form->count++;
		at = value.offset + size;
	}
	quick_prepare(rows, form->columns, form->count);
	return name.kind == JSON_OBJECT_END &&
	       keep(form, (struct str){text.at + at, text.size - at}, &form->trail);
}

void quick_learn_json(struct rows *rows, struct str text)
{
	struct row_form *form = &rows->quick.form;
	if (form->count && ++form->misses < form->misses_allowed)
		return;
	form->misses = 0;
	// A file without a common form costs little.
	if (form->misses_allowed < MISSES_MOST)
		form->misses_allowed = form->misses_allowed ? form->misses_allowed * 2 : 2;
	if (!learn(rows, text))
		form->count = 0;
}

static bool starts(const char *at, const char *end, struct str lead)
{
	return (size_t)(end - at) >= lead.size && bytes_same(at, lead.at, lead.size);
}

// Takes the whole number at *AT, where it is an id or of no interest; what follows it, such
// as a fraction, is not as in the form. False: there is none.
static bool read_number(
	struct reading *reading, const struct column *column, const char **at, const char *end)
{
	const char *from = *at, *digits = from + (from < end && *from == '-'), *stop = digits;
	while (stop < end && *stop >= '0' && *stop <= '9')
		stop++;
	if (stop == digits || (*digits == '0' && stop - digits > 1) || column->meaning.member ||
		column->meaning.is_group)
		return false;
	*at = stop;
	reading->row->id_is_number |= column->meaning.is_id;
	return take_texts(reading, column, (struct str){from, (size_t)(stop - from)});
}

// Takes true, false, null or a number at *AT. Else it returns false.
static inline bool read_literal(struct rows *rows, struct reading *reading,
	const struct column *column, const char **at, const char *end)
{
	const char *from = *at;
	if (starts(from, end, STR("null"))) {
		*at += 4;
		return true;
	}
	*at += starts(from, end, STR("true")) ? 4 : starts(from, end, STR("false")) ? 5 : 0;
	if (*at == from)
		return read_number(reading, column, at, end);
	if (!column->takes_literals)
		return false;
	const struct str word = {from, (size_t)(*at - from)};
	return !column->meaning.member || take_word(rows, reading, column, word, end);
}

// Takes the string whose quote is at *AT. One that is only to be compared with words
// need not be judged byte by byte.
static inline bool read_string(struct rows *rows, struct reading *reading,
	const struct column *column, const char **at, const char *end)
{
	const char *from = *at + 1;
	const bool is_compared = column->meaning.member && !column_is_text(column);
	const char *stop = is_compared ? bytes_find(from, end, '"') : json_plain_end(from, end);
	if (stop == end || *stop != '"')
		return false;
	const struct str text = {from, (size_t)(stop - from)};
	*at = stop + 1;
	if (column->meaning.member && !take_word(rows, reading, column, text, end))
		return false;
	return take_texts(reading, column, text);
}

bool quick_read_json(struct rows *rows, struct str text, struct row *row)
{
	const struct row_form *form = &rows->quick.form;
	const char *at = text.at, *end = text.at + text.size;
	if (!form->count)
		return false;
	struct reading reading = start(rows, row);
	for (size_t i = 0; i < form->count; i++) {
		const struct column *column = &form->columns[i];
		if (!starts(at, end, column->lead))
			return false;
		at += column->lead.size;
		bool good = at < end && *at == '"' ? read_string(rows, &reading, column, &at, end)
						   : read_literal(rows, &reading, column, &at, end);
		if (!good)
			return false;
	}
	return (size_t)(end - at) == form->trail.size && starts(at, end, form->trail) &&
	       finish(&reading);
}
