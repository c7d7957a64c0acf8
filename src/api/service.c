// SPDX-License-Identifier: MIT
// What all requests share: the options, and which snapshot answers.
#include "exchange.h"

#include <errno.h>
#include <stdlib.h>

// The pages need nothing but what stands here, and whoever may frame them.
static char *make_page_policy(const struct service_options *options)
{
	struct buf policy = {0};
	buf_text(&policy,
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
		"connect-src 'self'; worker-src 'self'; form-action 'self'; "
		"base-uri 'none'; frame-ancestors");
	for (size_t i = 0; i < options->frame_count; i++)
		buf_print(&policy, " %s", options->frame_origins[i]);
	buf_text(&policy, options->frame_count ? "" : " 'none'");
	buf_char(&policy, '\0');
	if (policy.failed)
		buf_finish(&policy);
	return policy.at;
}

int service_create(struct service **out, const struct service_options *options)
{
	struct service *service = calloc(1, sizeof *service);
	if (!service)
		return -ENOMEM;
	service->options = *options;
	service->page_policy = make_page_policy(options);
	if (!service->page_policy || metrics_create(&service->metrics) ||
		pthread_mutex_init(&service->lock, NULL)) {
		free(service->page_policy);
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
	free(service->page_policy);
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
		.public_url = service->options.public_url,
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
