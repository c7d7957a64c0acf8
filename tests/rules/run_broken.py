#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gives `BINARY verify` rulebooks that must be refused, and some that must not.

Usage: run_broken.py BINARY

broken.json: each entry spoils base.json (see rulebook_edits.py) and says why it
must be refused: `code` of the finding, `also` further codes, `says` pieces of
what is reported, `witness` facts of the profile that shows it, `count` how many
findings there are. accepted.json: each entry must hold; `same_digest`: white
space and the like do not change the digest, or else it must; `says` pieces of
the report. Prints TAP.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

from rulebook_edits import HERE, make_bytes, read_entries, read_json

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

from harness import Failure, SANITIZER, Tap  # noqa: E402

WITNESS = re.compile(r"^ +curl --json '(\{.*\})' http://127\.0\.0\.1:8080/check$", re.M)
FINDING = re.compile(r"^[^\n]*: \[(\w+)\] ", re.M)


def require(holds, message):
    if not holds:
        raise Failure(message)


def verify(binary, paths):
    """All PATHS by one process: its status, and of each what it wrote (stdout, stderr)."""
    done = subprocess.run([binary, "verify", *paths], stdin=subprocess.DEVNULL, timeout=250,
                          capture_output=True)
    require(not SANITIZER.search(done.stderr), done.stderr.decode("utf-8", "replace"))
    said = [dict.fromkeys(paths, ""), dict.fromkeys(paths, "")]
    for texts, stream in zip(said, (done.stdout, done.stderr)):
        path = None
        for line in stream.decode().splitlines(True):
            path = line.partition(": ")[0] if line.startswith("/") else path
            require(path in texts, f"of no file: {line}")
            texts[path] += line
    return done.returncode, {path: tuple(texts[path] for texts in said) for path in paths}


def check_witness(base, wanted, text):
    """Each profile that is offered is one of base's facts, and the first has WANTED."""
    found = [json.loads(profile) for profile in WITNESS.findall(text)]
    require(found, f"no witness\n{text}")
    names = {fact["name"] for fact in base["facts"]}
    for profile in found:
        require(names >= set(profile), f"a witness of unknown facts: {profile}")
    for fact, value in wanted.items():
        require(found[0].get(fact) == value, f"the witness is {found[0]}")


def check_broken(base, path, entry, out, err):
    require(not out, f"a refused rulebook is reported on:\n{out}")
    codes = FINDING.findall(err)
    require(codes and codes[0] == entry["code"] and
            set(codes) == {entry["code"], *entry.get("also", [])}, f"codes {codes}\n{err}")
    *lines, last = err.splitlines()
    require(last == f"pmm-check: {path}: this rulebook is refused", f"the last line is not the verdict\n{err}")
    require(all(line.startswith((path + ": [", "    curl ")) for line in lines),
            f"a line that is no finding\n{err}")
    require(len(codes) == entry.get("count", len(codes)), f"{len(codes)} findings\n{err}")
    for text in entry["says"]:
        require(text in err, f"not said: {text}\n{err}")
    if "witness" in entry:
        check_witness(base, entry["witness"], err)
    else:
        require("curl" not in err, f"a witness of what has none\n{err}")


def digest_of(out):
    found = re.search(r"sha256:[0-9a-f]{64}\b", out)
    require(found, f"no digest\n{out}")
    return found[0]


def check_accepted(digest, path, entry, out, err):
    require(out.startswith(path + ": holds\n"), f"it does not hold\n{out}{err}")
    require(not err, f"said although it holds:\n{err}")
    same = digest_of(out) == digest
    require(same == entry.get("same_digest", False),
            f"the digest {'stayed' if same else 'changed'}\n{out}")
    for text in entry.get("says", []):
        require(text in out, f"not said: {text}\n{out}")
    require(("[overlap]" in out) == ("[overlap]" in "".join(entry.get("says", []))),
            f"overlaps\n{out}")


def check_status(found, wanted):
    require(found == wanted, f"exit status {found}")


def run(tap, binary, folder):
    base = read_json("base.json")
    path = os.path.join(HERE, "base.json")
    digest = digest_of(verify(binary, [path])[1][path][0])
    for kind, check, known, wanted in (("broken.json", check_broken, base, 1),
                                       ("accepted.json", check_accepted, digest, 0)):
        entries = {}
        for number, entry in enumerate(read_entries(kind)):
            path = os.path.join(folder, f"{kind}-{number}.json")
            entries[path] = entry
            with open(path, "wb") as file:
                file.write(make_bytes(base, entry))
        status, said = verify(binary, list(entries))
        tap.attempt(f"{kind}: status {wanted}", check_status, status, wanted)
        for path, entry in entries.items():
            tap.attempt(f"{kind}: {entry['name']}", check, known, path, entry, *said[path])


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        run(tap, binary, folder)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: run_broken.py BINARY")
    sys.exit(main(sys.argv[1]))
