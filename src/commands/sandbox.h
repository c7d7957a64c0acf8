// SPDX-License-Identifier: MIT
// What the daemon gives up once it has all it needs, so that a fault in it opens
// nothing: Landlock for files (sandbox_paths.c), seccomp for system calls
// (sandbox_calls.c), each where build and kernel have it (SANDBOX_LANDLOCK,
// SANDBOX_SECCOMP). It takes no user, group
// or capability away: whoever starts the daemon gives it none to begin with.
#pragma once

#include "log/log.h"
#include "settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The words of --sandbox, in the order of options.def.
enum sandbox_mode { SANDBOX_AUTO, SANDBOX_OFF, SANDBOX_REQUIRE };

struct sandbox {
	enum sandbox_mode mode;
	enum pmm_lang lang; // of messages
	int landlock; // its ABI if it is in force, else a negative errno
};

// The first half, to be called before the first thread starts, when the listening
// socket is open and every file was loaded once: no program can be started with
// more rights, and of all files only PATHS (up to NULL; empty ones are passed
// over) can be opened, to be read again. EXIT_TROUBLE, after a message on stderr, where
// the mode is SANDBOX_REQUIRE and it cannot be had.
int sandbox_begin(
	struct sandbox *sandbox, const struct settings *settings, const char *const *paths);

// The second half, when the last thread has started: all threads are held to the
// system calls of sandbox_calls.def. LOG hears what is in force. EXIT_TROUBLE as
// above.
int sandbox_complete(const struct sandbox *sandbox, struct log *log);

// The ABI of Landlock that is in force from now on for the calling thread and
// those that it starts, or a negative errno: -ENOSYS where the kernel has none.
// Nothing has changed then. PATHS are not kept. What is allowed:
// - for a directory, to list and read it and what is below. Is its last component
//   a symbolic link, then also what lies beside the directory that it leads to, so
//   that it may be led to another; and what lies beside the files to which
//   symbolic links in the directory lead;
// - for a file, to read the directory that PATH names and the one in which the
//   file really lies, with what is below, since files are replaced by renaming;
// - for a file directly in /, a pipe or a device, this alone.
// A symbolic link in the midst of PATH that is led elsewhere later is not followed.
int sandbox_paths(const char *const *paths);

// 0 when every thread of the process is held to the list, or a negative errno
// (-ENOSYS where the kernel has no seccomp): then nothing has changed. A call that is
// not on the list fails with ENOSYS, or ends the process if STRICT.
int sandbox_calls(bool strict);
