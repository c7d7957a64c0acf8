// SPDX-License-Identifier: MIT
// pmm-check replay: whether stored answers are what the rulebook of their digest says. Here
// they are read, one at a time, and made compact; replay_judge.c decides them again.
#include "replay.h"

#include "load.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

enum { WORK_BYTES_MAX = 16 << 20 };

// The next line, or all that there is where it begins as an indented document does.
static bool read_text(struct replay *replay)
{
	struct buf *text = &replay->text;
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	buf_reset(text);
	do {
		size = getline(&line, &room, replay->file);
		buf_add(text, line, size > 0 ? (size_t)size : 0);
	} while (size > 0 && str_starts(buf_view(text), STR("{\n")));
	free(line);
	replay->failed |= text->failed;
	return text->size > 0;
}

// Makes indented JSON compact. False: it was not indented as answers are.
static bool undo_indent(struct replay *replay)
{
	const struct str text = buf_view(&replay->text);
	struct buf *compact = &replay->compact, *again = &replay->expected;
	bool is_quoted = false;
	buf_reset(compact);
	buf_reset(again);
	for (size_t i = 0; i < text.size; i++) {
		const bool is_escaped = text.at[i] == '\\' && i + 1 < text.size;
		is_quoted ^= text.at[i] == '"';
		if (is_quoted || !json_is_blank(text.at[i]))
			buf_add(compact, text.at + i, 1 + is_escaped);
		i += is_escaped;
	}
	if (json_check(buf_view(compact), &replay->arena, NULL) == JSON_FAULT_NONE)
		json_indent(again, buf_view(compact), 0);
	buf_char(again, '\n');
	replay->failed |= compact->failed || again->failed;
	return str_equal(text, buf_view(again));
}

static void take_text(struct replay *replay)
{
	struct str text = buf_view(&replay->text);
	const bool is_indented = str_starts(text, STR("{\n"));
	arena_reset(&replay->arena);
	const bool is_whole = is_indented ? undo_indent(replay) : text.at[text.size - 1] == '\n';
	text.size -= is_whole;
	if (is_indented)
		text = buf_view(&replay->compact);
	replay->is_cut = !is_whole;
	if (!is_whole)
		replay_tell_difference(replay, STR("{}"), SIZE_MAX);
	replay_judge(replay, text);
}

static void replay_file(struct replay *replay, const char *name)
{
	static const char *const no_closing[] = {
		"baris penutupnya tidak ada, jadi tidak terlihat apakah ada jawaban yang hilang",
		"its closing line is missing, so nobody sees whether answers have gone"};
	const bool is_stdin = strcmp(name, "-") == 0;
	replay->name = is_stdin ? "stdin" : name;
	replay->file = is_stdin ? stdin : fopen(name, "re");
	if (!replay->file) {
		replay->status = tell_error(replay->lang, name, errno);
		return;
	}
	replay->is_over = replay->is_brief = false;
	replay->last_row = 0;
	replay->of_rows = NULL;
	replay->counts = (struct row_counts){0};
	replay->number = replay->same = replay->differ = replay->errors = 0;
	for (errno = 0; !replay->is_over && read_text(replay); output_pass(&replay->output)) {
		replay->number++;
		take_text(replay);
		replay->is_over |= replay->failed || replay->output.error;
	}
	const int error = replay->failed ? ENOMEM : ferror(replay->file) ? errno : 0;
	if (error)
		replay->status = tell_error(replay->lang, replay->name, error);
	else if (replay->number == 0)
		replay_judge(replay, STR(""));
	else if (replay->last_row && replay->is_brief && !replay->is_over)
		replay_tell_undecided(
			replay, no_closing[PMM_LANG_ID], no_closing[PMM_LANG_EN], STR(""));
	else if (!replay->is_over)
		buf_print(&replay->output.buf,
			lang_pick(replay->lang,
				"%s: sama %llu, berbeda %llu, baris kesalahan %llu\n",
				"%s: same %llu, different %llu, error rows %llu\n"),
			replay->name, (unsigned long long)replay->same,
			(unsigned long long)replay->differ, (unsigned long long)replay->errors);
	// A row alone is an answer, too, if it names its rulebook.
	if (replay->last_row && !replay->is_over)
		tell_trouble(
			replay->lang, "%s: %s", "%s: %s", replay->name, no_closing[replay->lang]);
	if (!is_stdin)
		fclose(replay->file);
}

// The rulebooks at PATH, each ready to answer. EXIT_TROUBLE after a message.
static int open_rulebooks(struct replay *replay, const char *path)
{
	static const struct snapshot_options plain = {.release = NULL};
	struct pmm_rulebook *rulebooks[RULEBOOK_SET_MAX];
	size_t count = 0;
	if (rulebooks_load(path, &diagnostics_stderr[replay->lang], rulebooks, &count))
		return EXIT_TROUBLE;
	for (size_t i = 0; i < count; i++)
		if (snapshot_create(&replay->snapshots[replay->count], rulebooks[i], &plain) == 0)
			replay->count++;
		else
			pmm_rulebook_destroy(rulebooks[i]);
	if (replay->count < count)
		return tell_error(replay->lang, "pmm-check", ENOMEM);
	if (count == 1)
		replay->digest = str_of(
			pmm_rulebook_info(snapshot_rulebook(replay->snapshots[0]))->digest);
	return EXIT_OK;
}

int command_replay(enum pmm_lang lang, int argc, char **argv)
{
	struct replay_options options = {.lang = lang};
	struct replay replay = {.lang = lang,
		.output = {.lang = lang},
		.results = {.shape = SHAPE_NDJSON, .lang = lang}};
	int status;
	if (!settings_read(&options_of_replay, lang, NULL, &options, argc, argv, &status))
		return status;
	if (optind == argc)
		return tell_trouble(lang, "sebutkan berkas jawaban, atau - untuk masukan standar",
			"name the file of an answer, or - for standard input");
	arena_init(&replay.arena, NULL, 0, WORK_BYTES_MAX);
	replay.status = open_rulebooks(&replay, options.rules);
	const bool has_rulebooks = replay.status == EXIT_OK;
	for (int i = optind; i < argc && has_rulebooks && !replay.output.error; i++)
		replay_file(&replay, argv[i]);
	while (replay.count > 0)
		snapshot_destroy(replay.snapshots[--replay.count]);
	arena_finish(&replay.arena);
	buf_finish(&replay.text);
	buf_finish(&replay.compact);
	buf_finish(&replay.head);
	buf_finish(&replay.expected);
	return output_end(&replay.output, replay.status);
}
