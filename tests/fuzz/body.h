// SPDX-License-Identifier: MIT
// What must hold for the body of any answer that calls itself JSON.
#pragma once

#include "base/json.h"
#include "fuzz.h"

static inline void body_check_json(struct str text)
{
	struct arena arena;
	arena_init(&arena, NULL, 0, (size_t)64 << 20);
	FUZZ_ASSERT(json_check(text, &arena, NULL) == JSON_FAULT_NONE);
	arena_finish(&arena);
}

// TYPE is its media type; of NDJSON each line stands alone.
static inline void body_check(struct str type, struct str body)
{
	if (str_equal(type, STR("application/x-ndjson")))
		while (body.size)
			body_check_json(str_split(&body, '\n'));
	else if (body.size && type.size && memmem(type.at, type.size, "json", 4))
		body_check_json(body);
}
