// SPDX-License-Identifier: MIT
// pmm-check --version: ours first, alone on its line, then those of the libraries
// that are in use, which decide what the server gets to see of a request.
#include "commands.h"
#include "http/http.h"

int command_version(enum pmm_lang lang, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	const char *cjson, *gnutls;
	pmm_library_versions(&cjson, &gnutls);
	struct output output = {.lang = lang};
	buf_print(&output.buf, "pmm-check " PMM_VERSION "\nlibmicrohttpd %s, cJSON %s, GnuTLS %s\n",
		http_library_version(), cjson, gnutls);
	return output_end(&output, EXIT_OK);
}
