// SPDX-License-Identifier: MIT
// web: what the pages are made of besides answers, as bytes: styles, scripts, the icon, the page
// of a district. The table of it is made at build time (pack.py). This is the header that other
// rooms include; any thread may read all of it, and nothing of it ever changes.
#pragma once

#include "assets.h" // WEB_STYLE_CSS and the like: the names in the table; WEB_DIGEST of them all
#include "base/base.h"

struct web_asset {
	const char *name; // "style-1a2b3c4d.css"
	const char *type; // of its content
	struct str plain, gzip; // the same, as it is and compressed
	const char *plain_etag, *gzip_etag; // with their quotes
	bool is_stable; // its name stays when its content changes
};

// All, up to one without a name.
extern const struct web_asset web_assets[];

// The page of a district, by language, in the order of their codes.
extern const struct web_asset web_page_dinas[];

// The asset of that name, or NULL.
const struct web_asset *web_find(struct str name);
