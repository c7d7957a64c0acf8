// SPDX-License-Identifier: MIT
#include "loopback.h"

#include "api/exchange.h"
#include "ask.h"
#include "fuzz.h"
#include "http/connection.h"

#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// Rounds of the library in which not a byte moves before it is taken to spin.
enum { STILL_ROUNDS_MAX = 1000 };

// The one worker that http started.
static struct MHD_Daemon *worker;
static struct http *http;

struct MHD_Daemon *__real_MHD_start_daemon(unsigned flags, uint16_t port,
	MHD_AcceptPolicyCallback accept, void *accept_cls, MHD_AccessHandlerCallback handle,
	void *handle_cls, ...);
struct MHD_Daemon *__wrap_MHD_start_daemon(unsigned flags, uint16_t port,
	MHD_AcceptPolicyCallback accept, void *accept_cls, MHD_AccessHandlerCallback handle,
	void *handle_cls, ...);

// Stands in for the library's function (-Wl,--wrap): no thread, so that the
// target turns the wheel; no date, which would differ from run to run; and no
// library_log that this is no TCP.
struct MHD_Daemon *__wrap_MHD_start_daemon(unsigned flags, uint16_t port,
	MHD_AcceptPolicyCallback accept, void *accept_cls, MHD_AccessHandlerCallback handle,
	void *handle_cls, ...)
{
	va_list options;
	va_start(options, handle_cls);
	FUZZ_ASSERT(va_arg(options, int) == MHD_OPTION_ARRAY);
	const struct MHD_OptionItem *items = va_arg(options, const struct MHD_OptionItem *);
	va_end(options);
	FUZZ_ASSERT(!worker);
	flags &= ~((unsigned)MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG);
	worker = __real_MHD_start_daemon(flags | MHD_USE_SUPPRESS_DATE_NO_CLOCK, port, accept,
		accept_cls, handle, handle_cls, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
	return worker;
}

static void start(void)
{
	static const struct http_options options = {.threads = 1,
		.connections_max = 4,
		.address_max = 2,
		.header_timeout_ms = INT_MAX,
		.stall_timeout_ms = INT_MAX,
		.idle_timeout_ms = INT_MAX};
	FUZZ_ASSERT(http_start(&http, ask_open_service(http_release), NULL, 0, &options) == 0);
	FUZZ_ASSERT(worker);
}

// The two ends of a connection: ours, and the daemon's while it is open.
struct line {
	int ours, theirs;
	bool has_ended; // nothing more will come
};

static void connect_line(struct line *line)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fds[2];
	FUZZ_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
	*line = (struct line){fds[0], fds[1], false};
	FUZZ_ASSERT(
		http_adopt(http, fds[1], (const struct sockaddr *)&address, sizeof address) == 0);
}

// Takes what the daemon has written. Returns whether there was anything.
static bool take_answers(struct line *line, struct buf *answers)
{
	enum { ROOM = 64 << 10 };
	if (line->has_ended)
		return false;
	char *to = buf_reserve(answers, ROOM);
	FUZZ_ASSERT(to);
	ssize_t size = recv(line->ours, to, ROOM, MSG_DONTWAIT);
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	line->has_ended = size <= 0;
	answers->size += size > 0 ? (size_t)size : 0;
	return true;
}

// Whether the worker would go on without an event.
static bool is_busy(void)
{
	MHD_UNSIGNED_LONG_LONG timeout;
	return MHD_get_timeout(worker, &timeout) == MHD_YES && timeout == 0;
}

static int count_unread(const struct line *line)
{
	int bytes = 0;
	if (ioctl(line->ours, SIOCOUTQ, &bytes))
		return 0;
	return bytes;
}

// Turns the wheel until nothing moves any more.
static void run(struct line *line, struct buf *answers)
{
	int unread = count_unread(line);
	unsigned still = 0; // rounds in which nothing moved
	while (still < 2 || is_busy()) {
		FUZZ_ASSERT(MHD_run(worker) == MHD_YES);
		int now_unread = count_unread(line);
		bool has_moved = take_answers(line, answers) || now_unread != unread;
		unread = now_unread;
		still = has_moved ? 0 : still + 1;
		FUZZ_ASSERT(still < STILL_ROUNDS_MAX); // it spins
	}
}

static void send_bytes(struct line *line, struct str bytes, struct buf *answers)
{
	while (bytes.size && !line->has_ended) {
		ssize_t size = send(line->ours, bytes.at, bytes.size, MSG_NOSIGNAL);
		if (size < 0 && errno != EAGAIN && errno != EINTR)
			return; // the daemon has closed, as it may
		if (size > 0)
			bytes = (struct str){bytes.at + size, bytes.size - (size_t)size};
		run(line, answers);
		// What it does not read it must have closed before.
		FUZZ_ASSERT(line->has_ended || size > 0 || count_unread(line) == 0);
	}
}

// Whether the connection is in the middle of a body of which more is to come.
static bool waits_for_body(void)
{
	const struct connection *c = http->connections;
	if (!c || (atomic_load(&c->state) & 0xFF) != PHASE_BODY)
		return false;
	const struct exchange *x = c->exchange;
	return !x->request.has_length ||
	       x->intake.received + x->intake.drained < x->request.content_length;
}

void loopback_send(struct str bytes, size_t split, struct buf *answers)
{
	struct line line;
	if (!http)
		start();
	connect_line(&line);
	run(&line, answers);
	send_bytes(&line, (struct str){bytes.at, split}, answers);
	send_bytes(&line, (struct str){bytes.at + split, bytes.size - split}, answers);
	shutdown(line.ours, SHUT_WR);
	run(&line, answers);
	// The library does not notice when a body ends early; on TCP the timeouts do.
	FUZZ_ASSERT(line.has_ended || waits_for_body());
	close(line.ours);
	line.has_ended = true;
	for (int i = 0; i < 3; i++)
		FUZZ_ASSERT(MHD_run(worker) == MHD_YES);
	FUZZ_ASSERT(http->connection_count == 0);
	FUZZ_ASSERT(!answers->failed);
}
