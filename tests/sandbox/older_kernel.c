// SPDX-License-Identifier: MIT
// For sandbox.py, by LD_PRELOAD: makes the kernel's Landlock look as old as the
// number in LANDLOCK_ABI says. What that ABI did not know yet is refused as such a
// kernel would refuse it; all else is the kernel's own.
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ASK_VERSION = 1 }; // LANDLOCK_CREATE_RULESET_VERSION

// What the ABI of this index knows, as highest bit + 1: the kernel's change log.
static const struct {
	unsigned files, ports, scopes;
} known[] = {{0, 0, 0}, {13, 0, 0}, {14, 0, 0}, {15, 0, 0}, {15, 2, 0}, {16, 2, 0}, {16, 2, 2}};

static long shown_abi(void)
{
	return strtol(getenv("LANDLOCK_ABI"), NULL, 10);
}

static int judge(const uint64_t *attributes, size_t size)
{
	long abi = shown_abi();
	uint64_t files = attributes[0], ports = size > 8 ? attributes[1] : 0;
	uint64_t scopes = size > 16 ? attributes[2] : 0;
	if ((abi < 4 && ports) || (abi < 6 && scopes))
		return E2BIG; // members that its structure does not have
	if (files >> known[abi].files || ports >> 2 || scopes >> 2 || !files)
		return EINVAL;
	return 0;
}

typedef long syscall_function(long number, ...);

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): __sysno
__attribute__((visibility("default"))) long syscall(long number, ...)
{
	va_list rest;
	long a[6];
	va_start(rest, number);
	for (size_t i = 0; i < 6; i++)
		a[i] = va_arg(rest, long);
	va_end(rest);
	if (number == SYS_landlock_create_ruleset) {
		if (a[2] == ASK_VERSION)
			return shown_abi();
		int error = judge((const uint64_t *)a[0], (size_t)a[1]);
		if (error) {
			errno = error;
			return -1;
		}
	}
	void *next = dlsym(RTLD_NEXT, "syscall");
	syscall_function *call;
	memcpy(&call, &next, sizeof call); // ISO C has no cast for this
	return call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
