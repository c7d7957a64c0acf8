// SPDX-License-Identifier: MIT
// Private to pmm-check serve: what its parts share.
#pragma once

#include "commands.h"
#include "http/http.h"
#include "load.h"

#include <dirent.h>
#include <pthread.h>

// ---- the listening sockets (activation.c) ----

// Those that a supervisor handed over, else those of --listen; they do not block. Their
// number, or negative after a message: then the process is to end.
int sockets_open(const struct settings *settings, int fds[LISTEN_MAX], bool *is_inherited);

// ---- addresses elsewhere (addresses.c) ----

enum {
	FRAME_ORIGINS_MAX = 1024, // bytes of all that --frame-origin gives: they stand in a header
	PUBLIC_URL_MAX = 512, // with its end
};

// Whether --cors-origin and --frame-origin give origins as browsers send them:
// scheme://host[:port] in small letters, no pattern, nothing behind it. EXIT_TROUBLE after a
// message.
int addresses_check_origins(const struct settings *settings);

// The address of --public-url without slashes at its end; "" where there is none.
// EXIT_TROUBLE after a message.
int addresses_read_public_url(const struct settings *settings, char url[PUBLIC_URL_MAX]);

// ---- the certificate with its key, and the tokens of clients (credentials.c) ----
//
// From the files of --tls-cert, --tls-key and --token-file, at the start and at each
// SIGHUP. What there is to say goes to stderr at the start and to the log later; no
// line of a file is ever part of it.

// *OUT is NULL where the settings name no certificate. EXIT_TROUBLE after a message.
int credentials_open_tls(struct tls **out, const struct settings *settings);

// Makes SERVICE ask for tokens if the settings name a file. EXIT_TROUBLE after a message.
int credentials_open_tokens(struct service *service, const struct settings *settings);

// Loads all files anew. What is refused is told, noted with SERVICE, and the old one
// stays in use. TLS may be NULL.
void credentials_reload(
	struct service *service, struct tls *tls, const struct settings *settings, struct log *log);

// ---- what the kernel knows of this process, for /metrics (process.c) ----
//
// Files of /proc are opened at the start and only read again later: a sandbox may
// forbid to open any. Where there is no /proc, the stats that come from it stay 0.

struct process {
	int memory_fd; // /proc/self/statm, or -1
	DIR *descriptors; // /proc/self/fd, or NULL
	pthread_mutex_t lock; // of the place where descriptors are read
	uint64_t page_bytes;
	uint64_t start_time_ns;
};

void process_init(struct process *process); // when the program begins
void process_finish(struct process *process);

// Reads a struct process, as service_options.process wants it. Needs pread, lseek,
// getdents64, clock_gettime and getrlimit, and opens nothing. Any thread.
void process_read(void *process, struct process_stats *stats);
