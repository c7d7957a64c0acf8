// SPDX-License-Identifier: MIT
// A connection's way from the acceptor to the library and back. What is asked on it is
// in request.c.
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

// What is neither IPv4 nor IPv6 has no tag.
static void fill_address(struct connection *c, const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;
		c->address[0] = in->sin_addr.s_addr;
		c->address[1] = AF_INET;
	} else if (address->sa_family == AF_INET6) {
		// One customer of a provider has at least a /64.
		const struct sockaddr_in6 *in6 = (const void *)address;
		memcpy(&c->address[0], in6->sin6_addr.s6_addr, sizeof c->address[0]);
		c->address[1] = AF_INET6;
	}
}

// A walk over all is quick enough: it happens once a connection, and only where
// the limit is set.
static bool is_address_full(const struct http *http, const struct connection *c)
{
	unsigned count = 0;
	for (const struct connection *other = http->connections; other; other = other->next)
		count += memcmp(other->address, c->address, sizeof c->address) == 0;
	return count >= http->options.address_max;
}

static void destroy(struct connection *c)
{
	tls_pair_unref(c->pair);
	exchange_destroy(c->exchange);
	free(c);
}

void connection_forget(struct connection *c)
{
	struct http *http = c->http;
	if (c->next)
		c->next->previous = c->previous;
	if (c->previous)
		c->previous->next = c->next;
	else
		http->connections = c->next;
	http->by_fd[c->fd] = NULL;
	http->workers[c->worker].connections--;
	if (--http->connection_count == 0)
		pthread_cond_signal(&http->empty);
	destroy(c);
}

// 0 or -EUSERS. Under the lock.
static int enlist(struct http *http, struct connection *c)
{
	c->id.connection = ++http->stats.connections_total;
	// The library can lose a connection before it tells of it. Its descriptor is
	// closed then and comes again here.
	if (http->by_fd[c->fd])
		connection_forget(http->by_fd[c->fd]);
	if (http->connection_count >= http->options.connections_max) {
		http->stats.refused_full++;
		return -EUSERS;
	}
	if (c->address[1] && http->options.address_max && is_address_full(http, c)) {
		http->stats.refused_address++;
		return -EUSERS;
	}
	unsigned best = 0;
	for (unsigned i = 1; i < http->options.threads; i++)
		if (http->workers[i].connections < http->workers[best].connections)
			best = i;
	c->worker = best;
	c->next = http->connections;
	if (c->next)
		c->next->previous = c;
	http->connections = c;
	http->by_fd[c->fd] = c;
	http->workers[c->worker].connections++;
	http->connection_count++;
	return 0;
}

int connection_admit(struct http *http, int fd, const struct sockaddr *address, socklen_t size)
{
	struct connection *c = (size_t)fd < http->by_fd_size ? calloc(1, sizeof *c) : NULL;
	if (!c)
		return -ENOMEM;
	c->http = http;
	c->fd = fd;
	c->watch.since_ms = clock_now_ms();
	c->id.process = http->process;
	fill_address(c, address);
	pthread_mutex_lock(&http->lock);
	int result = enlist(http, c);
	pthread_mutex_unlock(&http->lock);
	if (result) {
		destroy(c);
		return result;
	}
	struct MHD_Daemon *daemon = http->workers[c->worker].daemon;
	if (MHD_add_connection(daemon, fd, address, size) == MHD_YES)
		return 0;
	pthread_mutex_lock(&http->lock);
	connection_forget(c);
	pthread_mutex_unlock(&http->lock);
	return -EIO;
}

void connection_wake_acceptor(struct http *http)
{
	const uint64_t one = 1;
	(void)!write(http->wake_fd, &one, sizeof one); // full means awake already
}

// The library is about to close the socket. If bytes lay unread in it or came later, the
// kernel would take the answer back, so the acceptor keeps it open a while. Under the lock.
static void start_lingering(struct http *http, int fd)
{
	const bool has_room = http->parting_count < LINGERING_MAX;
	const int kept = has_room ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	if (kept < 0)
		return;
	shutdown(fd, SHUT_WR); // as closing no longer does
	http->parting[http->parting_count++] = kept;
	connection_wake_acceptor(http);
}

void connection_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct http *http = cls;
	struct connection *begun = NULL;
	pthread_mutex_lock(&http->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		begun = info ? http->by_fd[info->connect_fd] : NULL;
		*socket_context = begun;
	} else if (*socket_context) {
		const struct connection *ended = *socket_context;
		if (ended->must_linger)
			start_lingering(http, ended->fd);
		connection_forget(*socket_context);
		*socket_context = NULL;
	}
	pthread_mutex_unlock(&http->lock);
	if (!begun || !http->options.tls)
		return;
	// Without a certificate the handshake fails, and with it the connection.
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info)
		begun->pair = tls_begin(http->options.tls, info->tls_session);
}

bool connection_cut(struct connection *c, uint64_t state)
{
	uint64_t cut = (state >> 8) << 8 | PHASE_CUT;
	return atomic_compare_exchange_strong(&c->state, &state, cut);
}
