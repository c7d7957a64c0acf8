// SPDX-License-Identifier: MIT
// Runs a fuzz target over the files and directories that are given as
// arguments, for compilers without libFuzzer. It makes no inputs of its own but
// the empty one.
#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

static unsigned runs;

static int replay_file(const char *path)
{
	struct stat status;
	FILE *file = fopen(path, "rb");
	if (!file || fstat(fileno(file), &status)) {
		perror(path);
		return -1;
	}
	size_t size = (size_t)status.st_size;
	uint8_t *bytes = malloc(size ? size : 1); // exactly: a read past the end is seen
	int result = bytes && fread(bytes, 1, size, file) == size ? 0 : -1;
	fclose(file);
	if (result)
		perror(path);
	else
		LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	runs++;
	return result;
}

static int replay(const char *path)
{
	DIR *directory = opendir(path);
	int result = 0;
	if (!directory)
		return replay_file(path);
	for (struct dirent *entry; (entry = readdir(directory));) {
		char inner[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
		result |= replay(inner);
	}
	closedir(directory);
	return result;
}

int main(int argc, char **argv)
{
	int result = 0;
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		result |= replay(argv[i]);
	printf("%u inputs\n", runs);
	if (argc > 1 && runs == 0)
		fprintf(stderr, "there are no inputs\n");
	return result || (argc > 1 && runs == 0);
}
