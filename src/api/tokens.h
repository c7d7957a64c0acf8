// SPDX-License-Identifier: MIT
// The bearer tokens (RFC 6750) that open the service, as SHA-256 hashes: read from
// the text of a file, compared with what a client presents. It knows no files, no
// users and no rights: who has a token may ask everything. A token is nowhere kept,
// logged or repeated.
//
// A set never changes and is counted: whoever holds one may ask it from any thread.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

enum {
	TOKENS_MAX = 1000, // in a set
	TOKENS_TEXT_MAX = 1 << 20, // bytes of a file
	TOKEN_BYTES_MAX = 512, // of a token that is presented
};

struct tokens;

// What is wrong with a file. No text of the file is in it.
struct tokens_fault {
	unsigned line; // from 1; 0: the file as a whole
	const char *text[PMM_LANG_COUNT]; // constant
};

// Reads lines of the form that sha256sum writes: 64 hexadecimal digits, then
// nothing, or blanks and a label, which is for people. Blank lines and lines that
// begin with # say nothing. 0, and one reference belongs to the caller; -EINVAL with
// *FAULT; or -ENOMEM.
int tokens_create(struct tokens **out, struct str text, struct tokens_fault *fault);
struct tokens *tokens_ref(struct tokens *tokens);
void tokens_unref(struct tokens *tokens); // NULL is allowed
size_t tokens_count(const struct tokens *tokens);

enum token_verdict {
	TOKEN_ABSENT, // nothing that claims to be a token
	TOKEN_WRONG,
	TOKEN_GOOD,
	TOKEN_UNDECIDED, // it could not be hashed: no memory
};

// Judges the value of an Authorization field, "Bearer TOKEN". How long it takes
// depends on the size of the token and of the set, not on what is in them.
enum token_verdict tokens_judge(const struct tokens *tokens, struct str authorization);
