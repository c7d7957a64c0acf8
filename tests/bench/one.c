// SPDX-License-Identifier: MIT
// The steps of an answer about one profile, and of what makes it possible.
#include "bench.h"

// All profiles come in turn, far enough apart to be different answers.
static uint32_t next_index(void)
{
	uint32_t index = bench.index;
	bench.index = (index + 7) % pmm_rulebook_info(bench.rulebook)->space;
	return index;
}

void one_read(void)
{
	static struct profile profile;
	uint8_t digits[PMM_FACTS_MAX] = {0};
	size_t offset;
	arena_reset(&bench.arena);
	profile_init(&profile, bench.rulebook, &bench.arena);
	if (profile_read_json(&profile, bench.profile, &offset) ||
		!profile_finish(&profile, digits))
		bench_give_up("the rulebook does not take the profile");
	bench_sink += pmm_profile_index(bench.rulebook, digits);
}

void one_decide(void)
{
	bench_sink += pmm_decide(bench.rulebook, next_index())->ordinal;
}

void one_lay_out(void)
{
	buf_reset(&bench.buf);
	snapshot_write(bench.snapshot, &bench.buf, next_index(), (struct answer_id){0}, PMM_LANG_ID,
		FORMAT_JSON);
	bench_sink += bench.buf.size;
}

void one_find(void)
{
	const struct cached_response *cached = snapshot_cached(
		bench.snapshot, next_index(), PMM_LANG_ID, FORMAT_JSON);
	bench_sink += cached ? cached->body.size : 0;
}

void one_request(void)
{
	const struct request request = {.method = STR("POST"),
		.target = STR("/check"),
		.content_type = STR("application/json"),
		.header_bytes = 100,
		.has_body = true,
		.has_length = true,
		.content_length = bench.profile.size};
	exchange_begin(bench.exchange, &request);
	exchange_feed(bench.exchange, bench.profile.at, bench.profile.size);
	const struct reply *reply = exchange_finish(bench.exchange);
	if (!reply || reply->status != 200)
		bench_give_up("the request is not answered");
	bench_sink += reply->body.size;
	exchange_count(bench.exchange, 9000);
	exchange_reset(bench.exchange);
}

void one_load(void)
{
	struct pmm_rulebook *rulebook;
	if (pmm_rulebook_create(&rulebook, bench.rulebook_text.at, bench.rulebook_text.size,
		    PMM_MEMORY_MAX, NULL))
		bench_give_up("the rulebook is refused");
	bench_sink += pmm_rulebook_info(rulebook)->space;
	pmm_rulebook_destroy(rulebook);
}
