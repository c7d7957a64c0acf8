# SPDX-License-Identifier: MIT
"""The directory of rulebooks for reload.py: two good ones, one of them in two
versions, and all the ways in which such a directory can be spoilt. It knows
nothing of servers.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "rules"))

from rulebook_edits import make_bytes, read_entries, read_json  # noqa: E402

BROKEN = 50


class Rulebooks:
    """The directory that the server reads, and what may be put into it."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "rules")
        self.spare = os.path.join(folder, "spare")
        os.mkdir(self.folder)
        self.versions = [self._version(n) for n in range(2)]
        self.later = self._read("a-next.json")
        self.put("now.json", self.versions[0])
        self.put("later.json", self.later)

    @staticmethod
    def _read(name):
        with open(os.path.join(HERE, "rulebook_set", name), "rb") as file:
            return file.read()

    def _version(self, number):
        """The second one turns everything round: allowed is refused, and the last fact
        or value is the first, so that an index into the one means nothing in the other."""
        tree = json.loads(self._read("b-now.json"))
        tree["version"] = f"v{number}"
        for rule in tree["rules"] if number else []:
            turned = {"allowed": "refused", "refused": "allowed"}
            rule["then"]["permission"] = turned[rule["then"]["permission"]]
        for fact in tree["facts"] if number else []:
            fact["values"].reverse()
        if number:
            tree["facts"].reverse()
        return json.dumps(tree).encode()

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, data):
        """As an editor saves and as a package manager installs: whole, by renaming."""
        with open(self.spare, "wb") as file:
            file.write(data)
        os.replace(self.spare, self.path(name))

    def dated(self, name, first, last):
        """A good rulebook of that name for a time."""
        tree = json.loads(self.later)
        tree.update(id=name, effective_from=first, effective_to=last)
        return json.dumps(tree).encode()

    def clean(self):
        for name in os.listdir(self.folder):
            if name not in ("now.json", "later.json"):
                path = self.path(name)
                (os.rmdir if os.path.isdir(path) and not os.path.islink(path)
                 else os.unlink)(path)


def broken_rulebooks():
    """BROKEN of the entries of tests/rules/broken.json, from its first to its last."""
    entries = read_entries("broken.json")
    chosen = [entries[i * (len(entries) - 1) // (BROKEN - 1)] for i in range(BROKEN)]
    assert len({entry["name"] for entry in chosen}) == BROKEN
    base = read_json("base.json")
    return [(entry["name"], make_bytes(base, entry)) for entry in chosen]


def spoil_writes(*files):
    def prepare(rulebooks):
        for name, data in files:
            rulebooks.put(name, data)
    return prepare


def spoil_half(rulebooks):
    with open(rulebooks.path("baru.json"), "wb") as file:
        file.write(rulebooks.later[:len(rulebooks.later) // 2])


def spoil_directory(rulebooks):
    os.mkdir(rulebooks.path("baru.json"))


def spoil_dangling(rulebooks):
    os.symlink("tidak-ada", rulebooks.path("baru.json"))


def spoil_loop(rulebooks):
    os.symlink("baru.json", rulebooks.path("baru.json"))


def spoil_pipe(rulebooks):
    os.mkfifo(rulebooks.path("baru.json"))


def spoil_mode(rulebooks):
    rulebooks.put("baru.json", rulebooks.dated("baru", "1999-01-01", "1999-12-31"))
    os.chmod(rulebooks.path("baru.json"), 0)


def spoil_twin(rulebooks):
    rulebooks.put("baru.json", rulebooks.dated("ruang-2003", "1999-01-01", "1999-12-31"))


def spoil_overlap(rulebooks):
    rulebooks.put("baru.json", rulebooks.dated("baru", "2998-12-31", "2998-12-31"))


def spoil_number(rulebooks):
    """62 more. With now.json and later.json at the limit, with good.json past it."""
    for year in range(1900, 1962):
        rulebooks.put(f"r{year}.json",
                      rulebooks.dated(f"r{year}", f"{year}-01-01", f"{year}-12-31"))


def spoil_all_gone(rulebooks):
    """The files go, not the directory: in its sandbox a server reads no other one."""
    away = rulebooks.folder + ".away"
    names = os.listdir(rulebooks.folder)
    os.mkdir(away)
    for name in names:
        os.rename(rulebooks.path(name), os.path.join(away, name))

    def restore():
        for name in names:
            os.rename(os.path.join(away, name), rulebooks.path(name))
        os.rmdir(away)
    return restore


def spoil_no_directory(rulebooks):
    away = rulebooks.folder + ".away"
    os.rename(rulebooks.folder, away)
    return lambda: os.rename(away, rulebooks.folder)


WHOLE_OR_NONE = [
    ("one that is not JSON", spoil_writes(("baru.json", b"{}}")), ["baru.json"]),
    ("an empty file", spoil_writes(("baru.json", b"")), ["baru.json"]),
    ("two broken ones are both named", spoil_writes(("a.json", b"{}"), ("z.json", b"[]")),
     ["a.json: [structure]", "z.json: [structure]"]),
    ("half a file", spoil_half, ["baru.json"]),
    ("a directory named like a rulebook", spoil_directory, ["baru.json: this is no regular"]),
    ("a link to nothing", spoil_dangling, ["baru.json: no such file"]),
    ("a link to itself", spoil_loop, ["baru.json: "]),
    ("a pipe, which would never end", spoil_pipe, ["baru.json: this is no regular"]),
    ("an id that is taken", spoil_twin, ["now.json", "baru.json", "the same id"]),
    ("a day that is taken", spoil_overlap, ["now.json", "baru.json", "2998-12-31"]),
    ("65 rulebooks", spoil_number, ["there are 65 *.json", "at most 64"]),
    ("an empty directory", spoil_all_gone, ["there is no *.json"]),
    ("no directory", spoil_no_directory, ["rules: no such file"]),
]
if os.geteuid():  # nothing is forbidden to root
    WHOLE_OR_NONE.append(
        ("a file that may not be read", spoil_mode, ["baru.json: it may not be opened"]))
