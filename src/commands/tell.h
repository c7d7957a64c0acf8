// SPDX-License-Identifier: MIT
// What the running daemon has to say, as events of its log.
#ifndef COMMANDS_TELL_H
#define COMMANDS_TELL_H

#include "load.h"
#include "log/log.h"

// That it can answer now, and where.
void tell_listening(struct log *log, int listen_fd, bool is_encrypted, struct service *service);

// An event, and which rulebook answers now; how many there are, if not one. MESSAGE
// may be NULL.
void tell_rulebooks(
	struct log *log, const char *event, const char *message, struct service *service);

// A diagnostics for what is loaded: everything that is wrong becomes an event. Valid
// as long as LOG.
struct diagnostics tell_wrongs(struct log *log);

#endif
