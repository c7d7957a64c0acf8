// SPDX-License-Identifier: MIT
// What all requests share: the options, and which snapshot answers.
#include "exchange.h"
#include "metrics/metrics.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct service {
	struct service_options options;
	// Changed under the lock, and referred to: whoever takes a reference has the
	// lock, too.
	pthread_mutex_t lock;
	_Atomic(struct rulebook_set *) current;
	atomic_uint bulk_count;
	atomic_bool draining;
	atomic_uint_fast64_t taken, refused; // loads
	atomic_bool last_refused;
	atomic_uint refused_parts; // enum service_part
	// Changed under the lock. Who only wants to know whether there are any need
	// not take it.
	_Atomic(struct tokens *) tokens;
	struct metrics *metrics;
};

int service_create(struct service **out, const struct service_options *options)
{
	struct service *service = calloc(1, sizeof *service);
	if (!service)
		return -ENOMEM;
	service->options = *options;
	if (metrics_create(&service->metrics)) {
		free(service);
		return -ENOMEM;
	}
	if (pthread_mutex_init(&service->lock, NULL)) {
		metrics_destroy(service->metrics);
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
	rulebook_set_unref(atomic_load(&service->current));
	tokens_unref(atomic_load(&service->tokens));
	metrics_destroy(service->metrics);
	pthread_mutex_destroy(&service->lock);
	free(service);
}

int service_publish_set(
	struct service *service, struct pmm_rulebook *const *rulebooks, size_t count)
{
	const struct snapshot_options options = {
		.release = service->options.release,
		.attach = metrics_attach, // counters of a rulebook's answers live with it
		.detach = metrics_detach,
		.cls = service->metrics,
	};
	struct rulebook_set *set, *old;
	int result = rulebook_set_create(&set, rulebooks, count, &options);
	if (result)
		return result;
	pthread_mutex_lock(&service->lock);
	old = atomic_exchange(&service->current, set);
	pthread_mutex_unlock(&service->lock);
	atomic_fetch_add(&service->taken, 1);
	atomic_store(&service->last_refused, false);
	rulebook_set_unref(old);
	return 0;
}

int service_publish(struct service *service, struct pmm_rulebook *rulebook)
{
	return service_publish_set(service, &rulebook, 1);
}

struct rulebook_set *service_set(struct service *service)
{
	pthread_mutex_lock(&service->lock);
	struct rulebook_set *current = atomic_load(&service->current);
	struct rulebook_set *set = current ? rulebook_set_ref(current) : NULL;
	pthread_mutex_unlock(&service->lock);
	return set;
}

bool service_is_current(const struct service *service, const struct rulebook_set *set)
{
	return atomic_load_explicit(&service->current, memory_order_acquire) == set;
}

struct snapshot *service_snapshot(struct service *service)
{
	struct rulebook_set *set = service_set(service);
	struct snapshot *snapshot = set ? snapshot_ref(
						  rulebook_set_current(set, service->options.today))
					: NULL;
	rulebook_set_unref(set);
	return snapshot;
}

struct snapshot *service_snapshot_on(struct service *service, int32_t day)
{
	struct rulebook_set *set = service_set(service);
	struct snapshot *snapshot = set ? rulebook_set_on(set, day) : NULL;
	snapshot = snapshot ? snapshot_ref(snapshot) : NULL;
	rulebook_set_unref(set);
	return snapshot;
}

void service_note_refusal(struct service *service)
{
	atomic_fetch_add(&service->refused, 1);
	atomic_store(&service->last_refused, true);
}

struct metrics *service_metrics(const struct service *service)
{
	return service->metrics;
}

struct service_loads service_loads(const struct service *service)
{
	return (struct service_loads){
		.taken = atomic_load_explicit(&service->taken, memory_order_relaxed),
		.refused = atomic_load_explicit(&service->refused, memory_order_relaxed),
		.last_refused = atomic_load_explicit(&service->last_refused, memory_order_relaxed),
	};
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

void service_note_parts(struct service *service, unsigned refused)
{
	atomic_store(&service->refused_parts, refused);
}

unsigned service_refused_parts(const struct service *service)
{
	return atomic_load_explicit(&service->refused_parts, memory_order_relaxed);
}

void service_require_tokens(struct service *service, struct tokens *tokens)
{
	pthread_mutex_lock(&service->lock);
	struct tokens *old = atomic_exchange(&service->tokens, tokens);
	pthread_mutex_unlock(&service->lock);
	tokens_unref(old);
}

bool service_has_tokens(const struct service *service)
{
	return atomic_load_explicit(&service->tokens, memory_order_relaxed) != NULL;
}

struct tokens *service_tokens(struct service *service)
{
	pthread_mutex_lock(&service->lock);
	struct tokens *tokens = tokens_ref(atomic_load(&service->tokens));
	pthread_mutex_unlock(&service->lock);
	return tokens;
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
