// SPDX-License-Identifier: MIT
// Rulebooks from files and directories. It asks nothing of their content: the
// proof and the set do, and here their findings get the names of files.
#include "load.h"

#include "base/base.h"
#include "commands.h"
#include "diagnose.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char builtin_name[] = "built-in rulebook";

static void tell_stderr(const struct diagnostics *self, const char *file, struct str text,
	const struct pmm_finding *finding)
{
	struct buf told = {0};
	if (finding->code[0])
		diagnose(&told, file, text, finding);
	if (told.failed)
		tell_error(self->lang, file, ENOMEM);
	else if (!finding->code[0])
		tell_trouble(self->lang, "%s: %s", "%s: %s", file, finding->message);
	else
		fwrite(told.at, 1, told.size, stderr);
	buf_finish(&told);
}

const struct diagnostics diagnostics_stderr[] = {
	{tell_stderr, NULL, PMM_LANG_ID}, {tell_stderr, NULL, PMM_LANG_EN}};

static void tell_log(const struct diagnostics *self, const char *file, struct str text,
	const struct pmm_finding *finding)
{
	struct log_field fields[8] = {{.name = "file", .text = file}};
	const struct log_field all[] = {
		{.name = "code", .text = finding->code},
		{.name = "where", .text = finding->where},
		{.name = "line", .number = finding->line},
		{.name = "column", .number = finding->column},
		{.name = "expected", .text = finding->expected},
		{.name = "did_you_mean", .text = finding->did_you_mean},
		{.name = "witness", .text = finding->witness},
	};
	size_t count = 1;
	(void)text;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (all[i].text ? all[i].text[0] != '\0' : all[i].number != 0)
			fields[count++] = all[i];
	log_event(self->cls, LOG_ERROR, "load_error", finding->message, fields, count);
}

struct diagnostics diagnostics_log(struct log *log)
{
	return (struct diagnostics){tell_log, log, PMM_LANG_EN};
}

// Says MESSAGE of a file; with CODE, of its member KEY, which is shown.
static void tell(const struct diagnostics *diagnostics, const char *file, const char *code,
	const char *key, const char *message)
{
	struct buf text = {0};
	if (code[0])
		file_read(file, &text); // where it cannot, there is no line to show
	const struct utf8_place place = diagnose_member(buf_view(&text), key);
	const struct pmm_finding finding = {.is_error = true,
		.code = code,
		.where = key,
		.message = message,
		.expected = "",
		.did_you_mean = "",
		.witness = "",
		.line = place.line,
		.column = place.column};
	diagnostics->tell(diagnostics, file, buf_view(&text), &finding);
	buf_finish(&text);
}

void diagnostics_tell(const struct diagnostics *diagnostics, const char *file, const char *message)
{
	tell(diagnostics, file, "", "", message);
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
	struct str text; // of it
	int result;
	size_t count;
	struct pmm_rulebook *rulebooks[RULEBOOK_SET_MAX];
	const char *files[RULEBOOK_SET_MAX];
	struct arena names; // of the files in a directory
};

// Bytes that all those names may take.
enum { NAMES_MAX = 1 << 20 };

// ID and EN are formats, as of tell_trouble. With CODE it is a finding about the set, at KEY.
static __attribute__((format(printf, 6, 8), format(printf, 7, 8))) void fail_as(
	struct loading *loading, const char *file, int result, const char *code, const char *key,
	const char *id, const char *en, ...)
{
	const enum pmm_lang lang = loading->diagnostics->lang;
	char *text;
	va_list values;
	va_start(values, en);
	const bool has_text = vasprintf(&text, lang_pick(lang, id, en), values) >= 0;
	va_end(values);
	tell(loading->diagnostics, file, code, key, has_text ? text : error_text(lang, ENOMEM));
	if (has_text)
		free(text);
	if (!loading->result || loading->result == -EINVAL)
		loading->result = result;
}

#define fail(loading, file, result, ...) fail_as(loading, file, result, "", "", __VA_ARGS__)

static void fail_with(struct loading *loading, const char *file, int error)
{
	const char *text = error_text(loading->diagnostics->lang, error);
	fail(loading, file, -error, "%s", "%s", text);
}

static void take_finding(void *cls, const struct pmm_finding *finding)
{
	const struct loading *loading = cls;
	loading->diagnostics->tell(loading->diagnostics, loading->file, loading->text, finding);
}

// The file at hand is judged.
static void judged(const struct loading *loading, const struct pmm_rulebook *rulebook)
{
	if (loading->look)
		loading->look(loading->diagnostics->cls, loading->file, rulebook);
}

static void take_text(struct loading *loading, const char *file, struct str text)
{
	const struct pmm_listener listener = {take_finding, loading, !loading->look};
	struct pmm_rulebook *rulebook = NULL;
	loading->file = file;
	loading->text = text;
	int result = pmm_rulebook_create(&rulebook, text.at, text.size, PMM_MEMORY_MAX, &listener);
	if (result == -ENOMEM)
		fail_with(loading, file, ENOMEM);
	else if (result && loading->look) // who sees the sum
		loading->result = loading->result ? loading->result : result;
	else if (result)
		fail(loading, file, result, "buku aturan ini ditolak", "this rulebook is refused");
	judged(loading, rulebook);
	if (result)
		return;
	loading->rulebooks[loading->count] = rulebook;
	loading->files[loading->count++] = file;
}

static void take_file(struct loading *loading, const char *path)
{
	struct buf text = {0};
	int result = file_read(path, &text);
	loading->file = path;
	if (result) {
		fail_with(loading, path, -result);
		judged(loading, NULL);
	} else {
		take_text(loading, path, buf_view(&text));
	}
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
	const int error = stat(path, &status) ? errno : 0;
	if (!error && S_ISREG(status.st_mode)) {
		take_file(loading, path);
		return;
	}
	if (error)
		fail_with(loading, path, error);
	else
		fail(loading, path, -EISDIR,
			"ini bukan berkas biasa; pindahkan, atau ganti akhiran namanya",
			"this is no regular file; move it away, or end its name otherwise");
	loading->file = path;
	judged(loading, NULL);
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
	const struct pmm_rulebook_info *a = pmm_rulebook_info(loading->rulebooks[conflict->one]),
				       *b = pmm_rulebook_info(loading->rulebooks[conflict->other]);
	// The one that begins first, and does not end in time.
	const int order = strcmp(a->effective_from, b->effective_from);
	const bool turns = conflict->day && order > 0;
	const char *one = loading->files[turns ? conflict->other : conflict->one],
		   *other = loading->files[turns ? conflict->one : conflict->other];
	if (conflict->day)
		fail_as(loading, one, -EINVAL, "two_in_force",
			order ? "effective_to" : "effective_from",
			"berlaku pada %s, begitu pula %s; beri hari pertama (effective_from) yang "
			"berbeda, dan kosongkan effective_to yang mulai lebih dahulu: penggantinya "
			"mengakhirinya",
			"it is in force on %s, as is %s; let them begin on different days "
			"(effective_from), and leave out effective_to of the earlier one: its "
			"successor ends it",
			conflict->day, other);
	else
		fail_as(loading, one, -EINVAL, "duplicate_id", "id",
			"id-nya sama dengan %s; hapus atau ganti salah satunya",
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
