// SPDX-License-Identifier: MIT
// Which address leads to which handler. Source: contract, section 5.
#include "exchange.h"

static const struct route routes[] = {
	{"/check", METHOD_GET | METHOD_HEAD | METHOD_POST | METHOD_QUERY, check_begin,
		check_finish},
	{"/", METHOD_GET | METHOD_HEAD, index_begin, NULL},
	{"/rulebook", METHOD_GET | METHOD_HEAD, rulebook_begin, NULL},
	{"/rulebook/", METHOD_GET | METHOD_HEAD, rulebook_named_begin, NULL},
	{"/schema/profile.json", METHOD_GET | METHOD_HEAD, schema_begin, NULL},
	{"/livez", METHOD_GET | METHOD_HEAD, livez_begin, NULL},
	{"/readyz", METHOD_GET | METHOD_HEAD, readyz_begin, NULL},
	{"/problems/", METHOD_GET | METHOD_HEAD, problems_begin, NULL},
};

static bool fits(const struct route *route, struct str path, struct str *rest)
{
	struct str own = str_of(route->path);
	*rest = (struct str){NULL, 0};
	bool takes_name = own.size > 1 && own.at[own.size - 1] == '/';
	if (!takes_name)
		return str_equal(path, own);
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
