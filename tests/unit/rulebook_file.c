// SPDX-License-Identifier: MIT
#include "rulebook_file.h"

#include <stdio.h>

size_t rulebook_file_read(const char *path, char *to, size_t room)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 0;
	}
	size_t size = fread(to, 1, room, file);
	if (size == 0 || size == room || ferror(file)) {
		fprintf(stderr, "%s: empty, too large, or not to be read\n", path);
		size = 0;
	}
	fclose(file);
	return size;
}

static void print_finding(void *cls, const struct pmm_finding *finding)
{
	if (finding->is_error)
		fprintf(stderr, "%s: [%s] %s: %s\n", (const char *)cls, finding->code,
			finding->where, finding->message);
}

struct pmm_rulebook *rulebook_file_load(const char *path)
{
	static char text[1 << 20];
	char name[256];
	const struct pmm_listener listener = {.finding = print_finding, .cls = name};
	struct pmm_rulebook *rulebook = NULL;
	size_t size = rulebook_file_read(path, text, sizeof text);
	snprintf(name, sizeof name, "%s", path);
	if (size)
		pmm_rulebook_create(&rulebook, text, size, PMM_MEMORY_MAX, &listener);
	return rulebook;
}
