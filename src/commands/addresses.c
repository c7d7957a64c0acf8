// SPDX-License-Identifier: MIT
// The options of serve that name addresses elsewhere. They end up in header fields, so nothing
// but letters that belong there passes.
#include "serve.h"

#include <stdlib.h>

#define DIGITS   "0123456789"
#define LETTERS  "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// The end of scheme://host[:port], or NULL. Of an origin as browsers write it: in small letters
// and without the port that goes without saying.
static const char *skip_origin(const char *text, bool is_sent)
{
	const char *letters = is_sent ? DIGITS LETTERS ".-_" : DIGITS LETTERS CAPITALS ".-_";
	const char *host = strstr(text, "://"), *end;
	char *port_end;
	if (!host || *text < 'a' || *text > 'z' ||
		text + strspn(text, LETTERS DIGITS "+.-") != host)
		return NULL;
	host += 3;
	end = host + strspn(host, letters);
	if (*host == '[') {
		end = host + 1 + strspn(host + 1, DIGITS "abcdef:.");
		end = *end == ']' && end > host + 2 ? end + 1 : host;
	}
	for (const char *at = host; at < end; at++)
		if (*at == '.' && (at == host || at[1] == '.'))
			return NULL;
	if (end == host || *host == '-' || *end != ':')
		return end == host || *host == '-' ? NULL : end;
	if (end[1] < '1' || end[1] > '9' || strtoul(end + 1, &port_end, 10) > UINT16_MAX)
		return NULL;
	const char *usual = strncmp(text, "https:", 6) == 0  ? ":443"
			    : strncmp(text, "http:", 5) == 0 ? ":80"
							     : "";
	return is_sent && strcmp(end, usual) == 0 ? NULL : port_end;
}

int addresses_check_origins(const struct settings *settings)
{
	const enum pmm_lang lang = (enum pmm_lang)settings->lang;
	const struct text_list *lists[] = {&settings->cors_origins, &settings->frame_origins};
	for (size_t l = 0, size = 0; l < 2; l++) {
		for (size_t i = 0; i < lists[l]->count; i++) {
			const char *origin = lists[l]->items[i], *where = lists[l]->wheres[i];
			size += l ? strlen(origin) : 0;
			const char *end = skip_origin(origin, true);
			if (!(end && *end == '\0') && (l || strcmp(origin, "*") != 0))
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

// Whether a browser takes PATH as it stands: without empty segments but at its end, without
// "." and "..", and what is escaped is so properly.
static bool is_path(struct str path)
{
	while (path.size && path.at[path.size - 1] == '/')
		path.size--;
	for (size_t i = 0; i < path.size; i++)
		if (path.at[i] == '%' && (i + 2 >= path.size || hex_value(path.at[i + 1]) < 0 ||
						 hex_value(path.at[i + 2]) < 0))
			return false;
	for (str_split(&path, '/'); path.size;) {
		const struct str segment = str_split(&path, '/');
		if (segment.size == 0 || str_equal(segment, STR(".")) ||
			str_equal(segment, STR("..")))
			return false;
	}
	return true;
}

int addresses_read_public_url(const struct settings *settings, char url[PUBLIC_URL_MAX])
{
	const char *text = settings->public_url;
	const char *end = skip_origin(text, false);
	size_t size = strlen(text);
	const bool is_web = strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
	const bool is_good = end && is_web && (*end == '\0' || *end == '/') &&
			     size < PUBLIC_URL_MAX &&
			     end[strspn(end, DIGITS LETTERS CAPITALS "/.-_~%!$+,;=:@")] == '\0' &&
			     is_path(str_of(end));
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
