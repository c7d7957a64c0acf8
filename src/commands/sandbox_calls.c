// SPDX-License-Identifier: MIT
// seccomp: which system calls can still be made. The list is sandbox_calls.def;
// here it becomes a filter. It does not know why a call is on the list.
#include "sandbox.h"

#include <errno.h>

#if SANDBOX_SECCOMP

#include <fcntl.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct rule {
	const char *name;
	bool is_hostile, is_conditional;
	unsigned argument; // from 0
	uint64_t mask, value; // the condition: argument & mask is value
};

// The kernel passes 64 bits, of which those above an int mean nothing.
static const uint64_t whole_int = UINT32_MAX;

static int add_rule(scmp_filter_ctx filter, const struct rule *rule)
{
	int call = seccomp_syscall_resolve_name(rule->name);
	if (call == __NR_SCMP_ERROR)
		return 0; // newer than this libseccomp, so it stays off the list
	const struct scmp_arg_cmp condition = {
		.arg = rule->argument,
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = rule->mask,
		.datum_b = rule->value,
	};
	return seccomp_rule_add_array(filter,
		rule->is_hostile ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW, call,
		rule->is_conditional, &condition);
}

static int add_rules(scmp_filter_ctx filter)
{
	const struct rule rules[] = {
#define ALLOWED(name)                           {#name, .is_hostile = false},
#define ALLOWED_IF(name, argument, mask, value) {#name, false, true, argument, mask, value},
#define HOSTILE(name)                           {#name, .is_hostile = true},
#define HOSTILE_IF(name, argument, mask, value) {#name, true, true, argument, mask, value},
#include "sandbox_calls.def"
	};
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		int result = add_rule(filter, &rules[i]);
		if (result)
			return result;
	}
	return 0;
}

static int load_filter(scmp_filter_ctx filter)
{
	int result = 0;
	const struct {
		enum scmp_filter_attr name;
		uint32_t value;
	} attributes[] = {
		{SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS},
		{SCMP_FLTATR_CTL_TSYNC, 1}, // for all threads
		{SCMP_FLTATR_CTL_LOG, 1}, // the kernel's log names what was refused
		{SCMP_FLTATR_API_SYSRAWRC, 1}, // the kernel's own errno
	};
	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0] && !result; i++)
		result = seccomp_attr_set(filter, attributes[i].name, attributes[i].value);
	if (!result)
		result = add_rules(filter);
	return result ? result : seccomp_load(filter);
}

// What the filter needs of the kernel: filters for all threads at once, that can
// end the process and write to the kernel's log (Linux 4.14).
enum { API_LEVEL_MIN = 3 };

int sandbox_calls(bool strict)
{
	if (seccomp_api_get() < API_LEVEL_MIN)
		return -ENOSYS;
	// Off the list it is ENOSYS, with which the C library goes an older way.
	// TRAP, since the library takes no rule that does what the default does.
	scmp_filter_ctx filter = seccomp_init(strict ? SCMP_ACT_TRAP : SCMP_ACT_ERRNO(ENOSYS));
	if (!filter)
		return -ENOMEM;
	int result = load_filter(filter);
	seccomp_release(filter);
	return result;
}

#else

int sandbox_calls(bool strict)
{
	(void)strict;
	return -ENOSYS;
}

#endif
