// SPDX-License-Identifier: MIT
// The options of serve that name addresses elsewhere. They end up in header fields, so nothing
// but letters that belong there passes.
#include "serve.h"

#include <stdlib.h>

#define DIGITS   "0123456789"
#define LETTERS  "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// The end of host[:port], or NULL. Browsers write an origin in small letters and without the
// port that goes without saying.
static const char *skip_host(const char *text, const char *usual_port, bool is_origin)
{
	const char *letters = is_origin ? DIGITS LETTERS ".-_" : DIGITS LETTERS CAPITALS ".-_";
	const char *end = text + strspn(text, letters);
	char *port_end;
	if (*text == '[') {
		end = text + 1 + strspn(text + 1, DIGITS "abcdef:.");
		end = *end == ']' && end > text + 2 ? end + 1 : text;
	}
	if (end == text || *text == '.' || *text == '-')
		return NULL;
	for (const char *at = text; at + 1 < end; at++)
		if (at[0] == '.' && at[1] == '.')
			return NULL;
	if (*end != ':')
		return end;
	if (end[1] < '1' || end[1] > '9' || strtoul(end + 1, &port_end, 10) > UINT16_MAX)
		return NULL;
	return is_origin && strcmp(end, usual_port) == 0 ? NULL : port_end;
}

static bool is_origin(const char *text)
{
	const char *colon = text + strspn(text, LETTERS DIGITS "+.-");
	if (*text < 'a' || *text > 'z' || strncmp(colon, "://", 3) != 0)
		return false;
	const char *usual = strncmp(text, "https:", 6) == 0 ? ":443" : ":80";
	const char *end = skip_host(colon + 3, strncmp(text, "http", 4) ? "" : usual, true);
	return end && *end == '\0';
}

int addresses_check_origins(const struct settings *settings)
{
	const enum pmm_lang lang = (enum pmm_lang)settings->lang;
	const struct text_list *lists[] = {&settings->cors_origins, &settings->frame_origins};
	for (size_t l = 0, size = 0; l < 2; l++) {
		for (size_t i = 0; i < lists[l]->count; i++) {
			const char *origin = lists[l]->items[i], *where = lists[l]->wheres[i];
			size += l ? strlen(origin) : 0;
			if (!is_origin(origin) && (l || strcmp(origin, "*") != 0))
				return tell_trouble(lang,
					"%s: tulis skema://host[:port] seperti dikirim peramban: huruf kecil, tanpa pola, tanpa / di ujung%s",
					"%s: write scheme://host[:port] as browsers send it: small letters, no pattern, no / at the end%s",
					where, l ? "" : lang_pick(lang, "; atau *", "; or *"));
			if (size > FRAME_ORIGINS_MAX)
				return tell_trouble(lang,
					"%s: semua asal bersama paling banyak %d byte",
					"%s: at most %d bytes of origins in all", where,
					FRAME_ORIGINS_MAX);
		}
	}
	return EXIT_OK;
}

int addresses_read_public_url(const struct settings *settings, char url[PUBLIC_URL_MAX])
{
	const char *text = settings->public_url;
	const size_t scheme = strncmp(text, "http://", 7) == 0 ? 7 : 8;
	size_t size = strlen(text);
	const char *end = scheme == 7 || strncmp(text, "https://", 8) == 0
				  ? skip_host(text + scheme, "", false)
				  : NULL;
	const bool is_good = end && (*end == '\0' || *end == '/') && size < PUBLIC_URL_MAX &&
			     end[strspn(end, DIGITS LETTERS CAPITALS "/.-_~%!$+,;=:@")] == '\0';
	if (size && !is_good)
		return tell_trouble((enum pmm_lang)settings->lang,
			"public-url: tulis http://host atau https://host, boleh dengan jalur (/pmm), tanpa ? dan #",
			"public-url: write http://host or https://host, perhaps with a path (/pmm), without ? and #");
	while (size && text[size - 1] == '/')
		size--;
	memcpy(url, text, size);
	url[size] = '\0';
	return EXIT_OK;
}
