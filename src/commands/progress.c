// SPDX-License-Identifier: MIT
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_CELLS = 24, INTERVAL_MS = 200 };

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_start(struct progress *progress, uint64_t total_bytes)
{
	*progress = (struct progress){
		.is_on = isatty(STDERR_FILENO) == 1, .total_bytes = total_bytes};
	if (progress->is_on)
		progress->start_ms = now_ms();
	progress->next_ms = progress->start_ms + INTERVAL_MS;
}

void progress_show(struct progress *progress, uint64_t bytes, uint64_t rows)
{
	uint64_t now = progress->is_on ? now_ms() : 0;
	if (!progress->is_on || now < progress->next_ms)
		return;
	progress->next_ms = now + INTERVAL_MS;
	uint64_t passed = now - progress->start_ms;
	char bar[BAR_CELLS + 1] = "";
	fprintf(stderr, "\r\033[K");
	if (progress->total_bytes && bytes <= progress->total_bytes) {
		unsigned cells = (unsigned)(bytes * BAR_CELLS / progress->total_bytes);
		for (unsigned i = 0; i < BAR_CELLS; i++)
			bar[i] = i < cells ? '#' : '.';
		fprintf(stderr, "[%s] %3u%%  ", bar,
			(unsigned)(bytes * 100 / progress->total_bytes));
	}
	fprintf(stderr, "%llu rows  %llu rows/s", (unsigned long long)rows,
		(unsigned long long)(rows * 1000 / passed));
	if (progress->total_bytes && bytes && bytes <= progress->total_bytes) {
		uint64_t left = (progress->total_bytes - bytes) * passed / bytes / 1000;
		fprintf(stderr, "  %llu:%02llu left", (unsigned long long)(left / 60),
			(unsigned long long)(left % 60));
	}
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->is_on)
		fprintf(stderr, "\r\033[K");
	progress->is_on = false;
}
