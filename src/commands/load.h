// SPDX-License-Identifier: MIT
// Rulebooks from a file or a directory, and who is told what is wrong with them.
#pragma once

#include "api/api.h"
#include "log/log.h"

// Who is told what is wrong with a FILE (its path, or what stands for it), whose content is
// TEXT where there is one: what the proof or the set found or, without a code, a message
// that says what is wrong and what to do.
struct diagnostics {
	void (*tell)(const struct diagnostics *self, const char *file, struct str text,
		const struct pmm_finding *finding);
	void *cls;
	enum pmm_lang lang; // of messages; what the proof found is in English
};

// Everything that is wrong goes to stderr, a paragraph each; or becomes an event of LOG.
extern const struct diagnostics diagnostics_stderr[PMM_LANG_COUNT];
struct diagnostics diagnostics_log(struct log *log);

// Says MESSAGE of a file.
void diagnostics_tell(const struct diagnostics *diagnostics, const char *file, const char *message);

// Loads the rulebooks at PATH and has SERVICE answer from them: a file, or all
// *.json of a directory but hidden ones, in the order of their names; empty is
// the built-in one. All of them or, after DIAGNOSTICS heard of everything that is
// wrong with any, none: -EINVAL where one of them or the set does not hold, else -ENOMEM or
// what the system said of PATH, which goes before.
int rulebooks_publish(
	struct service *service, const char *path, const struct diagnostics *diagnostics);

// The same without a service: whether one could publish PATH. DIAGNOSTICS also
// hear of overlaps, which are no errors. LOOK is shown each file once it was judged, with its
// rulebook or, if that does not hold, NULL, with their cls.
int rulebooks_verify(const char *path, const struct diagnostics *diagnostics,
	void (*look)(void *cls, const char *file, const struct pmm_rulebook *rulebook));

// The same, but they need be no set, and are the caller's where the result is 0.
int rulebooks_load(const char *path, const struct diagnostics *diagnostics,
	struct pmm_rulebook *rulebooks[RULEBOOK_SET_MAX], size_t *count);

// The day for service_options.today: western Indonesia's, whatever TZ says.
int32_t rulebooks_today(void);
