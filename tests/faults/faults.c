// SPDX-License-Identifier: MIT
// Faults on order, linked into a copy of the program: what it asks of the system
// and of the heap comes through here (ld, --wrap; the list stands in meson.build)
// and fails, or does less, where the environment says so. faults.py runs it.
//
//     FAULTS="CALL FD ACTION WHEN"
//       CALL    read, write, close, or memory
//       FD      a descriptor; "file" for any past stderr; "-" for memory
//       ACTION  the name of an errno, or the most bytes that the call may take
//       WHEN    K: the K-th such call alone, K+: and all that follow, K/: and
//               every other one after it
//     FAULTS_FD=N: one byte is written there when a fault happens first
//
// It works under sanitizers and in any build, since nothing is preloaded. What
// the C library does within itself (stdio, getline) it does not see: what must
// survive a fault of a descriptor must not go through stdio.
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cJSON;

// The linker gives these names to what it wraps.
ssize_t __real_read(int fd, void *to, size_t size);
ssize_t __real_write(int fd, const void *from, size_t size);
int __real_close(int fd);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
struct cJSON *__real_cJSON_ParseWithLength(const char *text, size_t size);
int __real_gnutls_hash_fast(int algorithm, const void *text, size_t size, void *digest);

ssize_t __wrap_read(int fd, void *to, size_t size);
ssize_t __wrap___read_chk(int fd, void *to, size_t size, size_t room);
ssize_t __wrap_write(int fd, const void *from, size_t size);
int __wrap_close(int fd);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
struct cJSON *__wrap_cJSON_ParseWithLength(const char *text, size_t size);
int __wrap_gnutls_hash_fast(int algorithm, const void *text, size_t size, void *digest);

enum { ANY_FILE = -1, NO_FD = -2, WORD_SIZE = 16 };

static struct {
	bool is_read;
	char call[WORD_SIZE];
	int fd;
	int error; // 0: less is done instead
	size_t most; // bytes
	unsigned long first, count; // of the calls that FAULTS means
	char mode; // '+', '/', or 0
	int told_fd; // -1: nobody is to be told any more
} order;

static const struct {
	const char *name;
	int error;
} errors[] = {{"EINTR", EINTR}, {"EAGAIN", EAGAIN}, {"EIO", EIO}, {"ENOSPC", ENOSPC},
	{"EPIPE", EPIPE}, {"ENOMEM", ENOMEM}};

static void refuse(const char *text)
{
	fprintf(stderr, "FAULTS: %s\n", text);
	abort();
}

// The next word of *TEXT, which goes on behind it.
static const char *take_word(const char **text, char word[WORD_SIZE])
{
	size_t size = strcspn(*text, " ");
	if (size == 0 || size >= WORD_SIZE)
		refuse("CALL FD ACTION WHEN");
	memcpy(word, *text, size);
	word[size] = '\0';
	*text += size + ((*text)[size] == ' ');
	return word;
}

static int read_fd(const char *text)
{
	if (strcmp(text, "file") == 0)
		return ANY_FILE;
	return strcmp(text, "-") == 0 ? NO_FD : (int)strtol(text, NULL, 10);
}

static void read_order(void)
{
	char word[WORD_SIZE], *end;
	const char *text = getenv("FAULTS"), *told = getenv("FAULTS_FD");
	order.is_read = true;
	order.told_fd = told ? (int)strtol(told, NULL, 10) : -1;
	if (!text)
		return;
	take_word(&text, order.call);
	order.fd = read_fd(take_word(&text, word));
	order.most = strtoul(take_word(&text, word), NULL, 10);
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (strcmp(errors[i].name, word) == 0)
			order.error = errors[i].error;
	order.first = strtoul(take_word(&text, word), &end, 10);
	order.mode = *end;
	if ((!order.error && !order.most) || !order.first)
		refuse("there is no such action, or no such time");
}

// Whether this call is to fail, or to do less.
static bool comes_true(const char *call, int fd)
{
	if (!order.is_read)
		read_order();
	if (strcmp(call, order.call) != 0 ||
		(fd != order.fd && !(order.fd == ANY_FILE && fd > STDERR_FILENO)))
		return false;
	unsigned long past = ++order.count - order.first;
	if (order.count < order.first ||
		(order.mode == '/' ? past % 2 != 0 : past > 0 && order.mode != '+'))
		return false;
	if (order.told_fd >= 0)
		(void)!__real_write(order.told_fd, "!", 1);
	order.told_fd = -1;
	errno = order.error;
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

ssize_t __wrap_read(int fd, void *to, size_t size)
{
	if (!comes_true("read", fd))
		return __real_read(fd, to, size);
	return order.error ? -1 : __real_read(fd, to, least(size, order.most));
}

// What _FORTIFY_SOURCE makes of read.
ssize_t __wrap___read_chk(int fd, void *to, size_t size, size_t room)
{
	if (size > room)
		abort();
	return __wrap_read(fd, to, size);
}

ssize_t __wrap_write(int fd, const void *from, size_t size)
{
	if (!comes_true("write", fd))
		return __real_write(fd, from, size);
	return order.error ? -1 : __real_write(fd, from, least(size, order.most));
}

// The descriptor is closed all the same, as Linux does it.
int __wrap_close(int fd)
{
	bool fails = comes_true("close", fd);
	int result = __real_close(fd);
	if (fails)
		errno = order.error;
	return fails ? -1 : result;
}

static bool runs_out(void)
{
	return comes_true("memory", NO_FD);
}

void *__wrap_malloc(size_t size)
{
	return runs_out() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return runs_out() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return runs_out() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
	return runs_out() ? NULL : __real_strdup(text);
}

// The two libraries' heaps are their own, so it is their calls that fail.
struct cJSON *__wrap_cJSON_ParseWithLength(const char *text, size_t size)
{
	return runs_out() ? NULL : __real_cJSON_ParseWithLength(text, size);
}

int __wrap_gnutls_hash_fast(int algorithm, const void *text, size_t size, void *digest)
{
	enum { MEMORY_ERROR = -25 }; // GNUTLS_E_MEMORY_ERROR
	return runs_out() ? MEMORY_ERROR : __real_gnutls_hash_fast(algorithm, text, size, digest);
}
