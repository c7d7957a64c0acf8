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


def verify(binary, path):
    done = subprocess.run([binary, "verify", path], stdin=subprocess.DEVNULL, timeout=60,
                          capture_output=True)
    require(not SANITIZER.search(done.stderr), done.stderr.decode("utf-8", "replace"))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def check_witness(base, wanted, text):
    """Each profile that is offered is one of base's facts, and the first has WANTED."""
    found = [json.loads(profile) for profile in WITNESS.findall(text)]
    require(found, f"no witness\n{text}")
    names = {fact["name"] for fact in base["facts"]}
    for profile in found:
        require(names >= set(profile), f"a witness of unknown facts: {profile}")
    for fact, value in wanted.items():
        require(found[0].get(fact) == value, f"the witness is {found[0]}")


def check_broken(binary, base, path, entry):
    status, out, err = verify(binary, path)
    require(status == 1, f"exit status {status}\n{out}{err}")
    require(not out, f"a refused rulebook is reported on:\n{out}")
    codes = FINDING.findall(err)
    require(codes and codes[0] == entry["code"] and
            set(codes) == {entry["code"], *entry.get("also", [])}, f"codes {codes}\n{err}")
    *lines, last = err.splitlines()
    require(last == path + ": does not hold", f"the last line is not the verdict\n{err}")
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


def check_accepted(binary, digest, path, entry):
    status, out, err = verify(binary, path)
    require(status == 0, f"exit status {status}\n{out}{err}")
    require(not err, f"said although it holds:\n{err}")
    same = digest_of(out) == digest
    require(same == entry.get("same_digest", False),
            f"the digest {'stayed' if same else 'changed'}\n{out}")
    for text in entry.get("says", []):
        require(text in out, f"not said: {text}\n{out}")
    require(("[overlap]" in out) == ("[overlap]" in "".join(entry.get("says", []))),
            f"overlaps\n{out}")


def run(tap, binary, folder):
    base = read_json("base.json")
    path = os.path.join(folder, "rulebook.json")
    _, out, _ = verify(binary, os.path.join(HERE, "base.json"))
    digest = digest_of(out)
    for kind, check, known in (("broken.json", check_broken, base),
                               ("accepted.json", check_accepted, digest)):
        for entry in read_entries(kind):
            with open(path, "wb") as file:
                file.write(make_bytes(base, entry))
            tap.attempt(f"{kind}: {entry['name']}", check, binary, known, path, entry)


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        run(tap, binary, folder)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: run_broken.py BINARY")
    sys.exit(main(sys.argv[1]))
