// SPDX-License-Identifier: MIT
#include "input.h"

#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
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

struct input *input_open(const char *name, const volatile sig_atomic_t *stop)
{
	bool is_stdin = strcmp(name, "-") == 0;
	struct stat status;
	struct input *input = calloc(1, sizeof *input);
	if (!input) {
		fprintf(stderr, "pmm-check: %s: not enough memory\n", is_stdin ? "stdin" : name);
		return NULL;
	}
	input->name = is_stdin ? "stdin" : name;
	input->stop = stop;
	do // a FIFO may keep it waiting
		input->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	while (input->fd < 0 && errno == EINTR && !*stop);
	if (input->fd < 0) {
		fprintf(stderr, "pmm-check: %s: %s\n", name, strerror(errno));
		free(input);
		return NULL;
	}
	if (fstat(input->fd, &status) == 0 && S_ISREG(status.st_mode))
		input->total = (uint64_t)status.st_size;
	return input;
}

void input_close(struct input *input)
{
	if (input && input->fd != STDIN_FILENO)
		close(input->fd);
	free(input);
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

static bool has_suffix(const char *name, const char *suffix)
{
	size_t size = strlen(name), suffix_size = strlen(suffix);
	return size > suffix_size && strcmp(name + size - suffix_size, suffix) == 0;
}

static size_t skip_blanks(struct str text, size_t at)
{
	while (at < text.size && strchr(" \t\r\n", text.at[at]) && text.at[at])
		at++;
	return at;
}

static struct str without_mark(const struct input *input)
{
	return utf8_skip_mark((struct str){input->bytes, input->size});
}

// JSON or NDJSON begins with "[" or "{". A first line that is a whole value with
// more behind it is NDJSON.
static enum input_format tell_by_content(struct str text)
{
	size_t at = skip_blanks(text, 0);
	if (at == text.size || (text.at[at] != '{' && text.at[at] != '['))
		return at == text.size ? INPUT_NDJSON : INPUT_CSV;
	const char *stop = memchr(text.at + at, '\n', text.size - at);
	size_t line_end = stop ? (size_t)(stop - text.at) : text.size;
	if (text.at[at] == '[' || skip_blanks(text, line_end) == text.size)
		return INPUT_JSON;
	struct arena arena;
	arena_init(&arena, NULL, 0, 1u << 20);
	enum json_fault fault = json_check((struct str){text.at + at, line_end - at}, &arena, NULL);
	arena_finish(&arena);
	if (fault == JSON_FAULT_MEMORY)
		return INPUT_UNKNOWN;
	return fault == JSON_FAULT_NONE ? INPUT_NDJSON : INPUT_JSON;
}

enum input_format input_tell_format(const struct input *input)
{
	if (has_suffix(input->name, ".ndjson") || has_suffix(input->name, ".jsonl"))
		return INPUT_NDJSON;
	if (has_suffix(input->name, ".csv") || has_suffix(input->name, ".tsv"))
		return INPUT_CSV;
	if (has_suffix(input->name, ".json"))
		return INPUT_JSON;
	return tell_by_content(without_mark(input));
}

bool input_is_array(const struct input *input)
{
	struct str text = without_mark(input);
	size_t at = skip_blanks(text, 0);
	return at < text.size && text.at[at] == '[';
}
