// SPDX-License-Identifier: MIT
// The daemon's certificate with its key, and the tokens of its clients: from the
// files of --tls-cert, --tls-key and --token-file, at the start and at each SIGHUP.
// What there is to say goes to stderr at the start and to the log later; no line
// of a file is ever part of it.
#ifndef COMMANDS_CREDENTIALS_H
#define COMMANDS_CREDENTIALS_H

#include "http/http.h"
#include "log/log.h"
#include "settings.h"

// *OUT is NULL where the options name no certificate. False after a message.
bool credentials_open_tls(struct tls **out, const struct settings *settings);

// Makes SERVICE ask for tokens if the options name a file. False after a message.
bool credentials_open_tokens(struct service *service, const struct settings *settings);

// Loads all files anew. What is refused is told, noted with SERVICE, and the old one
// stays in use. TLS may be NULL.
void credentials_reload(
	struct service *service, struct tls *tls, const struct settings *settings, struct log *log);

#endif
