// SPDX-License-Identifier: MIT
// The steps of an answer that are measured: once as times, once as counts of
// instructions (micro.c). What a step works on is made once, before any is run.
#pragma once

#include "api/exchange.h"

#include <stdio.h>
#include <stdlib.h>

enum { BENCH_ROWS = 4000 }; // of the bulk steps

struct bench {
	struct str profile; // JSON
	struct str ndjson, csv; // the same BENCH_ROWS rows in both
	struct str rulebook_text;
	struct pmm_rulebook *rulebook;
	struct snapshot *snapshot;
	struct service *service;
	struct exchange *exchange;
	struct arena arena;
	struct buf buf;
	uint32_t index; // the next profile to be asked for
};

extern struct bench bench;
extern volatile uint64_t bench_sink; // what is computed is used

// Here, so that whoever checks one file sees that it does not return.
_Noreturn static inline void bench_give_up(const char *what)
{
	fprintf(stderr, "micro: %s\n", what);
	exit(2);
}

void bench_open(const char *rulebook_path);
void bench_close(void);

// Floors (cjson.c): cJSON parses the very bytes that a step reads into an arena,
// and nothing is done about it. They want floor_hooks(true) around them.
void floor_hooks(bool on);
void floor_profile(void);
void floor_rows(void);
void floor_rulebook(void);

// Steps about one profile (one.c).
void one_read(void);
void one_decide(void);
void one_lay_out(void);
void one_find(void);
void one_request(void);
void one_load(void);

// Steps about all rows (many.c): the upload in pieces, and the whole answer.
void many_ndjson(void);
void many_csv(void);
void many_summary(void);
void many_write(struct buf *ndjson, struct buf *csv); // the rows
