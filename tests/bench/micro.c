// SPDX-License-Identifier: MIT
// What the steps of an answer cost, each as nanoseconds of CPU time and as a
// multiple of a floor that is measured in the same run. The multiples can be
// compared between machines; there are no thresholds, since a time that fails on
// a busy machine says nothing about the code. What can be judged is the count of
// instructions: with --count the same steps are run for callgrind (counts.py).
// usage: micro [--count] RULEBOOK
#include "bench.h"

#include <time.h>

enum { ROUNDS = 15 };

static const double round_ns = 10e6; // long against the clock's step

// Floors first, so that a step can name its own by place.
enum { FLOOR_PROFILE, FLOOR_ROWS, FLOOR_RULEBOOK, FLOOR_COUNT };

static const struct step {
	const char *name;
	void (*run)(void);
	unsigned units; // what one run does this often; the stats are for one
	unsigned floor;
	unsigned times; // when counting; 0: once for each profile
} steps[] = {
	{"floor: cJSON, a profile", floor_profile, 1, FLOOR_PROFILE, 1},
	{"floor: cJSON, a row", floor_rows, BENCH_ROWS, FLOOR_ROWS, 1},
	{"floor: cJSON, the rulebook", floor_rulebook, 1, FLOOR_RULEBOOK, 1},
	{"read a profile (JSON)", one_read, 1, FLOOR_PROFILE, 0},
	{"decide", one_decide, 1, FLOOR_PROFILE, 0},
	{"lay an answer out", one_lay_out, 1, FLOOR_PROFILE, 0},
	{"find an answer laid out", one_find, 1, FLOOR_PROFILE, 0},
	{"a request, no socket", one_request, 1, FLOOR_PROFILE, 0},
	{"a row of NDJSON", many_ndjson, BENCH_ROWS, FLOOR_ROWS, 1},
	{"a row of CSV", many_csv, BENCH_ROWS, FLOOR_ROWS, 1}, // the floor of the same rows
	{"a row of a summary", many_summary, BENCH_ROWS, FLOOR_ROWS, 1},
	{"load and prove the rulebook", one_load, 1, FLOOR_RULEBOOK, 1},
};

enum { STEPS = sizeof steps / sizeof steps[0] };

// Each step begins alike, whatever ran before it.
static void prepare(size_t step)
{
	floor_hooks(step < FLOOR_COUNT); // the loader needs a heap
	bench.index = 0;
}

static double now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double run_ns(void (*run)(void), unsigned long times)
{
	double start = now_ns();
	for (unsigned long i = 0; i < times; i++)
		run();
	return now_ns() - start;
}

// The least of some rounds: what disturbs can only add. Each round has all steps,
// so that a disturbance does not meet a step in all of its rounds, or only floors.
static void measure(double least[STEPS])
{
	unsigned long times[STEPS];
	for (size_t i = 0; i < STEPS; i++) {
		prepare(i);
		for (times[i] = 1; run_ns(steps[i].run, times[i]) < round_ns;)
			times[i] *= 2;
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < STEPS; i++) {
			prepare(i);
			double each = run_ns(steps[i].run, times[i]) / (double)times[i];
			least[i] = round == 0 || each < least[i] ? each : least[i];
		}
	}
}

static void show_times(void)
{
	double least[STEPS] = {0};
	measure(least);
	printf("%-28s %12s %10s\n", "", "ns", "x floor");
	for (size_t i = 0; i < STEPS; i++)
		printf("%-28s %12.1f %10.2f\n", steps[i].name, least[i] / steps[i].units,
			least[i] / least[steps[i].floor]);
}

// Callgrind counts in this function alone and dumps at its end; it finds it by
// its name. What is not the step's is a loop around it.
__attribute__((noinline)) void counted(void (*run)(void), unsigned times);
void counted(void (*run)(void), unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		run();
}

// Prints what the dumps are, in their order: name, floor, units.
static void count(void)
{
	for (size_t i = 0; i < STEPS; i++) {
		const uint32_t space = pmm_rulebook_info(bench.rulebook)->space;
		const unsigned times = steps[i].times ? steps[i].times : space;
		prepare(i);
		for (unsigned warm = 0; warm < times; warm++)
			steps[i].run();
		prepare(i);
		counted(steps[i].run, times);
		printf("%s\t%s\t%u\n", steps[i].name, steps[steps[i].floor].name,
			times * steps[i].units);
	}
}

int main(int argc, char **argv)
{
	bool counts = argc == 3 && strcmp(argv[1], "--count") == 0;
	if (argc != 2 && !counts)
		bench_give_up("usage: micro [--count] RULEBOOK");
	bench_open(argv[argc - 1]);
	if (counts)
		count();
	else
		show_times();
	floor_hooks(false);
	bench_close();
	return 0;
}
