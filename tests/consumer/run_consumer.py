#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The library as others have it: installed, found by pkg-config, used from C and Python.

Usage: run_consumer.py SOURCE BUILD RULEBOOK...

The library is installed into a directory of its own. SOURCE (docs/ask.c) is compiled by
what pkg-config says of it, against the shared and the static library, and asks each
RULEBOOK about a few people, and what an edited one changes. ask.py does so through the
shared library's C interface and must print the same. What Python reads is held against
the naive reading of the rules, for every profile of the rulebooks that are not too large.
Prints TAP.
"""

import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(TESTS, folder) for folder in ("http", "rules")]

from ask import lines_of_answer, lines_of_comparison, plain  # noqa: E402
from harness import Failure, Tap  # noqa: E402
from pmmrules import Pmmrules  # noqa: E402
from random_rulebooks import edit  # noqa: E402
from run_model import check  # noqa: E402

PEOPLE = 6
SMALL = 1000  # profiles of a rulebook of which all are looked at
STRICT = ["-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def run(*command, status=0, env=None):
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120,
                          stdin=subprocess.DEVNULL)
    if done.returncode != status:
        raise Failure(f"{shlex.join(command)}: status {done.returncode}\n"
                      f"{done.stdout}{done.stderr}")
    return done.stdout


class Installed:
    """The library below ROOT, which is where others would have their /."""

    def __init__(self, build, root):
        self.build = build
        self.root = root
        run("meson", "install", "-C", build, "--no-rebuild", "--destdir", root,
            "--tags", "devel,runtime")
        found = {name: os.path.join(folder, name) for folder, _, names in os.walk(root)
                 for name in names}
        self.pc, self.header = found["pmmrules.pc"], found["rules.h"]
        self.shared, self.static = found["libpmmrules.so"], found.get("libpmmrules.a")

    def ask_pkg_config(self, *arguments):
        env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(self.pc),
               "PKG_CONFIG_SYSROOT_DIR": self.root}
        return shlex.split(run("pkg-config", *arguments, env=env))

    def flags(self, is_static=False):
        """Of the static library, with those that it stands on, which are shared."""
        flags = self.ask_pkg_config("--cflags", "--libs", "pmmrules")
        if is_static:
            flags[flags.index("-lpmmrules")] = "-l:libpmmrules.a"
            flags += self.ask_pkg_config("--libs", *re.findall(
                r"[a-z]\S*", " ".join(self.ask_pkg_config("--print-requires-private",
                                                         "pmmrules"))))
        if any(self.build in flag for flag in flags):
            raise Failure(f"the build directory is in {flags}")
        return flags

    def compile(self, source, to, is_static=False):
        compiler = shlex.split(os.environ.get("CC", "cc"))
        run(*compiler, *STRICT, source, *self.flags(is_static), "-o", to)

    def environment(self, is_static):
        """In which only the shared library that was installed is found, or none."""
        paths = {} if is_static else {"LD_LIBRARY_PATH": os.path.dirname(self.shared)}
        return {name: value for name, value in os.environ.items()
                if name != "LD_LIBRARY_PATH"} | paths


def check_exports(installed):
    """Just what the header declares."""
    with open(installed.header, encoding="utf-8") as file:
        declared = set(re.findall(r"^PMM_API [^;(]*?\b(\w+)\(", file.read(), re.MULTILINE))
    listed = run("nm", "-D", "--defined-only", "--format=posix", installed.shared)
    exported = {line.split()[0] for line in listed.splitlines()}
    if declared != exported:
        raise Failure(f"not in both: {declared ^ exported}")


def check_cplusplus(installed, folder):
    source = os.path.join(folder, "consumer.cc")
    with open(source, "w", encoding="utf-8") as file:
        file.write("#include <pmm/rules.h>\n"
                   "int main() { return pmm_lang_tag(PMM_LANG_ID)[0] != 'i'; }\n")
    program = os.path.join(folder, "consumer")
    run("c++", "-Wall", "-Wextra", "-Werror", source, *installed.flags(), "-o", program)
    run(program, env=installed.environment(False))


def people(rng, book):
    """Of a few people what is known; at first nothing."""
    yield {}
    for _ in range(PEOPLE - 1):
        yield {fact: value for fact, values in book.facts.items()
               if (value := rng.choice([None, *values])) is not None}


def check_people(installed, program, is_static, book, path):
    for profile in people(random.Random(559), book):
        words = {fact: plain(value) for fact, value in profile.items()}
        found = run(program, path, *(f"{fact}={word}" for fact, word in words.items()),
                    env=installed.environment(is_static))
        if found.splitlines() != lines_of_answer(book, words):
            raise Failure(f"{profile}\nC       {found.splitlines()}\n"
                          f"Python  {lines_of_answer(book, words)}")


def check_comparison(installed, program, library, book, path, folder):
    with open(path, encoding="utf-8") as file:
        rulebook = json.load(file)
    edited = json.dumps(next(
        one for seed in range(100)
        if (one := edit(seed, rulebook))["rules"] != rulebook["rules"])).encode()
    later = os.path.join(folder, "later.json")
    with open(later, "wb") as file:
        file.write(edited)
    found = run(program, "--diff", path, later, env=installed.environment(False)).splitlines()
    wanted = list(lines_of_comparison(book, library.load(edited)))
    if found != wanted or found[0].startswith("0 of"):
        raise Failure(f"C       {found}\nPython  {wanted}")


def check_refused(installed, program, path, folder):
    env = installed.environment(False)
    run(program, path, "katru=kenari", status=1, env=env)
    broken = os.path.join(folder, "broken.json")
    with open(broken, "w", encoding="utf-8") as file:
        file.write("{}")
    run(program, broken, status=2, env=env)
    run(program, os.path.join(folder, "absent.json"), status=2, env=env)


def check_rulebook(tap, installed, library, programs, path, folder):
    name = os.path.basename(path)
    with open(path, "rb") as file:
        text = file.read()
    book = library.load(text)
    for kind, program in programs.items():
        tap.attempt(f"{name}: C, {kind}, as Python", check_people, installed, program,
                    kind == "static", book, path)
    tap.attempt(f"{name}: what an edited one changes", check_comparison, installed,
                programs["shared"], library, book, path, folder)
    if book.space <= SMALL:
        tap.attempt(f"{name}: Python, as the rules say", check, library, json.loads(text))
    book.close()


def main(source, build, *paths):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        installed = Installed(build, os.path.join(folder, "root"))
        programs = {"shared": os.path.join(folder, "ask")}
        tap.attempt("compiled for the shared library", installed.compile, source,
                    programs["shared"])
        if installed.static:
            programs["static"] = os.path.join(folder, "ask-static")
            tap.attempt("compiled for the static library", installed.compile, source,
                        programs["static"], True)
        tap.attempt("the library exports what its header declares", check_exports, installed)
        if shutil.which("c++"):
            tap.attempt("the header is C++, too", check_cplusplus, installed, folder)
        else:
            tap.skip("the header is C++, too", "there is no c++")
        library = Pmmrules(installed.header, installed.shared)
        for path in paths:
            check_rulebook(tap, installed, library, programs, path, folder)
        tap.attempt("what is not understood, or no rulebook", check_refused, installed,
                    programs["shared"], paths[0], folder)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("Usage: run_consumer.py SOURCE BUILD RULEBOOK...")
    sys.exit(main(*sys.argv[1:]))
