// SPDX-License-Identifier: MIT
// Private to rows: reads a row without a profile, if it is as nearly all are. Rows of
// one file differ in their values only, and those are few words: the words are kept
// with what they mean, and of JSON the bytes between the values too, so that they need
// only be compared. From end to end a row of NDJSON takes 80 % fewer instructions in
// this way than by way of a profile, one of CSV 57 %. Whatever is not known to be fine
// is left to the profile, so none of this can change a result.
#pragma once

#include "profile/profile.h"

struct row;
struct rows;

// A column of a CSV file, or a member that the rows of a JSON file share.
struct column {
	struct profile_name meaning;
	struct str name; // CSV: as written, for pointers
	struct str lead; // JSON: all bytes between the value before and this one
	bool takes_literals; // JSON: it may be true or false
	// Where it is a fact's: its part of a word's key, what one step of the digit is in
	// a profile's index, and the digit of a row that does not give it.
	uint32_t key, stride, unset;
};

// A word that was read before, by its bytes as they were written.
enum { MEMO_BITS = 8, MEMO_WORDS = 1 << MEMO_BITS, MEMO_BYTES = 35 };

struct memo_word {
	uint64_t head; // the first eight bytes, or those that there are (bytes.h)
	uint32_t key; // the name that it stood under, and its size; 0: free
	uint8_t digit;
	char text[MEMO_BYTES];
};

// The form that one JSON row had, to be tried on the next:
//
//     lead value lead value ... trail
enum { FORM_COLUMNS = 16, FORM_BYTES = 1024 };

struct row_form {
	struct column columns[FORM_COLUMNS];
	size_t count; // 0: there is none
	struct str trail;
	unsigned misses, misses_allowed; // before another form is learnt
	size_t used;
	char bytes[FORM_BYTES]; // the leads and the trail
};

struct quick {
	uint32_t unset_index; // of a row that gives no fact
	struct memo_word memo[MEMO_WORDS];
	struct row_form form;
};

// The columns are known: works out what their words will come to.
void quick_prepare(struct rows *rows, struct column *columns, size_t count);

// Reads a row of CSV in which nothing is quoted, or one of JSON by the form of an
// earlier one. False: it must be read by way of a profile; *ROW is spoilt then.
bool quick_read_csv(struct rows *rows, struct str line, struct row *row);
bool quick_read_json(struct rows *rows, struct str text, struct row *row);

// Learns the form of TEXT, a row that was read and is good.
void quick_learn_json(struct rows *rows, struct str text);
