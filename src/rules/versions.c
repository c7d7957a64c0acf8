// SPDX-License-Identifier: MIT
// Which releases of its libraries libpmmrules runs on.
#include <pmm/rules.h>

#include <cjson/cJSON.h>
#include <gnutls/gnutls.h>

void pmm_library_versions(const char **cjson, const char **gnutls)
{
	*cjson = cJSON_Version();
	*gnutls = gnutls_check_version(NULL);
}
