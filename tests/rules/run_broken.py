#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gives `BINARY verify` rulebooks that must be refused, and some that must not.

Usage: run_broken.py BINARY

broken.json: each entry spoils base.json (see rulebook_edits.py) and says why it
must be refused: `code` of the first finding, `also` further codes, `says` pieces of
what is reported (`PATH:` is one at or above the place of a finding), `witness` facts of the profile that shows it, `count` how many
findings there are, `at` the path of the first one (with "name " before it, of the name
there), `expected` and `did_you_mean` what it says. Of every finding the place is worked out
here (places.py), and the text must say the same as the JSON. accepted.json: each entry must
hold; `same_digest`: white space and the like do not change the digest, or else it must; `says`
pieces of the report. Prints TAP.
"""

import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from places import Places
from rulebook_edits import HERE, make_bytes, read_entries, read_json

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

from harness import Failure, SANITIZER, Tap  # noqa: E402

WITNESS = re.compile(r"^curl --json '(\{.*\})' http://127\.0\.0\.1:8080/check$")
PATH = re.compile(r"^[][.\w]+:$")
NAMED = {"unknown_member": True, "unknown_name": None}  # None: either may be at fault


def require(holds, message):
    if not holds:
        raise Failure(message)


def verify(binary, paths, *options):
    """All PATHS by one process: its status, stdout and stderr."""
    done = subprocess.run([binary, "verify", "--lang", "en", *options, *paths], timeout=250,
                          stdin=subprocess.DEVNULL, capture_output=True)
    require(not SANITIZER.search(done.stderr), done.stderr.decode("utf-8", "replace"))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def by_path(text, paths):
    """The lines of each path, and what is behind them."""
    texts, path = dict.fromkeys([*paths, None], ""), None
    for line in text.splitlines(True):
        if line.startswith("/"):
            path = re.match("[^:]+", line)[0]
        elif line.startswith("pmm-check: "):
            path = None
        texts[path] += line
    return texts


def check_witness(base, wanted, findings):
    """Each profile that is offered is one of base's facts, and the first has WANTED."""
    found = [json.loads(WITNESS.match(finding["witness"])[1]) for finding in findings
             if finding["witness"]]
    require(found, f"no witness\n{findings}")
    names = {fact["name"] for fact in base["facts"]}
    for profile in found:
        require(names >= set(profile), f"a witness of unknown facts: {profile}")
    for fact, value in wanted.items():
        require(found[0].get(fact) == value, f"the witness is {found[0]}")


def offset_place(content, finding):
    """Where the byte is that the message names."""
    at = int(re.match(r"At byte (\d+): ", finding["message"])[1])
    before = content[:at].decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    return len(before), len(before[-1]) + 1


@functools.lru_cache(maxsize=1)
def places_in(content):
    """Of one file there may be a hundred findings, each about one of its places."""
    return Places(content.decode())


def check_place(content, finding):
    """FINDING stands where its path leads; returns whether that is a name."""
    place = finding["line"], finding["column"]
    if finding["code"] == "malformed_json":
        require(place == offset_place(content, finding), f"{finding}")
        return False
    if len(finding["where"] or "") >= 250:
        return False  # which is cut
    places, where = places_in(content), finding["where"] or ""
    is_name = NAMED.get(finding["code"], False)
    if is_name is None:
        is_name = places.values.get(where) != place
    wanted = (places.names if is_name else places.values).get(where)
    require(place == wanted, f"it stands at {wanted}\n{finding}")
    return is_name


def shown(line, column):
    """A line and the mark below it, as the text shows them, if nothing in it is unusual."""
    return f"{line}\n       | {' ' * (column - 1)}^\n" if line.isascii() and "\t" not in line \
        and len(line) < 60 else None


def check_text(path, content, findings, text):
    """TEXT says what FINDINGS say."""
    for finding in findings:
        place = f":{finding['line']}:{finding['column']}" if finding["line"] else ""
        where = f"{finding['where']}: " if finding["where"] else ""
        head = f"{path}{place}: error [{finding['code']}]: {where}{finding['message']}\n"
        require(text.startswith(head) or not head.isascii() or len(where) >= 250,
                f"wanted {head}found  {text}")
        text = text.partition("\n")[2]
        if finding["line"]:
            line = content.decode("utf-8", "replace").removeprefix("\ufeff") \
                .split("\n")[finding["line"] - 1]
            picture = shown(line, finding["column"])
            require(picture is None or text.startswith(f"{finding['line']:6} | {picture}"),
                    f"the line is not shown\n{text}")
            text = text.split("\n", 2)[2]
        for name, frame in (("expected", "expected: {}"), ("did_you_mean", 'did you mean "{}"?'),
                            ("witness", "{}")):
            if finding[name]:
                told = "    " + frame.format(finding[name]) + "\n"
                require(text.startswith(told) or not told.isascii(), f"wanted {told}found  {text}")
                text = text.partition("\n")[2]
    require(not text, f"told besides\n{text}")


def check_broken(base, path, content, entry, said, text):
    findings = said["findings"]
    require(not said["holds"] and said["file"] == path and "rulebook" not in said, f"{said}")
    codes = [finding["code"] for finding in findings]
    require(codes and codes[0] == entry["code"] and
            set(codes) == {entry["code"], *entry.get("also", [])}, f"codes {codes}\n{text}")
    require(all(finding["severity"] == "error" and finding["file"] == path
                for finding in findings), f"{findings}")
    names = [check_place(content, finding) for finding in findings]
    check_text(path, content, findings, text)
    require(len(codes) == entry.get("count", len(codes)), f"{len(codes)} findings\n{text}")
    for piece in entry["says"]:
        require(piece in text or PATH.match(piece) and any(
            re.match(re.escape(piece[:-1]) + r"($|\.|\[)", finding["where"] or "")
            for finding in findings), f"not said: {piece}\n{text}")
    if "at" in entry:
        at = "name " * names[0] + (findings[0]["where"] or "")
        require(at == entry["at"], f"it is at {at}\n{text}")
    for name in ("expected", "did_you_mean"):
        require(name not in entry or findings[0][name] == entry[name], f"{name}\n{text}")
    if "witness" in entry:
        check_witness(base, entry["witness"], findings)
    else:
        require("curl" not in text, f"a witness of what has none\n{text}")


def digest_of(out):
    found = re.search(r"sha256:[0-9a-f]{64}\b", out)
    require(found, f"no digest\n{out}")
    return found[0]


def check_accepted(digest, path, _content, entry, said, out):
    require(out.startswith(path + ": holds\n") and said["holds"], f"it does not hold\n{out}{said}")
    for words in (str(said["space"]["profiles"]), *(rule["rule"] for rule in said["rules"]),
                  *said["rulebook"].values(), *(row["feature"] for row in said["outcomes"])):
        require(words is None or words in out, f"not in the text: {words}")
    same = digest_of(out) == digest == said["rulebook"]["digest"]
    require(same == entry.get("same_digest", False),
            f"the digest {'stayed' if same else 'changed'}\n{out}")
    for text in entry.get("says", []):
        require(text in out, f"not said: {text}\n{out}")
    overlaps = [finding["message"] for finding in said["findings"]]
    require(all(finding["severity"] == "note" for finding in said["findings"]), f"{said}")
    require(re.findall(r"\[overlap\] (.*)", out) == overlaps, f"overlaps\n{out}{said}")
    require(bool(overlaps) == ("[overlap]" in "".join(entry.get("says", []))),
            f"overlaps\n{out}")


def check_whole(found, status, text, said):
    """Exit statuses, and what is said of all files together."""
    errors = [finding for file in said["files"] for finding in file["findings"]
              if finding["severity"] == "error" and finding["code"] != "more_errors"]
    files = {finding["file"] for finding in errors}
    require(found == [status, status], f"exit status {found}")
    require(said["holds"] == (status == 0) and said["set"] == [], "the verdict")
    require(text == (f"pmm-check: more than {len(errors)} errors in {len(files)} files\n"
                     if errors else ""), f"the sum\n{text}")


def codes_in_source():
    """Of every finding: the first string of a call that tells one, or what .code is set to."""
    root = pathlib.Path(HERE).parent.parent
    text = "".join(path.read_text() for path in sorted((root / "src/rules").glob("*.c")))
    load = (root / "src/commands/load.c").read_text()
    calls = re.findall(r'\b(?:loader_fail|tree_refer)\([^;"]*"(\w+)"', text)
    fields = [code for line in re.findall(r"\.code = ([^,;]*)", text)
              for code in re.findall(r'"(\w+)"', line)]
    return {*calls, *fields, *re.findall(r'fail_as\(loading, one, -EINVAL, "(\w+)"', load)}


def check_documented():
    root = pathlib.Path(HERE).parent.parent
    table = re.findall(r"^\| `(\w+)` \|", (root / "docs/rulebooks.md").read_text(), re.M)
    codes = codes_in_source()
    require({"gap", "overlap", "structure", "malformed_json"} < codes, f"found {codes}")
    lacks = codes - set(table)
    require(not lacks, f"docs/rulebooks.md does not have {lacks}")


def run(tap, binary, folder):
    tap.attempt("every code stands in docs/rulebooks.md", check_documented)
    base = read_json("base.json")
    path = os.path.join(HERE, "base.json")
    digest = digest_of(verify(binary, [path])[1])
    for kind, check, known, wanted in (("broken.json", check_broken, base, 1),
                                       ("accepted.json", check_accepted, digest, 0)):
        entries = {}
        for number, entry in enumerate(read_entries(kind)):
            path = os.path.join(folder, f"{kind}-{number}.json")
            entries[path] = make_bytes(base, entry), entry
            with open(path, "wb") as file:
                file.write(entries[path][0])
        status, *texts = verify(binary, list(entries))
        of_json, document, silence = verify(binary, list(entries), "--json")
        require(document.endswith("}\n") and "\n" not in document[:-1] and not silence, silence)
        said = json.loads(document)
        text = by_path("".join(texts), entries)
        tap.attempt(f"{kind}: status {wanted}", check_whole, [status, of_json], wanted,
                    text[None], said)
        for (path, (content, entry)), file in zip(entries.items(), said["files"], strict=True):
            tap.attempt(f"{kind}: {entry['name']}", check, known, path, content, entry, file,
                        text[path])


def main(binary):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        run(tap, binary, folder)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: run_broken.py BINARY")
    sys.exit(main(sys.argv[1]))
