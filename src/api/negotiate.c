// SPDX-License-Identifier: MIT
#include "negotiate.h"

enum { QUALITY_MAX = 1000, NAMED = 3, MARK = 4, MARK_MAX = QUALITY_MAX * MARK + NAMED };

// Reads "0.xyz" or "1.000" as thousandths; anything else counts as the best,
// which is what a client that writes it wrongly most likely wants.
static int read_quality(struct str text)
{
	if (text.size == 0 || (text.at[0] != '0' && text.at[0] != '1'))
		return QUALITY_MAX;
	int quality = (text.at[0] - '0') * QUALITY_MAX, unit = QUALITY_MAX / 10;
	if (text.size > 1 && text.at[1] != '.')
		return QUALITY_MAX;
	for (size_t i = 2; i < text.size && unit; i++, unit /= 10) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return QUALITY_MAX;
		quality += (text.at[i] - '0') * unit;
	}
	return quality > QUALITY_MAX ? QUALITY_MAX : quality;
}

// Takes the next parameter off "name=value; name=value" and returns its name.
static struct str next_parameter(struct str *rest, struct str *value)
{
	*value = str_split(rest, ';');
	struct str name = str_trim(str_split(value, '='));
	*value = str_trim(*value);
	return name;
}

// Takes the next range off "range;q=0.5;more, range", and its quality.
static struct str next_range(struct str *list, int *quality)
{
	struct str item = str_split(list, ','), value;
	struct str range = str_trim(str_split(&item, ';'));
	*quality = QUALITY_MAX;
	while (item.size)
		if (str_equal_nocase(next_parameter(&item, &value), STR("q")))
			*quality = read_quality(value);
	return range;
}

// 0: no match; 1: */*; 2: type/*; NAMED: the very type.
static int specificity(struct str range, struct str offer)
{
	if (str_equal(range, STR("*/*")))
		return 1;
	if (str_equal_nocase(range, offer))
		return NAMED;
	struct str range_type = str_split(&range, '/'), offer_type = str_split(&offer, '/');
	return str_equal(range, STR("*")) && str_equal_nocase(range_type, offer_type) ? 2 : 0;
}

// The most specific range that fits decides how much an offer is wanted; of two that are wanted
// as much, what is named comes before what only falls under a wildcard. 0: not acceptable.
static int media_mark(struct str accept, struct str offer)
{
	int best = 0, wanted = 0;
	while (accept.size) {
		int quality;
		struct str range = next_range(&accept, &quality);
		int fit = specificity(range, offer);
		if (fit > best || (fit == best && fit && quality > wanted)) {
			best = fit;
			wanted = quality;
		}
	}
	return wanted ? wanted * MARK + best : 0;
}

int negotiate_media(struct str accept, const char *const *offers, int count)
{
	int best = -1, most = 0;
	if (str_trim(accept).size == 0 || str_equal(accept, STR("*/*")))
		return 0;
	for (int i = 0; i < count && most < MARK_MAX; i++) {
		const int mark = media_mark(accept, str_of(offers[i]));
		if (mark > most) {
			most = mark;
			best = i;
		}
	}
	return best;
}

// How much a language, or a coding, is wanted, by the range that names it, else by "*"; and
// at which place that range stands.
static int named_quality(struct str accept, struct str tag, int *place)
{
	int wanted = 0, quality, at = 0;
	bool is_named = false;
	while (accept.size) {
		struct str range = next_range(&accept, &quality);
		struct str primary = str_split(&range, '-');
		bool names = str_equal_nocase(primary, tag);
		if ((names && !is_named) || (!is_named && str_equal(primary, STR("*")))) {
			wanted = quality;
			*place = at;
			is_named = names;
		}
		at++;
	}
	return wanted;
}

enum pmm_lang negotiate_language(struct str accept)
{
	enum pmm_lang best = PMM_LANG_ID;
	int most = 0, first = 0;
	for (int lang = 0; lang < PMM_LANG_COUNT; lang++) {
		struct str tag = str_of(pmm_lang_tag((enum pmm_lang)lang));
		int place = 0, quality = named_quality(accept, tag, &place);
		if (quality > most || (quality == most && quality && place < first)) {
			most = quality;
			first = place;
			best = (enum pmm_lang)lang;
		}
	}
	return best;
}

bool negotiate_gzip(struct str accept_encoding)
{
	int place;
	const int quality = named_quality(accept_encoding, STR("gzip"), &place);
	return quality && quality >= named_quality(accept_encoding, STR("identity"), &place);
}

// Whether the parameters of a media type name another charset than ours, or none at all.
static bool is_foreign(struct str parameters)
{
	while (parameters.size) {
		struct str value;
		bool is_charset = str_equal_nocase(
			next_parameter(&parameters, &value), STR("charset"));
		if (value.size >= 2 && value.at[0] == '"' && value.at[value.size - 1] == '"')
			value = (struct str){value.at + 1, value.size - 2};
		if (is_charset && !str_equal_nocase(value, STR("utf-8")) &&
			!str_equal_nocase(value, STR("utf8")) &&
			!str_equal_nocase(value, STR("us-ascii")))
			return true;
	}
	return false;
}

enum body_kind body_kind(struct str content_type)
{
	static const struct {
		const char *type;
		enum body_kind kind;
	} kinds[] = {
		{"application/json", BODY_JSON},
		{"application/x-www-form-urlencoded", BODY_FORM},
		{"application/x-ndjson", BODY_NDJSON},
		{"application/ndjson", BODY_NDJSON},
		{"application/jsonl", BODY_NDJSON},
		{"text/csv", BODY_CSV},
		{"application/csv", BODY_CSV},
		{"application/vnd.ms-excel", BODY_CSV}, // what Windows calls .csv
		{"application/x-csv", BODY_CSV},
		{"text/x-csv", BODY_CSV},
		{"text/comma-separated-values", BODY_CSV},
		{"text/x-comma-separated-values", BODY_CSV},
		{"text/tab-separated-values", BODY_CSV},
	};
	const struct str name = str_trim(str_split(&content_type, ';'));
	for (size_t i = 0; name.size && i < sizeof kinds / sizeof kinds[0]; i++)
		if (str_equal_nocase(name, str_of(kinds[i].type)))
			return is_foreign(content_type) ? BODY_CHARSET : kinds[i].kind;
	return BODY_OTHER;
}

bool etag_matches(struct str if_none_match, struct str etag)
{
	while (if_none_match.size) {
		struct str item = str_trim(str_split(&if_none_match, ','));
		if (str_equal(item, STR("*")))
			return true;
		if (str_starts(item, STR("W/")))
			item = (struct str){item.at + 2, item.size - 2};
		if (item.size && str_equal(item, etag))
			return true;
	}
	return false;
}
