// SPDX-License-Identifier: MIT
// What all requests share: the options, and which edition answers.
#include "exchange.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct service {
	struct service_options options;
	pthread_mutex_t lock; // of current
	struct edition *current;
	atomic_uint bulk_count;
	atomic_bool draining;
	atomic_bool refused; // the last reload
};

int service_create(struct service **out, const struct service_options *options)
{
	struct service *service = calloc(1, sizeof *service);
	if (!service)
		return -ENOMEM;
	service->options = *options;
	if (pthread_mutex_init(&service->lock, NULL)) {
		free(service);
		return -ENOMEM;
	}
	*out = service;
	return 0;
}

void service_destroy(struct service *service)
{
	if (!service)
		return;
	edition_unref(service->current);
	pthread_mutex_destroy(&service->lock);
	free(service);
}

int service_publish(struct service *service, struct pmm_rulebook *rulebook)
{
	const struct edition_options options = {.release = service->options.release};
	struct edition *edition, *old;
	if (edition_create(&edition, rulebook, &options))
		return -ENOMEM;
	pthread_mutex_lock(&service->lock);
	old = service->current;
	service->current = edition;
	pthread_mutex_unlock(&service->lock);
	atomic_store(&service->refused, false);
	edition_unref(old);
	return 0;
}

struct edition *service_edition(struct service *service)
{
	pthread_mutex_lock(&service->lock);
	struct edition *edition = service->current ? edition_ref(service->current) : NULL;
	pthread_mutex_unlock(&service->lock);
	return edition;
}

void service_note_refusal(struct service *service)
{
	atomic_store(&service->refused, true);
}

bool service_has_refusal(const struct service *service)
{
	return atomic_load_explicit(&service->refused, memory_order_relaxed);
}

bool service_begin_bulk(struct service *service)
{
	const unsigned most = service->options.bulk_max;
	if (atomic_fetch_add(&service->bulk_count, 1) < most || most == 0)
		return true;
	atomic_fetch_sub(&service->bulk_count, 1);
	return false;
}

void service_end_bulk(struct service *service)
{
	atomic_fetch_sub(&service->bulk_count, 1);
}

void service_drain(struct service *service)
{
	atomic_store(&service->draining, true);
}

bool service_is_draining(const struct service *service)
{
	return atomic_load_explicit(&service->draining, memory_order_relaxed);
}

const struct service_options *service_config(const struct service *service)
{
	return &service->options;
}

const char *service_vary(const struct service *service, bool negotiated)
{
	bool origin = service->options.cors_count > 0;
	if (negotiated)
		return origin ? "Accept, Accept-Language, Origin" : "Accept, Accept-Language";
	return origin ? "Origin" : NULL;
}
