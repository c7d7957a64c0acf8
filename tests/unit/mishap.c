// SPDX-License-Identifier: MIT
#include "mishap.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the linker gives these names

static struct {
	atomic_ulong left; // calls until one fails; 0: none does
	_Atomic(const char *) failed;
} state;

void mishap_arm(unsigned long k)
{
	atomic_store(&state.failed, NULL);
	atomic_store(&state.left, k);
}

const char *mishap_disarm(void)
{
	atomic_store(&state.left, 0);
	return atomic_load(&state.failed);
}

static bool fails(const char *name)
{
	unsigned long left = atomic_load(&state.left);
	while (left && !atomic_compare_exchange_weak(&state.left, &left, left - 1))
		continue;
	if (left != 1)
		return false;
	atomic_store(&state.failed, name);
	return true;
}

// A function that fails by returning FAILURE, with errno ERROR.
#define MISHAP(type, name, declared, given, failure, error)                                        \
	type __real_##name declared;                                                               \
	type __wrap_##name declared;                                                               \
	type __wrap_##name declared                                                                \
	{                                                                                          \
		if (!fails(#name))                                                                 \
			return __real_##name given;                                                \
		errno = (error);                                                                   \
		return failure;                                                                    \
	}

MISHAP(void *, malloc, (size_t size), (size), NULL, ENOMEM)
MISHAP(void *, calloc, (size_t count, size_t size), (count, size), NULL, ENOMEM)
MISHAP(void *, realloc, (void *old, size_t size), (old, size), NULL, ENOMEM)
MISHAP(int, eventfd, (unsigned value, int flags), (value, flags), -1, EMFILE)
MISHAP(int, pthread_create,
	(pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *cls),
	(thread, attributes, run, cls), EAGAIN, EAGAIN)
MISHAP(int, pthread_mutex_init, (pthread_mutex_t * lock, const pthread_mutexattr_t *attributes),
	(lock, attributes), ENOMEM, ENOMEM)

MISHAP(struct MHD_Response *, MHD_create_response_from_buffer,
	(size_t size, void *bytes, enum MHD_ResponseMemoryMode mode), (size, bytes, mode), NULL,
	ENOMEM)
MISHAP(struct MHD_Response *, MHD_create_response_from_callback,
	(uint64_t size, size_t block, MHD_ContentReaderCallback read, void *cls,
		MHD_ContentReaderFreeCallback release),
	(size, block, read, cls, release), NULL, ENOMEM)
MISHAP(enum MHD_Result, MHD_add_response_header,
	(struct MHD_Response * response, const char *name, const char *value),
	(response, name, value), MHD_NO, ENOMEM)
MISHAP(enum MHD_Result, MHD_queue_response,
	(struct MHD_Connection * connection, unsigned status, struct MHD_Response *response),
	(connection, status, response), MHD_NO, ENOMEM)
MISHAP(const union MHD_ConnectionInfo *, MHD_get_connection_info,
	(struct MHD_Connection * connection, enum MHD_ConnectionInfoType type, ...),
	(connection, type), NULL, 0)
MISHAP(const char *, MHD_lookup_connection_value,
	(struct MHD_Connection * connection, enum MHD_ValueKind kind, const char *name),
	(connection, kind, name), NULL, 0)
MISHAP(int, MHD_get_connection_values_n,
	(struct MHD_Connection * connection, enum MHD_ValueKind kind, MHD_KeyValueIteratorN take,
		void *cls),
	(connection, kind, take, cls), -1, 0)

// Closes the socket in any case.
enum MHD_Result __real_MHD_add_connection(
	struct MHD_Daemon *daemon, MHD_socket fd, const struct sockaddr *address, socklen_t size);
enum MHD_Result __wrap_MHD_add_connection(
	struct MHD_Daemon *daemon, MHD_socket fd, const struct sockaddr *address, socklen_t size);
enum MHD_Result __wrap_MHD_add_connection(
	struct MHD_Daemon *daemon, MHD_socket fd, const struct sockaddr *address, socklen_t size)
{
	if (!fails("MHD_add_connection"))
		return __real_MHD_add_connection(daemon, fd, address, size);
	close(fd);
	return MHD_NO;
}

// The product gives all options in one array, and never a port.
struct MHD_Daemon *__real_MHD_start_daemon(unsigned flags, uint16_t port,
	MHD_AcceptPolicyCallback accept, void *accept_cls, MHD_AccessHandlerCallback handle,
	void *handle_cls, ...);
struct MHD_Daemon *__wrap_MHD_start_daemon(unsigned flags, uint16_t port,
	MHD_AcceptPolicyCallback accept, void *accept_cls, MHD_AccessHandlerCallback handle,
	void *handle_cls, ...);
struct MHD_Daemon *__wrap_MHD_start_daemon(unsigned flags, uint16_t port,
	MHD_AcceptPolicyCallback accept, void *accept_cls, MHD_AccessHandlerCallback handle,
	void *handle_cls, ...)
{
	va_list values;
	va_start(values, handle_cls);
	int option = va_arg(values, int);
	struct MHD_OptionItem *items = va_arg(values, struct MHD_OptionItem *);
	va_end(values);
	if (option != MHD_OPTION_ARRAY)
		abort();
	if (fails("MHD_start_daemon"))
		return NULL;
	return __real_MHD_start_daemon(flags, port, accept, accept_cls, handle, handle_cls,
		MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

struct cJSON;
MISHAP(struct cJSON *, cJSON_ParseWithLength, (const char *text, size_t size), (text, size), NULL,
	ENOMEM)
MISHAP(int, gnutls_hash_fast, (int algorithm, const void *text, size_t size, void *digest),
	(algorithm, text, size, digest), -25, 0)

// NOLINTEND(bugprone-reserved-identifier)
