#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Nothing of the circular stands in the code: no name of its rulebook occurs in src/.

Usage: names.py RULEBOOK ROOT

Names are those of facts and sources, all of them, of features and values. They are looked
for in every file of ROOT/src and ROOT/include, in identifiers, strings and comments alike,
as words and as parts of identifiers, in any case. Some are also words of a language or a
format: what is ALLOWED is passed over, and each row of it must be needed. Prints TAP: one
point for each name, and one for each row.
"""

import json
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "http"))

from harness import Tap  # noqa: E402

ALLOWED = [  # in which files, what, and why
    ("", r"(?i)\b((c?JSON|VALUE)_)?(true|false)\b", "literals of C and of JSON"),
    ("", r"""(?i)(?<!["'])\bnone\b|\bnone\b(?!["'])""",
     "an English word; a value would stand alone between quotes"),
    ("", r"\b(CODE_none|JSON_FAULT_NONE|PMM_DIGIT_NONE)\b", "constants that mean nothing at all"),
    ("src/http/headers.c", r"\bif_none_match\b", "the field If-None-Match of HTTP"),
    ("src/api/", r"\bif_none_match\b", "the same"),
    ("src/api/service.c", r"'none'", "of a Content-Security-Policy"),
    ("src/commands/sandbox.c", r'"none"', "what the log says where the kernel has no Landlock"),
    ("src/web/", r'\brole(=|: |\])', "an attribute of HTML"),
    ("src/meson.build", r"'none'", "of meson, for a build without sanitizers"),
    ("src/meson.build", r"\brequired:", "an argument of meson's functions"),
    ("src/commands/settings.c", r"\brequired_argument\b", "a constant of getopt"),
]


def read_names(path):
    with open(path, encoding="utf-8") as file:
        rulebook = json.load(file)
    kinds = [one for kind in ("facts", "sources", "features") for one in rulebook[kind]]
    names = {name for one in kinds for name in [one["name"], *one.get("aliases", [])]}
    for one in [*rulebook["facts"], *rulebook["attributes"]]:
        names |= {json.dumps(value["value"]).strip('"') for value in one["values"]}
    return sorted(names)


def read_lines(root):
    """(place, line) of everything that is written by hand."""
    for top in ("src", "include"):
        for path in sorted((root / top).rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and path.parent.name != "vendor":
                where = str(path.relative_to(root))
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                    yield where, f"{where}:{number}: {line.strip()}", line


def pattern(name):
    """As words, or as a part of one between low lines."""
    words = name.replace("_", "[ _-]")
    return re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)


def main(rulebook, root):
    tap = Tap()
    names = {name: pattern(name) for name in read_names(rulebook)}
    found = {name: [] for name in names}
    needed = set()
    for where, place, line in read_lines(pathlib.Path(root)):
        if not any(one.search(line) for one in names.values()):
            continue
        for row in ALLOWED:
            if where.startswith(row[0]) and re.search(row[1], line):
                needed.add(row)
                line = re.sub(row[1], " ", line)
        for name, one in names.items():
            if one.search(line):
                found[name].append(place)
    for name in names:
        tap.result("\n".join(found[name]), f"{name} does not occur")
    for row in ALLOWED:
        tap.result(None if row in needed else "it allows nothing that there is",
                   f"allowed, {row[2]}: {row[1]}")
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Usage: names.py RULEBOOK ROOT")
    sys.exit(main(*sys.argv[1:]))
