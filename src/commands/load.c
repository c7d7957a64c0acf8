// SPDX-License-Identifier: MIT
// Rulebooks from files and directories.
#include "commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const size_t file_max = 64u << 20;

// Reads until the end, so that pipes and /dev/stdin work too.
static int read_all(FILE *file, char **text, size_t *size)
{
	size_t room = 0, used = 0;
	char *bytes = NULL;
	do {
		if (used == room) {
			room = room ? room * 2 : 65536;
			char *more = room > file_max * 2 ? NULL : realloc(bytes, room);
			if (!more) {
				free(bytes);
				return room > file_max * 2 ? -EFBIG : -ENOMEM;
			}
			bytes = more;
		}
		used += fread(bytes + used, 1, room - used, file);
	} while (!feof(file) && !ferror(file));
	if (ferror(file) || used > file_max) {
		int result = ferror(file) ? -errno : -EFBIG;
		free(bytes);
		return result ? result : -EIO;
	}
	*text = bytes;
	*size = used;
	return 0;
}

int file_read(const char *path, char **text, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return -errno;
	int result = read_all(file, text, size);
	fclose(file);
	return result;
}

void finding_print(void *cls, const struct pmm_finding *finding)
{
	if (!finding->is_error)
		return;
	fprintf(stderr, "%s: [%s] %s%s%s\n", (const char *)cls, finding->code, finding->where,
		finding->where[0] ? ": " : "", finding->message);
	if (finding->witness[0])
		fprintf(stderr, "    %s\n", finding->witness);
}

static struct pmm_rulebook *create(const char *name, const char *text, size_t size)
{
	const struct pmm_listener listener = {finding_print, (void *)(uintptr_t)name};
	struct pmm_rulebook *rulebook = NULL;
	int result = pmm_rulebook_create(&rulebook, text, size, PMM_MEMORY_MAX, &listener);
	if (result == -ENOMEM)
		fprintf(stderr, "pmm-check: %s: not enough memory\n", name);
	else if (result)
		fprintf(stderr, "pmm-check: %s: this rulebook is refused\n", name);
	return rulebook;
}

static int is_rulebook(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);
	return entry->d_name[0] != '.' && size > 5 &&
	       strcmp(entry->d_name + size - 5, ".json") == 0;
}

// The path of the one rulebook in a directory, to be freed; NULL after a message.
static char *find_in_directory(const char *path)
{
	struct dirent **entries;
	char *found = NULL;
	int count = scandir(path, &entries, is_rulebook, alphasort);
	if (count < 0) {
		fprintf(stderr, "pmm-check: %s: %s\n", path, strerror(errno));
		return NULL;
	}
	if (count != 1)
		fprintf(stderr, "pmm-check: %s: there must be one *.json in it, there are %d\n",
			path, count);
	else if (asprintf(&found, "%s/%s", path, entries[0]->d_name) < 0)
		found = NULL;
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return found;
}

static struct pmm_rulebook *load_file(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	int result = file_read(path, &text, &size);
	if (result) {
		fprintf(stderr, "pmm-check: %s: %s\n", path, strerror(-result));
		return NULL;
	}
	struct pmm_rulebook *rulebook = create(path, text, size);
	free(text);
	return rulebook;
}

struct pmm_rulebook *rulebook_load(const char *path)
{
	struct stat status;
	if (path[0] == '\0')
		return create("built-in rulebook", builtin_rulebook, builtin_rulebook_size);
	if (stat(path, &status) || !S_ISDIR(status.st_mode))
		return load_file(path);
	char *file = find_in_directory(path);
	struct pmm_rulebook *rulebook = file ? load_file(file) : NULL;
	free(file);
	return rulebook;
}
