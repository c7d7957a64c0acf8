#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Time and peak memory of `diff` of the largest rulebooks.

    diff.py BINARY

For each shape of rulebook_of_size.py at the limit of profiles: against itself with one rule
that says otherwise, with every rule that does, and against quite another one. Prints a table in
Markdown. The time includes loading and proving both. Needs GNU time.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time

from rulebook_of_size import ATTRIBUTES, SHAPES, make_rulebook

CELLS = 1_000_000


def changed(rulebook, rules):
    """RULEBOOK, in which the first so many RULES decide otherwise."""
    new = json.loads(json.dumps({**rulebook, "version": "2", "examples": []}))
    rng = random.Random(559)
    for rule in new["rules"][:rules]:
        for attribute, value in rule["then"].items():
            rule["then"][attribute] = rng.choice([v for v in ATTRIBUTES[attribute] if v != value])
    return new


def measure(binary, folder, old, new):
    paths = [os.path.join(folder, name) for name in ("old.json", "new.json")]
    for path, rulebook in zip(paths, (old, new)):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(rulebook, file)
    peak = os.path.join(folder, "peak")
    began = time.monotonic()
    done = subprocess.run(["/usr/bin/time", "--quiet", "-f", "%U %M", "-o", peak, binary, "diff",
                           "--json", *paths], stdout=subprocess.PIPE, check=False)
    took_s = time.monotonic() - began
    with open(peak, encoding="ascii") as file:
        cpu_s, peak_kib = file.read().split()
    found = json.loads(done.stdout)
    return [f"{found['profiles']:,}", f"{found['changed']:,}",
            f"{'' if found['exact'] else 'at most '}{found['conditions']:,}", f"{took_s:.2f}", cpu_s,
            f"{int(peak_kib) / 1024:.1f}"]


def main(binary):
    columns = ["shape", "new", "complete profiles", "change", "conditions", "s", "CPU s", "peak MiB"]
    for cells in columns, ["---"] * len(columns):
        print("| " + " | ".join(cells) + " |")
    with tempfile.TemporaryDirectory() as folder:
        for shape in SHAPES:
            old = make_rulebook(CELLS, shape)
            for name, new in [("one rule", changed(old, 1)), ("every rule", changed(old, len(old["rules"]))),
                              ("another", {**make_rulebook(CELLS, shape, seed=1), "examples": []})]:
                print("| " + " | ".join([shape, name, *measure(binary, folder, old, new)]) + " |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
