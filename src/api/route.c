// SPDX-License-Identifier: MIT
// Which address leads to which handler. Source: contract, section 5.
#include "exchange.h"
#include "metrics/metrics.h"

#define FORM_TYPE  "application/x-www-form-urlencoded"
#define BULK_TYPES "application/json, application/x-ndjson, text/csv"
#define GET_HEAD   (METHOD_GET | METHOD_HEAD)

static const struct route routes[] = {
	{"/check", GET_HEAD | METHOD_POST | METHOD_QUERY,
		{"Jawaban untuk satu profil, atau untuk banyak profil sekaligus.",
			"The answer for one profile, or for many at once."},
		FORM_TYPE ", " BULK_TYPES, check_begin, check_feed, check_finish},
	{"/summary", METHOD_POST | METHOD_QUERY,
		{"Hitungan dari banyak profil, juga per kelompok.",
			"Counts of many profiles, also for each group."},
		BULK_TYPES, summary_begin, summary_feed, summary_finish},
	{"/", GET_HEAD, {"Daftar ini.", "This list."}, NULL, index_begin, NULL, NULL},
	{"/rulebook", GET_HEAD,
		{"Buku aturan yang dipakai, dalam bentuk bakunya.",
			"The rulebook in use, in its canonical form."},
		NULL, rulebook_begin, NULL, NULL},
	{"/rulebook/{id}", GET_HEAD, {"Buku aturan menurut namanya.", "A rulebook by name."}, NULL,
		rulebook_named_begin, NULL, NULL},
	{"/schema/profile.json", GET_HEAD,
		{"JSON Schema sebuah profil.", "The JSON Schema of a profile."}, NULL, schema_begin,
		NULL, NULL},
	{"/livez", GET_HEAD | ROUTE_OPEN,
		{"Apakah proses ini hidup.", "Whether this process is alive."}, NULL, livez_begin,
		NULL, NULL},
	{"/readyz", GET_HEAD | ROUTE_OPEN,
		{"Apakah layanan ini siap menjawab.", "Whether this service is ready to answer."},
		NULL, readyz_begin, NULL, NULL},
	{"/metrics", GET_HEAD,
		{"Angka layanan ini untuk Prometheus.", "Stats of this service for Prometheus."},
		NULL, metrics_begin, NULL, NULL},
	{"/problems/{code}", GET_HEAD,
		{"Arti sebuah kode kesalahan dan cara memperbaikinya.",
			"What an error code means and how to mend it."},
		NULL, problems_begin, NULL, NULL},
};

_Static_assert(sizeof routes / sizeof routes[0] <= METRICS_NO_ROUTE, "each is counted apart");

static bool fits(const struct route *route, struct str path, struct str *rest)
{
	struct str own = str_of(route->path);
	*rest = (struct str){NULL, 0};
	if (own.at[own.size - 1] != '}')
		return str_equal(path, own);
	own.size = (size_t)(strchr(own.at, '{') - own.at);
	if (path.size <= own.size || !str_starts(path, own))
		return false;
	*rest = (struct str){path.at + own.size, path.size - own.size};
	return true;
}

const struct route *route_find(struct exchange *x)
{
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		if (fits(&routes[i], x->path, &x->rest))
			return &routes[i];
	return NULL;
}

const struct route *route_all(size_t *count)
{
	*count = sizeof routes / sizeof routes[0];
	return routes;
}

const char *route_allow(struct exchange *x, const struct route *route)
{
	static const struct {
		enum method method;
		const char *name;
	} names[] = {
		{METHOD_GET, "GET, "},
		{METHOD_HEAD, "HEAD, "},
		{METHOD_POST, "POST, "},
		{METHOD_QUERY, "QUERY, "},
	};
	enum { room = sizeof "GET, HEAD, POST, QUERY, OPTIONS" };
	char *text = arena_take(&x->arena, room);
	if (!text)
		return "OPTIONS";
	size_t size = 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!(route->methods & names[i].method))
			continue;
		memcpy(text + size, names[i].name, strlen(names[i].name));
		size += strlen(names[i].name);
	}
	memcpy(text + size, "OPTIONS", sizeof "OPTIONS");
	return text;
}
