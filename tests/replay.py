#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`pmm-check replay`: every stored answer is the same, and no other byte of it would be.

    replay.py BINARY [STEP]

The answers come from `check` itself, by the default rulebook and by those of
http/rulebook_set. Then each byte is changed and each end cut off, or every so many of them
(STEP): it must be told, except in what follows from no rulebook (UNBOUND). Prints TAP.
"""

import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent / "http"))

from harness import SANITIZER, Tap  # noqa: E402
from program import require  # noqa: E402

SET = str(pathlib.Path(__file__).parent / "http" / "rulebook_set")
RULEBOOK = pathlib.Path(__file__).parents[1] / "config/rules/se-dirjen-gtk-0559-2024.json"
# In memory where that can be had: there are tens of thousands of files.
FOLDER = tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
BATCH = 1000 # files that are there at a time
PERSON = b'{"role":"guru","employment":"PNS","belajar_id":false}'
NAMED = b'{"id":"rahasia \\u0001\\"\\\\/\\u00e9","role":"guru","employment":"GTY"}'
ROWS = (b'{"id":"rahasia","role":"guru"}\n{"rol":"rahasia"}\n{}\n{"id":7.50,"role":"lainnya"}\n'
        b'{"role":"kepsek","employment":"PPPK","belajar_id":true,"dapodik_gtk":true}\n')
ARRAY = b"[" + b",".join(ROWS.splitlines()) + b"]"
CSV = b"No;id;Jenis PTK;Jenis PKT\n(1);(2);(3);(4)\n1;rahasia;Guru;x\n2;b;rahasia;\n3;c;Pengawas;\n"
READING = b'{"visitor":"guest","card":true}\n{"visitor":"murid"}\n'

# An id, a row that is an error, how columns were read, how many gave no fact, and the day
# that was asked for, of which only days left tell.
INNER = rb"\{(?:[^{}]|\{[^{}]*\})*\}"
UNBOUND = re.compile(rb'"id": ?"((?:[^"\\]|\\.)*)"(?=,\s*"facts")|"id": ?([0-9.]+)|'
                     rb'(\{\s*"row": ?[0-9]+,[^{}]*"error": ?' + INNER + rb'\s*\})|'
                     rb'("columns": ?' + INNER + rb')|"(?:without_facts|days_left)": ?([0-9]+)')

# base.json with dates for periods.
DATED = ["--rules", os.path.join(FOLDER.name, "dated.json")]
VISITOR = b'{"visitor":"pupil","card":true,"books_out":"none"}\n'

# name, arguments of check, input, answers, error rows, whether all the bytes are tried
ANSWERS = [
    ("single", ["check"], PERSON, 1, 0, True),
    ("single, pretty, English", ["check", "--pretty", "--lang", "en"], PERSON, 1, 0, True),
    ("single, with an id", ["check"], NAMED, 1, 0, True),
    ("single, with an id, pretty", ["check", "--pretty"], NAMED, 1, 0, False),
    ("nothing known", ["check"], b"{}", 1, 0, False),
    ("rows, whole", ["check", "--detail", "full"], ROWS, 4, 1, True),
    ("rows, whole, English", ["check", "--detail", "full", "--lang", "en"], ROWS, 4, 1, False),
    ("rows, in brief", ["check"], ROWS, 4, 1, True),
    ("document, whole", ["check", "--detail", "full"], ARRAY, 4, 1, True),
    ("document, whole, pretty", ["check", "--detail", "full", "--pretty"], ARRAY, 4, 1, False),
    ("document, in brief", ["check"], ARRAY, 4, 1, True),
    ("document, in brief, pretty", ["check", "--pretty"], ARRAY, 4, 1, True),
    ("explained", ["check", "--explain"], PERSON, 1, 0, True),
    ("explained, pretty, English", ["check", "--explain", "--pretty", "--lang", "en"], NAMED, 1, 0, False),
    ("rows, explained", ["check", "--explain", "--detail", "full"], ROWS, 4, 1, False),
    ("document, explained, pretty", ["check", "--explain", "--detail", "full", "--pretty"], ARRAY, 4, 1,
     False),
    ("days left", ["check", *DATED, "--as-of", "2031-02-01"], VISITOR, 1, 0, True),
    ("days past", ["check", *DATED, "--as-of", "2031-12-31", "--explain"], VISITOR, 1, 0, False),
    ("days left, in rows", ["check", *DATED, "--as-of", "2031-02-27", "--detail", "full"],
     VISITOR + b"{}\n" + VISITOR, 3, 0, False),
    ("days left, in a document", ["check", *DATED, "--as-of", "2031-02-27", "--detail", "full", "--pretty"],
     b"[" + VISITOR + b"," + VISITOR + b"]", 2, 0, False),
    ("of CSV", ["check", "--to", "ndjson"], CSV, 2, 1, True),
    ("of CSV, document", ["check", "--to", "json", "--pretty"], CSV, 2, 1, True),
    ("no rows", ["check", "--from", "ndjson"], b"", 0, 0, False),
    ("no rows, document", ["check"], b"[]", 0, 0, True),
    ("no rows, document, pretty", ["check", "--pretty"], b"[]", 0, 0, True),
]


def run(binary, args, data=b"", status=None):
    done = subprocess.run([binary, *args], input=data, capture_output=True, timeout=120)
    require(not SANITIZER.search(done.stderr), done.stderr.decode("utf-8", "replace"))
    require(status is None or done.returncode == status,
            f"{args[:4]}: status {done.returncode}\n{done.stdout[:500]}\n{done.stderr[:500]}")
    require(b"rahasia" not in done.stdout + done.stderr or "check" in args, f"{done}")
    return done


def counts(done):
    """Of each file: same, differ, errors."""
    return {path: tuple(map(int, numbers)) for path, *numbers in re.findall(
        r"^(.*): same (\d+), different (\d+), error rows (\d+)$",
        done.stdout.decode(), re.M)}


def check_same(binary, path, same, errors, rules=()):
    done = run(binary, ["replay", *rules, path], status=0)
    require(counts(done) == {path: (same, 0, errors)} and not done.stderr, f"{done}")
    with open(path, "rb") as file:
        done = run(binary, ["replay", *rules, "-"], file.read(), status=0)
    require(counts(done) == {"stdin": (same, 0, errors)}, f"{done}")


def spoilt(answer, step):
    """Answers that are another one by a byte, of long ones a part; or end too early."""
    exempt = {at for found in UNBOUND.finditer(answer) for group in range(1, 6)
              for at in range(*found.span(group))}
    step *= 1 if len(answer) < 6000 else 5
    for at, byte in enumerate(answer):
        if at not in exempt and at % step == 0:
            yield f"changed at {at}", answer[:at] + bytes([byte ^ 1]) + answer[at + 1:]
        if not {at, at - 1} & exempt and (at < 100 // step or at % (9 * step) == 0):
            yield f"gone at {at}", answer[:at] + answer[at + 1:]
            yield f"a blank at {at}", answer[:at] + b" " + answer[at:]
        if at % (9 * step) == 8 and (answer[at - 1] != 10 or answer[:2] == b"{\n"): # whole rows are answers
            yield f"cut at {at}", answer[:at]
    yield "without a line feed", answer[:-1]


def check_spoilt(binary, folder, answer, rules, step):
    answers = spoilt(answer, step)
    while batch := list(itertools.islice(answers, BATCH)):
        paths = [os.path.join(folder, f"{number}") for number in range(len(batch))]
        for path, (_, text) in zip(paths, batch):
            with open(path, "wb") as file:
                file.write(text)
        done = run(binary, ["replay", *rules, *paths])
        require(done.returncode in (1, 2), f"status {done.returncode}")
        said = counts(done)
        told = set(re.findall(r"(?:^|pmm-check: )(/[^:]*):", done.stderr.decode(), re.M))
        for path, (name, _) in zip(paths, batch):
            require(path in told or said.get(path, (0, 0, 0))[1] > 0, f"{name}: {said.get(path)}")
        for path in paths:
            os.unlink(path)


def check_told(binary, args, data, status, says):
    done = run(binary, ["replay", *args], data, status)
    text = (done.stdout + done.stderr).decode()
    for word in says:
        require(word in text, f"{word!r} is not in {text!r}")


def play_told(tap, binary, folder):
    answer = run(binary, ["check"], PERSON, 0).stdout
    many = run(binary, ["check", "--detail", "full"], ROWS).stdout
    brief = run(binary, ["check", "--from", "ndjson", "--rules", SET], READING, 0).stdout
    version = json.loads(RULEBOOK.read_text(encoding="utf-8"))
    twice = pathlib.Path(folder) / "twice"
    twice.mkdir()
    version["version"] = "9"
    version["effective_to"] = "2025-01-01"
    (twice / "a.json").write_text(json.dumps(version), encoding="utf-8")
    (twice / "b.json").write_bytes(RULEBOOK.read_bytes())
    old = run(binary, ["check", "--rules", str(twice / "a.json")], PERSON, 0).stdout
    kept = pathlib.Path(folder) / "brief.ndjson"
    kept.write_bytes(brief)
    lines = many.splitlines(True)
    edit = answer.replace
    for name, args, data, status, says in [
            ("one value", ["-"], edit(b'"obligation":"required"', b'"obligation":"required_"'), 1,
             ['stdin:1: differs at "/features/pengelolaan_kinerja/obligation"']),
            ("a fact", ["-"], edit(b'"facts":{"role":"guru"', b'"facts":{"role":"teacher"'), 1,
             ['at "/facts/role"']),
            ("a reason", ["-"], edit(b'"reason":"', b'"reason":"x', 1), 1,
             ['at "/features/pelatihan_mandiri/reason"']),
            ("the version", ["-"], edit(b'"version":"', b'"version":"9'), 1, ['at "/rulebook/version"']),
            ("another digest", ["-"], edit(b"sha256:", b"sha256:0"), 2,
             ["stdin:1: there is no rulebook with this digest", "\n  sha256:0", "se-dirjen-gtk-0559-2024 "]),
            ("another rulebook", ["--rules", SET, "-"], answer, 2, ["ruang-2003 1", "ruang-2999 1"]),
            ("an old version", ["-"], old, 2, ["no rulebook"]),
            ("two versions of one id", ["--rules", str(twice), "-"], old + answer, 0, ["same 2,"]),
            ("a rulebook that is refused", ["--rules", "/dev/null", "-"], answer, 2, ["refused"]),
            ("in Indonesian", ["--lang", "id", "-"], answer[:-1], 1, ['stdin:1: berbeda di ""']),
            ("no answer", ["-"], b"role,employment\nguru,PNS\n", 2, ["stdin:1: this is no answer"]),
            ("a profile", ["-"], PERSON + b"\n", 2, ["this is no answer"]),
            ("a problem", ["-"], run(binary, ["check"], b'{"a":1}', 1).stdout, 2, ["no answer"]),
            ("nothing", ["-"], b"", 2, ["this is no answer"]),
            ("a directory", ["/"], b"", 2, ["directory"]),
            ("a missing file", ["/nowhere"], b"", 2, ["/nowhere: no such file"]),
            ("no file", [], b"", 2, ["name the file"]),
            ("a row alone", ["-"], lines[2], 0, ["same 1,", "stdin: its closing line is missing"]),
            ("brief rows without their end", ["--rules", SET + "/b-now.json", "-"],
             brief.splitlines(True)[0], 2, ["its closing line is missing"]),
            ("rows of two rulebooks", ["--rules", str(twice), "-"],
             lines[0] + lines[2].replace(json.loads(answer)["rulebook"]["digest"].encode(),
                                         json.loads(old)["rulebook"]["digest"].encode())
             .replace(b'"version":"' + json.loads(answer)["rulebook"]["version"].encode(), b'"version":"9'),
             1, ['stdin:2: differs at "/rulebook"', "same 2, different 1"]),
            ("days left where there are no dates", ["-"], edit(b'"access":', b'"days_left":3,"access":', 1), 1,
             ['at "/features/pelatihan_mandiri/']),
            ("cut off", ["-"], answer[:-1], 1, ["same 0, different 1,"]),
            ("rows in another order", ["-"], lines[2] + lines[0], 1, ['stdin:2: differs at "/row"']),
            ("a row that is gone", ["-"], b"".join(lines[:2] + lines[3:]), 1,
             ['stdin:5: differs at "/summary"']),
            ("answers of two requests", ["-"], many + many + answer, 0, ["same 9,"]),
            ("brief rows, one rulebook", ["--rules", SET + "/b-now.json", "-"], brief, 0, ["same 2,"]),
            ("brief rows, several rulebooks", ["--rules", SET, str(kept)], b"", 2, ["rows in brief"]),
            ("brief rows of another", ["--rules", SET + "/c-first.json", "-"], brief, 2,
             ["no rulebook with this digest"]),
            ("a document, several rulebooks", ["--rules", SET, "-"],
             run(binary, ["check", "--rules", SET], b'[{"visitor":"murid"}]', 0).stdout, 0, ["same 1,"]),
            ("of a day", ["--rules", SET, "-"],
             run(binary, ["check", "--rules", SET, "--as-of", "2001-02-03", "--detail", "full", "--to",
                          "ndjson"], b'[{"visitor":"murid"}]', 0).stdout, 0, ["same 1,"])]:
        tap.attempt(f"told: {name}", check_told, binary, args, data, status, says)


def main(binary, step=1):
    tap = Tap()
    dated = (pathlib.Path(__file__).parent / "rules/base.json").read_text(encoding="utf-8")
    for value, day in (("week", "2031-03-01"), ("month", "2031-04-01")):
        dated = dated.replace(f'"{value}"', f'"{day}"')
    pathlib.Path(DATED[1]).write_text(dated, encoding="utf-8")
    with FOLDER as folder:
        for name, args, data, same, errors, is_tried in ANSWERS:
            answer = run(binary, args, data).stdout
            path = os.path.join(folder, "answer")
            pathlib.Path(path).write_bytes(answer)
            rules = DATED if DATED[1] in args else []
            tap.attempt(f"same: {name}", check_same, binary, path, same, errors, rules)
            if is_tried:
                tap.attempt(f"every byte: {name}", check_spoilt, binary, folder, answer, rules,
                            step)
        play_told(tap, binary, folder)
    return tap.finish()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("Usage: replay.py BINARY [STEP]")
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
