// SPDX-License-Identifier: MIT
// Socket activation: a supervisor holds the listening socket and hands it over, so
// that it outlives a restart and no connection is lost in between. Source of the
// protocol: sd_listen_fds(3).
#ifndef COMMANDS_ACTIVATION_H
#define COMMANDS_ACTIVATION_H

// The inherited listening TCP socket, non-blocking; -ENOENT where there is none;
// another negative errno after a message, where what was inherited is of no use.
int activation_socket(void);

#endif
