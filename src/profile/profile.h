// SPDX-License-Identifier: MIT
// One profile while it is read: what was given, and everything that is wrong
// with it. JSON, forms and queries all end here, so they cannot differ.
// It knows nothing of what follows from a profile, nor of HTTP.
#pragma once

#include "base/base.h"
#include "code.h"

#include <pmm/rules.h>

enum {
	PROFILE_TEXT_MAX = 128, // bytes of id and group
	PROFILE_ERRORS_MAX = 100, // listed; the rest is counted
	PROFILE_MEMBERS_MAX = 1024, // members of a JSON object, as many as columns of a CSV file
	PROFILE_PAIRS_MAX = 100, // pairs of a form or query; all their errors fit the list
};

// What stands behind a member's name.
enum value_kind {
	VALUE_TEXT,
	VALUE_TRUE,
	VALUE_FALSE,
	VALUE_NULL,
	VALUE_NUMBER, // its text as it was written
	VALUE_NESTED, // an array or object
};

struct profile_value {
	enum value_kind kind;
	struct str text; // of VALUE_TEXT and VALUE_NUMBER
};

struct profile_error {
	struct profile_error *next;
	enum code code;
	struct str name; // of the member, as it was written; at == NULL: the whole
	const struct pmm_member *member; // whose fact's values are allowed, or NULL
	struct str text; // of CODE_unknown_value: what is none of them
};

struct profile {
	const struct pmm_rulebook *rulebook;
	struct arena *arena; // for errors and decoded text
	bool ignore_unknown; // unknown names are no error
	bool takes_text; // id and group may be given: it is no address
	const char *const *own_names; // of ours beside the rulebook's, to suggest; then NULL
	uint8_t levels_above; // that its JSON stands in, as in an array
	bool may_be_envelope; // its JSON is read up to an array named "rows", if there is one
	size_t rows_at; // where that begins; 0: there is none
	// Folded names to take id and group from instead; size 0: their own.
	struct str id_from, group_by;
	struct str id, group; // decoded; size 0: not given
	bool id_is_number; // of JSON, in its own spelling
	struct pmm_given given[PMM_MEMBERS_MAX];
	struct str given_names[PMM_MEMBERS_MAX];
	uint8_t given_slot[PMM_MEMBERS_MAX]; // member -> slot in given, if seen
	uint64_t seen; // bit m: member m was given
	size_t given_count;
	struct profile_error *errors, **errors_end;
	size_t error_count;
	struct str pair_name; // of the pair that was read last; at == NULL: it was broken
	struct str duplicate_pointer; // of what stands twice, cut; at == NULL: nothing
	bool out_of_memory;
	bool is_too_large; // more members than there may be; not read to its end
};

void profile_init(
	struct profile *profile, const struct pmm_rulebook *rulebook, struct arena *arena);

// One member. NAME and the text of VALUE must live as long as the profile.
void profile_set(struct profile *profile, struct str name, const struct profile_value *value);

// What a name means here. It may be a fact and the id at once (?id_from=card).
struct profile_name {
	const struct pmm_member *member; // or NULL
	bool is_id, is_group, is_unknown;
};
struct profile_name profile_name(const struct profile *profile, struct str name);

// profile_set for a name that was looked up before.
void profile_set_as(struct profile *profile, const struct profile_name *meaning, struct str name,
	const struct profile_value *value);

// Notes an error about NAME, or only counts it.
void profile_fail(struct profile *profile, enum code code, struct str name);

// The word of the rulebook or of ours that may have been meant, or NULL.
const char *profile_suggestion(const struct profile *profile, const struct profile_error *error);

// Resolves what was given into digits; facts that were not given keep what
// DIGITS holds (defaults). Returns false if there are errors, all of them noted
// unless memory ran out (out_of_memory, which this may set).
bool profile_finish(struct profile *profile, uint8_t digits[PMM_FACTS_MAX]);

// Reads a JSON text as a profile. The result is a fault of the text, if any;
// errors of the profile are noted in it.
enum json_fault profile_read_json(struct profile *profile, struct str text, size_t *offset);

// Reads a form post or a query. 0; -EINVAL if it is malformed, -EEXIST if a
// name stands twice (pair_name tells it), -E2BIG past PROFILE_PAIRS_MAX, -ENOMEM. OTHER is asked
// first (may be NULL): it returns 1 for a pair that it took, 0 for one that is the profile's, or a
// negative result to stop with. -EBADMSG: pair_name is a piece of a file.
int profile_read_pairs(struct profile *profile, struct str text,
	int (*other)(void *cls, struct str name, struct str value), void *cls);

// Whether what stands for a pair's name looks like a piece of a table or of JSON, sent as a form
// or in an address: then it holds values, and is not told.
bool profile_is_piece(struct str name);

// profile_set for a pair. False: its name is such a piece, of which none is known.
bool profile_set_pair(struct profile *profile, struct str name, struct str value);

// Bytes before the first character of a text: blanks and byte-order marks.
size_t profile_lead(struct str text);

// --- what is wrong, as bytes: in problem documents and in rows alike (profile_errors.c)

// ,"errors":[...] with everything that is wrong with PROFILE.
void profile_errors_json(struct buf *buf, const struct profile *profile, enum pmm_lang lang);

// The word at I of those that ERROR allows, or NULL. Sets *IS_BARE: JSON has it without quotes.
const char *profile_allowed(
	const struct profile *profile, const struct profile_error *error, size_t i, bool *is_bare);

// The same for people, a line for each.
void profile_errors_text(struct buf *buf, const struct profile *profile, enum pmm_lang lang);

enum { POINTER_MAX = 128 }; // bytes of a pointer that is not cut

// Adds NAME to what begins at START of BUF, to a JSON Pointer as its next step. Where it
// would pass POINTER_MAX it is cut after a character, with an ellipsis: false, no more steps.
bool profile_place(struct buf *buf, size_t start, struct str name, bool is_pointer);

// The JSON Pointer of a member, "/name", as it is; and quoted for a terminal.
void profile_pointer(struct buf *buf, struct str name);
void profile_pointer_quoted(struct buf *buf, struct str name);
