// SPDX-License-Identifier: MIT
// The certificate and key with which connections are encrypted: checked when they
// are loaded, exchanged while the daemon runs. The only part of http that knows
// GnuTLS. It reads no files, and who the client is it does not ask.
//
// Each connection holds the pair that was in force when it began, to its end; a
// pair goes with its last holder.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>
#include <stdint.h>

enum { TLS_PEM_MAX = 1 << 20 }; // bytes of a certificate with its chain, and of a key

// What is spoken: TLS 1.2 and 1.3, with keys that are new for each connection and
// ciphers that notice a changed byte. In the words of GnuTLS.
#define TLS_PRIORITIES                                                                             \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-AES-128-CBC:-AES-256-CBC:"               \
	"%SERVER_PRECEDENCE"

struct tls;
struct tls_pair; // a certificate with its key

// Without a pair no connection comes about. 0 or -ENOMEM.
int tls_create(struct tls **out);
void tls_destroy(struct tls *tls); // NULL is allowed; when no connection is left

// What is wrong with a pair.
struct tls_fault {
	bool is_key; // the file of the key, else that of the certificate
	const char *text[PMM_LANG_COUNT]; // constant; of neither file
};

// Checks a certificate (with its chain, its own first) and its key, both PEM, and
// gives them to the connections that begin from now on. An expired certificate is
// taken: a late warning beats no service. Any thread. 0, or -EINVAL with
// *FAULT, or -ENOMEM; the old pair stays then.
int tls_load(struct tls *tls, struct str certificate, struct str key, struct tls_fault *fault);

// When the certificate in force expires, in seconds since 1970; 0 without one.
int64_t tls_expires_at(struct tls *tls);

// Lets a session (the library's, not begun yet) use the pair in force, which must
// be let go by tls_pair_unref when the session has ended. NULL: there is none or no
// memory, and the session will fail.
struct tls_pair *tls_begin(struct tls *tls, void *session);
void tls_pair_unref(struct tls_pair *pair); // NULL is allowed

// Sends BYTES on a session without waiting, as far as they are taken; its own thread.
void tls_send(void *session, struct str bytes);

// For MHD_OPTION_HTTPS_CERT_CALLBACK: the library does not start without some
// certificate of its own. This is a callback that never has one.
void *tls_no_certificate(void);
