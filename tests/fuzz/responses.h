// SPDX-License-Identifier: MIT
// Reads what a server sent on one connection strictly, as RFC 9112 has it, and
// aborts at anything that is not a whole number of responses.
#pragma once

#include "base/str.h"

struct response {
	unsigned status;
	struct str head; // status line and fields, with their line ends
	struct str type; // the Content-Type; empty where there is none
	struct str body;
	bool closes; // "Connection: close": the last one
};

// Takes the next response off *REST; false at its end. MAY_BE_HEAD: a response may
// be one to HEAD, whose Content-Length tells of a body that does not come.
bool response_next(struct str *rest, bool may_be_head, struct response *response);
