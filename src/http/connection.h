// SPDX-License-Identifier: MIT
// Private to http: the callbacks that the library makes.
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

struct http {
	struct service *service;
	struct MHD_Daemon *daemon;
	atomic_int in_progress; // requests between their first line and their end
	pthread_mutex_t lock;
	pthread_cond_t idle; // in_progress fell to 0
	atomic_long log_second;
	atomic_int log_lines;
};

void connection_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code);
void *connection_target(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result connection_handle(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request_context);
void connection_completed(void *cls, struct MHD_Connection *connection, void **request_context,
	enum MHD_RequestTerminationCode code);

#endif
