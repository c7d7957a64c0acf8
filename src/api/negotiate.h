// SPDX-License-Identifier: MIT
// Proactive content negotiation (RFC 9110, section 12) and media types.
#pragma once

#include "base/base.h"

#include <pmm/rules.h>

// The offer ("type/subtype") that an Accept field prefers; of equals one that it names,
// then the first.
// An empty field accepts everything. -1 if none is acceptable.
int negotiate_media(struct str accept, const char *const *offers, int count);

// Whether an Accept-Encoding field takes gzip, and likes it no less than the bytes as they are.
bool negotiate_gzip(struct str accept_encoding);

// The language that an Accept-Language field prefers; Indonesian if none fits.
enum pmm_lang negotiate_language(struct str accept);

// What a body is, by its Content-Type; those before BODY_JSON are not taken.
enum body_kind {
	BODY_OTHER,
	BODY_CODED, // by its Content-Encoding
	BODY_CHARSET, // a type that is taken, in another charset than UTF-8
	BODY_JSON,
	BODY_FORM,
	BODY_NDJSON,
	BODY_CSV,
};
enum body_kind body_kind(struct str content_type); // any but BODY_CODED

// Whether an If-None-Match field matches ETAG (quotes included).
bool etag_matches(struct str if_none_match, struct str etag);
