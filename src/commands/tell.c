// SPDX-License-Identifier: MIT
#include "tell.h"

#include "http/http.h"

#include <stdio.h>

void tell_listening(struct log *log, int listen_fd, bool is_encrypted, struct service *service)
{
	char url[LISTEN_URL_MAX] = "http://?", message[LISTEN_URL_MAX + 64];
	listen_url(listen_fd, is_encrypted, url);
	// Scripts read the address up to the blank behind it.
	snprintf(message, sizeof message, "listening on %s (pmm-check %s)", url, PMM_VERSION);
	tell_rulebooks(log, "listening", message, service);
}

void tell_rulebooks(
	struct log *log, const char *event, const char *message, struct service *service)
{
	struct rulebook_set *set = service_set(service);
	struct snapshot *snapshot = service_snapshot(service);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(snapshot_rulebook(snapshot));
	const struct log_field fields[] = {
		{.name = "rulebook", .text = info->id},
		{.name = "digest", .text = info->digest},
		{.name = "rulebooks", .number = rulebook_set_count(set)},
	};
	log_event(log, LOG_INFO, event, message, fields, rulebook_set_count(set) > 1 ? 3 : 2);
	snapshot_unref(snapshot);
	rulebook_set_unref(set);
}

static void tell_wrong(void *cls, const struct load_message *message)
{
	const struct pmm_finding *finding = message->finding;
	if (!finding) {
		const struct log_field field = {.name = "file", .text = message->file};
		log_event(cls, LOG_ERROR, "load_error", message->text, &field, 1);
		return;
	}
	const struct log_field fields[] = {
		{.name = "file", .text = message->file},
		{.name = "code", .text = finding->code},
		{.name = "where", .text = finding->where},
		{.name = "witness", .text = finding->witness},
	};
	log_event(cls, LOG_ERROR, "load_error", finding->message, fields,
		finding->witness[0] ? 4 : 3);
}

struct diagnostics tell_wrongs(struct log *log)
{
	return (struct diagnostics){tell_wrong, log};
}
