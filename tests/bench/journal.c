// SPDX-License-Identifier: MIT
// What a line of the log costs: the thread that logs a request (by the clock, since
// it must not wait), with 1, 2 and 4 of them at once, and the writer for a line (CPU
// time of the whole process less that). The log goes to /dev/null. There are no
// thresholds.
// usage: journal
#include "journal.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 200, BURST = 1000, THREADS_MAX = 4 };

static const struct journal_access sample = {
	.id = {.process = 0x3e3dc92f, .connection = 1234, .request = 56},
	.method = "POST",
	.route = "/check",
	.status = 200,
	.bytes = 987,
	.duration_ns = 12345,
	.digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
};

static double now_ns(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

struct worker {
	pthread_t thread;
	struct journal *journal;
	double least_ns; // of a call, over the rounds
	double cpu_ns;
};

// Bursts that fit into the ring, with time for the writer between them.
static void *work(void *cls)
{
	struct worker *worker = cls;
	for (int round = 0; round < ROUNDS; round++) {
		struct journal_access record = sample;
		double start = now_ns(CLOCK_THREAD_CPUTIME_ID);
		for (int i = 0; i < BURST; i++) {
			record.ended_ns += 6000;
			journal_access(worker->journal, &record);
		}
		double each = (now_ns(CLOCK_THREAD_CPUTIME_ID) - start) / BURST;
		worker->cpu_ns += each * BURST;
		if (round == 0 || each < worker->least_ns)
			worker->least_ns = each;
		nanosleep(&(struct timespec){.tv_nsec = 4000000}, NULL);
	}
	return NULL;
}

static void measure(unsigned threads, enum journal_format format)
{
	struct worker workers[THREADS_MAX];
	const struct journal_options options = {.format = format, .access = true};
	struct journal *journal;
	double least_ns = 0, cpu_ns = 0;
	int fd = open("/dev/null", O_WRONLY);
	if (fd < 0 || journal_create(&journal, fd, &options))
		exit(2);
	double start_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned i = 0; i < threads; i++) {
		workers[i] = (struct worker){.journal = journal};
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			exit(2);
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		least_ns += workers[i].least_ns / threads;
		cpu_ns += workers[i].cpu_ns;
	}
	double total_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - start_ns;
	uint64_t written = journal_written(journal), dropped = journal_dropped(journal);
	journal_destroy(journal, 1000);
	close(fd);
	printf("%u threads, %-6s %8.1f ns least a call, %8.1f ns mean; %8.1f ns a line written; "
	       "%llu written, %llu dropped\n",
		threads, format == JOURNAL_JSON ? "JSON" : "logfmt", least_ns,
		cpu_ns / (ROUNDS * BURST * threads), (total_ns - cpu_ns) / (double)written,
		(unsigned long long)written, (unsigned long long)dropped);
}

int main(void)
{
	for (unsigned threads = 1; threads <= THREADS_MAX; threads *= 2) {
		measure(threads, JOURNAL_LOGFMT);
		measure(threads, JOURNAL_JSON);
	}
	return 0;
}
