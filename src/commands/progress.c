// SPDX-License-Identifier: MIT
#include "check.h"

#include <unistd.h>

static const char done[] = "########################", missing[] = "........................";

enum { BAR_CELLS = sizeof done - 1, INTERVAL_MS = 200 };

void progress_start(struct progress *progress, uint64_t total_bytes)
{
	const double now = clock_ms();
	*progress = (struct progress){.is_on = isatty(STDERR_FILENO) == 1,
		.total_bytes = total_bytes,
		.start_ms = now,
		.next_ms = now + INTERVAL_MS};
}

void progress_show(struct progress *progress, uint64_t bytes, uint64_t rows)
{
	const double now = progress->is_on ? clock_ms() : 0;
	if (!progress->is_on || now < progress->next_ms)
		return;
	progress->next_ms = now + INTERVAL_MS;
	const double passed_s = (now - progress->start_ms) / 1000;
	const bool is_known = progress->total_bytes && bytes <= progress->total_bytes;
	fprintf(stderr, "\r\033[K");
	if (is_known) {
		int cells = (int)(bytes * BAR_CELLS / progress->total_bytes);
		fprintf(stderr, "[%.*s%.*s] %3u%%  ", cells, done, BAR_CELLS - cells, missing,
			(unsigned)(bytes * 100 / progress->total_bytes));
	}
	fprintf(stderr, "%llu rows  %.0f rows/s", (unsigned long long)rows,
		(double)rows / passed_s);
	if (is_known && bytes) {
		const double left_s = (double)(progress->total_bytes - bytes) * passed_s /
				      (double)bytes;
		fprintf(stderr, "  %d:%02d left", (int)left_s / 60, (int)left_s % 60);
	}
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->is_on)
		fprintf(stderr, "\r\033[K");
	progress->is_on = false;
}
