// SPDX-License-Identifier: MIT
// What stands in a request's line and header fields: pairs of a query, Accept
// and its kin, media types, entity tags. The first byte picks which.
#include "api/negotiate.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "profile/query.h"

static struct arena arena;

static void read_pairs(struct str text)
{
	struct str rest = text;
	struct query_pair pair;
	size_t pairs = 0, bytes = 0;
	int result;
	while ((result = query_next(&rest, &arena, &pair)) == 1) {
		FUZZ_ASSERT(utf8_valid(pair.name) && utf8_valid(pair.value));
		FUZZ_ASSERT(!pair.name.size || !memchr(pair.name.at, 0, pair.name.size));
		FUZZ_ASSERT(!pair.value.size || !memchr(pair.value.at, 0, pair.value.size));
		bytes += pair.name.size + pair.value.size;
		pairs++;
	}
	FUZZ_ASSERT(result <= 0);
	FUZZ_ASSERT(pairs <= text.size && bytes <= text.size);
	FUZZ_ASSERT(result < 0 || rest.size == 0);
}

// The answer may not depend on case, on blanks or on empty items around.
static void negotiate(struct str accept)
{
	static const char *const offers[] = {"application/json", "text/plain"};
	char *other = arena_take(&arena, accept.size + 4);
	FUZZ_ASSERT(other);
	other[0] = ' ';
	other[1] = ',';
	other[2] = '\t';
	for (size_t i = 0; i < accept.size; i++) {
		char c = accept.at[i];
		other[i + 3] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	struct str upper = {other, accept.size + 3};
	int offer = negotiate_media(accept, offers, 2);
	FUZZ_ASSERT(offer >= -1 && offer < 2);
	if (str_trim(accept).size)
		FUZZ_ASSERT(negotiate_media(upper, offers, 2) == offer);
	FUZZ_ASSERT(negotiate_language(accept) == negotiate_language(upper));
}

static void check_media(struct str type)
{
	FUZZ_ASSERT(body_kind(type) != BODY_CODED);
	FUZZ_ASSERT(body_kind(str_trim(type)) == body_kind(type));
}

static void check_etag(struct str field)
{
	static const struct str etag = {"\"0123456789abcdef-7-id-json-1\"", 30};
	bool matches = etag_matches(field, etag);
	bool names_it = memmem(field.at, field.size, etag.at, etag.size);
	bool has_star = field.size && memchr(field.at, '*', field.size);
	FUZZ_ASSERT(!matches || names_it || has_star);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct str text = {(const char *)data + 1, size - 1};
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	switch (data[0] % 4) {
	case 0: read_pairs(text); break;
	case 1: negotiate(text); break;
	case 2: check_media(text); break;
	default: check_etag(text); break;
	}
	arena_finish(&arena);
	return 0;
}
