// SPDX-License-Identifier: MIT
// What the running daemon has to say, as events of its journal.
#ifndef COMMANDS_TELL_H
#define COMMANDS_TELL_H

#include "journal.h"
#include "load.h"

// That it can answer now, and where.
void tell_listening(
	struct journal *journal, int listen_fd, bool is_encrypted, struct service *service);

// An event, and which rulebook answers now; how many there are, if not one. MESSAGE
// may be NULL.
void tell_rulebooks(
	struct journal *journal, const char *event, const char *message, struct service *service);

// A teller for what is loaded: everything that is wrong becomes an event. Valid
// as long as JOURNAL.
struct teller tell_wrongs(struct journal *journal);

#endif
