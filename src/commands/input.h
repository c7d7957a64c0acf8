// SPDX-License-Identifier: MIT
// Files and standard input of pmm-check check, read in pieces. Short reads,
// interruptions and a descriptor that does not block are no failures. What is in
// the pieces is for others, except that the first one tells the format.
#ifndef COMMANDS_INPUT_H
#define COMMANDS_INPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { INPUT_PIECE_BYTES = 64 << 10 };

enum input_format { INPUT_UNKNOWN, INPUT_JSON, INPUT_NDJSON, INPUT_CSV };

struct input {
	const char *name; // for messages
	int fd;
	const volatile sig_atomic_t *stop; // nothing more is to be read
	char bytes[INPUT_PIECE_BYTES];
	size_t size; // of what was read and not yet given on
	uint64_t read; // bytes in all
	uint64_t total; // bytes of a regular file; 0: not known
	bool flows; // nothing has to be told by the first piece
	bool is_over;
	int error; // errno of the read that failed, or 0; then it is over, too
};

// One read of FD, which may be any. The bytes, 0 at the end, or a negative errno;
// among them -EINTR, since only the caller knows whether to go on.
ssize_t input_read(int fd, void *to, size_t size);

// NAME "-" is standard input. NULL after a message.
struct input *input_open(const char *name, const volatile sig_atomic_t *stop);

// NULL is allowed.
void input_close(struct input *input);

// Fills up BYTES with what is there; as far as it goes, for the first piece that
// tells the format.
void input_fill(struct input *input);

// By the name, else by the first piece. INPUT_UNKNOWN if memory ran out.
enum input_format input_tell_format(const struct input *input);

// Whether the first piece begins a JSON array.
bool input_is_array(const struct input *input);

#endif
