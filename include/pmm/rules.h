/* SPDX-License-Identifier: MIT
 *
 * libpmmrules: a rulebook, proved when it is loaded, and the answers it gives.
 *
 * A rulebook (its format: config/rulebook.schema.json) names facts about a
 * person, features of a platform, attributes of a feature, and rules that say
 * from which facts which attribute follows, with the clause of the document it
 * rests on. The space of profiles is finite and small, so loading decides all
 * of it, unknown facts included. What is left to do for one person is to turn
 * facts into a number and look it up:
 *
 *     text --create--> rulebook        member_find, value_find: words -> digits
 *                        |             profile_index: digits -> index
 *                        +-- decide(index) -> decision -> outcome per feature
 *
 * Invariants: a rulebook that exists is proved: for every profile, feature and
 * attribute exactly one value follows. It never changes after it was created,
 * so any number of threads may read it without a lock. All pointers that these
 * functions return belong to the rulebook and live as long as it does.
 *
 * The library does not log, read files, look at the clock or the environment,
 * or speak HTTP. All text is UTF-8 and NUL-terminated unless a size is given.
 */
#ifndef PMM_RULES_H
#define PMM_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PMM_API __attribute__((visibility("default")))
#else
#define PMM_API
#endif

/* The languages that every text of a rulebook is given in. */
enum pmm_lang { PMM_LANG_ID, PMM_LANG_EN, PMM_LANG_COUNT };

/* Its tag (BCP 47), by which texts are named in a rulebook: "id", "en". Any thread. */
PMM_API const char *pmm_lang_tag(enum pmm_lang lang);

/* Limits of a rulebook; one past any of them is refused when it is loaded. */
enum {
	PMM_FACTS_MAX = 16,
	PMM_VALUES_MAX = 32, /* values of one fact or attribute */
	PMM_ATTRIBUTES_MAX = 8, /* attributes of a feature */
	PMM_FEATURES_MAX = 32,
	PMM_RULES_MAX = 256,
	PMM_FEATURE_RULES_MAX = 64, /* rules that speak of one feature */
	PMM_ALTERNATIVES_MAX = 128, /* no space has facts with more values in all */
	PMM_DOCUMENTS_MAX = 32,
	PMM_FLAGS_MAX = 16,
	PMM_MEMBERS_MAX = 64, /* names under which facts are accepted */
	PMM_ALIASES_MAX = 256, /* words for one value, and for nothing */
	PMM_EXAMPLES_MAX = 1024,
	PMM_NOTICES_MAX = 16,
	PMM_SILENT_MAX = 32,
	PMM_WORD_MAX = 128, /* bytes of a name or value, folded */
	PMM_SPACE_MAX = 1000000, /* profiles, unknown values included */
};

struct pmm_rulebook;

/* One value of a fact or attribute. */
struct pmm_value {
	const char *name; /* as it stands in answers: "pupil", "true" */
	const char *label[PMM_LANG_COUNT]; /* for people, in lower case */
	const char *const *aliases; /* other words for it, as in the rulebook: with "*" */
	size_t alias_count;
	bool is_date; /* of an attribute: it is a day, YYYY-MM-DD */
};

/* Something that may be known about a person. */
struct pmm_fact {
	const char *name;
	const char *label[PMM_LANG_COUNT];
	bool is_boolean; /* its values are true and false, written without quotes */
	bool changeable; /* the person can change it (an account, a registration) */
	const char *how[PMM_LANG_COUNT]; /* who mends it, and where; NULL: not said */
	const struct pmm_value *values;
	size_t value_count;
	const char *const *aliases; /* other names of the fact itself */
	size_t alias_count;
	const char *const *unknown; /* words that say nothing: treated as not given */
	size_t unknown_count;
};

/* Something that is said of every feature: an obligation, a deadline. */
struct pmm_attribute {
	const char *name;
	const char *label[PMM_LANG_COUNT];
	const struct pmm_value *values; /* without aliases; the order is the rulebook's */
	size_t value_count;
	/* What is said where it is undetermined, with {facts}; another attribute's may be equal. */
	const char *depends[PMM_LANG_COUNT];
};

struct pmm_feature {
	const char *name;
	const char *title; /* a proper name, the same in every language */
};

struct pmm_document {
	const char *id; /* within the rulebook */
	const char *number; /* as answers cite it */
	const char *title;
	const char *issuer;
	const char *date; /* YYYY-MM-DD, or NULL for a page without one */
};

/* What an attribute has for a rule that says nothing about it. */
enum { PMM_NO_VALUE = 0xFF };

struct pmm_rule {
	const char *id;
	const struct pmm_document *document;
	const char *point;
	uint32_t when[PMM_FACTS_MAX]; /* bit v: value v of the fact is accepted; all ones: any */
	uint32_t features; /* bit f: it speaks of feature f */
	uint8_t then[PMM_ATTRIBUTES_MAX]; /* value of each attribute, or PMM_NO_VALUE */
	uint32_t decides; /* full profiles that it applies to */
};

/* A combination of outcomes that is worth counting. */
struct pmm_flag {
	const char *name;
	const char *label[PMM_LANG_COUNT];
};

/* A name under which a fact may be given. */
struct pmm_member {
	const char *name; /* as in the rulebook */
	uint32_t ordinal; /* 0 .. PMM_MEMBERS_MAX - 1 */
	uint32_t fact;
	uint32_t accepts; /* bit v: value v counts when given under this name */
	bool selective; /* other text under this name says nothing and is no error */
	bool ranked; /* other text says nothing where another name gives the fact */
	uint32_t wins; /* bit v: value v outranks */
	uint64_t outranks; /* bit m: such a value wins over member m of the same fact */
};

/* What a reader of any answer must know and the documents do not say: a later rule. */
struct pmm_notice {
	const char *since; /* YYYY-MM-DD */
	const char *text[PMM_LANG_COUNT];
	const char *source[PMM_LANG_COUNT]; /* NULL: not named */
};

/* What the documents do not speak about, and whom to ask. */
struct pmm_silent {
	const char *text[PMM_LANG_COUNT]; /* a noun phrase */
	const char *ask[PMM_LANG_COUNT]; /* another */
};

/* What a rulebook consists of, for those who describe it to others. */
struct pmm_rulebook_info {
	const char *id, *version;
	const char *title[PMM_LANG_COUNT];
	const char *effective_from; /* YYYY-MM-DD */
	const char *effective_to; /* YYYY-MM-DD, the last day, or NULL */
	const char *digest; /* "sha256:" and 64 hexadecimal digits */
	const char *canonical; /* RFC 8785 and one newline: what the digest is taken of */
	size_t canonical_size; /* bytes */
	const struct pmm_fact *facts;
	size_t fact_count;
	const struct pmm_member *members; /* every name, by ordinal */
	size_t member_count;
	const char *const *unknown; /* words that say nothing about any fact */
	size_t unknown_count;
	const struct pmm_attribute *attributes;
	size_t attribute_count;
	const struct pmm_attribute *dated; /* the one that has dates as values, or NULL */
	const struct pmm_feature *features;
	size_t feature_count;
	const struct pmm_document *documents;
	size_t document_count;
	const struct pmm_rule *rules;
	size_t rule_count;
	const struct pmm_flag *flags;
	size_t flag_count;
	const struct pmm_notice *notices;
	size_t notice_count;
	const struct pmm_silent *silent;
	size_t silent_count;
	const char *undetermined[PMM_LANG_COUNT]; /* label of the value "undetermined" */
	uint32_t space; /* profiles, unknown values included */
	uint32_t full_space; /* profiles with every fact known */
	uint32_t decision_count; /* distinct answers to a whole profile */
	uint32_t outcome_count; /* distinct answers for one feature */
	size_t example_count;
};

/* A rule that carries an outcome. */
struct pmm_basis {
	const struct pmm_rule *rule;
	uint32_t attributes; /* bit a: it decides attribute a */
};

/* What follows for one feature. Profiles with the same outcome share it. */
struct pmm_outcome {
	uint32_t ordinal; /* 0 .. outcome_count - 1 */
	uint32_t feature;
	uint32_t possible[PMM_ATTRIBUTES_MAX]; /* bit v: some completion of the profile has
						  value v; see pmm_is_determined */
	uint32_t missing; /* bit f: fact f is unknown and matters here */
	uint16_t missing_of[PMM_ATTRIBUTES_MAX]; /* the same for each attribute: completions
						    that differ only in f give it two values */
	uint32_t flags; /* bit i: flag i holds for certain */
	const struct pmm_basis *basis; /* in the order of the rules */
	size_t basis_count;
	const char *reason[PMM_LANG_COUNT]; /* plain sentences */
};

/* Whether what is POSSIBLE for an attribute is one value. */
static inline bool pmm_is_determined(uint32_t possible)
{
	return (possible & (possible - 1)) == 0;
}

/* What follows for one profile. */
struct pmm_decision {
	uint32_t ordinal; /* 0 .. decision_count - 1 */
	uint32_t missing; /* bit f: the union over the features */
	const struct pmm_outcome *const *outcomes; /* one for each feature, in order */
};

/* What loading has to say, all of it at once; of one value the first fault, for others follow
 * from it. What refers to something that was refused itself is not told of. Texts are
 * English, for the author of a rulebook; "" where there is nothing to say. */
struct pmm_finding {
	bool is_error; /* false: worth knowing (an overlap of rules that agree) */
	const char *code; /* stable: "gap", "contradiction", "unreachable_rule", ... */
	const char *where; /* the path of what is at fault: "rules[3].when.card[1]" */
	const char *message; /* one sentence */
	const char *expected; /* what may stand there: names, a kind, a form */
	const char *did_you_mean; /* the one of those names that is nearest */
	const char *witness; /* a profile that shows it, as a ready curl line */
	uint32_t line, column; /* of the value or the name of the member at fault, from 1, in
				  characters; 0: nowhere. What lacks is told of the object */
};

/* Called during pmm_rulebook_create only; the texts die when it returns. */
struct pmm_listener {
	void (*finding)(void *cls, const struct pmm_finding *finding);
	void *cls;
	bool errors_only; /* spares the work for the rest */
};

/* Most bytes that a rulebook may take when it is loaded, tables included. */
#define PMM_MEMORY_MAX ((size_t)256 << 20)

/* Loads and proves the SIZE bytes of JSON at TEXT, which are not kept.
 * LISTENER may be NULL. MEMORY_MAX bounds what the rulebook may take (bytes).
 * Returns 0 and sets *OUT, to be given to pmm_rulebook_destroy; else *OUT is
 * untouched and the result is -ENOMEM, or -EINVAL after at least one finding
 * that is an error.
 * Threads: any, also at once. */
PMM_API int pmm_rulebook_create(struct pmm_rulebook **out, const char *text, size_t size,
	size_t memory_max, const struct pmm_listener *listener);

/* NULL is allowed. No pointer into the rulebook may be used afterwards. */
PMM_API void pmm_rulebook_destroy(struct pmm_rulebook *rulebook);

PMM_API const struct pmm_rulebook_info *pmm_rulebook_info(const struct pmm_rulebook *rulebook);

/* Finds a member by a name that a person wrote, after folding (pmm_fold). The labels of
 * a fact are names of it, too. NULL if there is none. */
PMM_API const struct pmm_member *pmm_member_find(
	const struct pmm_rulebook *rulebook, const char *name, size_t size);

/* What pmm_value_find returns besides a digit. */
enum { PMM_DIGIT_UNKNOWN = 0, PMM_DIGIT_NONE = -1 };

/* The digit (1 + ordinal of the value) of what a person wrote for a fact: an exact word
 * after folding, else what a pattern (a word with "*" at one end) matches;
 * PMM_DIGIT_UNKNOWN for a text of separators or a word that says nothing;
 * PMM_DIGIT_NONE if it is no word of this fact, or one that is refused. */
PMM_API int pmm_value_find(
	const struct pmm_rulebook *rulebook, uint32_t fact, const char *text, size_t size);

/* The same for what stands under the name MEMBER, which may have words of its own, take
 * several in one text, and accept some values of its fact alone: PMM_DIGIT_NONE also for
 * one that it does not accept. Under a selective name there is no PMM_DIGIT_NONE: other
 * text says nothing, PMM_DIGIT_UNKNOWN. Under a ranked one PMM_DIGIT_NONE says nothing if
 * another name gives the fact, which is for the caller to see. */
PMM_API int pmm_member_value(const struct pmm_rulebook *rulebook, const struct pmm_member *member,
	const char *text, size_t size);

/* The accepted word that is nearest to a misspelt one, as the rulebook writes it; NULL if
 * none is near, or one that means something else, says nothing or is refused is as near.
 * For names, also those with a bracket behind, and values. Never returns the caller's text. */
PMM_API const char *pmm_member_suggest(
	const struct pmm_rulebook *rulebook, const char *name, size_t size);
PMM_API const char *pmm_value_suggest(
	const struct pmm_rulebook *rulebook, uint32_t fact, const char *text, size_t size);

/* A fact as it was given: under which name, and its digit. */
struct pmm_given {
	const struct pmm_member *member;
	uint8_t digit; /* not PMM_DIGIT_UNKNOWN, and accepted by the member */
};

/* Brings what was given into one digit for each fact; 0 where nothing was.
 * GIVEN stands in the order of the document and has each member at most once
 * (COUNT <= PMM_MEMBERS_MAX). A member that outranks another one by its value wins;
 * all others that speak of one fact must agree. Returns how many do not, and sets
 * CONFLICTS[i] for each such entry, the later one of the two (may be NULL). */
PMM_API size_t pmm_resolve(const struct pmm_rulebook *rulebook, const struct pmm_given *given,
	size_t count, uint8_t digits[PMM_FACTS_MAX], bool *conflicts);

/* The index of a profile; DIGITS has one for each fact, each at most the
 * number of the fact's values. Index 0 is the profile of which nothing is known,
 * and any other is the sum of what the facts add: each its digit times a step that
 * does not depend on the others. */
PMM_API uint32_t pmm_profile_index(
	const struct pmm_rulebook *rulebook, const uint8_t digits[PMM_FACTS_MAX]);

/* The reverse. INDEX must be below info->space. */
PMM_API void pmm_profile_digits(
	const struct pmm_rulebook *rulebook, uint32_t index, uint8_t digits[PMM_FACTS_MAX]);

/* The decision for a profile: one table look-up. INDEX must be below info->space. */
PMM_API const struct pmm_decision *pmm_decide(const struct pmm_rulebook *rulebook, uint32_t index);

/* How a rule stands to a profile. */
enum pmm_standing {
	PMM_APPLIED, /* whatever the unknown facts are */
	PMM_NOT_APPLIED, /* a known fact excludes it */
	PMM_OPEN, /* unknown facts do, or do not */
};
struct pmm_explained {
	const struct pmm_rule *rule;
	enum pmm_standing standing;
	uint32_t facts; /* bit f: known ones that exclude it, unknown ones that leave it open;
			   of an applied rule all that it names */
};

/* How each rule that speaks of FEATURE (an ordinal) stands to the profile INDEX, in the order
 * of the rules; returns how many there are. */
PMM_API size_t pmm_explain(const struct pmm_rulebook *rulebook, uint32_t index, uint32_t feature,
	struct pmm_explained to[PMM_FEATURE_RULES_MAX]);

/* One fact of a profile changed, and what follows then. */
struct pmm_alternative {
	uint32_t fact;
	uint8_t digit;
	const struct pmm_outcome *outcome;
};

/* The values of changeable facts, given or unknown, with which an attribute of FEATURE has
 * another value, or is determined where it was not, or the reverse; returns how many there
 * are. */
PMM_API size_t pmm_alternatives(const struct pmm_rulebook *rulebook, uint32_t index,
	uint32_t feature, struct pmm_alternative to[PMM_ALTERNATIVES_MAX]);

/* All decisions and outcomes that there are, by their ordinals, which must be
 * below info->decision_count and info->outcome_count: for what is done once for
 * each, where most profiles share theirs with others. */
PMM_API const struct pmm_decision *pmm_decision_at(
	const struct pmm_rulebook *rulebook, uint32_t ordinal);
PMM_API const struct pmm_outcome *pmm_outcome_at(
	const struct pmm_rulebook *rulebook, uint32_t ordinal);

/* Folds SIZE bytes at TEXT into TO as names and values are compared: by letters and
 * digits, ASCII case folded. What only separates is dropped (spaces of every kind, _ - .
 * : * quotes, characters that are not seen); / & , ; ( ) and a sign before a number stay.
 * Returns the number of bytes, or PMM_WORD_MAX + 1 if they do not fit. */
PMM_API size_t pmm_fold(char to[PMM_WORD_MAX], const char *text, size_t size);

/* --- two rulebooks compared --- */

enum pmm_only_kind {
	PMM_ONLY_FACT,
	PMM_ONLY_FACT_VALUE,
	PMM_ONLY_FEATURE,
	PMM_ONLY_ATTRIBUTE,
	PMM_ONLY_ATTRIBUTE_VALUE
};

/* Something that only one of two rulebooks has. */
struct pmm_only {
	enum pmm_only_kind kind;
	bool is_after; /* the later one has it */
	const char *owner, *name; /* owner: of a value its fact or attribute, else NULL */
};

/* For the profiles that have of each fact one of the values in WHEN, an attribute of a feature
 * is another. Those of one attribute and feature have no profile in common. */
struct pmm_change {
	const struct pmm_feature *feature; /* of the later rulebook, as is the attribute */
	const struct pmm_attribute *attribute;
	const struct pmm_value *before, *after;
	uint32_t when[PMM_FACTS_MAX]; /* bit v: value v of that fact of the comparison */
	uint32_t profiles;
	bool is_exact; /* the same cannot be said with fewer of this change */
	uint64_t rules[2][PMM_RULES_MAX / 64]; /* before and after, bit r: rule r decides some */
};

enum {
	PMM_DIFF_ONLY_MAX = 2 * (PMM_FACTS_MAX + PMM_FEATURES_MAX + PMM_ATTRIBUTES_MAX +
					(PMM_FACTS_MAX + PMM_ATTRIBUTES_MAX) * PMM_VALUES_MAX),
};

/* What a comparison found: together, the changes are exactly the complete profiles for which
 * an answer changes. */
struct pmm_diff_info {
	const struct pmm_fact *const *facts; /* the later rulebook's, then others */
	size_t fact_count;
	uint32_t common[PMM_FACTS_MAX]; /* bit v: profiles with value v are compared */
	uint32_t profiles, changed; /* complete ones that are compared; of them, with a change */
	struct pmm_only only[PMM_DIFF_ONLY_MAX];
	size_t only_count;
	const struct pmm_change *changes; /* in the order of features and attributes */
	size_t change_count;
};

struct pmm_diff;

/* Compares two rulebooks, which are to outlive the comparison, by names: the features and
 * attributes that both have, for profiles of values that both know; a fact that one of them
 * has alone may have any value. MEMORY_MAX bounds what it takes (bytes; 64 MiB will do). The
 * search for fewer changes has a fixed number of steps, so that every run finds the same.
 * Returns 0 and sets *OUT, to be given to pmm_diff_destroy; else *OUT is untouched and the
 * result is -ENOMEM, or -E2BIG: together they have more than PMM_FACTS_MAX facts, or
 * PMM_SPACE_MAX complete profiles.
 * Threads: any, also at once; a comparison never changes. */
PMM_API int pmm_diff_create(struct pmm_diff **out, const struct pmm_rulebook *before,
	const struct pmm_rulebook *after, size_t memory_max);
PMM_API const struct pmm_diff_info *pmm_diff_info(const struct pmm_diff *diff);
PMM_API void pmm_diff_destroy(struct pmm_diff *diff); /* NULL is allowed */

/* The versions of the libraries that this one runs on, which need not be those
 * that it was built with, for people who report a fault. They live for ever.
 * Threads: one at a time. */
PMM_API void pmm_library_versions(const char **cjson, const char **gnutls);

#ifdef __cplusplus
}
#endif
#endif
