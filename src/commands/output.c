// SPDX-License-Identifier: MIT
#include "output.h"

#include <errno.h>
#include <unistd.h>

// Large enough that the system call does not count.
static const size_t enough = 64u << 10;

bool output_flush(struct output *output)
{
	size_t at = 0;
	if (output->buf.failed && !output->error)
		output->error = ENOMEM;
	while (!output->error && at < output->buf.size) {
		ssize_t written = write(output->fd, output->buf.at + at, output->buf.size - at);
		if (written >= 0)
			at += (size_t)written;
		else if (errno != EINTR)
			output->error = errno;
	}
	buf_reset(&output->buf);
	return !output->error;
}

bool output_pass(struct output *output)
{
	return output->buf.size < enough ? !output->error : output_flush(output);
}
