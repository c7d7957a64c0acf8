// SPDX-License-Identifier: MIT
#include "tell.h"

#include "listen.h"

#include <stdio.h>

void tell_listening(
	struct journal *journal, int listen_fd, bool is_encrypted, struct service *service)
{
	char url[LISTEN_URL_MAX] = "http://?", message[LISTEN_URL_MAX + 64];
	listen_url(listen_fd, is_encrypted, url);
	// Scripts read the address up to the blank behind it.
	snprintf(message, sizeof message, "listening on %s (pmm-check %s)", url, PMM_VERSION);
	tell_rulebooks(journal, "listening", message, service);
}

void tell_rulebooks(
	struct journal *journal, const char *event, const char *message, struct service *service)
{
	struct shelf *shelf = service_shelf(service);
	struct edition *edition = service_edition(service);
	const struct pmm_rulebook_info *info = pmm_rulebook_info(edition_rulebook(edition));
	const struct journal_field fields[] = {
		{.name = "rulebook", .text = info->id},
		{.name = "digest", .text = info->digest},
		{.name = "rulebooks", .number = shelf_count(shelf)},
	};
	journal_event(
		journal, JOURNAL_INFO, event, message, fields, shelf_count(shelf) > 1 ? 3 : 2);
	edition_unref(edition);
	shelf_unref(shelf);
}

static void tell_wrong(void *cls, const struct load_message *message)
{
	const struct pmm_finding *finding = message->finding;
	if (!finding) {
		const struct journal_field field = {.name = "file", .text = message->file};
		journal_event(cls, JOURNAL_ERROR, "load_error", message->text, &field, 1);
		return;
	}
	const struct journal_field fields[] = {
		{.name = "file", .text = message->file},
		{.name = "code", .text = finding->code},
		{.name = "where", .text = finding->where},
		{.name = "witness", .text = finding->witness},
	};
	journal_event(cls, JOURNAL_ERROR, "load_error", finding->message, fields,
		finding->witness[0] ? 4 : 3);
}

struct teller tell_wrongs(struct journal *journal)
{
	return (struct teller){tell_wrong, journal};
}
