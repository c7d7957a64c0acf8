// SPDX-License-Identifier: MIT
// What time it is, as a test says, linked into a copy of the program (ld, --wrap): the
// file that PMM_TEST_CLOCK names holds the seconds since 1970, 8 bytes in the order of the
// machine. It is mapped before main, so the sandbox does not matter, and what the test
// writes is the time at once. Without it the clock is the system's.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

time_t __real_time(time_t *to);
time_t __wrap_time(time_t *to);

static const volatile int64_t *clock_of_test;

__attribute__((constructor)) static void map_clock(void)
{
	const char *path = getenv("PMM_TEST_CLOCK");
	if (!path)
		return;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *map = mmap(NULL, sizeof *clock_of_test, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		abort();
	close(fd);
	clock_of_test = map;
}

time_t __wrap_time(time_t *to)
{
	if (!clock_of_test)
		return __real_time(to);
	const time_t now = (time_t)*clock_of_test;
	if (to)
		*to = now;
	return now;
}
