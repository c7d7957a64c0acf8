// SPDX-License-Identifier: MIT
// Landlock: which files can still be opened. Written against the kernel's ABI
// itself, which grew from 1 to 6 in what it can hold back: the headers of Debian 12
// know the second only. It looks at no file's content, and holds back no descriptor
// that is open already.
// Source: the kernel's Documentation/userspace-api/landlock.rst.
#include "sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// As struct landlock_ruleset_attr is since ABI 6. An older kernel takes it as long
// as what it does not know is 0.
struct ruleset {
	uint64_t files, ports, scopes; // bits of what is held back
};

// All that an ABI can hold back. What was new: 2 moving between directories,
// 3 truncating, 4 binding and connecting TCP, 5 ioctl on devices, 6 abstract Unix
// sockets and signals to processes outside.
static const struct ruleset held_back[] = {
	[1] = {.files = (1U << 13) - 1},
	[2] = {.files = (1U << 14) - 1},
	[3] = {.files = (1U << 15) - 1},
	[4] = {.files = (1U << 15) - 1, .ports = 3},
	[5] = {.files = (1U << 16) - 1, .ports = 3},
	[6] = {.files = (1U << 16) - 1, .ports = 3, .scopes = 3},
};

enum { ABI_MAX = sizeof held_back / sizeof held_back[0] - 1 };

static const uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE;
static const uint64_t read_below = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

static int allow(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};
	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return -errno;
	long result = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	// EBADFD: a pipe or the like, in no file system, so it is not held back.
	int error = result && errno != EBADFD ? -errno : 0;
	close(rule.parent_fd);
	return error;
}

// What lies in the directory of PATH; of the root directory, PATH alone.
static int allow_beside(int ruleset, const char *path, uint64_t access)
{
	char copy[PATH_MAX];
	if (snprintf(copy, sizeof copy, "%s", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	const char *directory = dirname(copy);
	return strcmp(directory, "/") ? allow(ruleset, directory, access)
				      : allow(ruleset, path, access);
}

static int allow_beside_target(int ruleset, const char *path, uint64_t access)
{
	char target[PATH_MAX];
	return realpath(path, target) ? allow_beside(ruleset, target, access) : -errno;
}

static int is_link(const struct dirent *entry)
{
	return entry->d_type == DT_LNK && entry->d_name[0] != '.';
}

static int allow_directory(int ruleset, const char *path)
{
	struct dirent **entries;
	struct stat status;
	int result = allow(ruleset, path, read_below);
	if (!result && lstat(path, &status) == 0 && S_ISLNK(status.st_mode))
		result = allow_beside_target(ruleset, path, read_below);
	// As in a directory "enabled" with links to those that there are.
	int count = result ? 0 : scandir(path, &entries, is_link, alphasort);
	if (result || count < 0)
		return result ? result : -errno;
	for (int i = 0; i < count; i++) {
		char name[PATH_MAX];
		int size = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
		// A link that leads nowhere or to a directory is no rulebook.
		if (!result && size < PATH_MAX && stat(name, &status) == 0 &&
			S_ISREG(status.st_mode))
			result = allow_beside_target(ruleset, name, read_file);
		free(entries[i]);
	}
	free(entries);
	return result;
}

static int allow_path(int ruleset, const char *path)
{
	struct stat status;
	if (stat(path, &status))
		return -errno;
	if (S_ISDIR(status.st_mode))
		return allow_directory(ruleset, path);
	// What lies beside /dev/stdin is not for us, whatever it leads to.
	if (!S_ISREG(status.st_mode) || strncmp(path, "/dev/", 5) == 0 ||
		strncmp(path, "/proc/", 6) == 0)
		return allow(ruleset, path, read_file);
	int result = allow_beside(ruleset, path, read_file);
	return result ? result : allow_beside_target(ruleset, path, read_file);
}

int sandbox_paths(const char *const *paths)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi <= 0)
		return errno == EOPNOTSUPP || errno == EPERM ? -ENOSYS : -errno;
	const struct ruleset *attributes = &held_back[abi < ABI_MAX ? abi : ABI_MAX];
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, attributes, sizeof *attributes, 0);
	int result = ruleset < 0 ? -errno : 0;
	for (; *paths && !result; paths++)
		if (**paths)
			result = allow_path(ruleset, *paths);
	if (!result && syscall(SYS_landlock_restrict_self, ruleset, 0))
		result = -errno;
	if (ruleset >= 0)
		close(ruleset);
	return result ? result : (int)abi;
}
