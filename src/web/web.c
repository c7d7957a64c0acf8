// SPDX-License-Identifier: MIT
#include "web.h"

const struct web_asset *web_find(struct str name)
{
	for (const struct web_asset *asset = web_assets; asset->name; asset++)
		if (str_equal(name, str_of(asset->name)))
			return asset;
	return NULL;
}
