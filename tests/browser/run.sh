#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a test in a browser: run.sh FILE.mjs ARGUMENT…
# Where something that it needs is not installed, the test is skipped with a sentence that says
# what; under PMM_BROWSER_REQUIRED, which ./dev test sets, it fails instead.
set -eu
here=$(dirname -- "$0")

without() {
	if [ -n "${PMM_BROWSER_REQUIRED:-}" ]; then
		echo "Bail out! $1"
		exit 1
	fi
	echo "1..0 # SKIP $1"
	exit 0
}

command -v node >/dev/null 2>&1 || without "node is not installed (./dev test installs it)"
for PMM_BROWSER in ${PMM_BROWSER:-chromium-headless-shell chromium}; do
	PMM_BROWSER=$(command -v "$PMM_BROWSER" 2>/dev/null) && break
done
[ -n "$PMM_BROWSER" ] || without "Chromium is not installed (./dev test installs it)"
for PMM_MODULES in "$here/../../build-browser" "$here"; do
	[ -d "$PMM_MODULES/node_modules/playwright-core" ] && break
	PMM_MODULES=
done
[ -n "$PMM_MODULES" ] || without "the modules are not installed (./dev test, or npm ci in tests/browser)"
export PMM_BROWSER PMM_MODULES
exec node "$@"
