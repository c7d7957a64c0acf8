#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks the product in one place after the other: does a test notice?

    run.py [WORD]       all mutants, or those with WORD in their file or title

mutants.txt opens with how a mutant is written. Work is done on a copy of the tree, in
build-mutants/: the copy is brought up to date, the named tests must pass on it, then
each mutant is put in, built, tested and taken out. Prints a line for each and at the
end how many were killed; exits 1 if one survived, 2 if the table or the copy is wrong.
"""

import dataclasses
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = pathlib.Path(__file__).with_name("mutants.txt")
TREE, BUILD = ROOT / "build-mutants" / "tree", ROOT / "build-mutants" / "build"


@dataclasses.dataclass
class Mutant:
    where: str  # line of the table
    file: str
    title: str
    old: str = ""
    new: str | None = None
    tests: tuple = ()

    def broken(self, text):
        """TEXT of the file with the mutant in it."""
        if text.count(self.old) != 1:
            wrong(f"{self.where}: {text.count(self.old)} times in src/{self.file}: {self.old}")
        return text.replace(self.old, self.new)


def wrong(message):
    print(f"mutants: {message}", file=sys.stderr)
    sys.exit(2)


def read_table():
    mutants = []
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), 1):
        mark, rest = line[:2], line[2:]
        if not line or line.startswith("#"):
            continue
        if mark == "= ":
            mutants.append(Mutant(f"{TABLE.name}:{number}", *rest.split(": ", 1)))
        elif mark == "- ":
            mutants[-1].old = rest
        elif mark == "+ " or line == "+":
            mutants[-1].new = rest
        elif mark == "! ":
            mutants[-1].tests = tuple(rest.split(" | "))
        else:
            wrong(f"{TABLE.name}:{number}: what is this? {line}")
    for mutant in mutants:
        if not mutant.old or mutant.new is None or not mutant.tests:
            wrong(f"{mutant.where}: a line '-', a line '+' and a line '!' are needed")
        path = ROOT / "src" / mutant.file
        mutant.broken(path.read_text(encoding="utf-8") if path.is_file() else "")
    return mutants


def copy_tree():
    """Only what has changed is written, so that only that is built again."""
    wanted = set()
    for top in ROOT.iterdir():
        if top.name.startswith((".", "build")):
            continue
        for path in [top, *top.rglob("*")]:
            copy = TREE / path.relative_to(ROOT)
            wanted.add(copy)
            if path.is_dir():
                copy.mkdir(parents=True, exist_ok=True)
            elif not copy.is_file() or copy.read_bytes() != path.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
    for copy in sorted(set(TREE.rglob("*")) - wanted, reverse=True):
        copy.rmdir() if copy.is_dir() else copy.unlink()


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)


def must(*command):
    done = run(*command)
    if done.returncode:
        wrong(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}")
    return done.stdout


def targets_of_tests():
    """Name of a test -> the files that it needs to be built."""
    def introspect(what):
        return json.loads(must("meson", "introspect", what, str(BUILD)))
    files = {target["id"]: [str(pathlib.Path(file).relative_to(BUILD))
                            for file in target["filename"]]
             for target in introspect("--targets")}
    result = {}
    for one in introspect("--tests"):  # a name may stand in two suites
        result.setdefault(one["name"], []).extend(
            file for target in one["depends"] for file in files[target])
    return result


def build(targets, tests):
    return run("ninja", "-C", str(BUILD), *{file for name in tests for file in targets[name]})


def test(tests):
    return run("meson", "test", "-C", str(BUILD), "--no-rebuild", "--maxfail", "1", *tests)


def is_killed(mutant, targets):
    path = TREE / "src" / mutant.file
    text = path.read_text(encoding="utf-8")
    path.write_text(mutant.broken(text), encoding="utf-8")
    try:
        built = build(targets, mutant.tests)
        if built.returncode:
            wrong(f"{mutant.where}: it cannot be built\n{built.stdout[-3000:]}")
        return test(mutant.tests).returncode != 0
    finally:
        path.write_text(text, encoding="utf-8")


def main(word):
    mutants = [mutant for mutant in read_table() if word in f"{mutant.file}: {mutant.title}"]
    copy_tree()
    if not (BUILD / "build.ninja").is_file():
        must("meson", "setup", str(BUILD), str(TREE), "--buildtype=release",
             "-Dseccomp_strict=true")
    targets = targets_of_tests()
    tests = {name for mutant in mutants for name in mutant.tests}
    if not mutants or tests - targets.keys():
        wrong(f"no such mutant or test: {word} {' | '.join(tests - targets.keys())}")
    print(f"{len(mutants)} mutants, {len(tests)} tests", flush=True)
    for step in (build(targets, tests), test(tests)):
        if step.returncode:
            wrong(f"the tests fail without any mutant\n{step.stdout[-3000:]}")
    survived = 0
    for mutant in mutants:
        killed = is_killed(mutant, targets)
        survived += not killed
        print(f"{'killed  ' if killed else 'SURVIVED'} {mutant.file}: {mutant.title}", flush=True)
    print(f"{len(mutants) - survived} killed, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:] or [""]))
