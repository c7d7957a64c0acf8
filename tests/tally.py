#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts what a run of `meson test` found: prints "PASSED FAILED SKIPPED".

Reads meson's testlog.json (one object a line). A test that speaks TAP counts
once for each of its points, any other test counts once. A TAP test that fails
without a failed point (a crash, a leak at exit, a timeout) is one failure more:
what meson calls failed never counts as nothing. It runs no tests and judges
nothing itself; the exit status of meson stays the caller's to heed.
"""

import json
import re
import sys


def tap_points(output):
    """The points of a TAP stream as ("not " or "", rest of the line)."""
    if not re.search(r"^1\.\.[0-9]+", output, re.M):
        return []
    return re.findall(r"^(not )?ok\b([^\n]*)", output, re.M)


def count(test):
    """(passed, failed, skipped) of one test."""
    result = test["result"]
    points = tap_points(test.get("stdout") or "")
    if result == "SKIP":
        return 0, 0, 1
    if result == "EXPECTEDFAIL":
        return 1, 0, 0
    if not points:
        return (1, 0, 0) if result == "OK" else (0, 1, 0)
    skipped = sum(bool(re.search(r"#\s*(skip|todo)", text, re.I)) for _, text in points)
    failed = sum(bool(no) and not re.search(r"#\s*todo", text, re.I) for no, text in points)
    passed = len(points) - skipped - failed
    if result != "OK" and not failed:
        failed = 1
    return passed, failed, skipped


def main(path):
    with open(path, encoding="utf-8") as log:
        counts = [count(json.loads(line)) for line in log]
    print(*(sum(column) for column in zip((0, 0, 0), *counts)))


main(sys.argv[1])
