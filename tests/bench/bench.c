// SPDX-License-Identifier: MIT
// What the steps work on: a rulebook and all that answers from it.
#include "bench.h"

#define PROFILE                                                                                    \
	"{\"jenis_ptk\":\"Guru Kelas\",\"status_kepegawaian\":\"PNS\",\"akun_belajar_id\":\"ya\"," \
	"\"dapodik_gtk\":true}"

struct bench bench = {.profile = {PROFILE, sizeof PROFILE - 1}};
volatile uint64_t bench_sink;

static struct buf ndjson, csv;

static void read_rulebook(const char *path)
{
	static char bytes[1 << 20];
	FILE *file = fopen(path, "rb");
	if (!file)
		bench_give_up("the rulebook cannot be read");
	bench.rulebook_text = (struct str){bytes, fread(bytes, 1, sizeof bytes, file)};
	fclose(file);
}

static struct pmm_rulebook *load(void)
{
	struct pmm_rulebook *rulebook;
	if (pmm_rulebook_create(&rulebook, bench.rulebook_text.at, bench.rulebook_text.size,
		    PMM_MEMORY_MAX, NULL))
		bench_give_up("the rulebook is refused");
	return rulebook;
}

void bench_open(const char *rulebook_path)
{
	static const struct snapshot_options options = {.release = NULL};
	static const struct service_options limits = {
		.body_max = 1 << 20, .bulk_bytes_max = 1 << 20, .rows_max = BENCH_ROWS};
	static char block[4096];
	struct pmm_rulebook *served;
	read_rulebook(rulebook_path);
	arena_init(&bench.arena, block, sizeof block, 1 << 20);
	bench.rulebook = load();
	served = load();
	if (snapshot_create(&bench.snapshot, bench.rulebook, &options) ||
		service_create(&bench.service, &limits) ||
		service_publish(bench.service, &served, 1))
		bench_give_up("out of memory");
	bench.exchange = exchange_create(bench.service);
	many_write(&ndjson, &csv);
	if (!bench.exchange || ndjson.failed || csv.failed)
		bench_give_up("out of memory");
	bench.ndjson = (struct str){ndjson.at, ndjson.size};
	bench.csv = (struct str){csv.at, csv.size};
}

void bench_close(void)
{
	exchange_destroy(bench.exchange);
	service_destroy(bench.service);
	snapshot_destroy(bench.snapshot); // and its rulebook
	arena_finish(&bench.arena);
	buf_finish(&bench.buf);
	buf_finish(&ndjson);
	buf_finish(&csv);
}
