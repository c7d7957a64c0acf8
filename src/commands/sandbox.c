// SPDX-License-Identifier: MIT
// When each layer is put on, and what is said of it. What the layers hold back is
// the matter of sandbox_paths.c and sandbox_calls.def.
#include "sandbox.h"

#include "commands.h"

#include <errno.h>
#include <sys/prctl.h>

// Whether the daemon may run with a layer that ended with RESULT.
static int judge(const struct sandbox *sandbox, const char *layer, int result)
{
	if (result >= 0 || sandbox->mode != SANDBOX_REQUIRE)
		return EXIT_OK;
	return tell_trouble(sandbox->lang, "--sandbox require: tidak ada %s: %s",
		"--sandbox require: no %s: %s", layer,
		result == -ENOSYS
			? lang_pick(sandbox->lang, "program atau kernel ini tidak mempunyainya",
				  "this build or this kernel has none")
			: error_text(sandbox->lang, -result));
}

// One word for a layer that is not in force.
static const char *name_lack(int result)
{
	return result == -ENOSYS ? "none" : strerrorname_np(-result);
}

int sandbox_begin(
	struct sandbox *sandbox, const struct settings *settings, const char *const *paths)
{
	*sandbox = (struct sandbox){.mode = (enum sandbox_mode)settings->sandbox,
		.lang = (enum pmm_lang)settings->lang,
		.landlock = -ENOSYS};
	if (sandbox->mode == SANDBOX_OFF)
		return EXIT_OK;
	// Both layers ask it of those who are not root. It cannot fail.
	prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
	sandbox->landlock = SANDBOX_LANDLOCK ? sandbox_paths(paths) : -ENOSYS;
	return judge(sandbox, "Landlock", sandbox->landlock);
}

int sandbox_complete(const struct sandbox *sandbox, struct log *log)
{
	const bool is_off = sandbox->mode == SANDBOX_OFF;
	int result = is_off ? 0 : SANDBOX_SECCOMP ? sandbox_calls(SANDBOX_STRICT) : -ENOSYS;
	if (judge(sandbox, "seccomp", result))
		return EXIT_TROUBLE;
	char abi[12]; // of an int
	snprintf(abi, sizeof abi, "%d", sandbox->landlock);
	const char *landlock = sandbox->landlock > 0 ? abi : name_lack(sandbox->landlock);
	const struct log_field fields[] = {
		{.name = "seccomp",
			.text = is_off   ? "off"
				: result ? name_lack(result)
					 : "on"},
		{.name = "landlock", .text = is_off ? "off" : landlock},
	};
	log_event(log, LOG_INFO, "sandbox", NULL, fields, 2);
	return EXIT_OK;
}
