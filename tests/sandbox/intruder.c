// SPDX-License-Identifier: MIT
// For sandbox.py, by LD_PRELOAD: stands in for code that an intruder got to run in
// a worker. At the first answer it does once what INTRUDER names, in a thread of
// the library, and writes how that ended to stderr: "intruder: NAME: 0", or the
// name of the errno. What kills the process leaves no line.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int result_of(long result)
{
	return result < 0 ? errno : 0;
}

static int open_file(int flags)
{
	int fd = open(getenv("INTRUDER_FILE"), flags, 0600);
	int result = result_of(fd);
	if (fd >= 0)
		close(fd);
	return result;
}

static int do_nothing(void)
{
	return 0;
}

static int do_read(void)
{
	return open_file(O_RDONLY);
}

static int do_list(void)
{
	return open_file(O_RDONLY | O_DIRECTORY);
}

static int do_write(void)
{
	return open_file(O_WRONLY | O_APPEND);
}

static int do_create(void)
{
	return open_file(O_WRONLY | O_CREAT | O_EXCL);
}

static int do_remove(void)
{
	return result_of(unlink(getenv("INTRUDER_FILE")));
}

static int do_exec(void)
{
	char *const arguments[] = {(char *)(uintptr_t) "true", NULL};
	return result_of(execv(getenv("INTRUDER_FILE"), arguments));
}

static int do_fork(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return result_of(child < 0 ? child : waitpid(child, NULL, 0));
}

static void *end_at_once(void *nothing)
{
	return nothing;
}

static int do_thread(void)
{
	pthread_t thread;
	int result = pthread_create(&thread, NULL, end_at_once, NULL);
	return result ? result : pthread_join(thread, NULL);
}

static int do_socket(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);
	int result = result_of(fd);
	if (fd >= 0)
		close(fd);
	return result;
}

static int do_netlink(void)
{
	return do_socket(AF_NETLINK, SOCK_RAW, 0);
}

static int do_bind(void)
{
	const struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int result = result_of(fd < 0 ? fd : bind(fd, (const struct sockaddr *)&any, sizeof any));
	if (fd >= 0)
		close(fd);
	return result;
}

static int do_signal(void)
{
	return result_of(kill(getppid(), 0));
}

static int do_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return page == MAP_FAILED ? errno : 0;
}

// The kernel's entrance for x32 has numbers of its own, which no filter by number
// would know. This one is none's.
static int do_entrance(void)
{
#ifdef __x86_64__
	return result_of(syscall(0x40000000L + 1000));
#else
	return ENOSYS;
#endif
}

static int do_abort(void)
{
	abort();
}

static const struct act {
	const char *name;
	int (*perform)(void);
} acts[] = {
	{"nothing", do_nothing},
	{"read", do_read},
	{"list", do_list},
	{"write", do_write},
	{"create", do_create},
	{"remove", do_remove},
	{"exec", do_exec},
	{"fork", do_fork},
	{"thread", do_thread},
	{"netlink", do_netlink},
	{"bind", do_bind},
	{"signal", do_signal},
	{"code", do_code},
	{"entrance", do_entrance},
	{"abort", do_abort},
};

static void intrude(void)
{
	const char *name = getenv("INTRUDER");
	for (size_t i = 0; name && i < sizeof acts / sizeof acts[0]; i++) {
		if (strcmp(acts[i].name, name) != 0)
			continue;
		int result = acts[i].perform();
		dprintf(STDERR_FILENO, "intruder: %s: %s\n", name, strerrorname_np(result));
	}
}

typedef enum MHD_Result queue_function(
	struct MHD_Connection *connection, unsigned status, struct MHD_Response *response);

__attribute__((visibility("default"))) enum MHD_Result MHD_queue_response(
	struct MHD_Connection *connection, unsigned status, struct MHD_Response *response)
{
	static atomic_flag done = ATOMIC_FLAG_INIT;
	if (!atomic_flag_test_and_set(&done))
		intrude();
	void *next = dlsym(RTLD_NEXT, "MHD_queue_response");
	queue_function *queue;
	memcpy(&queue, &next, sizeof queue); // ISO C has no cast for this
	return queue(connection, status, response);
}
