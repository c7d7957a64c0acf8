// SPDX-License-Identifier: MIT
// What a line of the log costs: the thread that logs a request (by the clock, since
// it must not wait), with 1, 2 and 4 of them at once, and the writer for a line (CPU
// time of the whole process less that). The log goes to /dev/null. There are no
// thresholds.
// usage: log
#include "log/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 200, BURST = 1000, THREADS_MAX = 4 };

static const struct log_access sample = {
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
	struct log *log;
	double least_ns; // of a call, over the rounds
	double cpu_ns;
};

// Bursts that fit into the buffer, with time for the writer between them.
static void *work(void *cls)
{
	struct worker *worker = cls;
	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ns(CLOCK_THREAD_CPUTIME_ID);
		for (int i = 0; i < BURST; i++)
			log_access(worker->log, &sample);
		double each = (now_ns(CLOCK_THREAD_CPUTIME_ID) - start) / BURST;
		worker->cpu_ns += each * BURST;
		if (round == 0 || each < worker->least_ns)
			worker->least_ns = each;
		nanosleep(&(struct timespec){.tv_nsec = 4000000}, NULL);
	}
	return NULL;
}

static void measure(unsigned threads, enum log_format format)
{
	struct worker workers[THREADS_MAX];
	const struct log_options options = {.format = format, .access = true};
	struct log *log;
	double least_ns = 0, cpu_ns = 0;
	int fd = open("/dev/null", O_WRONLY);
	if (fd < 0 || log_create(&log, fd, &options))
		exit(2);
	double start_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned i = 0; i < threads; i++) {
		workers[i] = (struct worker){.log = log};
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			exit(2);
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		least_ns += workers[i].least_ns / threads;
		cpu_ns += workers[i].cpu_ns;
	}
	double total_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - start_ns;
	uint64_t written = log_written(log), dropped = log_dropped(log);
	log_destroy(log, 1000);
	close(fd);
	printf("%u threads, %-6s %8.1f ns least a call, %8.1f ns mean; %8.1f ns a line written; "
	       "%llu written, %llu dropped\n",
		threads, format == LOG_JSON ? "JSON" : "logfmt", least_ns,
		cpu_ns / (ROUNDS * BURST * threads), (total_ns - cpu_ns) / (double)written,
		(unsigned long long)written, (unsigned long long)dropped);
}

int main(void)
{
	for (unsigned threads = 1; threads <= THREADS_MAX; threads *= 2) {
		measure(threads, LOG_LOGFMT);
		measure(threads, LOG_JSON);
	}
	return 0;
}
