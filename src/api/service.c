// SPDX-License-Identifier: MIT
// What all requests share: the options, and which snapshot answers.
#include "exchange.h"

#include <errno.h>
#include <stdlib.h>

int service_create(struct service **out, const struct service_options *options)
{
	struct service *service = calloc(1, sizeof *service);
	if (!service)
		return -ENOMEM;
	service->options = *options;
	if (metrics_create(&service->metrics) || pthread_mutex_init(&service->lock, NULL)) {
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
	rulebook_set_unref(service->current);
	tokens_unref(service->tokens);
	metrics_destroy(service->metrics);
	pthread_mutex_destroy(&service->lock);
	free(service);
}

int service_publish(struct service *service, struct pmm_rulebook *const *rulebooks, size_t count)
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
	atomic_fetch_add(&service->loads_taken, 1);
	atomic_store(&service->last_refused, false);
	rulebook_set_unref(old);
	return 0;
}

struct rulebook_set *service_set(struct service *service)
{
	pthread_mutex_lock(&service->lock);
	struct rulebook_set *set = service->current;
	if (set)
		rulebook_set_ref(set);
	pthread_mutex_unlock(&service->lock);
	return set;
}

void service_note_refusal(struct service *service)
{
	atomic_fetch_add(&service->loads_refused, 1);
	atomic_store(&service->last_refused, true);
}

void service_note_parts(struct service *service, unsigned refused)
{
	atomic_store(&service->refused_parts, refused);
}

void service_require_tokens(struct service *service, struct tokens *tokens)
{
	pthread_mutex_lock(&service->lock);
	struct tokens *old = atomic_exchange(&service->tokens, tokens);
	pthread_mutex_unlock(&service->lock);
	tokens_unref(old);
}

struct tokens *service_tokens(struct service *service)
{
	pthread_mutex_lock(&service->lock);
	struct tokens *tokens = tokens_ref(service->tokens);
	pthread_mutex_unlock(&service->lock);
	return tokens;
}

void service_drain(struct service *service)
{
	atomic_store(&service->draining, true);
}
