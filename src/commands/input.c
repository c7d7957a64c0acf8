// SPDX-License-Identifier: MIT
// What commands read: whole files, and in pieces those of check. What is in the pieces
// is for others, except that the first one tells the format.
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t input_read(int fd, void *to, size_t size)
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
		got = to ? input_read(fd, to, text->room - text->size) : -ENOMEM;
		text->size += got > 0 ? (size_t)got : 0;
	} while (got == -EINTR || (got > 0 && text->size <= file_max));
	close(fd);
	return got > 0 ? -EFBIG : (int)got;
}

int input_open(struct input *input, const char *name, const volatile sig_atomic_t *stop)
{
	bool is_stdin = strcmp(name, "-") == 0;
	struct stat status;
	*input = (struct input){.name = is_stdin ? "stdin" : name, .stop = stop};
	do // a FIFO may keep it waiting
		input->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	while (input->fd < 0 && errno == EINTR && !*stop);
	if (input->fd < 0)
		return tell_trouble("%s: %s\n", name, strerror(errno));
	if (fstat(input->fd, &status) == 0 && S_ISREG(status.st_mode))
		input->total = (uint64_t)status.st_size;
	return EXIT_OK;
}

void input_close(struct input *input)
{
	if (input->fd != STDIN_FILENO)
		close(input->fd);
}

void input_fill(struct input *input)
{
	while (!input->is_over && input->size < INPUT_PIECE_BYTES && !*input->stop) {
		ssize_t got = input_read(
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

// --- the format

static size_t skip_blanks(struct str text, size_t at)
{
	while (at < text.size && json_is_blank(text.at[at]))
		at++;
	return at;
}

// The first piece from its first byte that says something.
static struct str begin(const struct input *input)
{
	struct str text = utf8_skip_mark((struct str){input->bytes, input->size});
	size_t at = skip_blanks(text, 0);
	return (struct str){text.at + at, text.size - at};
}

// JSON or NDJSON begins with "[" or "{". A first line that is a whole value with
// more behind it is NDJSON.
static enum input_format tell_by_content(struct str text)
{
	if (text.size == 0 || (text.at[0] != '{' && text.at[0] != '['))
		return text.size ? INPUT_CSV : INPUT_NDJSON;
	struct str rest = text, line = str_split(&rest, '\n');
	if (text.at[0] == '[' || skip_blanks(rest, 0) == rest.size)
		return INPUT_JSON;
	struct arena arena;
	arena_init(&arena, NULL, 0, 1u << 20);
	enum json_fault fault = json_check(line, &arena, NULL);
	arena_finish(&arena);
	if (fault == JSON_FAULT_MEMORY)
		return INPUT_UNKNOWN;
	return fault == JSON_FAULT_NONE ? INPUT_NDJSON : INPUT_JSON;
}

enum input_format input_tell_format(const struct input *input)
{
	static const struct {
		const char *suffix;
		enum input_format format;
	} known[] = {{".ndjson", INPUT_NDJSON}, {".jsonl", INPUT_NDJSON}, {".csv", INPUT_CSV},
		{".tsv", INPUT_CSV}, {".json", INPUT_JSON}};
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
