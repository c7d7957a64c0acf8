// SPDX-License-Identifier: MIT
// The state of one load, and how its steps report. The steps run in the order in which
// they stand here. An error does not end them: each reads what can be read, so that all
// faults are told at once. What is needed and cannot be read is NULL as a node, "" as a
// text and nothing as a list; a lack of memory ends everything. The proof alone is left out
// once there is an error.
#pragma once

#include "rulebook.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdarg.h>

enum {
	LOADER_ERRORS_MAX = 100, // findings of errors before the rest is only counted
	LOADER_NAMES = 31,
};

// What a finding is about.
struct loader_fault {
	const char *code;
	const cJSON *node; // at fault; NULL: the text is no JSON
	size_t offset; // where that is seen
	bool is_name; // the name of that member is at fault
	bool is_lack; // of something that should be in NODE
	bool is_note; // no error
	const char *expected, *near; // NULL: nothing to say
	const uint8_t *witness; // digits of a profile, or NULL
};

struct loader {
	struct pmm_rulebook *rulebook;
	const struct pmm_listener *listener; // may be NULL
	struct str text;
	const cJSON *root;
	int result; // 0, -ENOMEM, or -EINVAL after an error
	unsigned errors;
	struct {
		const cJSON *node;
		bool is_name, is_lack;
	} told[LOADER_ERRORS_MAX]; // as of struct loader_fault
	// What was refused may be missed where it is used: bit f: words of fact f,
	// bit LOADER_NAMES: names of facts.
	uint32_t lacking;
	bool is_crowded; // there are too many names of facts, of which it was told
};

static inline bool loader_ends(const struct loader *loader)
{
	return loader->result == -ENOMEM;
}

// finding.c. An error becomes the result. The message is cut at 511 bytes.
__attribute__((format(printf, 3, 4))) void loader_find(
	struct loader *loader, const struct loader_fault *fault, const char *format, ...);
__attribute__((format(printf, 3, 0))) void loader_find_as(struct loader *loader,
	const struct loader_fault *fault, const char *format, va_list values);

// An error at the value AT, where WANTED may stand.
#define loader_fail(loader, at, says, wanted, ...)                                                 \
	loader_find(loader,                                                                        \
		&(struct loader_fault){.code = (says), .node = (at), .expected = (wanted)},        \
		__VA_ARGS__)

// Says how many errors were only counted, if any.
void loader_close(struct loader *loader);

// Zeroed room in the rulebook for COUNT items, and a copy of TEXT there; NULL: there is
// no memory.
void *loader_take(struct loader *loader, size_t count, size_t size);
char *loader_copy(struct loader *loader, struct str text);

// place.c: where a part of the text stands.
enum { PLACE_PATH_MAX = 256 };

struct place {
	char path[PLACE_PATH_MAX];
	struct utf8_place at; // 0, 0: nowhere
};

// Of NODE, or of its name. Reads the text anew, for there is none in a tree.
void place_find(const struct loader *loader, const cJSON *node, bool is_name, struct place *place);

// Adds to what stands in the USED bytes of TO, as far as there is ROOM: it is for people.
// Returns how many there are then.
__attribute__((format(printf, 4, 5))) size_t loader_text(
	char *to, size_t room, size_t used, const char *format, ...);
__attribute__((format(printf, 4, 0))) size_t loader_text_as(
	char *to, size_t room, size_t used, const char *format, va_list values);

// canon.c: the canonical form and its digest.
void load_canonical(struct loader *loader, const cJSON *root);

// load_words.c: makes TEXT, which must live as long as the rulebook and stands in NODE, a
// word or pattern of OWNER (rulebook.h). False: it is none.
bool load_word(struct loader *loader, uint32_t owner, const cJSON *node, const char *text,
	uint32_t target);

// Makes the labels of a fact or value words, too.
void load_labels(struct loader *loader, uint32_t owner, const char *const label[PMM_LANG_COUNT],
	uint32_t target);

// load_facts.c: facts with their words, and those that say nothing about any of them.
void load_facts(struct loader *loader, const cJSON *facts, const cJSON *unknown);

// Enters a name of a fact or source, which must live as long as the rulebook and stands in
// NODE; SOURCE owns words that count under it alone, or is 0. False: it cannot be used.
bool load_name(struct loader *loader, struct pmm_member member, const cJSON *node, uint32_t source);

// Enters its further names, all of which are one MEMBER but for the name, and returns them.
const char *const *load_names(struct loader *loader, struct pmm_member member, const cJSON *aliases,
	uint32_t source, size_t *count);

// A canonical value of FACT, as a bit; 0 after an error. And a set of them: an empty one is
// for the caller to judge.
uint32_t facts_value_bit(struct loader *loader, const struct pmm_fact *fact, const cJSON *node);
uint32_t facts_value_set(struct loader *loader, const struct pmm_fact *fact, const cJSON *node);

// load_sources.c: columns that speak of facts; and the labels of facts as names.
void load_sources(struct loader *loader, const cJSON *sources);

// load_rules.c: attributes, features, what rules cite, rules and flags.
void load_attributes(struct loader *loader, const cJSON *attributes);
void load_features(struct loader *loader, const cJSON *features);
void load_documents(struct loader *loader, const cJSON *documents);
void load_rules(struct loader *loader, const cJSON *rules);
void load_flags(struct loader *loader, const cJSON *flags);

// prove.c: decides every profile, or says for which nothing or too much follows. Where
// there are faults already it does nothing, nor where it returns false.
bool load_prove(struct loader *loader);

// reason.c: the sentences of every outcome.
void load_reasons(struct loader *loader);

// load_examples.c: holds the examples against the decisions, if there are any; reads them
// in any case.
void load_examples(struct loader *loader, const cJSON *examples, bool is_proved);
