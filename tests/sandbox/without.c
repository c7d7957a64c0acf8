// SPDX-License-Identifier: MIT
// usage: without CALL COMMAND [ARGUMENT...]
// For sandbox.py: runs a command as on a kernel that does not have a system call.
#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	// The command is to set this bit itself. Only root can do without it here.
	const bool bit = geteuid() != 0;
	if (!filter || seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, bit) ||
		seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(ENOSYS), seccomp_syscall_resolve_name(argv[1]), 0) ||
		seccomp_load(filter)) {
		fprintf(stderr, "without: no filter\n");
		return 2;
	}
	seccomp_release(filter);
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 2;
}
