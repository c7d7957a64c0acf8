// SPDX-License-Identifier: MIT
// Socket activation: a supervisor holds the listening sockets and hands them over, so
// that it outlives a restart and no connection is lost in between. Source of the
// protocol: sd_listen_fds(3).
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// Where inherited descriptors begin, by the protocol.
enum { FIRST_FD = 3 };

static int get_option(int fd, int name)
{
	int value = -1;
	socklen_t size = sizeof value;
	return getsockopt(fd, SOL_SOCKET, name, &value, &size) ? -1 : value;
}

static bool is_listening(int fd)
{
	int domain = get_option(fd, SO_DOMAIN);
	return (domain == AF_INET || domain == AF_INET6 || domain == AF_UNIX) &&
	       get_option(fd, SO_TYPE) == SOCK_STREAM && get_option(fd, SO_ACCEPTCONN) == 1;
}

// -ENOENT where there are none, -EINVAL after a message.
static int take_inherited(enum pmm_lang lang, int fds[LISTEN_MAX])
{
	const char *pid = getenv("LISTEN_PID"), *text = getenv("LISTEN_FDS");
	// The variables may have been meant for a parent of this process.
	if (!pid || !text || strtol(pid, NULL, 10) != getpid())
		return -ENOENT;
	const long count = strtol(text, NULL, 10);
	bool good = count > 0 && count <= LISTEN_MAX;
	for (int i = 0; i < count && good; i++) {
		fds[i] = FIRST_FD + i;
		good = is_listening(fds[i]) && fcntl(fds[i], F_SETFD, FD_CLOEXEC) == 0 &&
		       fcntl(fds[i], F_SETFL, O_NONBLOCK | fcntl(fds[i], F_GETFL)) == 0;
	}
	if (good)
		return (int)count;
	tell_trouble(lang, "LISTEN_FDS: perlu 1 sampai %d soket TCP atau Unix yang mendengarkan",
		"LISTEN_FDS: 1 to %d listening TCP or Unix sockets are needed", LISTEN_MAX);
	return -EINVAL;
}

static int open_one(enum pmm_lang lang, const char *address, const char *where)
{
	const int fd = listen_open(address);
	if (fd < 0)
		tell_trouble(lang, "%s %s: %s", "%s %s: %s", where, address,
			fd != -EINVAL ? error_text(lang, -fd)
				      : lang_pick(lang,
						"tulis ADDR:PORT, misalnya 127.0.0.1:8080 "
						"atau [::1]:8080, atau unix:/PATH",
						"write ADDR:PORT, such as 127.0.0.1:8080 or "
						"[::1]:8080, or unix:/PATH"));
	return fd;
}

_Static_assert((int)LISTEN_MAX >= (int)TEXT_LIST_MAX, "room for all that can be asked for");

int sockets_open(const struct settings *settings, int fds[LISTEN_MAX], bool *is_inherited)
{
	const struct text_list *list = &settings->listen;
	const enum pmm_lang lang = (enum pmm_lang)settings->lang;
	int count = take_inherited(lang, fds);
	*is_inherited = count >= 0;
	if (count != -ENOENT)
		return count;
	for (count = 0; count < (int)list->count || count == 0; count++) {
		fds[count] = list->count ? open_one(lang, list->items[count], list->wheres[count])
					 : open_one(lang, "127.0.0.1:8080", "--listen");
		if (fds[count] < 0)
			return fds[count]; // the process ends, and with it those that are open
	}
	return count;
}
