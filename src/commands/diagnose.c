// SPDX-License-Identifier: MIT
// It judges nothing: what is wrong and where is the library's to say (rules.h). Here the
// line is found and laid out so that the mark stands below the place on any terminal, and
// nothing in it steers the terminal.
#include "diagnose.h"

#include "commands.h"

enum { LINE_WIDTH = 100, WIDTH_BEFORE = 64, TAB_WIDTH = 4 };

// Characters that take two columns, or none: of those that are seen, the common ones.
static const struct {
	uint32_t first, last;
	unsigned width;
} widths[] = {{0x300, 0x36F, 0}, {0x1100, 0x115F, 2}, {0x1AB0, 0x1AFF, 0}, {0x20D0, 0x20FF, 0},
	{0x2E80, 0x303E, 2}, {0x3041, 0xA4CF, 2}, {0xAC00, 0xD7A3, 2}, {0xF900, 0xFAFF, 2},
	{0xFE20, 0xFE2F, 0}, {0xFE30, 0xFE6F, 2}, {0xFF00, 0xFF60, 2}, {0xFFE0, 0xFFE6, 2},
	{0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2}};

// Moves *LINE behind its first character, adds that to TO (may be NULL), and returns the
// columns that it takes.
static unsigned show(struct str *line, struct buf *to)
{
	uint32_t code;
	const size_t size = utf8_read(line->at, line->at + line->size, &code);
	struct str shown = {line->at, size};
	unsigned width = 1;
	line->at += size ? size : 1;
	line->size -= size ? size : 1;
	if (size && code == '\t') {
		shown = STR("    ");
		width = TAB_WIDTH;
	} else if (!size || !buf_is_printable(shown)) {
		shown = STR("?");
	} else {
		for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
			if (code >= widths[i].first && code <= widths[i].last)
				width = widths[i].width;
	}
	if (to)
		buf_str(to, shown);
	return width;
}

static void show_all(struct buf *to, const char *text)
{
	struct str rest = str_of(text);
	while (rest.size)
		show(&rest, to);
}

static struct str find_line(struct str text, uint32_t number)
{
	struct str line = {NULL, 0};
	text = utf8_skip_mark(text);
	for (; number > 0 && text.at; number--)
		line = str_split(&text, '\n');
	if (line.size && line.at[line.size - 1] == '\r')
		line.size--;
	return line;
}

// The line with a mark below COLUMN; of a long one what is around that.
static void show_place(struct buf *to, struct str line, uint32_t number, uint32_t column)
{
	struct str rest = line;
	unsigned before = 0, used;
	for (uint32_t i = 1; i < column && rest.size; i++)
		before += show(&rest, NULL);
	buf_print(to, "%6u | ", number);
	used = before > WIDTH_BEFORE;
	if (used)
		buf_text(to, "…");
	while (before > WIDTH_BEFORE)
		before -= show(&line, NULL);
	const unsigned mark = used + before;
	while (line.size && used < LINE_WIDTH)
		used += show(&line, to);
	buf_print(to, "%s\n       | %*s^\n", line.size ? "…" : "", (int)mark, "");
}

void diagnose(struct buf *to, const char *file, struct str text, const struct pmm_finding *finding)
{
	show_all(to, file);
	if (finding->line)
		buf_print(to, ":%u:%u", finding->line, finding->column);
	buf_print(to, ": %s [%s]: ", finding->is_error ? "error" : "note", finding->code);
	show_all(to, finding->where);
	buf_text(to, finding->where[0] ? ": " : "");
	show_all(to, finding->message);
	buf_char(to, '\n');
	if (finding->line)
		show_place(to, find_line(text, finding->line), finding->line, finding->column);
	if (finding->expected[0]) {
		buf_text(to, "    expected: ");
		show_all(to, finding->expected);
		buf_char(to, '\n');
	}
	if (finding->did_you_mean[0]) {
		buf_text(to, "    did you mean \"");
		show_all(to, finding->did_you_mean);
		buf_text(to, "\"?\n");
	}
	if (finding->witness[0])
		buf_print(to, "    %s\n", finding->witness);
}

struct utf8_place diagnose_member(struct str text, const char *name)
{
	struct utf8_place place = {0, 0};
	struct json_reader reader;
	struct json_token token;
	struct arena arena;
	arena_init(&arena, NULL, 0, PMM_MEMORY_MAX);
	json_open(&reader, text, &arena);
	while (!place.line && json_next(&reader, &token) != JSON_END && token.kind != JSON_FAULT)
		if (token.kind == JSON_NAME && reader.depth == 1 &&
			str_equal(token.raw, str_of(name)))
			place = utf8_place(text, token.offset);
	arena_finish(&arena);
	return place;
}
