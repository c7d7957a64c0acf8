// SPDX-License-Identifier: MIT
// seccomp: which system calls can still be made. The list is sandbox_calls.def;
// here it becomes a filter. It does not know why a call is on the list.
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

// The kernel passes 64 bits, of which those above an int mean nothing.
static const uint64_t whole_int = UINT32_MAX;

static int add_rules(scmp_filter_ctx filter)
{
	const struct {
		const char *name;
		uint32_t action;
		struct scmp_arg_cmp condition; // of an argument, unless its operator is 0
	} rules[] = {
#define WHERE(argument, mask, value)                                                               \
	{                                                                                          \
		argument, SCMP_CMP_MASKED_EQ, mask, value                                          \
	}
#define ALLOWED(name) {#name, SCMP_ACT_ALLOW, {0}},
#define ALLOWED_IF(name, argument, mask, value)                                                    \
	{#name, SCMP_ACT_ALLOW, WHERE(argument, mask, value)},
#define HOSTILE(name) {#name, SCMP_ACT_KILL_PROCESS, {0}},
#define HOSTILE_IF(name, argument, mask, value)                                                    \
	{#name, SCMP_ACT_KILL_PROCESS, WHERE(argument, mask, value)},
#include "sandbox_calls.def"
	};
	int result = 0;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0] && !result; i++) {
		int call = seccomp_syscall_resolve_name(rules[i].name);
		if (call != __NR_SCMP_ERROR) // newer than this libseccomp: it stays off the list
			result = seccomp_rule_add_array(filter, rules[i].action, call,
				rules[i].condition.op != 0, &rules[i].condition);
	}
	return result;
}

// What the filter needs of the kernel: filters for all threads at once, that can
// end the process and write to the kernel's log (Linux 4.14).
enum { API_LEVEL_MIN = 3 };

int sandbox_calls(bool strict)
{
	static const struct {
		enum scmp_filter_attr name;
		uint32_t value;
	} attributes[] = {
		{SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS},
		{SCMP_FLTATR_CTL_TSYNC, 1}, // for all threads
		{SCMP_FLTATR_CTL_LOG, 1}, // the kernel's log names what was refused
		{SCMP_FLTATR_API_SYSRAWRC, 1}, // the kernel's own errno
	};
	int result = 0;
	if (seccomp_api_get() < API_LEVEL_MIN)
		return -ENOSYS;
	// Off the list it is ENOSYS, with which the C library goes an older way.
	// TRAP, since the library takes no rule that does what the default does.
	scmp_filter_ctx filter = seccomp_init(strict ? SCMP_ACT_TRAP : SCMP_ACT_ERRNO(ENOSYS));
	if (!filter)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0] && !result; i++)
		result = seccomp_attr_set(filter, attributes[i].name, attributes[i].value);
	if (!result)
		result = add_rules(filter);
	if (!result)
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result;
}
