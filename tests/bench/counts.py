#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the instructions of the hot paths, and compares them with baseline.json.

    counts.py [--check | --record] BUILD_DIR

BUILD_DIR is a release build that is up to date. --check fails where a path grew
by more than the baseline allows, --record renews the baseline. Exit status 77:
valgrind is missing.
"""

import argparse
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import baseline  # noqa: E402
import callgrind  # noqa: E402
import requests  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BASELINE = os.path.join(HERE, "baseline.json")
RULEBOOK = "config/rules/se-dirjen-gtk-0559-2024.json"

# Options of the compiler that cannot change what is counted.
IDLE = re.compile(r"-I|-W|-M[DP]|-DPMM_VERSION|-fdiagnostics")
WITH_OPERAND = {"-o", "-c", "-MQ", "-MF", "-isystem"}


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def compilation(build):
    """(compiler, its options), as the main file was compiled."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entry = next(one for one in json.load(file) if one["file"].endswith("src/main.c"))
    words = shlex.split(entry["command"])
    first = next(i for i, word in enumerate(words) if word.startswith("-"))
    told = output(*words[:first], "--version").splitlines()[0]
    number = re.findall(r"\d+(?:\.\d+)+", told)[-1]
    options, rest = [], iter(words[first:])
    for word in rest:
        if word in WITH_OPERAND:
            next(rest)
        elif not IDLE.match(word):
            options.append(word)
    return f"{'clang' if 'clang' in told else 'gcc'} {number}", " ".join(options)


def key_of(build):
    """What the counts depend on, beside the sources."""
    compiler, options = compilation(build)
    libraries = output(os.path.join(build, "pmm-check"), "--version").splitlines()[1]
    return {
        "architecture": platform.machine(),
        "compiler": compiler,
        "options": options,
        "libc": os.confstr("CS_GNU_LIBC_VERSION"),
        **dict(library.split(" ") for library in libraries.split(", ")),
        "valgrind": callgrind.version(),
    }


def count_steps(build, directory):
    """({step: instructions}, {step: its floor})."""
    out = os.path.join(directory, "steps")
    options = ["--toggle-collect=counted", "--dump-after=counted", "--combine-dumps=yes"]
    told = callgrind.run(out, options, [os.path.join(build, "tests/micro"), "--count",
                                        os.path.join(ROOT, RULEBOOK)])
    lines = [line.split("\t") for line in told.splitlines()]
    dumps = callgrind.parts(out)  # the last one is of the end, and empty
    if len(dumps) != len(lines) + 1:
        raise RuntimeError(f"{len(lines)} steps, but {len(dumps)} dumps")
    counts = {name: sum(dump.values()) / int(units)
              for (name, _, units), dump in zip(lines, dumps)}
    return counts, {name: floor for name, floor, _ in lines}


def show(counts, floors, recorded):
    print(f"{'instructions':30} {'each':>12} {'x floor':>10} {'baseline':>12} {'change':>9}")
    for name, count in counts.items():
        floor = f"{count / counts[floors[name]]:.2f}" if name in floors else ""
        before = recorded["counts"].get(name)
        change = baseline.change_percent(recorded, name, count)
        print(f"{name:30} {count:12.1f} {floor:>10} "
              f"{'none' if before is None else f'{before:.1f}':>12} "
              f"{'' if change is None else f'{round(change, 1) + 0.0:+.1f} %':>9}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="fail where a path grew")
    what.add_argument("--record", action="store_true", help="renew the baseline")
    parser.add_argument("build", metavar="BUILD_DIR")
    return parser.parse_args()


def main():
    options = parse()
    if not callgrind.tool():
        print("counts: valgrind is missing")
        return 77
    key, recorded = key_of(options.build), baseline.read(BASELINE)
    with tempfile.TemporaryDirectory() as directory:
        counts, floors = count_steps(options.build, directory)
        counts |= requests.count(os.path.join(options.build, "pmm-check"), directory)
    show(counts, floors, recorded)
    if options.record:
        baseline.write(BASELINE, key, counts)
        return 0
    findings, remarks = baseline.judge(recorded, key, counts)
    for line in [*findings, *remarks] or ["no path grew or fell by more than the baseline allows"]:
        print(line)
    return 1 if options.check and findings else 0


if __name__ == "__main__":
    sys.exit(main())
