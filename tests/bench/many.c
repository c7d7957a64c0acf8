// SPDX-License-Identifier: MIT
// Many profiles from end to end as the daemon does it, but for its socket: the
// body in pieces, then the whole answer in blocks, or the summary.
#include "bench.h"

#include <stdarg.h>

enum {
	PIECE = 16 << 10, // as http feeds,
	BLOCK = 128 << 10, // and as it reads
	GROUPS = BENCH_ROWS / 40, // a school has some
};

// A generator of our own, so that the rows are the same everywhere (xorshift).
static unsigned below(uint32_t *state, unsigned limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % limit;
}

__attribute__((format(printf, 2, 3))) static void add(struct buf *buf, const char *format, ...)
{
	char text[200];
	va_list values;
	va_start(values, format);
	int size = vsnprintf(text, sizeof text, format, values);
	va_end(values);
	buf_add(buf, text, (size_t)size);
}

void many_write(struct buf *ndjson, struct buf *csv)
{
	static const char *const employments[] = {
		"PNS", "PPPK", "GTY/PTY", "Guru Honor Sekolah", "CPNS", "PNS Diperbantukan"};
	uint32_t state = 559;
	buf_text(csv, "id,role,employment,belajar_id,dapodik_gtk,group\n");
	for (unsigned i = 0; i < BENCH_ROWS; i++) {
		unsigned id = 10000000 + i, group = 20100000 + i % GROUPS;
		const char *role = below(&state, 10) ? "guru" : "kepala_sekolah";
		const char *employment = employments[below(&state, 6)];
		const char *belajar_id = below(&state, 10) ? "true" : "false";
		const char *dapodik_gtk = below(&state, 20) ? "true" : "false";
		add(ndjson,
			"{\"id\":\"%u\",\"role\":\"%s\",\"employment\":\"%s\",\"belajar_id\":%s,"
			"\"dapodik_gtk\":%s,\"group\":\"%u\"}\n",
			id, role, employment, belajar_id, dapodik_gtk, group);
		add(csv, "%u,%s,%s,%s,%s,%u\n", id, role, employment, belajar_id, dapodik_gtk,
			group);
	}
}

static struct bulk *upload(enum rows_format format, struct str body, enum shape shape, bool sum)
{
	const struct bulk_options options = {
		.format = format,
		.rows = {.snapshot = bench.snapshot, .rows_max = BENCH_ROWS},
		.results = {.snapshot = bench.snapshot, .lang = PMM_LANG_ID, .shape = shape},
		.is_summary = sum,
	};
	struct bulk *bulk = bulk_create(&options);
	bool is_fine = bulk != NULL;
	for (size_t at = 0; is_fine && at < body.size; at += PIECE) {
		size_t left = body.size - at;
		is_fine = bulk_feed(bulk, body.at + at, left < PIECE ? left : PIECE);
	}
	if (!is_fine || !bulk_end(bulk) || bulk_tally(bulk)->counts.rows[CODE_none] != BENCH_ROWS)
		bench_give_up("the rows are not taken");
	return bulk;
}

static void answer(enum rows_format format, struct str body, enum shape shape)
{
	static char block[BLOCK];
	struct bulk *bulk = upload(format, body, shape, false);
	uint64_t size, received = 0;
	long count = 0;
	bool has_size = bulk_size(bulk, &size);
	while (has_size && (count = bulk_read(bulk, block, sizeof block)) > 0)
		received += (uint64_t)count;
	if (!has_size || count < 0 || received != size)
		bench_give_up("the rows are not answered");
	bench_sink += received;
	bulk_destroy(bulk);
}

void many_ndjson(void)
{
	answer(ROWS_NDJSON, bench.ndjson, SHAPE_NDJSON);
}

void many_csv(void)
{
	answer(ROWS_CSV, bench.csv, SHAPE_CSV);
}

void many_summary(void)
{
	struct bulk *bulk = upload(ROWS_NDJSON, bench.ndjson, SHAPE_JSON, true);
	buf_reset(&bench.buf);
	bulk_summarise(bulk, &bench.buf);
	bench_sink += bench.buf.size;
	bulk_destroy(bulk);
}
