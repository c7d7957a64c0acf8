// SPDX-License-Identifier: MIT
#include "output.h"

#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

// Large enough that the system call does not count.
static const size_t enough = 64u << 10;

bool output_prepare(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		// The other way round, so that what is read or written is an error.
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return signal(SIGPIPE, SIG_IGN) != SIG_ERR && signal(SIGXFSZ, SIG_IGN) != SIG_ERR;
}

// Writes some of it. Negative errno after a failure.
static ssize_t write_some(const char *bytes, size_t size)
{
	struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
	ssize_t written = write(STDOUT_FILENO, bytes, size);
	if (written > 0)
		return written;
	if (written == 0) // would be asked for ever
		return -EIO;
	if (errno == EAGAIN) // whoever shares the descriptor wants it so
		return poll(&ready, 1, -1) < 0 && errno != EINTR ? -errno : 0;
	return errno == EINTR ? 0 : -errno;
}

bool output_flush(struct output *output)
{
	size_t at = 0;
	if (output->buf.failed && !output->error)
		output->error = ENOMEM;
	while (!output->error && at < output->buf.size) {
		ssize_t written = write_some(output->buf.at + at, output->buf.size - at);
		if (written >= 0)
			at += (size_t)written;
		else
			output->error = (int)-written;
	}
	buf_reset(&output->buf);
	return !output->error;
}

bool output_pass(struct output *output)
{
	return output->buf.size < enough ? !output->error : output_flush(output);
}

bool output_await(struct output *output, int fd)
{
	struct pollfd ends[2] = {{.fd = fd, .events = POLLIN}, {.fd = STDOUT_FILENO}};
	if (poll(ends, 1, 0) != 0)
		return !output->error;
	if (output_flush(output) && poll(ends, 2, -1) > 0 && !ends[0].revents &&
		(ends[1].revents & POLLERR))
		output->error = EPIPE;
	return !output->error;
}

int output_end(struct output *output, int result)
{
	output_flush(output);
	// Interrupted, it is closed all the same.
	if (close(STDOUT_FILENO) && errno != EINTR && !output->error)
		output->error = errno;
	buf_finish(&output->buf);
	if (!output->error)
		return result;
	if (output->error != EPIPE)
		tell_trouble(output->lang,
			"jawaban tidak dapat ditulis: %s; jawaban terpotong, jadi atasi ini lalu "
			"jalankan perintahnya lagi",
			"cannot write the answer: %s; it is cut short, so fix this and run the "
			"command again",
			error_text(output->lang, output->error));
	return EXIT_TROUBLE;
}
