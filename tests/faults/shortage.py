#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every allocation of `check`, `verify` and `diff` that fails, once or from then on.

    shortage.py FAULTY_BINARY

The binary is the program with tests/faults/faults.c in it, which also lets
calls of cJSON and GnuTLS fail. What comes of it is the answer, whole, or status
2 and a message. Under ASan a crash and a leak end the run. Each allocation is a
run of the program, so the rulebook is a small one: those of larger ones are for
tests/unit/rules_memory.c, as the daemon's requests are for api_memory.c.
"""

import itertools
import pathlib
import re
import sys
import tempfile

import runs
from runs import SECRET, Command, Scenes, require, show

MODES = [("", "alone"), ("+", "and all after it")]
SUM = re.compile(rb"pmm-check: \d+ errors? in 1 file$")
MESSAGE = re.compile(rb"(pmm-check: [^\n]*(not enough|Cannot allocate) memory[^\n]*\n)+")


def check_shortage(binary, command, mode, first=1):
    expected = runs.run(binary, command)
    require(expected.status == command.status, show(expected))

    def judge(faults, result):
        if result[:3] == expected[:3]:
            return  # it did without
        err, statuses = result.err, (2,)
        if command.status == 1 and command.args[0] == "verify":
            # What was found before is told; of one finding there may be no room to tell.
            found, statuses = expected.err.splitlines(), (1, 2)
            err = b"".join(line for line in err.splitlines(True)
                           if line.rstrip() not in found and not SUM.match(line))
        require(result.status in statuses and MESSAGE.fullmatch(err),
                f"{faults}: {show(result)}")
        require(expected.out.startswith(result.out), f"{faults}: {show(result)}")
        require(SECRET not in result.err, f"{faults}: {show(result)}")

    count = runs.every_call(binary, command, f"memory - ENOMEM K{mode}", judge, first)
    require(count >= first, f"{count} allocations")
    return count


RULEBOOK = str(runs.RULEBOOK_SET / "b-now.json")
RULES = ["--rules", RULEBOOK]


def by_small(data):
    """What is said of the small rulebook's facts instead."""
    for old, new in [(b"role", b"visitor"), (b"principal", b"guest"), (b"Jenis PTK", b"visitor"),
                     (b"Guru\n Kelas", b"guru\n "),
                     (b"employment", b"card"), (b"Status Kepegawaian", b"card"),
                     (b"PNS", b"ada"), (b"GTY / PTY", b"tidak ada")]:
        data = data.replace(old, new)
    return data


ROWS, CSV, ARRAY, OBJECT = map(by_small, (runs.ROWS, runs.CSV, runs.ARRAY, runs.OBJECT))

# Loads the rulebook and is refused: what comes before a first row.
LOADING = Command("loading", ["check", *RULES, "--set", "x=1"], b"", 2)

# Of the rulebook of nobody.
INDENTED = b'{\n  "facts": {},\n  "rulebook": {\n    "digest": "%s"\n  }\n}\n' % (b"0" * 71)


def members(count):
    return b'{"visitor":"guru",%s}' % b",".join(b'"\\u0078%d":"rahasia"' % i for i in range(count))


# More than fits into what an exchange has without asking. (Of errors, each asks.)
MANY = members(90)

CHECKS = [
    Command("check ndjson", ["check", *RULES], ROWS, 1),
    Command("check csv", ["check", *RULES], CSV, 1),
    Command("check array", ["check", *RULES], ARRAY, 1),
    Command("check array, full", ["check", *RULES, "--detail", "full", "--pretty"], ARRAY, 1),
    Command("check object", ["check", *RULES, "--set", "card=ada"], OBJECT, 0),
    Command("check object, text", ["check", *RULES, "--to", "text"], OBJECT, 0),
    Command("check object, many members", ["check", *RULES, "--unknown", "ignore"], MANY, 0),
    Command("check object, some errors", ["check", *RULES], members(12), 1),
]


def others(folder):
    broken = pathlib.Path(folder) / "broken.json"
    broken.write_text("{}", encoding="utf-8")
    return [
        Command("check --help", ["check", "--help"], b"", 0),
        Command("verify", ["verify", RULEBOOK], b"", 0),
        Command("verify, broken", ["verify", str(broken)], b"", 1),
        Command("--version", ["--version"], b"", 0),
    ]


# A command that ends once it has loaded what the others load, which begin where it ends.
BEHIND_LOADING = [
    (Command("diff, loading", ["diff", runs.PAIR[0], "/nowhere"], b"", 2), [
        Command("diff", ["diff", *runs.PAIR], b"", 1),
        Command("diff, rows", ["diff", "--json", *runs.PAIR, "--rows", "-", "--unknown", "ignore"], runs.ROWS, 1)]),
    (Command("replay, loading", ["replay", "--rules", runs.PAIR[0], "/nowhere"], b"", 2), [
        Command("replay", ["replay", "--rules", runs.PAIR[0], "-"], runs.REPLAYED, 1),
        Command("replay, indented", ["replay", "--rules", runs.PAIR[0], "-"], INDENTED, 2)]),
]


def main(binary):
    scenes = Scenes()

    def add(command, mode="", first=1):
        return scenes.add(f"{command.name}: every allocation {dict(MODES)[mode]}", check_shortage,
                          binary, command, mode, first)

    with tempfile.TemporaryDirectory() as folder:
        loading = [add(LOADING, "+"), *(add(command) for command, _ in BEHIND_LOADING)]
        for command in others(folder):
            add(command)
        firsts = [one.result() if not one.exception() else 1 for one in loading]
        for command, mode in itertools.product(CHECKS, dict(MODES)):
            add(command, mode, firsts[0])
        for (_, commands), first in zip(BEHIND_LOADING, firsts[1:]):
            for command in commands:
                add(command, "", first)
        return scenes.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
