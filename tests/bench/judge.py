#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests what is said of counts (baseline.py), and that callgrind's file is read."""

import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))

import baseline  # noqa: E402
import callgrind  # noqa: E402
from harness import Tap  # noqa: E402

KEY = {"compiler": "gcc 12.2.0", "cJSON": "1.7.15"}
RECORDED = {"key": KEY, "counts": {"a row": 1000.0, "decide": 33.1}}

# name: (key, counts, words of the findings, words of the remarks)
CASES = {
    "the same": (KEY, {"a row": 1000.0, "decide": 33.1}, [], []),
    "4 % more": (KEY, {"a row": 1040.0, "decide": 33.1}, [], []),
    "6 % more": (KEY, {"a row": 1060.0, "decide": 33.1}, ["a row: grew by 6.0 %"], []),
    "both": (KEY, {"a row": 1051.0, "decide": 40.0}, ["a row: grew", "decide: grew"], []),
    "6 % less": (KEY, {"a row": 940.0, "decide": 33.1}, [], ["a row: fell by 6.0 %"]),
    "a step that is gone": (KEY, {"a row": 1000.0}, ["decide: in the baseline, but"], []),
    "a new step": (KEY, {"a row": 1000.0, "decide": 33.1, "new": 1.0},
                   ["new: not in the baseline"], []),
    "another compiler": ({**KEY, "compiler": "gcc 14.2.0"}, {"a row": 1060.0, "new": 1.0}, [],
                         ["does not bind", "compiler is gcc 14.2.0, in the baseline gcc 12.2.0",
                          "a row: grew", "new: not in", "decide: in the baseline"]),
    "a key with more": ({**KEY, "libc": "glibc 2.36"}, {"a row": 1000.0, "decide": 33.1}, [],
                        ["does not bind", "libc is glibc 2.36, in the baseline None"]),
}

# Two parts: the second names no object anew; a call's cost is not the caller's own.
DUMP = """\
version: 1
creator: callgrind-3.19.0
part: 1

events: Ir
summary: 7

ob=(1) /build/micro
fl=(1) ???
fn=(1) counted
0 2
cob=(2) /lib/libc.so.6
cfn=(2) memcpy
calls=1 0
0 5

ob=(2)
fn=(2)
0 5

totals: 7
part: 2

events: Ir
summary: 3
ob=(1)
fn=(1)
+1 3
totals: 3
"""


def lacks(texts, words):
    """None if each text has its words, in order, and there are no more."""
    if len(texts) == len(words) and all(word in text for text, word in zip(texts, words)):
        return None
    return f"{texts} where {words} are due"


def read_dump(text):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "dump")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return [dict(part) for part in callgrind.parts(path)]


def main():
    tap = Tap()
    for name, (key, counts, findings, remarks) in CASES.items():
        found, remarked = baseline.judge(RECORDED, key, counts)
        tap.result(lacks(found, findings) or lacks(remarked, remarks), name)
    found, _ = baseline.judge(baseline.read("/nonexistent"), KEY, {"a row": 1.0})
    tap.result(lacks(found, ["there is no baseline"]), "no baseline")
    parts = read_dump(DUMP)
    tap.result(None if parts == [{"micro": 2, "libc.so.6": 5}, {"micro": 3}] else str(parts),
               "a file of callgrind")
    try:
        read_dump(DUMP.replace("totals: 7", "totals: 8"))
        tap.result("no error", "a file that does not add up")
    except RuntimeError:
        tap.result(None, "a file that does not add up")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
