// SPDX-License-Identifier: MIT
// What the steps of an answer cost, each as nanoseconds of CPU time and as a
// multiple of a floor that is measured in the same run: cJSON parsing the very
// profile into a thread-local arena, with nothing done about it. The multiples
// can be compared between machines; there are no thresholds, since a number
// that fails on a busy machine says nothing about the code.
// usage: micro RULEBOOK
#include "exchange.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15, FLOOR_ARENA = 1 << 16 };

static const double round_ns = 20e6; // long against the clock's step

#define PROFILE                                                                                    \
	"{\"jenis_ptk\":\"Guru Kelas\",\"status_kepegawaian\":\"PNS\",\"akun_belajar_id\":\"ya\"," \
	"\"dapodik_gtk\":true}"

static const struct str profile_text = {PROFILE, sizeof PROFILE - 1};

static struct {
	struct str text; // of the rulebook
	struct pmm_rulebook *rulebook;
	struct edition *edition;
	struct service *service;
	struct exchange *exchange;
	struct arena arena;
	struct profile profile;
	struct buf buf;
	char block[4096];
	uint32_t index;
} bench;

static volatile uint64_t sink; // what is computed is used

_Noreturn static void give_up(const char *what)
{
	fprintf(stderr, "micro: %s\n", what);
	exit(2);
}

// --- the floor: hooks that hand out memory and never take it back

static _Thread_local struct {
	size_t used;
	_Alignas(max_align_t) char bytes[FLOOR_ARENA];
} floor_arena;

static void *floor_take(size_t size)
{
	size = (size + 15) & ~(size_t)15;
	if (size > FLOOR_ARENA - floor_arena.used)
		return NULL;
	void *taken = floor_arena.bytes + floor_arena.used;
	floor_arena.used += size;
	return taken;
}

static void floor_give(void *taken)
{
	(void)taken;
}

static void parse_with_cjson(void)
{
	floor_arena.used = 0;
	cJSON *root = cJSON_ParseWithLength(profile_text.at, profile_text.size);
	if (!root)
		give_up("cJSON does not parse the profile");
	sink += (uint64_t)root->type;
}

// --- the steps

static void read_profile(void)
{
	uint8_t digits[PMM_FACTS_MAX] = {0};
	size_t offset;
	arena_reset(&bench.arena);
	profile_init(&bench.profile, bench.rulebook, &bench.arena);
	if (profile_read_json(&bench.profile, profile_text, &offset) ||
		!profile_finish(&bench.profile, digits))
		give_up("the rulebook does not take the profile");
	sink += pmm_profile_index(bench.rulebook, digits);
}

static void decide(void)
{
	const struct pmm_decision *decision = pmm_decide(bench.rulebook, bench.index);
	bench.index = (bench.index + 7) % pmm_rulebook_info(bench.rulebook)->space;
	sink += decision->ordinal;
}

static void lay_out(void)
{
	buf_reset(&bench.buf);
	edition_write(bench.edition, &bench.buf, bench.index, (struct str){NULL, 0}, PMM_LANG_ID,
		FORMAT_JSON);
	sink += bench.buf.size;
}

static void find_sheet(void)
{
	const struct sheet *sheet = edition_sheet(
		bench.edition, bench.index, PMM_LANG_ID, FORMAT_JSON);
	bench.index = (bench.index + 7) % pmm_rulebook_info(bench.rulebook)->space;
	sink += sheet ? sheet->body.size : 0;
}

static void answer_request(void)
{
	const struct request request = {.method = STR("POST"),
		.target = STR("/check"),
		.content_type = STR("application/json"),
		.header_bytes = 100,
		.has_body = true,
		.has_length = true,
		.content_length = profile_text.size};
	exchange_begin(bench.exchange, &request);
	exchange_feed(bench.exchange, profile_text.at, profile_text.size);
	const struct reply *reply = exchange_finish(bench.exchange);
	if (!reply || reply->status != 200)
		give_up("the request is not answered");
	sink += reply->body.size;
	exchange_count(bench.exchange, 9000);
	exchange_reset(bench.exchange);
}

static void load_and_prove(void)
{
	struct pmm_rulebook *rulebook;
	if (pmm_rulebook_create(&rulebook, bench.text.at, bench.text.size, PMM_MEMORY_MAX, NULL))
		give_up("the rulebook is refused");
	sink += pmm_rulebook_info(rulebook)->space;
	pmm_rulebook_destroy(rulebook);
}

// --- measuring

static double now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double run_ns(void (*step)(void), unsigned long times)
{
	double start = now_ns();
	for (unsigned long i = 0; i < times; i++)
		step();
	return now_ns() - start;
}

// The least of some rounds: what disturbs can only add.
static double measure_ns(void (*step)(void))
{
	unsigned long times = 1;
	double least = 0;
	while (run_ns(step, times) < round_ns / 4)
		times *= 2;
	for (int round = 0; round < ROUNDS; round++) {
		double each = run_ns(step, times) / (double)times;
		least = round == 0 || each < least ? each : least;
	}
	return least;
}

static void show(const char *name, double ns, double floor_ns)
{
	printf("%-28s %12.1f %10.2f\n", name, ns, ns / floor_ns);
}

static void read_rulebook(const char *path)
{
	static char bytes[1 << 20];
	FILE *file = path ? fopen(path, "rb") : NULL;
	if (!file)
		give_up("usage: micro RULEBOOK");
	bench.text = (struct str){bytes, fread(bytes, 1, sizeof bytes, file)};
	fclose(file);
}

static void open_all(void)
{
	static const struct edition_options options = {.release = NULL};
	static const struct service_options limits = {
		.body_max = 1 << 20, .bulk_bytes_max = 1 << 20, .rows_max = 1000};
	struct pmm_rulebook *rulebook;
	arena_init(&bench.arena, bench.block, sizeof bench.block, 1 << 20);
	if (pmm_rulebook_create(&rulebook, bench.text.at, bench.text.size, PMM_MEMORY_MAX, NULL) ||
		pmm_rulebook_create(
			&bench.rulebook, bench.text.at, bench.text.size, PMM_MEMORY_MAX, NULL) ||
		edition_create(&bench.edition, bench.rulebook, &options) ||
		service_create(&bench.service, &limits) || service_publish(bench.service, rulebook))
		give_up("the rulebook is refused");
	bench.exchange = exchange_create(bench.service);
	if (!bench.exchange)
		give_up("out of memory");
}

static void close_all(void)
{
	exchange_destroy(bench.exchange);
	service_destroy(bench.service);
	edition_unref(bench.edition); // and its rulebook
	arena_finish(&bench.arena);
	buf_finish(&bench.buf);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*step)(void);
	} steps[] = {
		{"read a profile (JSON)", read_profile},
		{"decide", decide},
		{"lay an answer out", lay_out},
		{"find an answer laid out", find_sheet},
		{"a request, no socket", answer_request},
		{"load and prove the rulebook", load_and_prove},
	};
	cJSON_Hooks hooks = {floor_take, floor_give};
	read_rulebook(argc > 1 ? argv[1] : NULL);
	open_all();
	cJSON_InitHooks(&hooks);
	double floor_ns = measure_ns(parse_with_cjson);
	cJSON_InitHooks(NULL); // the loader needs more than the floor's arena
	printf("%-28s %12s %10s\n", "", "ns", "x floor");
	show("floor: cJSON, arena", floor_ns, floor_ns);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		show(steps[i].name, measure_ns(steps[i].step), floor_ns);
	close_all();
	return 0;
}
