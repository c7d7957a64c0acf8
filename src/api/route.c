// SPDX-License-Identifier: MIT
// Which address leads to which handler.
#include "exchange.h"

#define FORM_TYPE  "application/x-www-form-urlencoded"
#define BULK_TYPES "application/json, application/x-ndjson, text/csv"
#define GET_HEAD   (METHOD_GET | METHOD_HEAD)

const struct route route_table[] = {
	{"/check", GET_HEAD | METHOD_POST | METHOD_QUERY | ROUTE_PAGE,
		{"Jawaban untuk satu profil, atau untuk banyak profil sekaligus.",
			"The answer for one profile, or for many at once."},
		check_begin, FORM_TYPE ", " BULK_TYPES, check_feed, check_finish},
	{"/summary", METHOD_POST | METHOD_QUERY,
		{"Hitungan dari banyak profil, juga per kelompok.",
			"Counts of many profiles, also for each group."},
		summary_begin, BULK_TYPES, bulk_take, bulk_finish},
	{"/", GET_HEAD | ROUTE_PAGE,
		{"Halaman untuk bertanya (HTML), atau daftar ini.",
			"The page to ask at (HTML), or this list."},
		.begin = home_begin},
	{"/dinas", GET_HEAD | ROUTE_STATIC,
		{"Halaman untuk dinas: membaca berkas CSV atau Excel di peramban.",
			"The page for education offices: reads a CSV or Excel file in the browser."},
		.begin = dinas_begin},
	{"/assets/{name}", GET_HEAD | ROUTE_STATIC | ROUTE_OPEN,
		{"Yang diperlukan halaman-halaman itu.", "What the pages need."},
		.begin = assets_begin},
	{"/rulebook", GET_HEAD | ROUTE_PAGE,
		{"Buku aturan yang dipakai, dalam bentuk bakunya.",
			"The rulebook in use, in its canonical form."},
		.begin = rulebook_begin},
	{"/rulebook/{id}", GET_HEAD | ROUTE_PAGE,
		{"Buku aturan menurut namanya.", "A rulebook by name."},
		.begin = rulebook_named_begin},
	{"/rulebooks", GET_HEAD,
		{"Semua buku aturan yang dimuat, dan mana yang berlaku hari ini.",
			"All rulebooks that are loaded, and which is in force today."},
		.begin = rulebooks_begin},
	{"/schema/profile.json", GET_HEAD,
		{"JSON Schema sebuah profil.", "The JSON Schema of a profile."},
		.begin = schema_begin},
	{"/livez", GET_HEAD | ROUTE_OPEN,
		{"Apakah proses ini hidup.", "Whether this process is alive."},
		.begin = livez_begin},
	{"/readyz", GET_HEAD | ROUTE_OPEN,
		{"Apakah layanan ini siap menjawab.", "Whether this service is ready to answer."},
		.begin = readyz_begin},
	{"/metrics", GET_HEAD,
		{"Angka layanan ini untuk Prometheus.", "Figures of this service for Prometheus."},
		.begin = metrics_begin},
	{"/problems/{code}", GET_HEAD,
		{"Arti sebuah kode kesalahan dan cara memperbaikinya.",
			"What an error code means and how to fix it."},
		.begin = problems_begin},
	{.path = NULL},
};

_Static_assert(sizeof route_table / sizeof route_table[0] - 1 <= METRICS_NO_ROUTE,
	"each is counted apart");

static bool fits(const struct route *route, struct str path, struct str *name)
{
	struct str own = str_of(route->path);
	if (own.at[own.size - 1] != '}')
		return str_equal(path, own);
	own = str_split(&own, '{');
	*name = (struct str){path.at + own.size, path.size - own.size};
	return path.size > own.size && str_starts(path, own);
}

const struct route *route_find(struct exchange *x)
{
	for (const struct route *route = route_table; route->path; route++)
		if (fits(route, x->asked.path, &x->asked.name))
			return route;
	return NULL;
}
