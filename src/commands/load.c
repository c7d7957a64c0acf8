// SPDX-License-Identifier: MIT
// Rulebooks from files and directories. It asks nothing of their content: the
// proof and the set do, and here their findings get the names of files.
#include "load.h"

#include "base/base.h"
#include "commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char builtin_name[] = "built-in rulebook";

static void tell_stderr(void *cls, const char *file, const struct pmm_finding *finding)
{
	(void)cls;
	if (!finding->code[0]) {
		tell_trouble(PMM_LANG_EN, "%s: %s", "%s: %s", file, finding->message);
		return;
	}
	fprintf(stderr, "%s: [%s] %s%s%s\n", file, finding->code, finding->where,
		finding->where[0] ? ": " : "", finding->message);
	if (finding->witness[0])
		fprintf(stderr, "    %s\n", finding->witness);
}

const struct diagnostics diagnostics_stderr[] = {
	{tell_stderr, NULL, PMM_LANG_ID}, {tell_stderr, NULL, PMM_LANG_EN}};

static void tell_log(void *cls, const char *file, const struct pmm_finding *finding)
{
	const struct log_field fields[] = {
		{.name = "file", .text = file},
		{.name = "code", .text = finding->code},
		{.name = "where", .text = finding->where},
		{.name = "witness", .text = finding->witness},
	};
	const size_t count = !finding->code[0] ? 1 : finding->witness[0] ? 4 : 3;
	log_event(cls, LOG_ERROR, "load_error", finding->message, fields, count);
}

struct diagnostics diagnostics_log(struct log *log)
{
	return (struct diagnostics){tell_log, log, PMM_LANG_EN};
}

void diagnostics_tell(const struct diagnostics *diagnostics, const char *file, const char *text)
{
	diagnostics->tell(diagnostics->cls, file, &(struct pmm_finding){true, "", "", text, ""});
}

int32_t rulebooks_today(void)
{
	return date_in_jakarta(time(NULL));
}

// A set while it is loaded. RESULT is -EINVAL where something does not hold, or else that
// of the first thing that could not be looked at; the rest is, so that everything is told
// at once.
struct loading {
	const struct diagnostics *diagnostics;
	void (*look)(void *cls, const char *file, const struct pmm_rulebook *); // NULL: nobody does
	const char *file; // at hand
	int result;
	size_t count;
	struct pmm_rulebook *rulebooks[RULEBOOK_SET_MAX];
	const char *files[RULEBOOK_SET_MAX];
	struct arena names; // of the files in a directory
};

// Bytes that all those names may take.
enum { NAMES_MAX = 1 << 20 };

// ID and EN are formats, as of tell_trouble.
static __attribute__((format(printf, 4, 6), format(printf, 5, 6))) void fail(
	struct loading *loading, const char *file, int result, const char *id, const char *en, ...)
{
	const enum pmm_lang lang = loading->diagnostics->lang;
	char *text;
	va_list values;
	va_start(values, en);
	const bool has_text = vasprintf(&text, lang_pick(lang, id, en), values) >= 0;
	va_end(values);
	diagnostics_tell(loading->diagnostics, file, has_text ? text : error_text(lang, ENOMEM));
	if (has_text)
		free(text);
	if (!loading->result || loading->result == -EINVAL)
		loading->result = result;
}

static void fail_with(struct loading *loading, const char *file, int error)
{
	const char *text = error_text(loading->diagnostics->lang, error);
	fail(loading, file, -error, "%s", "%s", text);
}

static void take_finding(void *cls, const struct pmm_finding *finding)
{
	const struct loading *loading = cls;
	if (finding->is_error || loading->look)
		loading->diagnostics->tell(loading->diagnostics->cls, loading->file, finding);
}

static void take_text(struct loading *loading, const char *file, struct str text)
{
	const struct pmm_listener listener = {take_finding, loading};
	struct pmm_rulebook *rulebook = NULL;
	loading->file = file;
	int result = pmm_rulebook_create(&rulebook, text.at, text.size, PMM_MEMORY_MAX, &listener);
	if (result) {
		if (result == -ENOMEM)
			fail_with(loading, file, ENOMEM);
		else
			fail(loading, file, result, "buku aturan ini ditolak",
				"this rulebook is refused");
		return;
	}
	if (loading->look)
		loading->look(loading->diagnostics->cls, file, rulebook);
	loading->rulebooks[loading->count] = rulebook;
	loading->files[loading->count++] = file;
}

static void take_file(struct loading *loading, const char *path)
{
	struct buf text = {0};
	int result = file_read(path, &text);
	if (result)
		fail_with(loading, path, -result);
	else
		take_text(loading, path, buf_view(&text));
	buf_finish(&text);
}

// An entry of a directory. What is no file, such as a FIFO, might never end.
static void take_entry(struct loading *loading, const char *folder, const char *name)
{
	const size_t size = strlen(folder) + strlen(name) + sizeof "/";
	char *path = arena_take(&loading->names, size);
	struct stat status;
	if (!path) {
		fail_with(loading, folder, ENOMEM);
		return;
	}
	snprintf(path, size, "%s/%s", folder, name);
	if (stat(path, &status))
		fail_with(loading, path, errno);
	else if (!S_ISREG(status.st_mode))
		fail(loading, path, -EISDIR,
			"ini bukan berkas biasa; pindahkan, atau ganti akhiran namanya",
			"this is no regular file; move it away, or end its name otherwise");
	else
		take_file(loading, path);
}

static int is_rulebook(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);
	return entry->d_name[0] != '.' && size > 5 &&
	       strcmp(entry->d_name + size - 5, ".json") == 0;
}

static void take_directory(struct loading *loading, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_rulebook, alphasort);
	if (count < 0) {
		fail_with(loading, path, errno);
		return;
	}
	if (count == 0)
		fail(loading, path, -ENOENT,
			"tidak ada *.json di dalamnya; taruh buku aturan di situ, atau sebutkan "
			"berkasnya",
			"there is no *.json in it; put a rulebook there, or name a file");
	if (count > RULEBOOK_SET_MAX)
		fail(loading, path, -ENOENT,
			"ada %d *.json di dalamnya, paling banyak %d; pindahkan sebagian",
			"there are %d *.json in it, at most %d are taken; move some away", count,
			RULEBOOK_SET_MAX);
	for (int i = 0; i < count; i++) {
		if (count <= RULEBOOK_SET_MAX)
			take_entry(loading, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void take_conflict(void *cls, const struct rulebook_set_conflict *conflict)
{
	struct loading *loading = cls;
	const char *one = loading->files[conflict->one], *other = loading->files[conflict->other];
	if (conflict->day)
		fail(loading, one, -EINVAL,
			"berlaku pada %s, begitu pula %s; ubah effective_from salah satunya, atau "
			"kosongkan effective_to yang mulai lebih dahulu: penggantinya mengakhirinya",
			"it is in force on %s, as is %s; change effective_from of one, or leave "
			"out effective_to of the one that begins first: its successor ends it",
			conflict->day, other);
	else
		fail(loading, one, -EINVAL, "id-nya sama dengan %s; hapus atau ganti salah satunya",
			"it has the same id as %s; remove one, or rename it", other);
}

// Loads what lies at PATH.
static void take_path(struct loading *loading, const char *path)
{
	struct stat status;
	arena_init(&loading->names, NULL, 0, NAMES_MAX);
	if (path[0] == '\0')
		take_text(loading, builtin_name,
			(struct str){builtin_rulebook, builtin_rulebook_size});
	else if (stat(path, &status) || !S_ISDIR(status.st_mode))
		take_file(loading, path);
	else
		take_directory(loading, path);
}

// The same, and looks at it as a set.
static void take_set(struct loading *loading, const char *path)
{
	take_path(loading, path);
	rulebook_set_find_conflicts(loading->rulebooks, loading->count, take_conflict, loading);
}

static void finish(struct loading *loading, bool keeps)
{
	for (size_t i = 0; !keeps && i < loading->count; i++)
		pmm_rulebook_destroy(loading->rulebooks[i]);
	arena_finish(&loading->names);
}

int rulebooks_publish(
	struct service *service, const char *path, const struct diagnostics *diagnostics)
{
	struct loading loading = {.diagnostics = diagnostics};
	take_set(&loading, path);
	if (loading.result && loading.count > 0)
		fail(&loading, path, loading.result,
			"tidak satu pun buku aturannya dipakai; perbaiki atau pindahkan yang "
			"disebut di atas",
			"none of its rulebooks is taken; fix or move away what is named above");
	if (loading.result == 0) {
		int result = service_publish(service, loading.rulebooks, loading.count);
		if (result)
			fail_with(&loading, path[0] ? path : builtin_name, -result);
	}
	finish(&loading, loading.result == 0); // then they are the service's
	return loading.result;
}

int rulebooks_verify(const char *path, const struct diagnostics *diagnostics,
	void (*look)(void *cls, const char *file, const struct pmm_rulebook *rulebook))
{
	struct loading loading = {.diagnostics = diagnostics, .look = look};
	take_set(&loading, path);
	finish(&loading, false);
	return loading.result;
}

int rulebooks_load(const char *path, const struct diagnostics *diagnostics,
	struct pmm_rulebook *rulebooks[RULEBOOK_SET_MAX], size_t *count)
{
	struct loading loading = {.diagnostics = diagnostics};
	take_path(&loading, path);
	if (loading.result == 0) {
		memcpy(rulebooks, loading.rulebooks, sizeof loading.rulebooks);
		*count = loading.count;
	}
	finish(&loading, loading.result == 0);
	return loading.result;
}
