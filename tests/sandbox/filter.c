// SPDX-License-Identifier: MIT
// The filter of system calls, call by call: each case is a process that puts the
// filter on itself, makes one call and tells what became of it. That the daemon
// has the filter on, and can live with it, is the matter of sandbox.py.
#include "commands/sandbox.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// REFUSED: fails with ENOSYS. PASSED: whatever the kernel then makes of it.
enum fate { PASSED, REFUSED, KILLED };

static const char *const fate_names[] = {"passed", "refused", "killed"};

enum { CALLS_MAX = 512, NO_SANDBOX = 100 };

struct named {
	const char *name;
	bool is_hostile, is_conditional;
};

static const struct named listed[] = {
#define ALLOWED(name)                           {#name, false, false},
#define ALLOWED_IF(name, argument, mask, value) {#name, false, true},
#define HOSTILE(name)                           {#name, true, false},
#define HOSTILE_IF(name, argument, mask, value) {#name, true, true},
#include "commands/sandbox_calls.def"
};

enum { LISTED_COUNT = sizeof listed / sizeof listed[0] };

static int number_of(const char *name)
{
	return seccomp_syscall_resolve_name(name);
}

static enum fate try_call(bool strict, long number, const long arguments[6])
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGSYS, SIG_DFL); // cmocka has a handler for it
		if (sandbox_calls(strict))
			_exit(NO_SANDBOX);
		const long *a = arguments;
		long result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
		_exit(result < 0 && errno == ENOSYS ? REFUSED : PASSED);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return KILLED;
	}
	assert_int_not_equal(WEXITSTATUS(status), NO_SANDBOX);
	return (enum fate)WEXITSTATUS(status);
}

static void expect(enum fate wanted, enum fate found, const char *what, long detail)
{
	if (wanted != found)
		fail_msg("%s (%#lx): %s, not %s", what, (unsigned long)detail, fate_names[found],
			fate_names[wanted]);
}

// Arguments of which no call can make anything.
static const long senseless[6] = {-1, -1, -1, -1, -1, -1};

static void test_hostile_calls_kill(void **state)
{
	(void)state;
	for (size_t i = 0; i < LISTED_COUNT; i++) {
		int number = number_of(listed[i].name);
		if (listed[i].is_hostile && !listed[i].is_conditional && number >= 0)
			expect(KILLED, try_call(false, number, senseless), listed[i].name, number);
	}
}

// These end the process or wait, or the kernel itself knows no such operation.
static bool is_testable(const char *name)
{
	static const char *const others[] = {"exit", "exit_group", "futex", "rt_sigreturn"};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(name, others[i]) == 0)
			return false;
	return true;
}

static void test_allowed_calls_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < LISTED_COUNT; i++) {
		int number = number_of(listed[i].name);
		if (listed[i].is_hostile || listed[i].is_conditional || number < 0 ||
			!is_testable(listed[i].name))
			continue;
		expect(PASSED, try_call(true, number, senseless), listed[i].name, number);
	}
}

// A name that is misspelt would be passed over without a word.
static void test_names_are_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < LISTED_COUNT; i++)
		if (number_of(listed[i].name) == __NR_SCMP_ERROR)
			assert_string_equal(listed[i].name, "fchmodat2"); // of Linux 6.6
}

// Those that are listed, and those that the kernel lets pass by every filter.
static void mark_listed(bool marks[CALLS_MAX])
{
#ifdef __x86_64__
	marks[335] = marks[336] = true; // for probes; only the kernel's own code can
#endif
	for (size_t i = 0; i < LISTED_COUNT; i++) {
		int number = number_of(listed[i].name);
		if (number >= 0 && number < CALLS_MAX)
			marks[number] = true;
	}
}

static void test_all_others_are_refused(void **state)
{
	bool marks[CALLS_MAX] = {false};
	int status, refused = 0;
	(void)state;
	mark_listed(marks);
	pid_t child = fork();
	if (child == 0) {
		signal(SIGSYS, SIG_DFL); // cmocka has a handler for it
		if (sandbox_calls(false))
			_exit(NO_SANDBOX);
		for (long number = 0; number < CALLS_MAX; number++)
			if (!marks[number] &&
				(syscall(number, -1, -1, -1, -1, -1, -1) != -1 || errno != ENOSYS))
				_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	for (long number = 0; number < CALLS_MAX; number++)
		refused += !marks[number];
	assert_in_range(refused, 100, CALLS_MAX);
}

static void test_others_kill_where_strict(void **state)
{
	static const char *const names[] = {"getpriority", "dup", "pipe2", "getuid", "flock"};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		expect(KILLED, try_call(true, number_of(names[i]), senseless), names[i], 0);
}

// What each mode of opening is to become, worked out without the filter.
static void test_opening(void **state)
{
	(void)state;
	int flags[] = {O_CREAT, O_TRUNC, O_CLOEXEC | O_NONBLOCK, O_APPEND, O_DIRECTORY};
	for (unsigned set = 0; set < 1U << 5; set++) {
		for (int mode = O_RDONLY; mode <= O_ACCMODE; mode++) {
			long how = mode;
			for (unsigned i = 0; i < 5; i++)
				how |= set & 1U << i ? flags[i] : 0;
			bool reads = mode == O_RDONLY && !(how & (O_CREAT | O_TRUNC));
			const long at[6] = {AT_FDCWD, (long)"/dev/null/none", how};
			expect(reads ? PASSED : KILLED, try_call(false, number_of("openat"), at),
				"openat", how);
			const long plain[6] = {(long)"/dev/null/none", how};
			if (number_of("open") >= 0)
				expect(reads ? PASSED : KILLED,
					try_call(false, number_of("open"), plain), "open", how);
		}
	}
}

// Above an int the caller may leave anything.
static const long noise = 0x5a5a5a5aL << 32;

static void test_conditions(void **state)
{
	(void)state;
	const long page = (long)PROT_READ | PROT_WRITE, run = PROT_EXEC;
	const long anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
	static const struct rlimit limit = {0};
	const struct {
		const char *name;
		enum fate wanted;
		long arguments[6];
	} cases[] = {
		{"mmap", PASSED, {0, 4096, page, anonymous, -1, 0}},
		{"mmap", PASSED, {0, 4096, PROT_NONE, anonymous, -1, 0}},
		{"mmap", KILLED, {0, 4096, run, anonymous, -1, 0}},
		{"mmap", KILLED, {0, 4096, page | run, anonymous, -1, 0}},
		{"mprotect", PASSED, {0, 4096, page}},
		{"mprotect", KILLED, {0, 4096, run | PROT_READ}},
		{"setsockopt", PASSED, {-1, SOL_SOCKET}},
		{"setsockopt", PASSED, {-1, noise | IPPROTO_TCP}},
		{"setsockopt", REFUSED, {-1, IPPROTO_IP}},
		{"setsockopt", REFUSED, {-1, IPPROTO_IPV6}},
		{"ioctl", PASSED, {-1, FIONREAD}},
		{"ioctl", PASSED, {-1, TIOCOUTQ}},
		{"ioctl", PASSED, {-1, noise | TCGETS}},
		{"ioctl", REFUSED, {-1, TIOCSTI}},
		{"ioctl", REFUSED, {-1, FIOCLEX}},
		{"fcntl", PASSED, {-1, F_GETFD}},
		{"fcntl", PASSED, {-1, noise | F_SETFL}},
		{"fcntl", REFUSED, {-1, F_SETOWN}},
		{"fcntl", REFUSED, {-1, F_DUPFD}},
		{"prctl", PASSED, {PR_SET_NAME, (long)"x"}},
		{"prctl", REFUSED, {PR_SET_DUMPABLE, 1}},
		{"prctl", REFUSED, {PR_SET_SECCOMP, 1}},
		{"prlimit64", PASSED, {0, RLIMIT_NOFILE, 0, 0}},
		{"prlimit64", REFUSED, {0, RLIMIT_NOFILE, (long)&limit, 0}},
		{"tgkill", REFUSED, {getpid(), getpid(), 0}}, // the parent of the one that asks
		{"tgkill", REFUSED, {0, 0, 0}},
		{"tgkill", REFUSED, {-1, -1, 0}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect(cases[i].wanted,
			try_call(false, number_of(cases[i].name), cases[i].arguments),
			cases[i].name, cases[i].arguments[1]);
}

static void test_abort_is_abort(void **state)
{
	int status;
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		signal(SIGSYS, SIG_DFL); // cmocka has a handler for it
		if (sandbox_calls(true))
			_exit(NO_SANDBOX);
		abort();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

#ifdef __x86_64__
// The same kernel has other entrances, with other numbers.
static void test_other_entrances(void **state)
{
	(void)state;
	const long x32 = 0x40000000, getpid_x32 = x32 + 39;
	expect(KILLED, try_call(false, getpid_x32, senseless), "x32", getpid_x32);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_known),
		cmocka_unit_test(test_hostile_calls_kill),
		cmocka_unit_test(test_allowed_calls_pass),
		cmocka_unit_test(test_all_others_are_refused),
		cmocka_unit_test(test_others_kill_where_strict),
		cmocka_unit_test(test_opening),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_abort_is_abort),
#ifdef __x86_64__
		cmocka_unit_test(test_other_entrances),
#endif
	};
	return cmocka_run_group_tests_name("sandbox/filter", tests, NULL, NULL);
}
