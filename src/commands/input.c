// SPDX-License-Identifier: MIT
// What commands read: whole files, and in pieces those of check, with a bar that shows
// how far it is. What is in the pieces is for others, except that the first one tells
// the format.
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

// One read of FD, which may be any. The bytes, 0 at the end, or a negative errno;
// among them -EINTR, since only the caller knows whether to go on.
static ssize_t read_some(int fd, void *to, size_t size)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	for (;;) {
		ssize_t got = read(fd, to, size);
		if (got >= 0)
			return got;
		// Whoever shares the descriptor may not want it to block.
		if (errno != EAGAIN || poll(&ready, 1, -1) < 0)
			return -errno;
	}
}

static const size_t file_max = 64u << 20, file_usual = 64u << 10;

int file_read(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t got;
	do { // until the end, so that pipes and /dev/stdin work, too
		char *to = buf_reserve(text, text->room ? 1 : file_usual);
		got = to ? read_some(fd, to, text->room - text->size) : -ENOMEM;
		text->size += got > 0 ? (size_t)got : 0;
	} while (got == -EINTR || (got > 0 && text->size <= file_max));
	close(fd);
	return got > 0 ? -EFBIG : (int)got;
}

volatile sig_atomic_t input_is_interrupted;

int input_open(struct input *input, enum pmm_lang lang, const char *name)
{
	const bool is_stdin = strcmp(name, "-") == 0;
	const uint64_t now = clock_ns(CLOCK_MONOTONIC);
	struct stat status;
	*input = (struct input){.name = is_stdin ? "stdin" : name,
		.lang = lang,
		.has_bar = isatty(STDERR_FILENO) == 1,
		.start_ns = now,
		.shown_ns = now};
	do // a FIFO may keep it waiting
		input->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	while (input->fd < 0 && errno == EINTR && !input_is_interrupted);
	if (input->fd < 0)
		return tell_error(lang, name, errno);
	if (fstat(input->fd, &status) == 0 && S_ISREG(status.st_mode))
		input->total = (uint64_t)status.st_size;
	return EXIT_OK;
}

void input_close(struct input *input)
{
	if (input->has_bar)
		fprintf(stderr, "\r\033[K");
	if (input->fd != STDIN_FILENO)
		close(input->fd);
}

void input_fill(struct input *input)
{
	while (!input->is_over && input->size < INPUT_PIECE_BYTES && !input_is_interrupted) {
		ssize_t got = read_some(
			input->fd, input->bytes + input->size, INPUT_PIECE_BYTES - input->size);
		if (got > 0) {
			input->size += (size_t)got;
			input->read += (uint64_t)got;
			if (input->flows || input->read > INPUT_PIECE_BYTES)
				break;
		} else if (got != -EINTR) {
			input->is_over = true;
			input->error = (int)-got;
		}
	}
}

static const char done[] = "########################", missing[] = "........................";

enum { BAR_CELLS = sizeof done - 1, BAR_INTERVAL_NS = 200000000 };

void input_show_progress(struct input *input, uint64_t rows)
{
	const uint64_t now = input->has_bar ? clock_ns(CLOCK_MONOTONIC) : 0;
	if (!input->has_bar || now - input->shown_ns < BAR_INTERVAL_NS)
		return;
	input->shown_ns = now;
	const double passed_s = (double)(now - input->start_ns) / 1e9;
	const bool is_known = input->total && input->read <= input->total;
	fprintf(stderr, "\r\033[K");
	if (is_known) {
		int cells = (int)(input->read * BAR_CELLS / input->total);
		fprintf(stderr, "[%.*s%.*s] %3u%%  ", cells, done, BAR_CELLS - cells, missing,
			(unsigned)(input->read * 100 / input->total));
	}
	fprintf(stderr,
		lang_pick(input->lang, "%llu baris  %.0f baris/detik", "%llu rows  %.0f rows/s"),
		(unsigned long long)rows, (double)rows / passed_s);
	if (is_known && input->read) {
		const double left_s = (double)(input->total - input->read) * passed_s /
				      (double)input->read;
		fprintf(stderr, lang_pick(input->lang, "  sisa %d:%02d", "  %d:%02d left"),
			(int)left_s / 60, (int)left_s % 60);
	}
	fflush(stderr);
}

// --- the format

static struct str skip_blanks(struct str text)
{
	for (; text.size && json_is_blank(text.at[0]); text.size--)
		text.at++;
	return text;
}

// The first piece from its first byte that says something.
static struct str begin(const struct input *input)
{
	return skip_blanks(utf8_skip_mark((struct str){input->bytes, input->size}));
}

// JSON or NDJSON begins with "[" or "{". A first line that is a whole value with
// more behind it is NDJSON.
static uint64_t tell_by_content(struct str text)
{
	if (text.size == 0 || (text.at[0] != '{' && text.at[0] != '['))
		return text.size ? ROWS_CSV : ROWS_NDJSON;
	struct str rest = text, line = str_split(&rest, '\n');
	if (text.at[0] == '[' || skip_blanks(rest).size == 0)
		return ROWS_JSON;
	struct arena arena;
	arena_init(&arena, NULL, 0, 1u << 20);
	enum json_fault fault = json_check(line, &arena, NULL);
	arena_finish(&arena);
	if (fault == JSON_FAULT_MEMORY)
		return FORMAT_UNKNOWN;
	return fault == JSON_FAULT_NONE ? ROWS_NDJSON : ROWS_JSON;
}

uint64_t input_tell_format(const struct input *input)
{
	static const struct {
		const char *suffix;
		enum rows_format format;
	} known[] = {{".ndjson", ROWS_NDJSON}, {".jsonl", ROWS_NDJSON}, {".csv", ROWS_CSV},
		{".tsv", ROWS_CSV}, {".json", ROWS_JSON}};
	const char *suffix = strrchr(input->name, '.');
	for (size_t i = 0; suffix && suffix != input->name && i < sizeof known / sizeof known[0];
		i++)
		if (strcmp(suffix, known[i].suffix) == 0)
			return known[i].format;
	return tell_by_content(begin(input));
}

bool input_is_array(const struct input *input)
{
	struct str text = begin(input);
	return text.size && text.at[0] == '[';
}
