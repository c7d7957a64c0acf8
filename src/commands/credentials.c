// SPDX-License-Identifier: MIT
#include "credentials.h"

#include "commands.h"
#include "tell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_SIZE = sizeof "-2147483648-01-31" };

struct text {
	char *at;
	size_t size;
};

static void say(const struct diagnostics *diagnostics, const char *file, const char *text)
{
	diagnostics->tell(diagnostics->cls, &(struct load_message){.file = file, .text = text});
}

static bool read_text(const char *path, struct text *text, const struct diagnostics *diagnostics)
{
	int result = file_read(path, &text->at, &text->size);
	if (result)
		say(diagnostics, path, strerror(-result));
	return result == 0;
}

// Leaves no copy of a key behind.
static void free_text(struct text *text)
{
	if (text->at)
		explicit_bzero(text->at, text->size);
	free(text->at);
}

// "2027-01-31" of a second since 1970.
static void write_day(char day[DAY_SIZE], time_t at)
{
	struct tm tm;
	if (!gmtime_r(&at, &tm) || strftime(day, DAY_SIZE, "%F", &tm) == 0)
		day[0] = '\0';
}

// A certificate that has expired is in use all the same.
static void warn_if_expired(
	struct tls *tls, const char *path, const struct diagnostics *diagnostics)
{
	char day[DAY_SIZE], text[64];
	time_t at = (time_t)tls_expires_at(tls);
	if (at > time(NULL))
		return;
	write_day(day, at);
	snprintf(text, sizeof text, "warning: this certificate expired on %s", day);
	say(diagnostics, path, text);
}

static bool load_tls(
	struct tls *tls, const struct settings *settings, const struct diagnostics *diagnostics)
{
	struct text certificate = {0}, key = {0};
	struct tls_fault fault = {false, "not enough memory"};
	bool is_loaded = false;
	if (read_text(settings->tls_cert, &certificate, diagnostics) &&
		read_text(settings->tls_key, &key, diagnostics)) {
		is_loaded = tls_load(tls, (struct str){certificate.at, certificate.size},
				    (struct str){key.at, key.size}, &fault) == 0;
		if (!is_loaded)
			say(diagnostics, fault.is_key ? settings->tls_key : settings->tls_cert,
				fault.text);
	}
	free_text(&certificate);
	free_text(&key);
	if (is_loaded)
		warn_if_expired(tls, settings->tls_cert, diagnostics);
	return is_loaded;
}

bool credentials_open_tls(struct tls **out, const struct settings *settings)
{
	struct tls *tls = NULL;
	bool has_cert = settings->tls_cert[0], has_key = settings->tls_key[0];
	if (has_cert != has_key) {
		fprintf(stderr, "pmm-check: --tls-cert and --tls-key are needed together\n");
		return false;
	}
	if (has_cert && tls_create(&tls)) {
		fprintf(stderr, "pmm-check: --tls-cert: not enough memory\n");
		return false;
	}
	if (has_cert && !load_tls(tls, settings, &diagnostics_stderr)) {
		tls_destroy(tls);
		return false;
	}
	*out = tls;
	return true;
}

static bool load_tokens(struct service *service, const char *path, size_t *count,
	const struct diagnostics *diagnostics)
{
	struct text text = {0};
	struct tokens *tokens;
	struct tokens_fault fault = {0, "not enough memory"};
	char what[128];
	if (!read_text(path, &text, diagnostics))
		return false;
	int result = tokens_create(&tokens, (struct str){text.at, text.size}, &fault);
	free_text(&text);
	if (result) {
		snprintf(what, sizeof what, "line %u: %s", fault.line, fault.text);
		say(diagnostics, path, fault.line ? what : fault.text);
		return false;
	}
	*count = tokens_count(tokens);
	service_require_tokens(service, tokens);
	return true;
}

bool credentials_open_tokens(struct service *service, const struct settings *settings)
{
	size_t count;
	return !settings->token_file[0] ||
	       load_tokens(service, settings->token_file, &count, &diagnostics_stderr);
}

static void tell_tls(struct log *log, struct tls *tls, const char *path, bool is_loaded)
{
	char day[DAY_SIZE];
	write_day(day, (time_t)tls_expires_at(tls));
	const struct log_field fields[] = {
		{.name = "file", .text = path}, {.name = "expires", .text = day}};
	if (is_loaded)
		log_event(log, LOG_INFO, "certificate_loaded", NULL, fields, 2);
	else
		log_event(log, LOG_ERROR, "refused", "the certificate in use stays", NULL, 0);
}

static void tell_tokens(struct log *log, size_t count, bool are_loaded)
{
	const struct log_field field = {.name = "tokens", .number = count};
	if (are_loaded)
		log_event(log, LOG_INFO, "tokens_loaded", NULL, &field, 1);
	else
		log_event(log, LOG_ERROR, "refused", "the tokens in use stay", NULL, 0);
}

void credentials_reload(
	struct service *service, struct tls *tls, const struct settings *settings, struct log *log)
{
	const struct diagnostics diagnostics = tell_wrongs(log);
	const bool has_tokens = settings->token_file[0];
	size_t count = 0;
	bool is_tls_good = !tls || load_tls(tls, settings, &diagnostics);
	bool are_tokens_good = !has_tokens ||
			       load_tokens(service, settings->token_file, &count, &diagnostics);
	// Told when it is all done, so that who reads of it will find it so.
	service_note_parts(service,
		(is_tls_good ? 0 : SERVICE_CERTIFICATE) | (are_tokens_good ? 0 : SERVICE_TOKENS));
	if (tls)
		tell_tls(log, tls, settings->tls_cert, is_tls_good);
	if (has_tokens)
		tell_tokens(log, count, are_tokens_good);
}
