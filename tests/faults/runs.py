# SPDX-License-Identifier: MIT
"""What the tests of faults share: the commands that are disturbed, and a run.

Each command is run undisturbed first; that run is the measure of the others.
Whether its answer is right is for other tests.
"""

import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

from harness import SANITIZER, Tap  # noqa: E402,F401
from program import require  # noqa: E402,F401

PATIENCE_S = 60  # bounds only how long a test that has failed may hang
RULEBOOK = str(pathlib.Path(__file__).resolve().parents[2]
               / "config/rules/se-dirjen-gtk-0559-2024.json")
RULEBOOK_SET = pathlib.Path(__file__).resolve().parents[1] / "http/rulebook_set"
PAIR = [str(RULEBOOK_SET / name) for name in ("c-first.json", "a-next.json")]

# What no message may repeat stands in every input.
SECRET = b"rahasia"
ROWS = (b'{"id":"rahasia-1","role":"guru","employment":"PNS"}\n'
        b'{"id":"rahasia-2","role":"rahasia"}\n\n{"id":"b"}\n')
CSV = (b'Daftar;;\nid;Jenis PTK;Status Kepegawaian\nrahasia-1;"Guru\n Kelas";PNS\n'
       b'=b;rahasia;GTY / PTY\n')
ARRAY = b'\xef\xbb\xbf [{"id":"rahasia-1","role":"guru"},\n {"role":"rahasia"}]\n'
OBJECT = b'{"id":"rahasia-1","role":"principal"}\n'

def closing(rows):
    """The last line of ROWS, one of which is an error, that a small rulebook answered, for quick loading."""
    with open(PAIR[0], encoding="utf-8") as file:
        rulebook = json.load(file)
    canonical = json.dumps(rulebook, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    digest = "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
    return json.dumps({"summary": {"rows": rows, "evaluated": rows - 1, "rejected": 1, "skipped": 0,
                                   "without_facts": 0},
                       "rulebook": {"id": rulebook["id"], "version": rulebook["version"], "digest": digest}},
                      separators=(",", ":")).encode() + b"\n"


REPLAYED = (b'{"row":1,"id":"rahasia","facts":{"role":"guru"},"features":{}}\n'
            b'{"row":2,"error":{}}\n' + closing(2))
# The answer takes more than one piece of 64 KiB; that of LONG many, and the input two.
MIDDLE = ROWS * 100
LONG = ROWS * 700
LONG_CSV = CSV + b'rahasia-2;Guru;PNS\n' * 4000

# What a command that went well may say of its rows.
TOLD = re.compile(rb"((columns read: [^\n]*; )?[0-9]+ rows: [^\n]* skipped\n)?")

Command = collections.namedtuple("Command", "name args data status")
Result = collections.namedtuple("Result", "status out err fired")

COMMANDS = [
    Command("--version", ["--version"], b"", 0),
    Command("--help", ["--help"], b"", 0),
    Command("serve --help", ["serve", "--help"], b"", 0),
    Command("check --help", ["check", "--help"], b"", 0),
    Command("verify --help", ["verify", "--help"], b"", 0),
    Command("verify", ["verify", RULEBOOK, RULEBOOK], b"", 0),
    Command("diff --help", ["diff", "--help"], b"", 0),
    Command("diff", ["diff", *PAIR], b"", 1),
    Command("diff, json, rows", ["diff", "--json", *PAIR, "--rows", "-", "--unknown", "ignore"], LONG, 1),
    Command("diff, rows of csv", ["diff", *PAIR, "--rows", "-"], b"Kartu;group\nya;rahasia\n;b\n", 1),
    Command("check object", ["check"], OBJECT, 0),
    Command("check object, text", ["check", "--to", "text"], OBJECT, 0),
    Command("check object, wrong", ["check"], b'{"role":"rahasia"}', 1),
    Command("check array", ["check"], ARRAY, 1),
    Command("check csv", ["check"], CSV, 1),
    Command("check csv, long", ["check"], LONG_CSV, 1),
    Command("check ndjson, long", ["check"], LONG, 1),
    Command("check ndjson, long, text", ["check", "--to", "text"], MIDDLE, 1),
    Command("summary --help", ["summary", "--help"], b"", 0),
    Command("summary csv", ["summary"], LONG_CSV, 1),
    Command("summary ndjson, text", ["summary", "--to", "text"], ROWS, 1),
    Command("summary array, csv", ["summary", "--to", "csv"], ARRAY, 1),
    Command("replay --help", ["replay", "--help"], b"", 0),
    Command("replay", ["replay", "--rules", PAIR[0], "-"], REPLAYED, 1),
    Command("check ndjson, long, json", ["check", "--to", "json", "--pretty"], MIDDLE, 1),
]


def without_times(text):
    """What `verify` says of how long it took may differ."""
    return re.sub(rb"proved     in [0-9.]+ ms", b"proved", text)


def run(binary, command, faults=None, before=(), leaks=True, **streams):
    """Runs to the end; FAULTS as faults.c has them, BEFORE a command that runs it. To look
    for LEAKS is half of what a run costs under ASan."""
    told, tell = os.pipe()
    env = dict(os.environ)
    if not leaks:
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    if faults:
        env.update(FAULTS=faults, FAULTS_FD=str(tell))
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    if "stdin" not in streams:
        streams["input"] = command.data
    try:
        done = subprocess.run([*before, binary, *command.args], pass_fds=[tell], env=env,
                              timeout=PATIENCE_S, check=False, **streams)
    finally:
        os.close(tell)
        fired = os.read(told, 1) != b""
        os.close(told)
    result = Result(done.returncode, without_times(done.stdout or b""), done.stderr or b"", fired)
    require(not SANITIZER.search(result.err), show(result))
    return result


def show(result):
    return f"status {result.status}, stderr {result.err!r}, stdout {result.out[-200:]!r}"


def usual(binary, command):
    result = run(binary, command)
    require(result.status == command.status and TOLD.fullmatch(result.err) and result.out,
            show(result))
    return result


def check_same(binary, command, expected, faults, must_fire=True):
    result = run(binary, command, faults, leaks=False)  # none but where nothing happens
    require(result.fired or not must_fire, f"{faults}: nothing happened")
    require(result[:3] == expected[:3], f"{faults}: {show(result)}")


def every_call(binary, command, faults, judge, number=1):
    """Lets the first call (or that of NUMBER) fail, then the second, until there
    are no more; returns how many there are. FAULTS has a K for the number."""
    while True:
        order = faults.replace("K", str(number))
        result = run(binary, command, order)
        if not result.fired:
            return number - 1
        judge(order, result)
        number += 1


class Scenes:
    """Tests that run beside each other and are reported in order."""

    def __init__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1)
        self.tap = Tap()
        self.futures = []

    def add(self, name, function, *args):
        future = self.pool.submit(function, *args)
        self.futures.append((name, future))
        return future

    def finish(self):
        for name, future in self.futures:
            self.tap.attempt(name, future.result)
        self.pool.shutdown()
        return self.tap.finish()
