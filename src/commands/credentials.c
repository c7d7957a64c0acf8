// SPDX-License-Identifier: MIT
#include "serve.h"

#include <errno.h>

enum { DAY_SIZE = sizeof "-2147483648-01-31" };

static bool read_text(const char *path, struct buf *text, const struct diagnostics *diagnostics)
{
	int result = file_read(path, text);
	if (result)
		diagnostics_tell(diagnostics, path, error_text(diagnostics->lang, -result));
	return result == 0;
}

// Leaves no copy of a key behind.
static void wipe(struct buf *text)
{
	if (text->at)
		explicit_bzero(text->at, text->size);
	buf_finish(text);
}

// "2027-01-31", when the certificate in force expires.
static void write_day(char day[DAY_SIZE], struct tls *tls)
{
	const time_t at = (time_t)tls_expires_at(tls);
	struct tm tm;
	if (!gmtime_r(&at, &tm) || strftime(day, DAY_SIZE, "%F", &tm) == 0)
		day[0] = '\0';
}

static bool load_tls(
	struct tls *tls, const struct settings *settings, const struct diagnostics *diagnostics)
{
	struct buf certificate = {0}, key = {0};
	struct tls_fault fault = {false, {"memori tidak cukup", "not enough memory"}};
	const enum pmm_lang lang = diagnostics->lang;
	char day[DAY_SIZE], warning[64];
	bool is_loaded = false;
	if (read_text(settings->tls_cert, &certificate, diagnostics) &&
		read_text(settings->tls_key, &key, diagnostics)) {
		is_loaded = tls_load(tls, buf_view(&certificate), buf_view(&key), &fault) == 0;
		if (!is_loaded)
			diagnostics_tell(diagnostics,
				fault.is_key ? settings->tls_key : settings->tls_cert,
				fault.text[lang]);
	}
	wipe(&certificate);
	wipe(&key);
	// One that has expired is in use all the same.
	if (is_loaded && tls_expires_at(tls) <= time(NULL)) {
		write_day(day, tls);
		snprintf(warning, sizeof warning,
			lang_pick(lang, "peringatan: sertifikat ini kedaluwarsa sejak %s",
				"warning: this certificate expired on %s"),
			day);
		diagnostics_tell(diagnostics, settings->tls_cert, warning);
	}
	return is_loaded;
}

int credentials_open_tls(struct tls **out, const struct settings *settings)
{
	struct tls *tls = NULL;
	const enum pmm_lang lang = (enum pmm_lang)settings->lang;
	bool has_cert = settings->tls_cert[0], has_key = settings->tls_key[0];
	if (has_cert != has_key)
		return tell_trouble(lang, "--tls-cert dan --tls-key harus diberikan bersama",
			"--tls-cert and --tls-key are needed together");
	if (has_cert && tls_create(&tls))
		return tell_error(lang, "--tls-cert", ENOMEM);
	if (has_cert && !load_tls(tls, settings, &diagnostics_stderr[lang])) {
		tls_destroy(tls);
		return EXIT_TROUBLE;
	}
	*out = tls;
	return EXIT_OK;
}

static bool load_tokens(struct service *service, const char *path, size_t *count,
	const struct diagnostics *diagnostics)
{
	struct buf text = {0};
	struct tokens *tokens = NULL;
	const enum pmm_lang lang = diagnostics->lang;
	struct tokens_fault fault = {0, {"memori tidak cukup", "not enough memory"}};
	char what[160];
	bool is_loaded = read_text(path, &text, diagnostics);
	if (is_loaded && tokens_create(&tokens, buf_view(&text), &fault)) {
		snprintf(what, sizeof what, lang_pick(lang, "baris %u: %s", "line %u: %s"),
			fault.line, fault.text[lang]);
		diagnostics_tell(diagnostics, path, fault.line ? what : fault.text[lang]);
		is_loaded = false;
	}
	wipe(&text);
	if (is_loaded) {
		*count = tokens_count(tokens);
		service_require_tokens(service, tokens);
	}
	return is_loaded;
}

int credentials_open_tokens(struct service *service, const struct settings *settings)
{
	size_t count;
	bool good = !settings->token_file[0] || load_tokens(service, settings->token_file, &count,
							&diagnostics_stderr[settings->lang]);
	return good ? EXIT_OK : EXIT_TROUBLE;
}

void credentials_reload(
	struct service *service, struct tls *tls, const struct settings *settings, struct log *log)
{
	const struct diagnostics diagnostics = diagnostics_log(log);
	const bool has_tokens = settings->token_file[0];
	size_t count = 0;
	char day[DAY_SIZE];
	bool is_tls_good = !tls || load_tls(tls, settings, &diagnostics);
	bool are_tokens_good = !has_tokens ||
			       load_tokens(service, settings->token_file, &count, &diagnostics);
	// Told when it is all done, so that who reads of it will find it so.
	service_note_parts(service,
		(is_tls_good ? 0 : SERVICE_CERTIFICATE) | (are_tokens_good ? 0 : SERVICE_TOKENS));
	if (!is_tls_good)
		log_event(log, LOG_ERROR, "refused", "the certificate in use stays", NULL, 0);
	else if (tls) {
		write_day(day, tls);
		const struct log_field fields[] = {{.name = "file", .text = settings->tls_cert},
			{.name = "expires", .text = day}};
		log_event(log, LOG_INFO, "certificate_loaded", NULL, fields, 2);
	}
	const struct log_field field = {.name = "tokens", .number = count};
	if (!are_tokens_good)
		log_event(log, LOG_ERROR, "refused", "the tokens in use stay", NULL, 0);
	else if (has_tokens)
		log_event(log, LOG_INFO, "tokens_loaded", NULL, &field, 1);
}
